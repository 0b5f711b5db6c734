"""A record of a threat that was merged is refused, whoever writes it and however close to the merge."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("disruptions", "0011_plan_and_visits"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="disruption",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_merged_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM FROM disruptions_socthreat WHERE id IN (SELECT threat_id FROM new_values) ORDER BY id FOR KEY SHARE;\n    IF EXISTS (SELECT FROM disruptions_socthreat WHERE id IN (SELECT threat_id FROM new_values) AND merged_into_id IS NOT NULL) THEN\n        RAISE 'a record of a threat that was merged' USING ERRCODE = 'check_violation',\n            TABLE = 'disruptions_disruption', CONSTRAINT = 'disruption_threat_merged';\n    END IF;\n    RETURN NULL;\n",
                    hash="ed82576d49a884b5118b8193680837cb24127463",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_refuse_merged_insert_46cbb",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_disruption",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disruption",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_merged_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM FROM disruptions_socthreat WHERE id IN (\n        SELECT new_values.threat_id FROM new_values JOIN old_values ON old_values.id = new_values.id\n        WHERE new_values.threat_id IS DISTINCT FROM old_values.threat_id) ORDER BY id FOR KEY SHARE;\n    IF EXISTS (SELECT FROM disruptions_socthreat WHERE id IN (\n        SELECT new_values.threat_id FROM new_values JOIN old_values ON old_values.id = new_values.id\n        WHERE new_values.threat_id IS DISTINCT FROM old_values.threat_id) AND merged_into_id IS NOT NULL) THEN\n        RAISE 'a record of a threat that was merged' USING ERRCODE = 'check_violation',\n            TABLE = 'disruptions_disruption', CONSTRAINT = 'disruption_threat_merged';\n    END IF;\n    RETURN NULL;\n",
                    hash="416f0626b923f0a263df8bf4b99d11c59469be31",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_refuse_merged_update_a5dca",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_disruption",
                    when="AFTER",
                ),
            ),
        ),
    ]
