"""On PostgreSQL the trail is range-partitioned by time from the first day, and each event knows its transaction.

`position` is the transaction's number: sealing.py seals only what no open transaction can still precede.
SQLite needs neither: it has one writer, and the rowid is the order of the commits.
"""

from django.db import migrations


def partition(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_auditevent")
        if cursor.fetchone()[0]:
            raise RuntimeError("The trail already holds events; partition it by hand as docs/operations.md says.")
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'core_auditevent' AND indexname NOT LIKE '%%_pkey'"
        )
        indexes = [row[0].replace(" ON public.", " ON ").replace(" ON ONLY ", " ON ") for row in cursor.fetchall()]
        cursor.execute("ALTER TABLE core_auditevent RENAME TO core_auditevent_plain")
        cursor.execute(
            "CREATE TABLE core_auditevent (LIKE core_auditevent_plain INCLUDING DEFAULTS, "
            "position bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)) PARTITION BY RANGE (at)"
        )
        cursor.execute("DROP TABLE core_auditevent_plain")
        cursor.execute("CREATE TABLE core_auditevent_rest PARTITION OF core_auditevent DEFAULT")
        cursor.execute("CREATE INDEX core_auditevent_id ON core_auditevent (id)")
        cursor.execute("CREATE INDEX core_auditevent_position ON core_auditevent (position)")
        for definition in indexes:
            cursor.execute(definition)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(partition, migrations.RunPython.noop)]
