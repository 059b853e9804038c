"""Somebody who can sign in."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hms.accounts.codes import Density, GrantStatus
from hms.accounts.rules.login_names import normalise
from hms.core.actor import Actor
from hms.core.records import Record


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, by: Actor) -> UserQuerySet:
        """Those whose account this actor may see: all for who administers people, oneself otherwise."""
        return self if by.may("accounts.view_users") else self.filter(pk=by.id)

    def matching(self, text: str) -> UserQuerySet:
        """Users whose name, login name or e-mail address holds every word of `text`."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(full_name__icontains=word) | Q(login_name__icontains=word) | Q(email__icontains=word)
            )
        return found

    def on_duty(self, duty: str, at: dt.datetime) -> UserQuerySet:
        """Users who hold a duty at a moment."""
        return self.filter(
            Q(grants__end_at=None) | Q(grants__end_at__gt=at),
            grants__duty=duty,
            grants__status=GrantStatus.ACTIVE,
            grants__start_at__lte=at,
        ).distinct()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Looks users up by login name. There is no superuser to create: see the command create_admin."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(login_name=normalise(username or ""))

    def create_superuser(self, *_arguments: Any, **_named: Any) -> None:
        raise NotImplementedError("HMS has no superusers. Use: python manage.py create_admin")


class User(AbstractBaseUser, Record):  # type: ignore[misc]
    """A person, or a program, with a login name. What they may do is in their grants, never here.

    `session_epoch` is stamped on every session, token and known device: raising it ends them all at once.
    """

    history_leaves_out = ("password", "pin_hash")

    # A sign-in would write a version; UserSession and the trail know when somebody was here.
    last_login = None  # type: ignore[assignment]

    login_name = models.CharField(
        _("login name"),
        max_length=254,
        unique=True,
        help_text=_("An e-mail address, a phone number with country code, or a card number."),
    )
    email = models.EmailField(_("e-mail address"), blank=True, db_index=True)
    full_name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=16, blank=True)
    density = models.CharField(_("density"), max_length=12, blank=True, choices=Density)
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    pin_hash = models.CharField(max_length=128, blank=True, editable=False)
    session_epoch = models.PositiveIntegerField(default=1, editable=False)
    is_active = models.BooleanField(default=True, editable=False)
    deactivated_at = models.DateTimeField(null=True, editable=False)

    USERNAME_FIELD = "login_name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_active=True, deactivated_at=None) | Q(is_active=False, deactivated_at__isnull=False),
                name="user_deactivated_has_a_time",
            ),
            models.CheckConstraint(condition=~Q(login_name=""), name="user_has_a_login_name"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.login_name

    def clean(self) -> None:
        self.login_name = normalise(self.login_name)
        self.email = self.email.strip().lower()

    @property
    def label(self) -> str:
        return str(self)

    @property
    def has_pin(self) -> bool:
        return bool(self.pin_hash)

    def end_everything(self) -> None:
        """Raise the epoch: once saved, no session, token or remembered device of this user is good any more."""
        self.session_epoch += 1


def display_name(user: User) -> str:
    """How third-party pages and passkeys name a user."""
    return user.label
