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
    offer,
    visits,
    waiting,
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
    path("wait/<uuid:patient_id>/", waiting.wait, name="wait"),
    path("waiting/", waiting.waiting_list, name="waiting_list"),
    path("waiting/<uuid:entry_id>/", waiting.waiting_entry, name="waiting_entry"),
    path("waiting/<uuid:entry_id>/leave/", waiting.leave, name="leave"),
    path("waiting/<uuid:entry_id>/urgency/", waiting.urgency, name="urgency"),
    path("waiting/<uuid:entry_id>/offer/", waiting.offer_by_hand, name="offer_by_hand"),
    path("offers/<uuid:offer_id>/", offer.offer, name="offer"),
    path("offers/<uuid:offer_id>/accept/", offer.accept, name="accept"),
    path("offers/<uuid:offer_id>/decline/", offer.decline, name="decline"),
    path("offers/<uuid:offer_id>/take-back/", offer.take_back, name="take_back"),
    path("feeds/", feed.feeds, name="feeds"),
    path("feeds/<str:secret>.ics", feed.feed, name="feed"),
]
