from django.urls import path

from hms.organization.views import departments, facilities, first_run, policies, practitioners, rooms

app_name = "organization"
urlpatterns = [
    path("setup/", first_run.first_run, name="first_run"),
    path("facilities/", facilities.facilities, name="facilities"),
    path("facilities/new/", facilities.create, name="facility_create"),
    path("facilities/<uuid:id>/", facilities.facility, name="facility"),
    path("facilities/<uuid:id>/edit/", facilities.edit, name="facility_edit"),
    path("facilities/<uuid:id>/letterhead/", facilities.letterhead, name="letterhead"),
    path("facilities/<uuid:id>/logo/", facilities.logo, name="logo"),
    path("facilities/<uuid:id>/closed-days/", facilities.closed_day_add, name="closed_day_add"),
    path("closed-days/<uuid:id>/remove/", facilities.closed_day_remove, name="closed_day_remove"),
    path("facilities/<uuid:facility_id>/departments/", departments.departments, name="departments"),
    path("facilities/<uuid:facility_id>/departments/new/", departments.create, name="department_create"),
    path("departments/<uuid:id>/edit/", departments.edit, name="department_edit"),
    path("departments/<uuid:id>/retire/", departments.retire, name="department_retire"),
    path("facilities/<uuid:facility_id>/rooms/", rooms.rooms, name="rooms"),
    path("facilities/<uuid:facility_id>/rooms/new/", rooms.create_room, name="room_create"),
    path("rooms/<uuid:id>/edit/", rooms.edit_room, name="room_edit"),
    path("facilities/<uuid:facility_id>/devices/new/", rooms.create_machine, name="device_create"),
    path("devices/<uuid:id>/edit/", rooms.edit_machine, name="device_edit"),
    path("practitioners/", practitioners.practitioners, name="practitioners"),
    path("practitioners/new/", practitioners.create, name="practitioner_create"),
    path("practitioners/<uuid:id>/", practitioners.practitioner, name="practitioner"),
    path("practitioners/<uuid:id>/edit/", practitioners.edit, name="practitioner_edit"),
    path("practitioners/<uuid:id>/roles/<uuid:facility_id>/new/", practitioners.add_role, name="role_add"),
    path("roles/<uuid:id>/end/", practitioners.finish_role, name="role_end"),
    path("policies/", policies.overview, name="policies"),
    path("policies/<str:name>/", policies.decide, name="policy"),
]
