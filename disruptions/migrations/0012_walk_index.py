"""The walk by date reads its index alone.

A list walks the records by date until its page is full. What it passes over, because the reader may not open it or a
filter leaves it out, was read from the table, record by record, all over the disk. The index now holds what is
compared. It can be read alone only where the table's pages are known to be the same for everybody, which a table that
0007 wrote anew is not until it is vacuumed.
"""

from django.db import migrations, models

VACUUM = "VACUUM (ANALYZE) disruptions_disruption"


class Migration(migrations.Migration):
    atomic = False  # VACUUM runs in no transaction.

    dependencies = [
        ("disruptions", "0011_list_indexes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                fields=["-occurred_on", "-id"],
                include=(
                    "agency",
                    "role",
                    "level",
                    "status",
                    "sandbox",
                    "sharing",
                    "lead",
                    "threat",
                    "strand",
                    "sub_threat",
                    "entry_method",
                    "initiation",
                    "uk_led",
                    "force_area",
                    "recorded_at",
                    "submitted_at",
                    "approved_at",
                    "changed_at",
                ),
                name="disruption_walk_idx",
            ),
        ),
        migrations.RemoveIndex(model_name="disruption", name="disruption_occurred_idx"),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["submitted_at"], name="disruption_submitted_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["approved_at"], name="disruption_approved_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["changed_at"], name="disruption_changed_idx"),
        ),
        migrations.RunSQL(VACUUM, migrations.RunSQL.noop),
    ]
