"""The verbs of this room, by noun: users, grants, invitations, passwords, sessions, tokens."""

from hms.accounts.actions.grants import approve_grant, grant_duty, open_portal, refuse_grant, withdraw_grant
from hms.accounts.actions.invitations import accept_invitation, invite_user, withdraw_invitation
from hms.accounts.actions.passwords import ask_password_reset, change_password, set_pin
from hms.accounts.actions.sessions import end_other_sessions, revoke_session
from hms.accounts.actions.tokens import issue_token, revoke_token
from hms.accounts.actions.users import (
    change_own_preferences,
    change_own_profile,
    change_user,
    create_user,
    deactivate_user,
    found_administrator,
    reactivate_user,
)

__all__ = [
    "accept_invitation",
    "approve_grant",
    "ask_password_reset",
    "change_own_preferences",
    "change_own_profile",
    "change_password",
    "change_user",
    "create_user",
    "deactivate_user",
    "end_other_sessions",
    "found_administrator",
    "grant_duty",
    "invite_user",
    "issue_token",
    "open_portal",
    "reactivate_user",
    "refuse_grant",
    "revoke_session",
    "revoke_token",
    "set_pin",
    "withdraw_grant",
    "withdraw_invitation",
]
