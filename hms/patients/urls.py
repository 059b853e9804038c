from django.urls import path

from hms.patients.views import (
    arrivals,
    changes,
    coverage,
    glass_breaks,
    identity,
    person,
    profile,
    register,
    relatives,
    safety,
    search,
)

app_name = "patients"
urlpatterns = [
    path("", search.search, name="search"),
    path("register/", register.register, name="register"),
    path("emergency/", arrivals.emergency, name="emergency"),
    path("newborn/", arrivals.mother, name="mother"),
    path("newborn/<uuid:mother_id>/", arrivals.newborn, name="newborn"),
    path("glass/", glass_breaks.glass_breaks, name="glass_breaks"),
    path("glass/<uuid:id>/", glass_breaks.review, name="glass_review"),
    path("allergies/<uuid:id>/refute/", safety.refute, name="refute"),
    path("flags/<uuid:id>/end/", safety.end_flag, name="end_flag"),
    path("coverages/<uuid:id>/", coverage.change, name="coverage"),
    path("relatives/<uuid:id>/revoke/", relatives.revoke, name="revoke"),
    path("<uuid:id>/identity/", identity.identity, name="identity"),
    path("<uuid:id>/break-glass/", identity.glass, name="break_glass"),
    path("<uuid:id>/profile/", profile.profile, name="profile"),
    path("<uuid:id>/profile/edit/", profile.edit, name="edit"),
    path("<uuid:id>/identify/", person.identify, name="identify"),
    path("<uuid:id>/privacy/", person.privacy, name="privacy"),
    path("<uuid:id>/restrict/", person.restrict, name="restrict"),
    path("<uuid:id>/death/", person.death, name="death"),
    path("<uuid:id>/relatives/", relatives.add, name="relatives"),
    path("<uuid:id>/portal/", relatives.portal, name="portal"),
    path("<uuid:id>/coverages/", coverage.add, name="coverages"),
    path("<uuid:id>/allergies/", safety.allergies, name="allergies"),
    path("<uuid:id>/flags/", safety.flags, name="flags"),
    path("<uuid:id>/changes/", changes.changes, name="changes"),
]
