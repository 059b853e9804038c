"""The demo hospital looks as its published table says, and is made of nothing but what people could have done."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from hms.accounts.models import User
from hms.core import sealing
from hms.core.models import AuditEvent
from hms.ops.demo.marginals import table
from hms.patients.models import Patient, RelatedPerson
from hms.scheduling.models import Appointment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def demo(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("demo", patients=400, verbosity=0)


def test_the_hospital_fits_its_published_figures_and_its_accounts_stand(demo):
    outside = [line for line in table() if not line[3]]
    assert outside == []
    assert Patient.objects.count() == 400
    logins = set(User.objects.values_list("login_name", flat=True))
    names = "admin doctor nurse desk lab pharmacy billing privacy patient guardian"
    assert logins == {f"{name}@demo.hms" for name in names.split()}
    guardian = User.objects.get(login_name="guardian@demo.hms")
    assert RelatedPerson.objects.filter(user=guardian, kind="guardian").count() >= 2
    assert Appointment.objects.filter(status="noshow").exists()
    # Written by actions, so it is in the trail, and the trail can be sealed.
    assert AuditEvent.objects.filter(actor_label="demo").exists()
    assert list(sealing.verify()) == []


def test_a_second_demo_in_the_same_database_is_refused(db, settings):
    from django.core.management.base import CommandError

    from tests import make

    make.facility()
    with pytest.raises(CommandError, match="There is a hospital in this database already"):
        call_command("demo", patients=1, verbosity=0)
    call_command("demo", patients=1, if_empty=True, verbosity=0)


def test_the_same_seed_makes_the_same_people():
    import datetime as dt
    import random

    from hms.ops.demo.population import population

    def named(seed):
        return [plan.told.names for plan in population(50, random.Random(seed), dt.date(2026, 11, 24))]

    assert named(1) == named(1)
    assert named(1) != named(2)
