"""What visits need beside people, times kept for the day itself, and the wall times of days that differ."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from hms.core import clock
from hms.scheduling.rules.wall_clock import promise


def keep_wall_times(apps: Any, _editor: Any) -> None:
    """Days that were entered before were meant as the wall shows them now."""
    rows = apps.get_model("scheduling", "ScheduleException").objects.filter(wall_start="")
    for row in rows.select_related("schedule__facility").iterator():
        zone = clock.zone(row.schedule.facility.time_zone)
        row.wall_start, row.wall_end = promise(row.start_at, zone), promise(row.end_at, zone)
        row.save(update_fields=["wall_start", "wall_end"])


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0002_location_use"),
        ("scheduling", "0002_waiting_list"),
    ]

    operations = [
        migrations.AddField(
            model_name="healthcareservice",
            name="device_kind",
            field=models.CharField(blank=True, max_length=60, verbose_name="device it needs"),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="room_kind",
            field=models.CharField(blank=True, max_length=60, verbose_name="room it needs"),
        ),
        migrations.AddField(
            model_name="scheduleexception",
            name="wall_end",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="scheduleexception",
            name="wall_start",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="schedulesession",
            name="same_day_reserve",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="kept for the day itself, minutes"),
        ),
        migrations.RemoveIndex(model_name="appointmentparticipant", name="scheduling_taken"),
        migrations.AddIndex(
            model_name="appointmentparticipant",
            index=models.Index(
                condition=models.Q(("blocking", True)),
                fields=["actor", "end_at", "start_at", "seat", "appointment"],
                name="scheduling_taken",
            ),
        ),
        migrations.RunPython(keep_wall_times, migrations.RunPython.noop, elidable=True),
    ]
