"""The tables of this room, by noun."""

from hms.accounts.models.grants import Grant, Invitation
from hms.accounts.models.sessions import KnownDevice, SignInTries, UserSession
from hms.accounts.models.tokens import ApiToken
from hms.accounts.models.user import User

__all__ = ["ApiToken", "Grant", "Invitation", "KnownDevice", "SignInTries", "User", "UserSession"]
