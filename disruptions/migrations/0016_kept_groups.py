import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# An agency's changes are noted from here: the app of agencies knows nothing of what is counted. Only what the counting
# rule looks at; a new agency has no records yet.
AGENCIES = """
CREATE FUNCTION note_counting_change_of_agencies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM old_values JOIN new_values USING (id)
        WHERE old_values.statistics_group IS DISTINCT FROM new_values.statistics_group
            OR old_values.active_from IS DISTINCT FROM new_values.active_from
            OR old_values.active_until IS DISTINCT FROM new_values.active_until
    ) THEN
        INSERT INTO disruptions_countingchange (quarter, xid)
        VALUES ('0001-01-01', pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_counting_update AFTER UPDATE ON agencies_agency
    REFERENCING OLD TABLE AS old_values NEW TABLE AS new_values
    FOR EACH STATEMENT EXECUTE FUNCTION note_counting_change_of_agencies();
"""
NO_AGENCIES = """
DROP TRIGGER note_counting_update ON agencies_agency;
DROP FUNCTION note_counting_change_of_agencies();
"""

# What a mark of more than 7 days ago already saw as committed, every snapshot since sees too, and groups older than that
# are not taken any more: nobody will ask after it. They go a day before, for the daily work to read them ahead. Rows may go only so, therefore not by the site's own role.
FORGETTING = """
CREATE FUNCTION forget_counting_changes() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    this_cluster bigint := (SELECT system_identifier FROM pg_control_system());
    past disruptions_keptgroups;
    forgotten bigint := 0;
BEGIN
    DELETE FROM disruptions_keptgroups WHERE name <> 'mark' AND read_at < clock_timestamp() - interval '6 days';
    SELECT * INTO past FROM disruptions_keptgroups
        WHERE name = 'mark' AND cluster = this_cluster AND read_at < clock_timestamp() - interval '7 days'
        ORDER BY read_at DESC LIMIT 1;
    IF FOUND THEN
        DELETE FROM disruptions_countingchange
            WHERE xid < pg_snapshot_xmin(past.snapshot::pg_snapshot)::text::bigint;
        GET DIAGNOSTICS forgotten = ROW_COUNT;
        DELETE FROM disruptions_keptgroups WHERE name = 'mark' AND read_at < past.read_at;
    END IF;
    INSERT INTO disruptions_keptgroups (key, name, first_day, last_day, cluster, snapshot, read_at, groups)
        VALUES ('mark ' || gen_random_uuid(), 'mark', '0001-01-01', '0001-01-01', this_cluster,
            pg_current_snapshot()::text, clock_timestamp(), '');
    RETURN forgotten;
END
$$;
REVOKE ALL ON FUNCTION forget_counting_changes() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("disruptions", "0015_figures_as_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountingChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "quarter", "xid", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "quarter",
                    models.DateField(
                        help_text="Its first day; the first two days of all stand for everything, and for grades."
                    ),
                ),
                ("xid", models.BigIntegerField(help_text="The number of the transaction.")),
            ],
        ),
        migrations.CreateModel(
            name="KeptGroups",
            fields=[
                (
                    "key",
                    models.CharField(
                        help_text="The hash of the statement, and of its days.",
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.TextField(help_text="What was read, for people.")),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                (
                    "cluster",
                    models.BigIntegerField(help_text="Which cluster counted the transactions of the snapshot."),
                ),
                (
                    "snapshot",
                    models.TextField(help_text="Which transactions were committed, as the database writes it."),
                ),
                ("read_at", models.DateTimeField()),
                ("groups", models.TextField()),
            ],
            options={
                "verbose_name_plural": "kept groups",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disruption",
            trigger=pgtrigger.compiler.Trigger(
                name="note_counting_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO disruptions_countingchange (quarter, xid)\n    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM (SELECT date_trunc('quarter', occurred_on::timestamp)::date FROM new_values WHERE status IN ('submitted', 'approved') AND occurred_on IS NOT NULL) AS changed (quarter)\n    ON CONFLICT DO NOTHING;\n    RETURN NULL;\n",
                    hash="d0a62bfc7a15485e5d7ed3434c132769511746ba",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_note_counting_insert_1ceb2",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_disruption",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disruption",
            trigger=pgtrigger.compiler.Trigger(
                name="note_counting_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO disruptions_countingchange (quarter, xid)\n    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM (SELECT date_trunc('quarter', occurred_on::timestamp)::date FROM old_values WHERE status IN ('submitted', 'approved') AND occurred_on IS NOT NULL\n        UNION ALL SELECT date_trunc('quarter', occurred_on::timestamp)::date FROM new_values WHERE status IN ('submitted', 'approved') AND occurred_on IS NOT NULL) AS changed (quarter)\n    ON CONFLICT DO NOTHING;\n    RETURN NULL;\n",
                    hash="35e925929210dafec5636c4c4da541c46146475a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_note_counting_update_081cc",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_disruption",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disruption",
            trigger=pgtrigger.compiler.Trigger(
                name="note_counting_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO disruptions_countingchange (quarter, xid)\n    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM (SELECT date_trunc('quarter', occurred_on::timestamp)::date FROM old_values WHERE status IN ('submitted', 'approved') AND occurred_on IS NOT NULL) AS changed (quarter)\n    ON CONFLICT DO NOTHING;\n    RETURN NULL;\n",
                    hash="be5720b1863e5e78858711a5ba7caec3e532b0fc",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_note_counting_delete_b6cce",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="disruptions_disruption",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disruption",
            trigger=pgtrigger.compiler.Trigger(
                name="note_counting_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO disruptions_countingchange (quarter, xid)\n    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM (VALUES ('0001-01-01'::date)) AS changed (quarter)\n    ON CONFLICT DO NOTHING;\n    RETURN NULL;\n",
                    hash="60a381207d1bbcc447b1ff9142db9753c3eeee0e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_note_counting_truncate_58ec1",
                    table="disruptions_disruption",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outcome",
            trigger=pgtrigger.compiler.Trigger(
                name="note_counting_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM FROM disruptions_disruption WHERE id IN (SELECT disruption_id FROM new_values) ORDER BY id FOR SHARE;\n    INSERT INTO disruptions_countingchange (quarter, xid)\n    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM (SELECT date_trunc('quarter', occurred_on::timestamp)::date FROM disruptions_disruption JOIN (SELECT disruption_id FROM new_values) AS named (key) ON named.key = id WHERE status IN ('submitted', 'approved') AND occurred_on IS NOT NULL) AS changed (quarter)\n    ON CONFLICT DO NOTHING;\n    RETURN NULL;\n",
                    hash="ae51330675596758f85c07a00bb05326c5856be8",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_note_counting_insert_cd7af",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_outcome",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outcome",
            trigger=pgtrigger.compiler.Trigger(
                name="note_counting_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM FROM disruptions_disruption WHERE id IN (SELECT disruption_id FROM old_values UNION SELECT disruption_id FROM new_values) ORDER BY id FOR SHARE;\n    INSERT INTO disruptions_countingchange (quarter, xid)\n    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM (SELECT date_trunc('quarter', occurred_on::timestamp)::date FROM disruptions_disruption JOIN (SELECT disruption_id FROM old_values UNION SELECT disruption_id FROM new_values) AS named (key) ON named.key = id WHERE status IN ('submitted', 'approved') AND occurred_on IS NOT NULL) AS changed (quarter)\n    ON CONFLICT DO NOTHING;\n    RETURN NULL;\n",
                    hash="410a7d23690d1ae13f96b824317b38cea582ffbb",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_note_counting_update_3355d",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_outcome",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outcome",
            trigger=pgtrigger.compiler.Trigger(
                name="note_counting_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM FROM disruptions_disruption WHERE id IN (SELECT disruption_id FROM old_values) ORDER BY id FOR SHARE;\n    INSERT INTO disruptions_countingchange (quarter, xid)\n    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM (SELECT date_trunc('quarter', occurred_on::timestamp)::date FROM disruptions_disruption JOIN (SELECT disruption_id FROM old_values) AS named (key) ON named.key = id WHERE status IN ('submitted', 'approved') AND occurred_on IS NOT NULL) AS changed (quarter)\n    ON CONFLICT DO NOTHING;\n    RETURN NULL;\n",
                    hash="29bcbf691b260998012efc2a820e106dcef2464d",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_note_counting_delete_ad616",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="disruptions_outcome",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outcome",
            trigger=pgtrigger.compiler.Trigger(
                name="note_counting_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO disruptions_countingchange (quarter, xid)\n    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM (VALUES ('0001-01-01'::date)) AS changed (quarter)\n    ON CONFLICT DO NOTHING;\n    RETURN NULL;\n",
                    hash="77310ebf974c9a64dbf183f00a4dfe6b0f77a395",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_note_counting_truncate_11a90",
                    table="disruptions_outcome",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="socthreat",
            trigger=pgtrigger.compiler.Trigger(
                name="note_counting_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO disruptions_countingchange (quarter, xid)\n    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM (\n        SELECT CASE WHEN old_values.primary_area IS DISTINCT FROM new_values.primary_area\n            THEN '0001-01-01'::date ELSE '0001-01-02'::date END\n        FROM old_values JOIN new_values USING (id)\n        WHERE old_values.primary_area IS DISTINCT FROM new_values.primary_area\n            OR old_values.p_grade IS DISTINCT FROM new_values.p_grade\n    ) AS changed (quarter)\n    ON CONFLICT DO NOTHING;\n    RETURN NULL;\n",
                    hash="19fcc167a6e51836fa016ad4be39c7253d9e2448",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_note_counting_update_0ec99",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_socthreat",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="countingchange",
            trigger=pgtrigger.compiler.Trigger(
                name="note_counting_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO disruptions_countingchange (quarter, xid)\n    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM (VALUES ('0001-01-01'::date)) AS changed (quarter)\n    ON CONFLICT DO NOTHING;\n    RETURN NULL;\n",
                    hash="9e4e8e4e52b3eca662259ae789a94e347bff8228",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_note_counting_truncate_a225d",
                    table="disruptions_countingchange",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="keptgroups",
            index=models.Index(fields=["read_at"], include=("key",), name="kept_groups_read_at_idx"),
        ),
        migrations.RunSQL(AGENCIES, NO_AGENCIES),
        migrations.RunSQL(FORGETTING, "DROP FUNCTION forget_counting_changes()"),
    ]
