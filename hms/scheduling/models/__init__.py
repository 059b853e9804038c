"""What time is made of here: types of visit, schedules, appointments and who takes part in them."""

from hms.scheduling.models.appointment import Appointment, AppointmentParticipant
from hms.scheduling.models.feed import CalendarFeed
from hms.scheduling.models.proposing import MoveProposal, ProposalRound
from hms.scheduling.models.queue import QueueEntry
from hms.scheduling.models.rota import (
    RotaChange,
    RotaConflict,
    RotaDemand,
    RotaEntry,
    RotaMember,
    RotaPlan,
    RotaWish,
    RotaWishes,
)
from hms.scheduling.models.schedule import Schedule, ScheduleException, ScheduleSession, ScheduleSessionService
from hms.scheduling.models.screen import Screen
from hms.scheduling.models.series import AppointmentSeries, SeriesOccurrence, SeriesTerm
from hms.scheduling.models.service import HealthcareService
from hms.scheduling.models.waiting import WaitingListEntry, WaitingOffer

__all__ = [
    "Appointment",
    "AppointmentParticipant",
    "AppointmentSeries",
    "CalendarFeed",
    "HealthcareService",
    "MoveProposal",
    "ProposalRound",
    "QueueEntry",
    "RotaChange",
    "RotaConflict",
    "RotaDemand",
    "RotaEntry",
    "RotaMember",
    "RotaPlan",
    "RotaWish",
    "RotaWishes",
    "Schedule",
    "ScheduleException",
    "ScheduleSession",
    "ScheduleSessionService",
    "Screen",
    "SeriesOccurrence",
    "SeriesTerm",
    "WaitingListEntry",
    "WaitingOffer",
]
