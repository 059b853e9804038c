"""Every page is somewhere on the way from somebody's home, shows words as words, changes nothing and does not grow.

A crawl follows the links of each duty's pages, and asks its searches, on a hospital with a little of everything. A
page that nobody comes to is either a dead end or a link that was forgotten; the few that are reached another way are
named here, each with how.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from types import ModuleType
from typing import Any, Final

import pytest
import time_machine
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, path, resolve, reverse

from hms.accounts.codes import Duty
from hms.core.access import routes
from hms.core.actor import system
from hms.core.crypto import EncryptedTextField
from tests import cast, make

# The first says to pytest-django that there is a database to set up, for fixtures of the module too.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.long]

NOW: Final = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
LINK: Final = re.compile(r"""<a\b[^>]*?\bhref="([^"#]+)|\bhx-get="([^"]+)""")
SEARCH: Final = re.compile(r"""<form\b(?=[^>]*role="search")(?=[^>]*method="post")[^>]*?\baction="([^"]+)""")
# Typed into every search: somebody who came without a name, and a patient.
SOUGHT: Final = ("Unknown", "Halvorsen")
# Of one page with the same questions in its address, so many are looked at.
INSTANCES: Final = 3

WRITES: Final = re.compile(r"""\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)""", re.IGNORECASE)
# What looking at a page leaves behind: that it was looked at, and that its reader is still there.
MAY_BE_WRITTEN: Final = {"core_auditevent", "django_session", "accounts_usersession", "core_cache"}
# What somebody could write instead of words; a page that does not escape it has a new element.
TAG: Final = "<zq-element"
ALIVE: Final = f"{TAG} onclick='go()' title=\"x\">&{{{{ x }}}}"
PEOPLE_WRITE_IN: Final = {
    "accounts", "organization", "patients", "documents", "messaging", "scheduling", "clinical", "diagnostics",
    "prescribing", "billing",
}  # fmt: skip
# Columns of text that the program writes and reads: codes, names of things, where something came from.
NO_WORDS: Final = re.compile(
    r"(^|_)(code|system|version|zone|type|key|hash|password|login_name|digest|fingerprint|uid|template|source|source_id|"
    r"sort_name|link|scopes|kind|ingredient|group|value_text|identifier_value|rule|agent|receipt)$"
)

# Reached by no link of a page: by what instead.
ELSEHOW: Final = {
    "accounts:accept_invitation": "the link of a mail",
    "accounts:secure": "where somebody without a second factor is led",
    "clinical:addendum": "the note itself has the form, and comes back here when it is refused",
    "clinical:diagnoses": "where the search leads without JavaScript",
    "organization:first_run": "the first page of an empty installation",
    "organization:logo": "a picture of the letterhead",
    "ops:healthz": "a program",
    "ops:readyz": "a program",
    "ops:metrics": "a program",
    "reports:simulation_table": "stands beside an answer, which the form asks for",
    "scheduling:come": "the link or code on a confirmation",
    "scheduling:display": "a television",
    "scheduling:feed": "a calendar program",
    "scheduling:here": "the code at the entrance",
    "scheduling:kiosk": "a tablet",
    "scheduling:kiosk_done": "a tablet",
    "scheduling:confirm": "follows a time that was chosen",
    "workspace:palette": "asked for by the palette",
    "draft": "asked for by a form",
    "set_language": "the menu of the frame",
}
PARAMETER: Final = re.compile(r"<(?:(\w+):)?(\w+)>")
MADE_UP: Final = {"uuid": uuid.UUID(int=1), "int": 1, "slug": "note", "str": "none", "": "none"}
# The library's pages of passwords and second factors, of which most follow each other by form.
LIBRARY: Final = re.compile(r"^(account_|mfa_)")


class Crawl:
    """What somebody comes to from their home, by links and searches."""

    def __init__(self, user: Any) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.reached: set[str] = set()
        self.searched: set[str] = set()
        self.broken: list[str] = []
        self.written: list[str] = []
        self.alive: list[str] = []
        self.words = 0

    def walk(self) -> set[str]:
        """The url names of the pages that answered; one that answers with an error is in `broken`."""
        waiting, asked = ["/"], {shape_of("/"): {"/"}}
        while waiting:
            for found in self._links(waiting.pop(0)):
                known = asked.setdefault(shape_of(found), set())
                if found in known or len(known) >= INSTANCES or not found.startswith("/"):
                    continue
                if not LIBRARY.match(name_of(found)):
                    known.add(found)
                    waiting.append(found)
        return self.reached

    def _links(self, address: str) -> Iterator[str]:
        """Where a page leads: its links, what its searches find, or where it sends one on."""
        with CaptureQueriesContext(connection) as asked:
            answer = self.client.get(address)
        self.written += [f"{address}: {table}" for table in sorted(tables_written(asked) - MAY_BE_WRITTEN)]
        if answer.status_code >= 400 and answer.status_code != 405:
            self.broken.append(f"{address} answered {answer.status_code}")
            return
        self.reached.add(name_of(address))
        if answer.status_code in {301, 302, 303}:
            yield answer.headers["Location"]
        elif answer.headers.get("Content-Type", "").startswith("text/html"):
            page = answer.content.decode()
            self.alive += [address] if TAG in page else []
            self.words += TAG.replace("<", "&lt;") in page
            for action in set(SEARCH.findall(page)) - self.searched:
                self.searched.add(action)
                for words in SOUGHT:
                    page += self.client.post(unescape(action), {"q": words}).content.decode()
            for link, asked in LINK.findall(page):
                found = unescape(link or asked)
                yield address.split("?")[0] + found if found.startswith("?") else found


def tables_written(asked: CaptureQueriesContext) -> set[str]:
    """The tables that queries write to."""
    return {found[1] for query in asked.captured_queries if (found := WRITES.match(query["sql"]))}


def shape_of(address: str) -> str:
    """Which page, asked which questions: `?day=1` and `?day=2` are one, `?practitioner=1` is another."""
    return f"{name_of(address)} {sorted(QueryDict(address.partition('?')[2]))}"


def name_of(address: str) -> str:
    try:
        return resolve(address.split("?")[0]).view_name
    except Resolver404:
        return f"nothing at {address}"


@pytest.fixture
def hospital(db: None) -> Iterator[dict[str, Any]]:
    """A facility in which each room has something to show, on a Tuesday morning."""
    with time_machine.travel(NOW, tick=False):
        yield build()


def build() -> dict[str, Any]:
    make.formulary()
    facility = make.facility(time_zone="UTC")
    department = make.department(facility)
    make.location(facility)
    make.device(facility)
    make.price(facility)
    users = {duty: make.user(duty) for duty in Duty}
    doctor = make.practitioner(users[Duty.DOCTOR])
    role = make.practitioner_role(doctor, department)
    make.practitioner_role(make.practitioner(users[Duty.NURSE]), department, code="nurse")
    schedule = make.session(make.schedule(role), start="08:00", end="17:00")
    patient = make.patient("Halvorsen", user=users[Duty.PATIENT], registered_in=facility)
    make.care(patient, doctor)
    make.care(patient, department)
    found = {"users": users, "facility": facility, "department": department, "doctor": doctor, "patient": patient}
    found |= {"schedule": schedule, "service": make.healthcare_service(department)}
    fill(found)
    make.rota(department)
    return found


def fill(hospital: dict[str, Any], hours: int = 0) -> None:
    """One more of everything that a chart, a day and the books hold."""
    facility, doctor, patient, users = (hospital[key] for key in ("facility", "doctor", "patient", "users"))
    start = NOW + dt.timedelta(hours=1 + hours)
    booking = {"schedule": hospital["schedule"], "service": hospital["service"]}
    make.appointment(patient, start_at=start, **booking)
    here = make.appointment(
        make.patient(), start_at=start + dt.timedelta(minutes=30), status="arrived", checked_in_at=NOW, **booking
    )
    make.queue_entry(here)
    make.care(here.patient, doctor)
    waiting = make.waiting(make.patient(), hospital["service"], urgency="soon", practitioner=doctor)
    make.offer(waiting, hospital["schedule"], start + dt.timedelta(days=1))
    make.waiting(patient if hours == 0 else make.patient(), hospital["service"], note="By bus", urgency_reason="Pain")
    _again_and_instead(hospital, hours)
    encounter = make.encounter(patient, doctor, facility=facility)
    make.encounter(patient, doctor, facility=facility, status="finished", end_at=NOW)
    make.note(encounter, doctor)
    make.condition(patient)
    make.observation(patient, facility=facility)
    make.medication_request(patient, facility=facility)
    make.allergy(patient)
    make.related_person(patient)
    make.charge_item(patient, facility)
    make.notification(users[Duty.DOCTOR])
    make.delivery(patient=patient, facility=facility)
    _by_its_actions(hospital, encounter)


def _again_and_instead(hospital: dict[str, Any], hours: int) -> None:
    """Visits that come again, one of which waits for a time, and one that can't take place, with another proposed."""
    service, schedule = hospital["service"], hospital["schedule"]
    whose = hospital["patient"] if hours == 0 else make.patient()
    first = (NOW + dt.timedelta(days=7)).date()
    at = dt.time(9 + hours % 6, 40)
    taken = dt.datetime.combine(first + dt.timedelta(days=7), at, dt.UTC)
    make.appointment(make.patient(), schedule, service, taken)
    series = make.series(whose, schedule, service, first=first, at=at, weekdays=(first.weekday(),), count=3)
    visit = series.occurrences.order_by("occurs_on").first().appointment
    closed = make.location(hospital["facility"], status="suspended")
    visit.participants.create(location=closed, start_at=visit.start_at, end_at=visit.end_at)
    make.proposal(visit, schedule, visit.start_at + dt.timedelta(days=1))


def _by_its_actions(hospital: dict[str, Any], encounter: Any) -> None:
    """What no factory makes: money received, a medicine in the basket, a paper, the glass, a person without a name."""
    from hms.accounts.actions import grant_duty
    from hms.billing.actions import take_payment
    from hms.core.records import uuid7
    from hms.documents import store
    from hms.documents.actions import add_version, file_document
    from hms.patients.actions import NewCoverage, break_glass, record_coverage, record_flag, register_unidentified
    from hms.prescribing.actions import draft_medication_request

    by, facility, patient, users = system("tests"), hospital["facility"], hospital["patient"], hospital["users"]
    invoice = make.invoice(patient, facility)
    make.invoice(patient, facility)
    take_payment(by=by, invoice=invoice, amount_minor=5000, method="cash")
    doctor = cast.actor("doctor", user=users[Duty.DOCTOR])
    draft_medication_request(by=doctor, patient=patient, encounter=encounter, medication=make.medication())
    letter, corrected = (store.write(uuid7(), [b"%PDF-1.4 a letter"]) for _version in range(2))
    filed = file_document(
        by=by, facility=facility, patient=patient, type_code="11488-4", occurred_at=NOW, written=letter, title="Letter",
        file_name="letter.pdf",
    )  # fmt: skip
    add_version(by=by, document=filed, written=corrected, version=filed.version)
    record_coverage(by=by, patient=patient, told=NewCoverage(kind="EHCPOL", payor=f"Fund {make.number()}"))
    if not patient.flags.exists():
        record_flag(by=by, patient=patient, code="fall-risk")
    register_unidentified(by=cast.actor("front-desk"), facility=facility, sex="male", age_band="adult")
    break_glass(by=doctor, patient=make.patient(), reason="emergency", explanation="Unconscious", facility=facility)
    grant_duty(by=cast.actor("administrator", user=users[Duty.ADMINISTRATOR]), user=make.user(), duty=Duty.DOCTOR)


def pages_to_reach() -> set[str]:
    """Every address that is a page: what answers GET. Somebody of every duty asks for one of a made-up object."""

    everybody = Client()
    everybody.force_login(make.user(*Duty))
    found = set()
    for route, name, _view in routes():
        if LIBRARY.match(name):
            continue
        parameters = {word: MADE_UP[kind] for kind, word in PARAMETER.findall(route)}
        if everybody.get(reverse(name, kwargs=parameters)).status_code != 405:
            found.add(name)
    return found


def plant_elements() -> set[str]:
    """Write HTML into whatever text of whatever row takes it; gives back the columns that did."""
    planted = set()
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if takes_words(field)]
        if model._meta.app_label not in PEOPLE_WRITE_IN or model._meta.db_table.endswith("_history"):
            continue
        for row in model._base_manager.all():
            for name in names:
                before = getattr(row, name)
                setattr(row, name, ALIVE)
                try:
                    with transaction.atomic():
                        row.save()
                    planted.add(f"{model._meta.label}.{name}")
                except DatabaseError:  # what is signed or sent stays
                    setattr(row, name, before)
    return planted


def takes_words(field: Any) -> bool:
    plain = type(field) in (models.CharField, models.TextField) and not field.choices
    long_enough = (field.max_length or 1000) > len(ALIVE)
    return (plain or isinstance(field, EncryptedTextField)) and long_enough and not NO_WORDS.search(field.name)


@dataclass(frozen=True)
class Walked:
    """A hospital full of HTML in which somebody of every duty followed every link."""

    planted: set[str]
    crawls: dict[Duty, Crawl]
    to_reach: set[str]

    def all_of(self, what: str) -> list[str]:
        return [f"{duty}: {one}" for duty, crawl in self.crawls.items() for one in getattr(crawl, what)]


@pytest.fixture(scope="module")
def walked(django_db_setup: None, django_db_blocker: Any) -> Walked:
    """The one crawl that several tests read; what it wrote is rolled back."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        users = build()["users"]
        planted, crawls = plant_elements(), {duty: Crawl(user) for duty, user in users.items()}
        for crawl in crawls.values():
            crawl.walk()
        found = Walked(planted, crawls, pages_to_reach())
        transaction.set_rollback(True)
    return found


def test_what_people_wrote_is_words_on_every_page(walked: Walked):
    assert len(walked.planted) > 60, sorted(walked.planted)
    assert walked.all_of("alive") == []
    assert sum(crawl.words for crawl in walked.crawls.values()) > 100


def test_asking_is_not_doing(walked: Walked):
    assert walked.all_of("written") == []


def test_no_link_leads_to_a_closed_door(walked: Walked):
    assert walked.all_of("broken") == []


def test_every_page_is_reached_from_a_home(walked: Walked):
    reached = set().union(*(crawl.reached for crawl in walked.crawls.values()))
    assert walked.to_reach - reached - set(ELSEHOW) == set()
    # An exception that became a link, or whose page is gone, goes.
    assert set(ELSEHOW) & reached == set()
    assert set(ELSEHOW) - {name for _route, name, _view in routes()} == set()


def test_planted_a_dead_link_a_forgotten_page_an_element_and_a_write_are_found(db: None, settings: Any):
    planted = ModuleType("planted")
    planted.urlpatterns = [  # type: ignore[attr-defined]
        path(
            "",
            lambda request: HttpResponse('<a href="/shut/">A</a> <a href="/gone/">B</a> <a href="/writes/">C</a>'),
            name="home",
        ),
        path("shut/", lambda request: HttpResponse(status=403), name="shut"),
        path("forgotten/", lambda request: HttpResponse(), name="forgotten"),
        path("writes/", lambda request: HttpResponse(make.facility().name + ALIVE), name="writes"),
    ]
    settings.ROOT_URLCONF = planted
    settings.MIDDLEWARE = []
    crawl = Crawl(make.user())
    assert crawl.walk() == {"home", "writes"}
    assert crawl.broken == ["/shut/ answered 403", "/gone/ answered 404"]
    assert "/writes/: organization_facility" in crawl.written
    assert crawl.alive == ["/writes/"]


# --- How dear a page is -----------------------------------------------------------------------------------------
MOST_QUERIES: Final = 25
CHART: Final = [
    "workspace:chart", "clinical:conditions", "prescribing:medications", "diagnostics:results", "clinical:notes",
    "clinical:encounters", "documents:of_patient", "scheduling:visits", "patients:profile", "patients:changes",
    "patients:allergies",
]  # fmt: skip
DESK: Final = ["patients:profile", "patients:edit", "patients:changes", "scheduling:visits", "scheduling:book"]


def pages_of(hospital: dict[str, Any], duty: Duty) -> list[str]:
    """The places of a duty's rail, and what it opens about one patient."""
    from hms.clinical.models import Encounter
    from hms.workspace.places import places_of

    patient = hospital["patient"]
    visits = Encounter.objects.filter(patient=patient).order_by("pk")
    about = {
        Duty.DOCTOR: [
            *(reverse(name, args=[patient.pk]) for name in CHART),
            reverse("workspace:visit", args=[visits.filter(status="in-progress")[0].pk]),
            reverse("workspace:visit", args=[visits.filter(status="finished")[0].pk]),
        ],
        Duty.FRONT_DESK: [reverse(name, args=[patient.pk]) for name in DESK],
        Duty.PATIENT: [reverse("workspace:my_results"), reverse("scheduling:book", args=[patient.pk])],
    }
    return [reverse(place.address) for place in places_of([duty])] + about.get(duty, [])


@pytest.mark.parametrize("duty", list(Duty))
def test_no_home_and_no_page_of_a_chart_asks_more_with_more_data(hospital: dict[str, Any], duty: Duty):
    client = Client()
    client.force_login(hospital["users"][duty])
    pages = pages_of(hospital, duty)
    before = {page: queries(client, page) for page in pages}
    assert {page: count for page, count in before.items() if count > MOST_QUERIES} == {}
    for hours in range(1, 5):
        fill(hospital, hours)
    after = {page: queries(client, page) for page in pages}
    assert {page: (before[page], after[page]) for page in pages if after[page] > before[page]} == {}


def queries(client: Client, page: str) -> int:
    """How many queries a page takes that somebody has open already."""
    assert client.get(page, follow=True).status_code == 200, page
    with CaptureQueriesContext(connection) as asked:
        client.get(page, follow=True)
    return len(asked)
