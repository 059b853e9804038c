"""Addresses under accounts/: the room's own in its namespace, allauth's under the names allauth gives them."""

from __future__ import annotations

from django.urls import include, path

from hms.accounts.views import duties, invitations, own, people, permissions, sessions, switch

own_pages = [
    path("profile/", own.profile, name="profile"),
    path("preferences/", own.preferences, name="preferences"),
    path("pin/", own.pin, name="pin"),
    path("role/", own.role, name="role"),
    path("keepalive/", own.keepalive, name="keepalive"),
    path("secure/", own.secure, name="secure"),
    path("sessions/", sessions.own_sessions, name="sessions"),
    path("sessions/end-others/", sessions.end_others, name="end_other_sessions"),
    path("sessions/<uuid:session_id>/end/", sessions.end_session, name="end_session"),
    path("tokens/<uuid:token_id>/revoke/", sessions.end_token, name="revoke_token"),
    path("switch/", switch.switch_user, name="switch"),
]
people_pages = [
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/<uuid:user_id>/", people.person, name="person"),
    path("people/<uuid:user_id>/edit/", people.edit_person, name="edit_person"),
    path("people/<uuid:user_id>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<uuid:user_id>/reactivate/", people.reactivate, name="reactivate"),
    path("people/<uuid:user_id>/duties/", duties.give, name="grant_duty"),
    path("duties/", duties.approvals, name="approvals"),
    path("duties/<uuid:grant_id>/approve/", duties.approve, name="approve_grant"),
    path("duties/<uuid:grant_id>/refuse/", duties.refuse, name="refuse_grant"),
    path("duties/<uuid:grant_id>/withdraw/", duties.withdraw, name="withdraw_grant"),
    path("invitations/", invitations.invitations, name="invitations"),
    path("invitations/<uuid:invitation_id>/withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path("invitations/<uuid:invitation_id>/<str:secret>/", invitations.accept, name="accept_invitation"),
    path("permissions/", permissions.permissions, name="permissions"),
]
urlpatterns = [
    path("", include((own_pages + people_pages, "accounts"))),
    path("", include("hms.accounts.third_party")),
]
