"""Every setting of HMS, read from the environment, secure by default.

Production is the default. `HMS_DEMO=1` (the demo hospital) and `HMS_DEBUG=1` are opted into, and a
database that holds real patients refuses both: see `hms.core.installation`.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import django
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules or env.bool("HMS_TESTING", False)

# --- What kind of installation this is -----------------------------------------------------------------
DEMO = env.bool("HMS_DEMO", False)
DEBUG = env.bool("HMS_DEBUG", False)
# The one command that comes before there is any key.
MAKES_KEYS = sys.argv[1:2] == ["make_keys"]
PRODUCTION = not (DEMO or DEBUG or TESTING or MAKES_KEYS)
# Demo and development are served over plain HTTP on this machine; everything else only over TLS.
PLAIN_HTTP = not PRODUCTION

DATA_DIR = Path(env("HMS_DATA_DIR", default=str(BASE_DIR / "var"))).expanduser()


def _secret(name: str, what_for: str) -> str:
    """The value of an environment variable that production can't do without.

    Outside production a fixed value stands in, derived from the folder, so that sessions of a demo
    survive a restart.
    """
    if value := env(name, default=""):
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(
            f"{name} is not set. It {what_for}. Set it in the environment "
            "(python manage.py make_keys prints fresh ones), or set HMS_DEMO=1 for the demo hospital."
        )
    return hashlib.sha256(f"{name} for a try-out in {BASE_DIR}".encode()).hexdigest()


SECRET_KEY = _secret("HMS_SECRET_KEY", "signs sessions and links")
# "name:base64 of 32 bytes[,older:…]": key-encryption keys, the current one first.
KEYRING = _secret("HMS_KEYRING", "encrypts what patients and clinicians write")

ALLOWED_HOSTS = env.list("HMS_ALLOWED_HOSTS", default=["*"] if PLAIN_HTTP else [])
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "HMS_ALLOWED_HOSTS is not set. Name the host people use, for example HMS_ALLOWED_HOSTS=hms.example.org."
    )
CSRF_TRUSTED_ORIGINS = env.list(
    "HMS_TRUSTED_ORIGINS", default=[f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
)
BASE_URL = env(
    "HMS_BASE_URL", default=f"http://127.0.0.1:{env.int('PORT', 8000)}" if PLAIN_HTTP else f"https://{ALLOWED_HOSTS[0]}"
)
# Addresses of proxies whose X-Forwarded-For is believed.
TRUSTED_PROXIES = env.list("HMS_TRUSTED_PROXIES", default=[])

# --- Rooms, in storey order ------------------------------------------------------------------------------
ROOMS = [
    "core", "terminology", "accounts", "organization", "formulary", "patients", "documents", "messaging",
    "scheduling", "clinical", "diagnostics", "prescribing", "wards", "billing", "pathways", "reports",
    "workspace", "interop", "ops",
]  # fmt: skip
INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    # Its loader is put in by hand below: the automatic way rewrites TEMPLATES behind our back.
    "template_partials.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    *(f"hms.{room}" for room in ROOMS),
    # Rooms of a hospital's own, outside this repository; under test, two tables to try the mechanisms on.
    *env.list("HMS_EXTRA_APPS", default=["tests.things"] if "pytest" in sys.modules else []),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "hms.core.middleware.GuardrailMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hms.accounts.middleware.SessionLimitsMiddleware",
    "hms.accounts.middleware.ActorMiddleware",
    "hms.organization.middleware.ZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "hms.urls"
WSGI_APPLICATION = "hms.wsgi.application"

_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # First ours, so that pages of other packages get our frame, controls and words; then those of Django's forms.
        "DIRS": [
            BASE_DIR / "hms" / "core" / "templates",
            BASE_DIR / "hms" / "accounts" / "templates",
            Path(django.__file__).parent / "forms" / "templates",
        ],
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials", "hms.core.templatetags.ui"],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "hms.workspace.frame.frame",
            ],
        },
    }
]
FORM_RENDERER = "hms.core.forms.Renderer"

# --- Database --------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("HMS_DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'hms.sqlite3'}")}
_database = DATABASES["default"]
# Seconds that a write waits for the one before it; then people are told that the system is busy.
_WAIT = env.int("HMS_DATABASE_WAIT", 20)
if _database["ENGINE"].endswith("sqlite3"):
    # FULL, not NORMAL: an acknowledged booking or signature survives a power cut.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": _WAIT,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_size=-32000;",
    }
    if not TESTING:
        # Opening the file and turning WAL on costs more than most requests: each thread keeps its connection.
        _database["CONN_MAX_AGE"] = 60
    DATA_DIR.mkdir(parents=True, exist_ok=True)
else:
    _database["ENGINE"] = "django.db.backends.postgresql"
    _database.setdefault("OPTIONS", {}).setdefault("options", f"-c lock_timeout={_WAIT}s")
    if not TESTING:
        _database["CONN_MAX_AGE"] = 60
        _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        # Shared by all workers; holds counts and rendered public fragments, never words about a patient.
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
        if TESTING
        else "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
    }
}
if redis_url := env("HMS_REDIS_URL", default=""):
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}

# --- Who people are --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["hms.accounts.backends.LoginNameBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login_name", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "hms.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "hms.accounts.forms.sign_in.LoginForm",
    "reset_password": "hms.accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "hms.accounts.forms.sign_in.ResetPasswordKeyForm",
    "change_password": "hms.accounts.forms.sign_in.ChangePasswordForm",
    "reauthenticate": "hms.accounts.forms.sign_in.ReauthenticatePasswordForm",
}
ACCOUNT_USER_DISPLAY = "hms.accounts.models.user.display_name"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "hms.accounts.reset_links.ResetLinks"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
# Our own slow-down per account stands in for allauth's limits: see hms.accounts.throttle.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "hms.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "hms.accounts.forms.sign_in.AuthenticateForm",
    "reauthenticate": "hms.accounts.forms.sign_in.ReauthenticateForm",
    "activate_totp": "hms.accounts.forms.sign_in.ActivateTOTPForm",
    "authenticate_webauthn": "hms.accounts.forms.sign_in.AuthenticateWebAuthnForm",
    "login_webauthn": "hms.accounts.forms.sign_in.LoginWebAuthnForm",
    "reauthenticate_webauthn": "hms.accounts.forms.sign_in.ReauthenticateWebAuthnForm",
    "add_webauthn": "hms.accounts.forms.sign_in.AddWebAuthnForm",
}
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
# Accounts are made by invitation or by an administrator; allauth's own e-mail verification is not used.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PLAIN_HTTP
MFA_TOTP_ISSUER = "HMS"
MFA_REQUIRED_OF_STAFF = env.bool("HMS_MFA_REQUIRED", default=not DEMO and not TESTING)
# Facilities live above accounts, which only shows their names: id → name of every one in use.
FACILITY_NAMES = "hms.organization.directory.facility_names"

# --- Sessions: ended on the server -----------------------------------------------------------------------
SESSION_ENGINE = "hms.accounts.session_store"
SESSION_COOKIE_NAME = "hms_session"
# Longer than the longest session: it is SESSION_ABSOLUTE_SECONDS that ends one, in words and in the trail.
SESSION_COOKIE_AGE = 13 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "hms_csrf"
CSRF_FAILURE_VIEW = "hms.core.errors.csrf_failure"
SESSION_IDLE_SECONDS = {"clinical": 15 * 60, "administrator": 10 * 60, "patient": 30 * 60}
SESSION_ABSOLUTE_SECONDS = 12 * 3600

# --- Transport and browser -------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = not PLAIN_HTTP
# A load balancer asks over plain HTTP whether the process lives.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 2 * 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("HMS_BEHIND_PROXY", False) else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # Bootstrap and the select arrow draw with data: images.
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# Uploads stay in memory: Django's other handler writes them, in plain text, into the system's temporary folder.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024

# --- Static files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# Filled by `make assets` from the npm packages named in package.json; not in the repository.
STATICFILES_DIRS = [path for path in [BASE_DIR / "assets"] if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION or env.bool("HMS_MANIFEST", False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
BLOB_DIR = Path(env("HMS_BLOB_DIR", default=str(DATA_DIR / "blobs")))

# --- Words and time --------------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "hms" / "locale"]
LANGUAGE_COOKIE_NAME = "hms_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = ["hms.core.formats"]

# --- Mail ------------------------------------------------------------------------------------------------
# Mail is written to the outbox in the deed's own transaction; the worker hands it to the carrier.
EMAIL_BACKEND = "hms.messaging.mail.OutboxBackend"
# "file" and "console" are for try-outs; without a carrier each mail becomes a task for staff.
CARRIER_EMAIL = env("HMS_EMAIL_URL", default="none" if PRODUCTION else "file")
CARRIER_SMS = env("HMS_SMS", default="none" if PRODUCTION else "file")
DEFAULT_FROM_EMAIL = env("HMS_EMAIL_FROM", default="HMS <no-reply@localhost>")

# --- Addresses of libraries, and who may open them ---------------------------------------------------------
THIRD_PARTY_ACCESS = "hms.accounts.third_party.THIRD_PARTY_ACCESS"

# --- Effects: which handler answers which outbox topic -----------------------------------------------------
EFFECTS = "hms.ops.effects.HANDLERS"
RECURRING = "hms.ops.effects.RECURRING"

# --- The chart of a patient: lower rooms lead there without knowing its room -------------------------------
PATIENT_CHART = "workspace:chart"

# --- Logs: ids, codes and counts -------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "plain": {"format": "%(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain" if PLAIN_HTTP else "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if PRODUCTION else "WARNING"},
    "loggers": {
        "hms": {"level": "INFO"},
        # Statements carry values; they never reach a log, whatever the level.
        "django.db.backends": {"handlers": [], "propagate": False, "level": "CRITICAL"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
