"""Addresses of this room: noun, id, verb. A visit's verbs are POSTs."""

from django.urls import path

from hms.scheduling.views import (
    another_time,
    appointment,
    arrivals,
    booking,
    calendar,
    day,
    feed,
    schedules,
    services,
    to_move,
    visits,
    whom,
)

app_name = "scheduling"
urlpatterns = [
    path("book/", whom.whom, name="whom"),
    path("book/<uuid:patient_id>/", booking.book, name="book"),
    path("book/<uuid:patient_id>/another-time/", another_time.another_time, name="another_time"),
    path("visits/<uuid:patient_id>/", visits.visits, name="visits"),
    path("appointments/<uuid:appointment_id>/", appointment.appointment, name="appointment"),
    path("appointments/<uuid:appointment_id>/confirm/", appointment.confirm, name="confirm"),
    path("appointments/<uuid:appointment_id>/release/", appointment.release, name="release"),
    path("appointments/<uuid:appointment_id>/move/", appointment.move, name="move"),
    path("appointments/<uuid:appointment_id>/cancel/", appointment.cancel, name="cancel"),
    path("appointments/<uuid:appointment_id>/slip/", appointment.slip, name="slip"),
    path("appointments/<uuid:appointment_id>/visit.ics", appointment.calendar_file, name="calendar_file"),
    path("appointments/<uuid:appointment_id>/check-in/", arrivals.do_check_in, name="check_in"),
    path("appointments/<uuid:appointment_id>/undo-check-in/", arrivals.do_undo_check_in, name="undo_check_in"),
    path("appointments/<uuid:appointment_id>/no-show/", arrivals.do_mark_noshow, name="no_show"),
    path("appointments/<uuid:appointment_id>/undo-no-show/", arrivals.do_undo_noshow, name="undo_no_show"),
    path("arrivals/", arrivals.arrivals, name="arrivals"),
    path("day/", day.day, name="day"),
    path("day/print/", day.day_on_paper, name="day_print"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("schedules/", schedules.schedules, name="schedules"),
    path("schedules/new/", schedules.create, name="schedule_create"),
    path("schedules/<uuid:schedule_id>/", schedules.schedule, name="schedule"),
    path("schedules/<uuid:schedule_id>/hours/", schedules.add_hours, name="add_hours"),
    path("schedules/<uuid:schedule_id>/away/", schedules.add_away, name="add_away"),
    path("schedules/hours/<uuid:session_id>/end/", schedules.end_hours, name="end_hours"),
    path("schedules/away/<uuid:exception_id>/withdraw/", schedules.withdraw_away, name="withdraw_away"),
    path("services/", services.services, name="services"),
    path("services/new/<uuid:department_id>/", services.create, name="service_create"),
    path("services/<uuid:service_id>/", services.edit, name="service"),
    path("to-move/", to_move.to_move, name="to_move"),
    path("feeds/", feed.feeds, name="feeds"),
    path("feeds/<str:secret>.ics", feed.feed, name="feed"),
]
