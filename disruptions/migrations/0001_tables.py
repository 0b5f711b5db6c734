"""The tables of threats, disruptions and their history.

It stands for the migrations before it, which nobody ran but on their own machine; see docs/decisions.
"""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("disruptions", "0001_initial"),
        ("disruptions", "0003_as_at_views"),
        ("disruptions", "0004_started_draft"),
        ("disruptions", "0005_counting_index"),
        ("disruptions", "0006_work_between_people"),
        ("disruptions", "0007_where_duplicates_are_looked_for"),
        ("disruptions", "0008_fewer_indexes"),
        ("disruptions", "0009_master_list"),
        ("disruptions", "0010_assessments"),
        ("disruptions", "0011_plan_and_visits"),
        ("disruptions", "0012_merged_threats_take_no_records"),
    ]

    dependencies = [
        # None of these is needed by the tables; running them first keeps each from rendering every model here.
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("agencies", "0001_tables"),
        ("agencies", "__first__"),
        ("agencies", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="DisruptionAsAt",
            fields=[
                ("reference", models.CharField(editable=False, max_length=11, verbose_name="reference")),
                (
                    "role",
                    models.CharField(
                        choices=[("lead", "Lead"), ("support", "Support")],
                        help_text="Lead: your agency led it. Support: your agency helped another agency that led it.",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "occurred_on",
                    models.DateField(
                        help_text="The day it happened, not the day it is recorded. It decides the quarter it counts in.",
                        null=True,
                        verbose_name="date of the disruption",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("major", "Major"),
                            ("moderate", "Moderate"),
                            ("minor", "Minor"),
                            ("none", "None"),
                            ("negative", "Negative"),
                        ],
                        help_text="Judged against this threat: major is significant or long-term, moderate notable or medium-term, minor minimal or short-term. None and negative are recorded and never counted.",
                        max_length=10,
                        null=True,
                        verbose_name="level",
                    ),
                ),
                (
                    "claimed_level",
                    models.CharField(
                        choices=[
                            ("major", "Major"),
                            ("moderate", "Moderate"),
                            ("minor", "Minor"),
                            ("none", "None"),
                            ("negative", "Negative"),
                        ],
                        editable=False,
                        help_text="The level its agency claimed when it first submitted the record. Never changes.",
                        max_length=10,
                        null=True,
                        verbose_name="claimed level",
                    ),
                ),
                (
                    "extent",
                    models.CharField(
                        choices=[("significant", "Significant"), ("notable", "Notable"), ("minimal", "Minimal")],
                        help_text="How much of what the threat does was affected.",
                        max_length=12,
                        null=True,
                        verbose_name="extent",
                    ),
                ),
                (
                    "duration",
                    models.CharField(
                        choices=[("long", "Long"), ("medium", "Medium"), ("short", "Short")],
                        help_text="How long the effect is expected to last.",
                        max_length=10,
                        null=True,
                        verbose_name="duration",
                    ),
                ),
                (
                    "initiation",
                    models.CharField(
                        choices=[("proactive", "Proactive"), ("reactive", "Reactive")],
                        help_text="Proactive: your agency set out to do it. Reactive: it answered something that happened.",
                        max_length=10,
                        null=True,
                        verbose_name="proactive or reactive",
                    ),
                ),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("pursue", "Pursue"),
                            ("prevent", "Prevent"),
                            ("protect", "Protect"),
                            ("prepare", "Prepare"),
                        ],
                        help_text="Pursue offenders, prevent involvement, protect people and systems, or prepare.",
                        max_length=10,
                        null=True,
                        verbose_name="4P strand",
                    ),
                ),
                (
                    "sub_threat",
                    models.CharField(
                        choices=[
                            ("facilitation", "Facilitation by land, sea or air"),
                            ("documents", "False or fraudulently obtained documents"),
                            ("system_abuse", "Criminal abuse of the immigration system"),
                        ],
                        help_text="Which kind of organised immigration crime it was.",
                        max_length=20,
                        null=True,
                        verbose_name="OIC sub-threat",
                    ),
                ),
                (
                    "entry_method",
                    models.CharField(
                        choices=[
                            ("small_boat", "Small boat"),
                            ("other_vessel", "Other vessel"),
                            ("lorry_hard", "Hard-sided lorry"),
                            ("lorry_soft", "Soft-sided lorry"),
                            ("van_car", "Van or car"),
                            ("container", "Container"),
                            ("rail_tunnel", "Rail or Channel Tunnel"),
                            ("commercial_air", "Commercial flight"),
                            ("light_aircraft", "Light aircraft"),
                            ("common_travel_area", "Common Travel Area"),
                            ("visa_abuse", "Visa abuse"),
                            ("marriage_abuse", "Marriage abuse"),
                            ("illegal_working", "Illegal working"),
                            ("other", "Other"),
                            ("not_known", "Not known"),
                        ],
                        help_text="How people entered, or were going to.",
                        max_length=20,
                        null=True,
                        verbose_name="entry method",
                    ),
                ),
                (
                    "enablers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("online", "Online advertising"),
                                ("illicit_finance", "Illicit finance"),
                                ("equipment", "Boats, engines and equipment"),
                                ("document_supply", "Supply of documents"),
                                ("transport", "Transport"),
                                ("accommodation", "Accommodation"),
                                ("corrupt_insider", "Corrupt insider"),
                                ("other", "Other"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        help_text="What the crime relied on.",
                        size=None,
                    ),
                ),
                (
                    "uk_led",
                    models.BooleanField(
                        help_text="Yes if a UK agency led it. Support to another country's action is recorded and not counted.",
                        null=True,
                        verbose_name="UK-led",
                    ),
                ),
                (
                    "country",
                    models.CharField(help_text="Where it happened.", max_length=2, null=True, verbose_name="country"),
                ),
                (
                    "operation",
                    models.TextField(
                        blank=True, help_text="The name of the operation, if it had one.", verbose_name="operation name"
                    ),
                ),
                (
                    "summary",
                    models.TextField(
                        blank=True,
                        help_text="What was done, by whom, in plain words. No names of people who are not convicted, no source's identity.",
                        verbose_name="what happened",
                    ),
                ),
                (
                    "impact",
                    models.TextField(
                        blank=True,
                        help_text="What the threat can no longer do, and how you know.",
                        verbose_name="evidence of impact",
                    ),
                ),
                (
                    "oic_identifier_code",
                    models.TextField(
                        blank=True,
                        help_text="The code that marks the report as organised immigration crime on the Police National Database.",
                        verbose_name="OIC identifier code",
                    ),
                ),
                (
                    "msht_indicators",
                    models.BooleanField(
                        help_text="Yes if anybody showed signs of being a victim of modern slavery. A victim comes first.",
                        null=True,
                        verbose_name="modern slavery indicators",
                    ),
                ),
                (
                    "safeguarding_referral",
                    models.BooleanField(
                        help_text="Yes if anybody was referred for safeguarding.",
                        null=True,
                        verbose_name="safeguarding referral made",
                    ),
                ),
                (
                    "agency_reference",
                    models.TextField(
                        blank=True,
                        help_text="Your system's reference for it. Used once in your agency.",
                        verbose_name="own reference",
                    ),
                ),
                (
                    "source_recorded_on",
                    models.DateField(
                        help_text="The day it was first recorded in your own system.",
                        null=True,
                        verbose_name="first recorded at source",
                    ),
                ),
                (
                    "marking",
                    models.CharField(
                        choices=[("official", "OFFICIAL"), ("official_sensitive", "OFFICIAL-SENSITIVE")],
                        default="official_sensitive",
                        help_text="How the record is marked. Nothing above OFFICIAL-SENSITIVE belongs here.",
                        max_length=20,
                        verbose_name="marking",
                    ),
                ),
                (
                    "sharing",
                    models.CharField(
                        choices=[
                            ("all_agencies", "All agencies"),
                            ("lead_and_supporting", "Lead and supporting agencies"),
                            ("named_agencies", "Named agencies"),
                        ],
                        default="all_agencies",
                        help_text="Who may open it beside your own agency.",
                        max_length=20,
                        verbose_name="sharing",
                    ),
                ),
                (
                    "sandbox",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="Made to try things out. Never counted or shown to others.",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("browser", "Browser"), ("api", "API"), ("file", "File"), ("command", "Command")],
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()),
                        editable=False,
                        verbose_name="recorded",
                    ),
                ),
                ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="first submitted")),
                ("approved_at", models.DateTimeField(editable=False, null=True, verbose_name="approved")),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("amended", "Amended"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("reviewed", "Reviewed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("handed_over", "Handed over"),
                            ("lead_confirmed", "Joined to its lead"),
                            ("lead_corrected", "Lead agency corrected"),
                            ("lead_declined", "Lead declined"),
                            ("threat_merged", "Its threat was merged into another"),
                            ("threat_unmerged", "The merge of its threat was taken back"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge taken back"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("members_changed", "Memberships changed"),
                            ("assessed", "Assessed"),
                            ("review_planned", "Review planned"),
                            ("escalated", "Escalated"),
                            ("escalation_ended", "Escalation ended"),
                        ],
                        editable=False,
                        help_text="What made this version.",
                        max_length=20,
                    ),
                ),
                ("change_reason", models.TextField(blank=True, editable=False)),
                (
                    "reason_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("late_entry", "Late entry"),
                            ("regrade", "Regrade"),
                            ("withdrawn", "Withdrawn"),
                            ("duplicate", "Duplicate"),
                            ("lead_change", "Change of lead"),
                            ("threat_change", "Change of threat"),
                            ("date_correction", "Date correction"),
                            ("coverage", "Coverage"),
                            ("method", "Method"),
                            ("other_correction", "Other correction"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()),
                        editable=False,
                        verbose_name="changed",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "disruptions_disruption_as_at",
                "ordering": ("-occurred_on", "-id"),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="OCGAsAt",
            fields=[
                ("reference", models.CharField(editable=False, max_length=11, verbose_name="reference")),
                (
                    "name",
                    models.TextField(help_text="What the group is known as. No person's name.", verbose_name="name"),
                ),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        help_text="Other names it goes by.",
                        size=None,
                    ),
                ),
                (
                    "pnd_tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("tier_1", "Tier 1"),
                            ("tier_2", "Tier 2"),
                            ("tier_3", "Tier 3"),
                            ("tier_4", "Tier 4"),
                        ],
                        help_text="Its tier on the Police National Database. Not the P grade. Blank: not on PND.",
                        max_length=10,
                        null=True,
                        verbose_name="PND tier",
                    ),
                ),
                ("pnd_reference", models.TextField(blank=True, verbose_name="PND reference")),
                (
                    "agency_reference",
                    models.TextField(
                        blank=True,
                        help_text="What the lead agency's own system calls it.",
                        verbose_name="own reference",
                    ),
                ),
                ("intent", models.TextField(blank=True, help_text="What it means to do.", verbose_name="intent")),
                (
                    "capability",
                    models.TextField(blank=True, help_text="What it is able to do.", verbose_name="capability"),
                ),
                (
                    "geography",
                    models.TextField(blank=True, help_text="Where it works from and to.", verbose_name="geography"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("monitored", "Monitored"),
                            ("dormant", "Dormant"),
                            ("dismantled", "Dismantled"),
                            ("archived", "Archived"),
                        ],
                        default="active",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("amended", "Amended"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("reviewed", "Reviewed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("handed_over", "Handed over"),
                            ("lead_confirmed", "Joined to its lead"),
                            ("lead_corrected", "Lead agency corrected"),
                            ("lead_declined", "Lead declined"),
                            ("threat_merged", "Its threat was merged into another"),
                            ("threat_unmerged", "The merge of its threat was taken back"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge taken back"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("members_changed", "Memberships changed"),
                            ("assessed", "Assessed"),
                            ("review_planned", "Review planned"),
                            ("escalated", "Escalated"),
                            ("escalation_ended", "Escalation ended"),
                        ],
                        default="recorded",
                        editable=False,
                        help_text="What made this version.",
                        max_length=20,
                    ),
                ),
                ("change_reason", models.TextField(blank=True, default="", editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "disruptions_ocg_as_at",
                "ordering": ("name",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="SOCThreatAsAt",
            fields=[
                ("reference", models.CharField(editable=False, max_length=11, verbose_name="reference")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ocg", "Organised crime group"),
                            ("priority_individual", "Priority individual"),
                            ("vulnerability", "Vulnerability"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "title",
                    models.TextField(
                        help_text="A label. No personal data: nominals belong in other systems.", verbose_name="title"
                    ),
                ),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        editable=False,
                        help_text="What threats merged into it were called.",
                        size=None,
                    ),
                ),
                (
                    "primary_area",
                    models.CharField(
                        choices=[
                            ("csa", "Child sexual abuse"),
                            ("msht", "Modern slavery and human trafficking"),
                            ("oic", "Organised immigration crime"),
                            ("drugs", "Drugs"),
                            ("firearms", "Firearms"),
                            ("acquisitive", "Organised acquisitive crime"),
                            ("cyber", "Cyber crime"),
                            ("fraud", "Fraud"),
                            ("money_laundering", "Money laundering"),
                            ("corruption_sanctions", "Bribery, corruption and sanctions evasion"),
                        ],
                        default="oic",
                        help_text="Disruptions count as OIC only where this is organised immigration crime.",
                        max_length=24,
                        verbose_name="primary threat area",
                    ),
                ),
                (
                    "other_areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("csa", "Child sexual abuse"),
                                ("msht", "Modern slavery and human trafficking"),
                                ("oic", "Organised immigration crime"),
                                ("drugs", "Drugs"),
                                ("firearms", "Firearms"),
                                ("acquisitive", "Organised acquisitive crime"),
                                ("cyber", "Cyber crime"),
                                ("fraud", "Fraud"),
                                ("money_laundering", "Money laundering"),
                                ("corruption_sanctions", "Bribery, corruption and sanctions evasion"),
                            ],
                            max_length=24,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "sub_threats",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("facilitation", "Facilitation by land, sea or air"),
                                ("documents", "False or fraudulently obtained documents"),
                                ("system_abuse", "Criminal abuse of the immigration system"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("small_boat", "Small boat"),
                                ("other_vessel", "Other vessel"),
                                ("lorry_hard", "Hard-sided lorry"),
                                ("lorry_soft", "Soft-sided lorry"),
                                ("van_car", "Van or car"),
                                ("container", "Container"),
                                ("rail_tunnel", "Rail or Channel Tunnel"),
                                ("commercial_air", "Commercial flight"),
                                ("light_aircraft", "Light aircraft"),
                                ("common_travel_area", "Common Travel Area"),
                                ("visa_abuse", "Visa abuse"),
                                ("marriage_abuse", "Marriage abuse"),
                                ("illegal_working", "Illegal working"),
                                ("other", "Other"),
                                ("not_known", "Not known"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "enablers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("online", "Online advertising"),
                                ("illicit_finance", "Illicit finance"),
                                ("equipment", "Boats, engines and equipment"),
                                ("document_supply", "Supply of documents"),
                                ("transport", "Transport"),
                                ("accommodation", "Accommodation"),
                                ("corrupt_insider", "Corrupt insider"),
                                ("other", "Other"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "geography",
                    models.TextField(
                        blank=True, default="", help_text="Where it works from and to.", verbose_name="geography"
                    ),
                ),
                (
                    "agency_reference",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="What the lead agency's own system calls it.",
                        verbose_name="own reference",
                    ),
                ),
                (
                    "p_grade",
                    models.CharField(
                        blank=True,
                        choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")],
                        help_text="Adopted by the latest assessment. Not the PND tier.",
                        max_length=2,
                        null=True,
                        verbose_name="P grade",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("monitored", "Monitored"),
                            ("dormant", "Dormant"),
                            ("dismantled", "Dismantled"),
                            ("archived", "Archived"),
                        ],
                        default="active",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("next_review_on", models.DateField(blank=True, null=True, verbose_name="next review")),
                ("review_planned_on", models.DateField(blank=True, null=True, verbose_name="review planned for")),
                (
                    "escalated_to",
                    models.CharField(
                        blank=True,
                        choices=[("rocu", "Regional organised crime unit"), ("nca", "National Crime Agency")],
                        default="",
                        max_length=10,
                        verbose_name="escalated to",
                    ),
                ),
                ("escalated_at", models.DateTimeField(blank=True, null=True, verbose_name="escalated")),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("amended", "Amended"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("reviewed", "Reviewed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("handed_over", "Handed over"),
                            ("lead_confirmed", "Joined to its lead"),
                            ("lead_corrected", "Lead agency corrected"),
                            ("lead_declined", "Lead declined"),
                            ("threat_merged", "Its threat was merged into another"),
                            ("threat_unmerged", "The merge of its threat was taken back"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge taken back"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("members_changed", "Memberships changed"),
                            ("assessed", "Assessed"),
                            ("review_planned", "Review planned"),
                            ("escalated", "Escalated"),
                            ("escalation_ended", "Escalation ended"),
                        ],
                        default="recorded",
                        editable=False,
                        help_text="What made this version.",
                        max_length=20,
                    ),
                ),
                ("change_reason", models.TextField(blank=True, default="", editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "disruptions_soc_threat_as_at",
                "ordering": ("reference",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="OCG",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(editable=False, max_length=11, verbose_name="reference")),
                (
                    "name",
                    models.TextField(help_text="What the group is known as. No person's name.", verbose_name="name"),
                ),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        help_text="Other names it goes by.",
                        size=None,
                    ),
                ),
                (
                    "pnd_tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("tier_1", "Tier 1"),
                            ("tier_2", "Tier 2"),
                            ("tier_3", "Tier 3"),
                            ("tier_4", "Tier 4"),
                        ],
                        help_text="Its tier on the Police National Database. Not the P grade. Blank: not on PND.",
                        max_length=10,
                        null=True,
                        verbose_name="PND tier",
                    ),
                ),
                ("pnd_reference", models.TextField(blank=True, verbose_name="PND reference")),
                (
                    "agency_reference",
                    models.TextField(
                        blank=True,
                        help_text="What the lead agency's own system calls it.",
                        verbose_name="own reference",
                    ),
                ),
                ("intent", models.TextField(blank=True, help_text="What it means to do.", verbose_name="intent")),
                (
                    "capability",
                    models.TextField(blank=True, help_text="What it is able to do.", verbose_name="capability"),
                ),
                (
                    "geography",
                    models.TextField(blank=True, help_text="Where it works from and to.", verbose_name="geography"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("monitored", "Monitored"),
                            ("dormant", "Dormant"),
                            ("dismantled", "Dismantled"),
                            ("archived", "Archived"),
                        ],
                        default="active",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("amended", "Amended"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("reviewed", "Reviewed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("handed_over", "Handed over"),
                            ("lead_confirmed", "Joined to its lead"),
                            ("lead_corrected", "Lead agency corrected"),
                            ("lead_declined", "Lead declined"),
                            ("threat_merged", "Its threat was merged into another"),
                            ("threat_unmerged", "The merge of its threat was taken back"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge taken back"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("members_changed", "Memberships changed"),
                            ("assessed", "Assessed"),
                            ("review_planned", "Review planned"),
                            ("escalated", "Escalated"),
                            ("escalation_ended", "Escalation ended"),
                        ],
                        default="recorded",
                        editable=False,
                        help_text="What made this version.",
                        max_length=20,
                    ),
                ),
                ("change_reason", models.TextField(blank=True, default="", editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lead_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ocgs_led", to="agencies.agency"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="The OCG that took its place.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_here",
                        to="disruptions.ocg",
                    ),
                ),
            ],
            options={
                "verbose_name": "OCG",
                "verbose_name_plural": "OCGs",
                "ordering": ("name",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reference",),
                        name="ocg_reference_unique",
                        violation_error_code="ocg_reference_unique",
                        violation_error_message="Another OCG has this reference.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reference__regex", "^[DTG]-[0-9B-DF-HJ-NP-TV-Z]{4}-[0-9B-DF-HJ-NP-TV-Z]{4}$")
                        ),
                        name="ocg_reference_well_formed",
                        violation_error_code="ocg_reference_well_formed",
                        violation_error_message="A reference looks like D-7KQ2-M4XH.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["active", "monitored", "dormant", "dismantled", "archived"])
                        ),
                        name="ocg_status_known",
                        violation_error_code="ocg_status_known",
                        violation_error_message="Choose one of: active, monitored, dormant, dismantled, archived.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pnd_tier__in", ["tier_1", "tier_2", "tier_3", "tier_4"]),
                            ("pnd_tier__isnull", True),
                            _connector="OR",
                        ),
                        name="ocg_pnd_tier_known",
                        violation_error_code="ocg_pnd_tier_known",
                        violation_error_message="Choose one of: tier_1, tier_2, tier_3, tier_4.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="ocg_name_required",
                        violation_error_code="ocg_name_required",
                        violation_error_message="Enter the group's name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("name"), 120
                            )
                        ),
                        name="ocg_name_within_limit",
                        violation_error_code="ocg_name_within_limit",
                        violation_error_message="The name must be 120 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("aliases__len__lte", 50)),
                        name="ocg_aliases_few",
                        violation_error_code="ocg_aliases_few",
                        violation_error_message="Give at most 50 other names.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Regex(
                                models.Func(
                                    models.F("aliases"),
                                    models.Value("\n"),
                                    function="array_to_string",
                                    output_field=models.TextField(),
                                ),
                                "[^\\n]{121,}",
                            ),
                            _negated=True,
                        ),
                        name="ocg_aliases_within_limit",
                        violation_error_code="ocg_aliases_within_limit",
                        violation_error_message="Each of the other names must be 120 characters or fewer, on one line.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("pnd_reference"), 40
                            )
                        ),
                        name="ocg_pnd_reference_within_limit",
                        violation_error_code="ocg_pnd_reference_within_limit",
                        violation_error_message="The PND reference must be 40 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("agency_reference"), 80
                            )
                        ),
                        name="ocg_agency_reference_within_limit",
                        violation_error_code="ocg_agency_reference_within_limit",
                        violation_error_message="Own reference must be 80 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("geography"), 200
                            )
                        ),
                        name="ocg_geography_within_limit",
                        violation_error_code="ocg_geography_within_limit",
                        violation_error_message="Geography must be 200 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("intent"), 4000
                            )
                        ),
                        name="ocg_intent_within_limit",
                        violation_error_code="ocg_intent_within_limit",
                        violation_error_message="Intent must be 4,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("capability"), 4000
                            )
                        ),
                        name="ocg_capability_within_limit",
                        violation_error_code="ocg_capability_within_limit",
                        violation_error_message="Capability must be 4,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("change_reason"), 2000
                            )
                        ),
                        name="ocg_change_reason_within_limit",
                        violation_error_code="ocg_change_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "change__in",
                                [
                                    "recorded",
                                    "amended",
                                    "submitted",
                                    "approved",
                                    "returned",
                                    "reviewed",
                                    "rejected",
                                    "withdrawn",
                                    "reopened",
                                    "handed_over",
                                    "lead_confirmed",
                                    "lead_corrected",
                                    "lead_declined",
                                    "threat_merged",
                                    "threat_unmerged",
                                    "merged",
                                    "unmerged",
                                    "archived",
                                    "restored",
                                    "members_changed",
                                    "assessed",
                                    "review_planned",
                                    "escalated",
                                    "escalation_ended",
                                ],
                            )
                        ),
                        name="ocg_change_known",
                        violation_error_code="ocg_change_known",
                        violation_error_message="Choose one of: recorded, amended, submitted, approved, returned, reviewed, rejected, withdrawn, reopened, handed_over, lead_confirmed, lead_corrected, lead_declined, threat_merged, threat_unmerged, merged, unmerged, archived, restored, members_changed, assessed, review_planned, escalated, escalation_ended.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("agency_reference", ""), _negated=True),
                        fields=("lead_agency", "agency_reference"),
                        name="ocg_agency_reference_unique",
                        violation_error_code="ocg_agency_reference_unique",
                        violation_error_message="The lead agency has an OCG with this own reference already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("status", "archived"), models.Q(("merged_into", models.F("id")), _negated=True)),
                            _connector="OR",
                        ),
                        name="ocg_merged_is_archived",
                        violation_error_code="ocg_merged_is_archived",
                        violation_error_message="An OCG that was merged into another is archived. Take the merge back first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("change", "archived"), _negated=True),
                            models.Q(("change_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="ocg_archived_has_reason",
                        violation_error_code="ocg_archived_has_reason",
                        violation_error_message="Say why it is archived.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoringModel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=80)),
                (
                    "factors",
                    models.JSONField(
                        help_text="Code, label, question, weight and words for the scores 0 to 5 of each."
                    ),
                ),
                (
                    "thresholds",
                    models.JSONField(help_text="P1 to P3, each to the lowest total of 100 that suggests it."),
                ),
                ("confidence", models.JSONField(help_text="What low, medium and high confidence mean.")),
                ("note", models.TextField(help_text="What is new in this version, and why.")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-version",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version",),
                        name="scoring_model_version_unique",
                        violation_error_code="scoring_model_version_unique",
                        violation_error_message="Somebody has added this version meanwhile. Look at theirs before you add another.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)),
                        name="scoring_model_version_positive",
                        violation_error_code="scoring_model_version_positive",
                        violation_error_message="Versions begin at 1.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="scoring_model_has_name",
                        violation_error_code="scoring_model_has_name",
                        violation_error_message="Enter a name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True),
                        name="scoring_model_has_note",
                        violation_error_code="scoring_model_has_note",
                        violation_error_message="Say what is new, and why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("note"), 2000
                            )
                        ),
                        name="scoring_model_note_within_limit",
                        violation_error_code="scoring_model_note_within_limit",
                        violation_error_message="The note must be 2,000 characters or fewer.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "transaction_id",
                    models.BigIntegerField(
                        db_default=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.comparison.Cast(
                                models.Func(function="pg_current_xact_id", output_field=models.TextField()),
                                models.TextField(),
                            ),
                            models.BigIntegerField(),
                        ),
                        editable=False,
                    ),
                ),
                ("subject", models.CharField(help_text="disruption, soc_threat or ocg.", max_length=20)),
                ("object_id", models.BigIntegerField()),
                ("reference", models.CharField(max_length=11)),
                ("version", models.PositiveIntegerField()),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("amended", "Amended"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("reviewed", "Reviewed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("handed_over", "Handed over"),
                            ("lead_confirmed", "Joined to its lead"),
                            ("lead_corrected", "Lead agency corrected"),
                            ("lead_declined", "Lead declined"),
                            ("threat_merged", "Its threat was merged into another"),
                            ("threat_unmerged", "The merge of its threat was taken back"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge taken back"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("members_changed", "Memberships changed"),
                            ("assessed", "Assessed"),
                            ("review_planned", "Review planned"),
                            ("escalated", "Escalated"),
                            ("escalation_ended", "Escalation ended"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "occurred_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "ordering": ("transaction_id", "id"),
                "indexes": [models.Index(fields=["transaction_id", "id"], name="change_event_feed_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "change__in",
                                [
                                    "recorded",
                                    "amended",
                                    "submitted",
                                    "approved",
                                    "returned",
                                    "reviewed",
                                    "rejected",
                                    "withdrawn",
                                    "reopened",
                                    "handed_over",
                                    "lead_confirmed",
                                    "lead_corrected",
                                    "lead_declined",
                                    "threat_merged",
                                    "threat_unmerged",
                                    "merged",
                                    "unmerged",
                                    "archived",
                                    "restored",
                                    "members_changed",
                                    "assessed",
                                    "review_planned",
                                    "escalated",
                                    "escalation_ended",
                                ],
                            )
                        ),
                        name="change_event_change_known",
                        violation_error_code="change_event_change_known",
                        violation_error_message="Choose one of: recorded, amended, submitted, approved, returned, reviewed, rejected, withdrawn, reopened, handed_over, lead_confirmed, lead_corrected, lead_declined, threat_merged, threat_unmerged, merged, unmerged, archived, restored, members_changed, assessed, review_planned, escalated, escalation_ended.",
                    ),
                    models.UniqueConstraint(
                        fields=("subject", "object_id", "version"),
                        name="change_event_one_per_version",
                        violation_error_code="change_event_one_per_version",
                        violation_error_message="This version has its event already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DigestSent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("items", models.PositiveIntegerField(help_text="How many things waited.")),
                (
                    "sent_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "day"),
                        name="digest_sent_once_a_day",
                        violation_error_code="digest_sent_once_a_day",
                        violation_error_message="Today's digest was sent already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=255)),
                ("request_sha256", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="idempotency_records",
                        to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="idempotency_created_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "key"),
                        name="idempotency_record_key_unique",
                        violation_error_code="idempotency_record_key_unique",
                        violation_error_message="This key has been used.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body__isnull", True), ("status__isnull", True)),
                            models.Q(("body__isnull", False), ("status__isnull", False)),
                            _connector="OR",
                        ),
                        name="idempotency_record_answer_whole",
                        violation_error_code="idempotency_record_answer_whole",
                        violation_error_message="An answer is stored whole or not at all.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OCGEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("reference", models.CharField(editable=False, max_length=11, verbose_name="reference")),
                (
                    "name",
                    models.TextField(help_text="What the group is known as. No person's name.", verbose_name="name"),
                ),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        help_text="Other names it goes by.",
                        size=None,
                    ),
                ),
                (
                    "pnd_tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("tier_1", "Tier 1"),
                            ("tier_2", "Tier 2"),
                            ("tier_3", "Tier 3"),
                            ("tier_4", "Tier 4"),
                        ],
                        help_text="Its tier on the Police National Database. Not the P grade. Blank: not on PND.",
                        max_length=10,
                        null=True,
                        verbose_name="PND tier",
                    ),
                ),
                ("pnd_reference", models.TextField(blank=True, verbose_name="PND reference")),
                (
                    "agency_reference",
                    models.TextField(
                        blank=True,
                        help_text="What the lead agency's own system calls it.",
                        verbose_name="own reference",
                    ),
                ),
                ("intent", models.TextField(blank=True, help_text="What it means to do.", verbose_name="intent")),
                (
                    "capability",
                    models.TextField(blank=True, help_text="What it is able to do.", verbose_name="capability"),
                ),
                (
                    "geography",
                    models.TextField(blank=True, help_text="Where it works from and to.", verbose_name="geography"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("monitored", "Monitored"),
                            ("dormant", "Dormant"),
                            ("dismantled", "Dismantled"),
                            ("archived", "Archived"),
                        ],
                        default="active",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("amended", "Amended"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("reviewed", "Reviewed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("handed_over", "Handed over"),
                            ("lead_confirmed", "Joined to its lead"),
                            ("lead_corrected", "Lead agency corrected"),
                            ("lead_declined", "Lead declined"),
                            ("threat_merged", "Its threat was merged into another"),
                            ("threat_unmerged", "The merge of its threat was taken back"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge taken back"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("members_changed", "Memberships changed"),
                            ("assessed", "Assessed"),
                            ("review_planned", "Review planned"),
                            ("escalated", "Escalated"),
                            ("escalation_ended", "Escalation ended"),
                        ],
                        default="recorded",
                        editable=False,
                        help_text="What made this version.",
                        max_length=20,
                    ),
                ),
                ("change_reason", models.TextField(blank=True, default="", editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead_agency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        help_text="The OCG that took its place.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="disruptions.ocg",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version"), include=("pgh_created_at",), name="ocg_event_one_row_per_version"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Disruption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(editable=False, max_length=11, verbose_name="reference")),
                (
                    "role",
                    models.CharField(
                        choices=[("lead", "Lead"), ("support", "Support")],
                        help_text="Lead: your agency led it. Support: your agency helped another agency that led it.",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "occurred_on",
                    models.DateField(
                        help_text="The day it happened, not the day it is recorded. It decides the quarter it counts in.",
                        null=True,
                        verbose_name="date of the disruption",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("major", "Major"),
                            ("moderate", "Moderate"),
                            ("minor", "Minor"),
                            ("none", "None"),
                            ("negative", "Negative"),
                        ],
                        help_text="Judged against this threat: major is significant or long-term, moderate notable or medium-term, minor minimal or short-term. None and negative are recorded and never counted.",
                        max_length=10,
                        null=True,
                        verbose_name="level",
                    ),
                ),
                (
                    "claimed_level",
                    models.CharField(
                        choices=[
                            ("major", "Major"),
                            ("moderate", "Moderate"),
                            ("minor", "Minor"),
                            ("none", "None"),
                            ("negative", "Negative"),
                        ],
                        editable=False,
                        help_text="The level its agency claimed when it first submitted the record. Never changes.",
                        max_length=10,
                        null=True,
                        verbose_name="claimed level",
                    ),
                ),
                (
                    "extent",
                    models.CharField(
                        choices=[("significant", "Significant"), ("notable", "Notable"), ("minimal", "Minimal")],
                        help_text="How much of what the threat does was affected.",
                        max_length=12,
                        null=True,
                        verbose_name="extent",
                    ),
                ),
                (
                    "duration",
                    models.CharField(
                        choices=[("long", "Long"), ("medium", "Medium"), ("short", "Short")],
                        help_text="How long the effect is expected to last.",
                        max_length=10,
                        null=True,
                        verbose_name="duration",
                    ),
                ),
                (
                    "initiation",
                    models.CharField(
                        choices=[("proactive", "Proactive"), ("reactive", "Reactive")],
                        help_text="Proactive: your agency set out to do it. Reactive: it answered something that happened.",
                        max_length=10,
                        null=True,
                        verbose_name="proactive or reactive",
                    ),
                ),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("pursue", "Pursue"),
                            ("prevent", "Prevent"),
                            ("protect", "Protect"),
                            ("prepare", "Prepare"),
                        ],
                        help_text="Pursue offenders, prevent involvement, protect people and systems, or prepare.",
                        max_length=10,
                        null=True,
                        verbose_name="4P strand",
                    ),
                ),
                (
                    "sub_threat",
                    models.CharField(
                        choices=[
                            ("facilitation", "Facilitation by land, sea or air"),
                            ("documents", "False or fraudulently obtained documents"),
                            ("system_abuse", "Criminal abuse of the immigration system"),
                        ],
                        help_text="Which kind of organised immigration crime it was.",
                        max_length=20,
                        null=True,
                        verbose_name="OIC sub-threat",
                    ),
                ),
                (
                    "entry_method",
                    models.CharField(
                        choices=[
                            ("small_boat", "Small boat"),
                            ("other_vessel", "Other vessel"),
                            ("lorry_hard", "Hard-sided lorry"),
                            ("lorry_soft", "Soft-sided lorry"),
                            ("van_car", "Van or car"),
                            ("container", "Container"),
                            ("rail_tunnel", "Rail or Channel Tunnel"),
                            ("commercial_air", "Commercial flight"),
                            ("light_aircraft", "Light aircraft"),
                            ("common_travel_area", "Common Travel Area"),
                            ("visa_abuse", "Visa abuse"),
                            ("marriage_abuse", "Marriage abuse"),
                            ("illegal_working", "Illegal working"),
                            ("other", "Other"),
                            ("not_known", "Not known"),
                        ],
                        help_text="How people entered, or were going to.",
                        max_length=20,
                        null=True,
                        verbose_name="entry method",
                    ),
                ),
                (
                    "enablers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("online", "Online advertising"),
                                ("illicit_finance", "Illicit finance"),
                                ("equipment", "Boats, engines and equipment"),
                                ("document_supply", "Supply of documents"),
                                ("transport", "Transport"),
                                ("accommodation", "Accommodation"),
                                ("corrupt_insider", "Corrupt insider"),
                                ("other", "Other"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        help_text="What the crime relied on.",
                        size=None,
                    ),
                ),
                (
                    "uk_led",
                    models.BooleanField(
                        help_text="Yes if a UK agency led it. Support to another country's action is recorded and not counted.",
                        null=True,
                        verbose_name="UK-led",
                    ),
                ),
                (
                    "country",
                    models.CharField(help_text="Where it happened.", max_length=2, null=True, verbose_name="country"),
                ),
                (
                    "operation",
                    models.TextField(
                        blank=True, help_text="The name of the operation, if it had one.", verbose_name="operation name"
                    ),
                ),
                (
                    "summary",
                    models.TextField(
                        blank=True,
                        help_text="What was done, by whom, in plain words. No names of people who are not convicted, no source's identity.",
                        verbose_name="what happened",
                    ),
                ),
                (
                    "impact",
                    models.TextField(
                        blank=True,
                        help_text="What the threat can no longer do, and how you know.",
                        verbose_name="evidence of impact",
                    ),
                ),
                (
                    "oic_identifier_code",
                    models.TextField(
                        blank=True,
                        help_text="The code that marks the report as organised immigration crime on the Police National Database.",
                        verbose_name="OIC identifier code",
                    ),
                ),
                (
                    "msht_indicators",
                    models.BooleanField(
                        help_text="Yes if anybody showed signs of being a victim of modern slavery. A victim comes first.",
                        null=True,
                        verbose_name="modern slavery indicators",
                    ),
                ),
                (
                    "safeguarding_referral",
                    models.BooleanField(
                        help_text="Yes if anybody was referred for safeguarding.",
                        null=True,
                        verbose_name="safeguarding referral made",
                    ),
                ),
                (
                    "agency_reference",
                    models.TextField(
                        blank=True,
                        help_text="Your system's reference for it. Used once in your agency.",
                        verbose_name="own reference",
                    ),
                ),
                (
                    "source_recorded_on",
                    models.DateField(
                        help_text="The day it was first recorded in your own system.",
                        null=True,
                        verbose_name="first recorded at source",
                    ),
                ),
                (
                    "marking",
                    models.CharField(
                        choices=[("official", "OFFICIAL"), ("official_sensitive", "OFFICIAL-SENSITIVE")],
                        default="official_sensitive",
                        help_text="How the record is marked. Nothing above OFFICIAL-SENSITIVE belongs here.",
                        max_length=20,
                        verbose_name="marking",
                    ),
                ),
                (
                    "sharing",
                    models.CharField(
                        choices=[
                            ("all_agencies", "All agencies"),
                            ("lead_and_supporting", "Lead and supporting agencies"),
                            ("named_agencies", "Named agencies"),
                        ],
                        default="all_agencies",
                        help_text="Who may open it beside your own agency.",
                        max_length=20,
                        verbose_name="sharing",
                    ),
                ),
                (
                    "sandbox",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="Made to try things out. Never counted or shown to others.",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("browser", "Browser"), ("api", "API"), ("file", "File"), ("command", "Command")],
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()),
                        editable=False,
                        verbose_name="recorded",
                    ),
                ),
                ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="first submitted")),
                ("approved_at", models.DateTimeField(editable=False, null=True, verbose_name="approved")),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("amended", "Amended"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("reviewed", "Reviewed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("handed_over", "Handed over"),
                            ("lead_confirmed", "Joined to its lead"),
                            ("lead_corrected", "Lead agency corrected"),
                            ("lead_declined", "Lead declined"),
                            ("threat_merged", "Its threat was merged into another"),
                            ("threat_unmerged", "The merge of its threat was taken back"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge taken back"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("members_changed", "Memberships changed"),
                            ("assessed", "Assessed"),
                            ("review_planned", "Review planned"),
                            ("escalated", "Escalated"),
                            ("escalation_ended", "Escalation ended"),
                        ],
                        editable=False,
                        help_text="What made this version.",
                        max_length=20,
                    ),
                ),
                ("change_reason", models.TextField(blank=True, editable=False)),
                (
                    "reason_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("late_entry", "Late entry"),
                            ("regrade", "Regrade"),
                            ("withdrawn", "Withdrawn"),
                            ("duplicate", "Duplicate"),
                            ("lead_change", "Change of lead"),
                            ("threat_change", "Change of threat"),
                            ("date_correction", "Date correction"),
                            ("coverage", "Coverage"),
                            ("method", "Method"),
                            ("other_correction", "Other correction"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()),
                        editable=False,
                        verbose_name="changed",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "lead_role",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(lead__isnull=False, then=models.Value("lead")), default=models.Value(None)
                        ),
                        output_field=models.CharField(max_length=10, null=True),
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disruptions",
                        to="agencies.agency",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approved",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "force_area",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Where in the United Kingdom it happened.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disruptions_in_area",
                        to="agencies.agency",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        help_text="The reference of the record that this one supports.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "lead_agency",
                    models.ForeignKey(
                        help_text="The agency that led it. Enough on its own while the lead is not recorded yet.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports_received",
                        to="agencies.agency",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submitted",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-occurred_on", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reference",),
                        name="disruption_reference_unique",
                        violation_error_code="disruption_reference_unique",
                        violation_error_message="Another record has this reference.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("agency_reference", ""), _negated=True),
                        fields=("agency", "sandbox", "agency_reference"),
                        name="disruption_agency_reference_unique",
                        violation_error_code="disruption_agency_reference_unique",
                        violation_error_message="Your agency has already recorded a disruption with this reference.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("lead__isnull", False), ("status__in", ("draft", "submitted", "approved", "returned"))
                        ),
                        fields=("lead", "agency"),
                        name="disruption_one_live_support",
                        violation_error_code="disruption_one_live_support",
                        violation_error_message="Your agency has already recorded its support of this lead.",
                    ),
                    models.UniqueConstraint(
                        fields=("id", "agency", "role"),
                        name="disruption_lead_target",
                        violation_error_code="disruption_lead_target",
                        violation_error_message="The target that supports point at.",
                    ),
                    models.UniqueConstraint(
                        fields=("id", "recorded_by"),
                        name="disruption_author_target",
                        violation_error_code="disruption_author_target",
                        violation_error_message="The target that reviews point at.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reference__regex", "^[DTG]-[0-9B-DF-HJ-NP-TV-Z]{4}-[0-9B-DF-HJ-NP-TV-Z]{4}$")
                        ),
                        name="disruption_reference_well_formed",
                        violation_error_code="disruption_reference_well_formed",
                        violation_error_message="A reference looks like D-7KQ2-M4XH.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "approved", "returned", "rejected", "withdrawn"])
                        ),
                        name="disruption_status_known",
                        violation_error_code="disruption_status_known",
                        violation_error_message="Choose one of: draft, submitted, approved, returned, rejected, withdrawn.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["browser", "api", "file", "command"])),
                        name="disruption_channel_known",
                        violation_error_code="disruption_channel_known",
                        violation_error_message="Choose one of: browser, api, file, command.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("claimed_level__in", ["major", "moderate", "minor", "none", "negative"]),
                            ("claimed_level__isnull", True),
                            _connector="OR",
                        ),
                        name="disruption_claimed_level_known",
                        violation_error_code="disruption_claimed_level_known",
                        violation_error_message="Choose one of: major, moderate, minor, none, negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["lead", "support"]), ("role__isnull", True), _connector="OR"),
                        name="disruption_role_known",
                        violation_error_code="disruption_role_known",
                        violation_error_message="Choose one of: lead, support.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ["major", "moderate", "minor", "none", "negative"]),
                            ("level__isnull", True),
                            _connector="OR",
                        ),
                        name="disruption_level_known",
                        violation_error_code="disruption_level_known",
                        violation_error_message="Choose one of: major, moderate, minor, none, negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("extent__in", ["significant", "notable", "minimal"]),
                            ("extent__isnull", True),
                            _connector="OR",
                        ),
                        name="disruption_extent_known",
                        violation_error_code="disruption_extent_known",
                        violation_error_message="Choose one of: significant, notable, minimal.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duration__in", ["long", "medium", "short"]), ("duration__isnull", True), _connector="OR"
                        ),
                        name="disruption_duration_known",
                        violation_error_code="disruption_duration_known",
                        violation_error_message="Choose one of: long, medium, short.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("initiation__in", ["proactive", "reactive"]), ("initiation__isnull", True), _connector="OR"
                        ),
                        name="disruption_initiation_known",
                        violation_error_code="disruption_initiation_known",
                        violation_error_message="Choose one of: proactive, reactive.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("strand__in", ["pursue", "prevent", "protect", "prepare"]),
                            ("strand__isnull", True),
                            _connector="OR",
                        ),
                        name="disruption_strand_known",
                        violation_error_code="disruption_strand_known",
                        violation_error_message="Choose one of: pursue, prevent, protect, prepare.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sub_threat__in", ["facilitation", "documents", "system_abuse"]),
                            ("sub_threat__isnull", True),
                            _connector="OR",
                        ),
                        name="disruption_sub_threat_known",
                        violation_error_code="disruption_sub_threat_known",
                        violation_error_message="Choose one of: facilitation, documents, system_abuse.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "entry_method__in",
                                [
                                    "small_boat",
                                    "other_vessel",
                                    "lorry_hard",
                                    "lorry_soft",
                                    "van_car",
                                    "container",
                                    "rail_tunnel",
                                    "commercial_air",
                                    "light_aircraft",
                                    "common_travel_area",
                                    "visa_abuse",
                                    "marriage_abuse",
                                    "illegal_working",
                                    "other",
                                    "not_known",
                                ],
                            ),
                            ("entry_method__isnull", True),
                            _connector="OR",
                        ),
                        name="disruption_entry_method_known",
                        violation_error_code="disruption_entry_method_known",
                        violation_error_message="Choose one of: small_boat, other_vessel, lorry_hard, lorry_soft, van_car, container, rail_tunnel, commercial_air, light_aircraft, common_travel_area, visa_abuse, marriage_abuse, illegal_working, other, not_known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("marking__in", ["official", "official_sensitive"])),
                        name="disruption_marking_known",
                        violation_error_code="disruption_marking_known",
                        violation_error_message="Choose one of: official, official_sensitive.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sharing__in", ["all_agencies", "lead_and_supporting", "named_agencies"])),
                        name="disruption_sharing_known",
                        violation_error_code="disruption_sharing_known",
                        violation_error_message="Choose one of: all_agencies, lead_and_supporting, named_agencies.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "enablers__contained_by",
                                [
                                    "online",
                                    "illicit_finance",
                                    "equipment",
                                    "document_supply",
                                    "transport",
                                    "accommodation",
                                    "corrupt_insider",
                                    "other",
                                ],
                            )
                        ),
                        name="disruption_enablers_known",
                        violation_error_code="disruption_enablers_known",
                        violation_error_message="Choose from: online, illicit_finance, equipment, document_supply, transport, accommodation, corrupt_insider, other.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("operation"), 100
                            )
                        ),
                        name="disruption_operation_within_limit",
                        violation_error_code="disruption_operation_within_limit",
                        violation_error_message="Operation name must be 100 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("summary"), 4000
                            )
                        ),
                        name="disruption_summary_within_limit",
                        violation_error_code="disruption_summary_within_limit",
                        violation_error_message="What happened must be 4,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("impact"), 4000
                            )
                        ),
                        name="disruption_impact_within_limit",
                        violation_error_code="disruption_impact_within_limit",
                        violation_error_message="Evidence of impact must be 4,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("oic_identifier_code"), 30
                            )
                        ),
                        name="disruption_oic_identifier_code_within_limit",
                        violation_error_code="disruption_oic_identifier_code_within_limit",
                        violation_error_message="OIC identifier code must be 30 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("agency_reference"), 100
                            )
                        ),
                        name="disruption_agency_reference_within_limit",
                        violation_error_code="disruption_agency_reference_within_limit",
                        violation_error_message="Your own reference must be 100 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("change_reason"), 2000
                            )
                        ),
                        name="disruption_change_reason_within_limit",
                        violation_error_code="disruption_change_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                            ("occurred_on__isnull", False),
                            _connector="OR",
                        ),
                        name="disruption_occurred_on_required",
                        violation_error_code="disruption_occurred_on_required",
                        violation_error_message="Enter the date of the disruption.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                            ("level__isnull", False),
                            _connector="OR",
                        ),
                        name="disruption_level_required",
                        violation_error_code="disruption_level_required",
                        violation_error_message="Choose the level.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                            ("initiation__isnull", False),
                            _connector="OR",
                        ),
                        name="disruption_initiation_required",
                        violation_error_code="disruption_initiation_required",
                        violation_error_message="Say whether it was proactive or reactive.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                            ("strand__isnull", False),
                            _connector="OR",
                        ),
                        name="disruption_strand_required",
                        violation_error_code="disruption_strand_required",
                        violation_error_message="Choose the 4P strand.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                            ("sub_threat__isnull", False),
                            _connector="OR",
                        ),
                        name="disruption_sub_threat_required",
                        violation_error_code="disruption_sub_threat_required",
                        violation_error_message="Choose the OIC sub-threat.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                            ("uk_led__isnull", False),
                            _connector="OR",
                        ),
                        name="disruption_uk_led_required",
                        violation_error_code="disruption_uk_led_required",
                        violation_error_message="Say whether it was UK-led.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                            models.Q(("summary", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="disruption_summary_required",
                        violation_error_code="disruption_summary_required",
                        violation_error_message="Enter what happened.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                            models.Q(("impact", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="disruption_impact_required",
                        violation_error_code="disruption_impact_required",
                        violation_error_message="Enter evidence of impact.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("country__isnull", True),
                            (
                                "country__in",
                                [
                                    "AD",
                                    "AE",
                                    "AF",
                                    "AG",
                                    "AI",
                                    "AL",
                                    "AM",
                                    "AO",
                                    "AQ",
                                    "AR",
                                    "AS",
                                    "AT",
                                    "AU",
                                    "AW",
                                    "AX",
                                    "AZ",
                                    "BA",
                                    "BB",
                                    "BD",
                                    "BE",
                                    "BF",
                                    "BG",
                                    "BH",
                                    "BI",
                                    "BJ",
                                    "BL",
                                    "BM",
                                    "BN",
                                    "BO",
                                    "BQ",
                                    "BR",
                                    "BS",
                                    "BT",
                                    "BV",
                                    "BW",
                                    "BY",
                                    "BZ",
                                    "CA",
                                    "CC",
                                    "CD",
                                    "CF",
                                    "CG",
                                    "CH",
                                    "CI",
                                    "CK",
                                    "CL",
                                    "CM",
                                    "CN",
                                    "CO",
                                    "CR",
                                    "CU",
                                    "CV",
                                    "CW",
                                    "CX",
                                    "CY",
                                    "CZ",
                                    "DE",
                                    "DJ",
                                    "DK",
                                    "DM",
                                    "DO",
                                    "DZ",
                                    "EC",
                                    "EE",
                                    "EG",
                                    "EH",
                                    "ER",
                                    "ES",
                                    "ET",
                                    "FI",
                                    "FJ",
                                    "FK",
                                    "FM",
                                    "FO",
                                    "FR",
                                    "GA",
                                    "GB",
                                    "GD",
                                    "GE",
                                    "GF",
                                    "GG",
                                    "GH",
                                    "GI",
                                    "GL",
                                    "GM",
                                    "GN",
                                    "GP",
                                    "GQ",
                                    "GR",
                                    "GS",
                                    "GT",
                                    "GU",
                                    "GW",
                                    "GY",
                                    "HK",
                                    "HM",
                                    "HN",
                                    "HR",
                                    "HT",
                                    "HU",
                                    "ID",
                                    "IE",
                                    "IL",
                                    "IM",
                                    "IN",
                                    "IO",
                                    "IQ",
                                    "IR",
                                    "IS",
                                    "IT",
                                    "JE",
                                    "JM",
                                    "JO",
                                    "JP",
                                    "KE",
                                    "KG",
                                    "KH",
                                    "KI",
                                    "KM",
                                    "KN",
                                    "KP",
                                    "KR",
                                    "KW",
                                    "KY",
                                    "KZ",
                                    "LA",
                                    "LB",
                                    "LC",
                                    "LI",
                                    "LK",
                                    "LR",
                                    "LS",
                                    "LT",
                                    "LU",
                                    "LV",
                                    "LY",
                                    "MA",
                                    "MC",
                                    "MD",
                                    "ME",
                                    "MF",
                                    "MG",
                                    "MH",
                                    "MK",
                                    "ML",
                                    "MM",
                                    "MN",
                                    "MO",
                                    "MP",
                                    "MQ",
                                    "MR",
                                    "MS",
                                    "MT",
                                    "MU",
                                    "MV",
                                    "MW",
                                    "MX",
                                    "MY",
                                    "MZ",
                                    "NA",
                                    "NC",
                                    "NE",
                                    "NF",
                                    "NG",
                                    "NI",
                                    "NL",
                                    "NO",
                                    "NP",
                                    "NR",
                                    "NU",
                                    "NZ",
                                    "OM",
                                    "PA",
                                    "PE",
                                    "PF",
                                    "PG",
                                    "PH",
                                    "PK",
                                    "PL",
                                    "PM",
                                    "PN",
                                    "PR",
                                    "PS",
                                    "PT",
                                    "PW",
                                    "PY",
                                    "QA",
                                    "RE",
                                    "RO",
                                    "RS",
                                    "RU",
                                    "RW",
                                    "SA",
                                    "SB",
                                    "SC",
                                    "SD",
                                    "SE",
                                    "SG",
                                    "SH",
                                    "SI",
                                    "SJ",
                                    "SK",
                                    "SL",
                                    "SM",
                                    "SN",
                                    "SO",
                                    "SR",
                                    "SS",
                                    "ST",
                                    "SV",
                                    "SX",
                                    "SY",
                                    "SZ",
                                    "TC",
                                    "TD",
                                    "TF",
                                    "TG",
                                    "TH",
                                    "TJ",
                                    "TK",
                                    "TL",
                                    "TM",
                                    "TN",
                                    "TO",
                                    "TR",
                                    "TT",
                                    "TV",
                                    "TW",
                                    "TZ",
                                    "UA",
                                    "UG",
                                    "UM",
                                    "US",
                                    "UY",
                                    "UZ",
                                    "VA",
                                    "VC",
                                    "VE",
                                    "VG",
                                    "VI",
                                    "VN",
                                    "VU",
                                    "WF",
                                    "WS",
                                    "YE",
                                    "YT",
                                    "ZA",
                                    "ZM",
                                    "ZW",
                                ],
                            ),
                            _connector="OR",
                        ),
                        name="disruption_country_known",
                        violation_error_code="disruption_country_known",
                        violation_error_message="Use a two-letter ISO 3166 country code, such as GB or FR.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("occurred_on__isnull", True),
                            django.db.models.lookups.LessThanOrEqual(
                                models.F("occurred_on"),
                                models.Func(
                                    models.F("recorded_at"),
                                    output_field=models.DateField(),
                                    template="(%(expressions)s AT TIME ZONE 'Europe/London')::date",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="disruption_occurred_on_not_after_recording",
                        violation_error_code="disruption_occurred_on_not_after_recording",
                        violation_error_message="The date must be today or in the past, and not after the day it was recorded.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("occurred_on__isnull", True),
                            ("occurred_on__gte", datetime.date(2000, 1, 1)),
                            _connector="OR",
                        ),
                        name="disruption_occurred_on_plausible",
                        violation_error_code="disruption_occurred_on_plausible",
                        violation_error_message="The date must be 1 January 2000 or later. Check the year.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source_recorded_on__isnull", True),
                            models.Q(
                                django.db.models.lookups.LessThanOrEqual(
                                    models.F("source_recorded_on"),
                                    models.Func(
                                        models.F("recorded_at"),
                                        output_field=models.DateField(),
                                        template="(%(expressions)s AT TIME ZONE 'Europe/London')::date",
                                    ),
                                ),
                                models.Q(
                                    ("occurred_on__isnull", True),
                                    ("source_recorded_on__gte", models.F("occurred_on")),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="disruption_source_recorded_on_in_order",
                        violation_error_code="disruption_source_recorded_on_in_order",
                        violation_error_message="It was first recorded on or after the date of the disruption, and not after today.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "lead"), _negated=True),
                            models.Q(("lead__isnull", True), ("lead_agency__isnull", True)),
                            _connector="OR",
                        ),
                        name="disruption_lead_has_no_lead",
                        violation_error_code="disruption_lead_has_no_lead",
                        violation_error_message="A lead record has no lead. Record it as a support, or leave this out.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("role", "support"),
                                models.Q(
                                    ("status", "draft"),
                                    models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                                    _connector="OR",
                                    _negated=True,
                                ),
                                _negated=True,
                            ),
                            ("lead_agency__isnull", False),
                            _connector="OR",
                        ),
                        name="disruption_support_names_lead_agency",
                        violation_error_code="disruption_support_names_lead_agency",
                        violation_error_message="Give the reference of the lead record, or name the agency that led.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lead__isnull", True), ("lead_agency__isnull", False), _connector="OR"),
                        name="disruption_lead_comes_with_agency",
                        violation_error_code="disruption_lead_comes_with_agency",
                        violation_error_message="A lead record comes with the agency that led.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lead_agency__isnull", True),
                            models.Q(("lead_agency", models.F("agency")), _negated=True),
                            _connector="OR",
                        ),
                        name="disruption_support_of_another_agency",
                        violation_error_code="disruption_support_of_another_agency",
                        violation_error_message="Your agency led this. An agency cannot support its own lead.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                            models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="disruption_submitted_by_somebody",
                        violation_error_code="disruption_submitted_by_somebody",
                        violation_error_message="A submitted record keeps who submitted it, and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claimed_level__isnull", True), ("submitted_at__isnull", True)),
                            models.Q(("claimed_level__isnull", False), ("submitted_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="disruption_claimed_level_kept",
                        violation_error_code="disruption_claimed_level_kept",
                        violation_error_message="The claimed level is fixed when the record is first submitted.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("approved_at__isnull", False), ("approved_by__isnull", False), ("status", "approved")
                            ),
                            models.Q(("status", "approved"), _negated=True),
                            _connector="OR",
                        ),
                        name="disruption_approved_by_somebody",
                        violation_error_code="disruption_approved_by_somebody",
                        violation_error_message="An approved record keeps who approved it, and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(
                                models.Q(("approved_by", models.F("recorded_by")), _negated=True),
                                models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="disruption_not_approved_by_author",
                        violation_error_code="disruption_not_approved_by_author",
                        violation_error_message="You recorded or submitted this. Somebody else must approve it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duplicate_of__isnull", True),
                            models.Q(("status", "rejected"), models.Q(("duplicate_of", models.F("id")), _negated=True)),
                            _connector="OR",
                        ),
                        name="disruption_duplicate_is_rejected",
                        violation_error_code="disruption_duplicate_is_rejected",
                        violation_error_message="A duplicate of another record is rejected, and points at that other record.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "withdrawn"), _negated=True),
                            ("submitted_at__isnull", True),
                            models.Q(("change_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="disruption_withdrawn_has_reason",
                        violation_error_code="disruption_withdrawn_has_reason",
                        violation_error_message="Say why the record is withdrawn.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["-occurred_on", "-id"], name="disruption_occurred_idx"),
                    models.Index(fields=["agency", "-occurred_on", "-id"], name="disruption_agency_occurred_idx"),
                    models.Index(fields=["recorded_by", "status"], name="disruption_author_status_idx"),
                    models.Index(
                        django.db.models.expressions.RawSQL(
                            "lower(regexp_replace(operation, '^\\s*(operation|op)\\M\\.?|[^[:alnum:]]+', '', 'gi'))", ()
                        ),
                        models.F("occurred_on"),
                        condition=models.Q(("operation", ""), _negated=True),
                        name="disruption_operation_idx",
                    ),
                    models.Index(fields=["force_area", "occurred_on"], name="disruption_area_occurred_idx"),
                    models.Index(
                        condition=models.Q(("country", "GB"), _negated=True),
                        fields=["country", "occurred_on"],
                        name="disruption_abroad_occurred_idx",
                    ),
                    models.Index(
                        condition=models.Q(("lead__isnull", True), ("role", "support")),
                        fields=["lead_agency"],
                        name="disruption_waiting_idx",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("arrest", "Arrest"),
                            ("charge", "Charge"),
                            ("conviction", "Conviction"),
                            ("sentence", "Sentence"),
                            ("cash_seizure", "Cash seizure"),
                            ("asset_restraint", "Asset restraint"),
                            ("asset_seizure", "Asset seizure"),
                            ("account_freezing", "Account freezing order"),
                            ("confiscation", "Confiscation order"),
                            ("equipment_seizure", "Equipment seizure"),
                            ("vessel_engine_seizure", "Vessel or engine seizure"),
                            ("vehicle_seizure", "Vehicle seizure"),
                            ("document_seizure", "Document seizure"),
                            ("commodity_seizure", "Commodity seizure"),
                            ("scpo", "Serious crime prevention order"),
                            ("gang_injunction", "Gang injunction"),
                            ("strpo_other_order", "Slavery and trafficking risk order or other order"),
                            ("licence_revocation", "Licence revocation"),
                            ("sponsor_licence_action", "Sponsor licence action"),
                            ("civil_penalty", "Civil penalty"),
                            ("admin_removal", "Administrative removal"),
                            ("deportation", "Deportation"),
                            ("entry_refusal", "Refusal of entry"),
                            ("visa_cancellation", "Visa cancellation"),
                            ("sanction_designation", "Sanctions designation"),
                            ("online_takedown", "Online takedown"),
                            ("safeguarding", "Safeguarding"),
                            ("nrm_referral", "National Referral Mechanism referral"),
                            ("interception", "Interception"),
                            ("premises_closure", "Premises closure"),
                            ("cease_and_desist", "Cease and desist notice"),
                            ("prevent_intervention", "Prevent intervention"),
                            ("protect_advice", "Protect advice"),
                            ("extradition", "Extradition"),
                            ("overseas_arrest", "Overseas arrest"),
                            ("other", "Other"),
                        ],
                        max_length=30,
                        verbose_name="type",
                    ),
                ),
                ("count", models.PositiveIntegerField(blank=True, null=True, verbose_name="number")),
                (
                    "value_gbp",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=13, null=True, verbose_name="value in pounds"
                    ),
                ),
                (
                    "months",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Total of the sentences, in months.",
                        null=True,
                        verbose_name="sentence in months",
                    ),
                ),
                ("item", models.TextField(blank=True, verbose_name="item")),
                ("from_version", models.PositiveIntegerField(editable=False)),
                ("until_version", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "disruption",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="disruptions.disruption",
                    ),
                ),
            ],
            options={
                "ordering": ("disruption", "position"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                [
                                    "arrest",
                                    "charge",
                                    "conviction",
                                    "sentence",
                                    "cash_seizure",
                                    "asset_restraint",
                                    "asset_seizure",
                                    "account_freezing",
                                    "confiscation",
                                    "equipment_seizure",
                                    "vessel_engine_seizure",
                                    "vehicle_seizure",
                                    "document_seizure",
                                    "commodity_seizure",
                                    "scpo",
                                    "gang_injunction",
                                    "strpo_other_order",
                                    "licence_revocation",
                                    "sponsor_licence_action",
                                    "civil_penalty",
                                    "admin_removal",
                                    "deportation",
                                    "entry_refusal",
                                    "visa_cancellation",
                                    "sanction_designation",
                                    "online_takedown",
                                    "safeguarding",
                                    "nrm_referral",
                                    "interception",
                                    "premises_closure",
                                    "cease_and_desist",
                                    "prevent_intervention",
                                    "protect_advice",
                                    "extradition",
                                    "overseas_arrest",
                                    "other",
                                ],
                            )
                        ),
                        name="outcome_type_known",
                        violation_error_code="outcome_type_known",
                        violation_error_message="Choose one of: arrest, charge, conviction, sentence, cash_seizure, asset_restraint, asset_seizure, account_freezing, confiscation, equipment_seizure, vessel_engine_seizure, vehicle_seizure, document_seizure, commodity_seizure, scpo, gang_injunction, strpo_other_order, licence_revocation, sponsor_licence_action, civil_penalty, admin_removal, deportation, entry_refusal, visa_cancellation, sanction_designation, online_takedown, safeguarding, nrm_referral, interception, premises_closure, cease_and_desist, prevent_intervention, protect_advice, extradition, overseas_arrest, other.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("count__isnull", True),
                            models.Q(("count__gte", 1), ("count__lte", 1000000)),
                            _connector="OR",
                        ),
                        name="outcome_count_in_range",
                        violation_error_code="outcome_count_in_range",
                        violation_error_message="Enter a whole number from 1 to 1,000,000.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value_gbp__isnull", True),
                            models.Q(("value_gbp__gt", 0), ("value_gbp__lte", 10000000000)),
                            _connector="OR",
                        ),
                        name="outcome_value_gbp_in_range",
                        violation_error_code="outcome_value_gbp_in_range",
                        violation_error_message="Enter an amount in pounds above 0 and up to 10,000,000,000.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("months__isnull", True),
                            models.Q(("months__gte", 1), ("months__lte", 1200)),
                            _connector="OR",
                        ),
                        name="outcome_months_in_range",
                        violation_error_code="outcome_months_in_range",
                        violation_error_message="Enter whole months from 1 to 1,200.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("item"), 200
                            )
                        ),
                        name="outcome_item_within_limit",
                        violation_error_code="outcome_item_within_limit",
                        violation_error_message="Item must be 200 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("type", "arrest"), _negated=True), ("count__isnull", False), _connector="OR"
                            ),
                            models.Q(
                                models.Q(("type", "charge"), _negated=True), ("count__isnull", False), _connector="OR"
                            ),
                            models.Q(
                                models.Q(("type", "conviction"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "sentence"), _negated=True),
                                models.Q(("count__isnull", False), ("months__isnull", False)),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "cash_seizure"), _negated=True),
                                ("value_gbp__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "asset_restraint"), _negated=True),
                                ("value_gbp__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "asset_seizure"), _negated=True),
                                ("value_gbp__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "account_freezing"), _negated=True),
                                ("value_gbp__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "confiscation"), _negated=True),
                                ("value_gbp__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "equipment_seizure"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "vessel_engine_seizure"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "vehicle_seizure"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "document_seizure"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "commodity_seizure"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "scpo"), _negated=True), ("count__isnull", False), _connector="OR"
                            ),
                            models.Q(
                                models.Q(("type", "gang_injunction"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "strpo_other_order"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "licence_revocation"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "sponsor_licence_action"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "civil_penalty"), _negated=True),
                                ("value_gbp__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "admin_removal"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "deportation"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "entry_refusal"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "visa_cancellation"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "sanction_designation"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "online_takedown"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "safeguarding"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "nrm_referral"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "interception"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "premises_closure"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "cease_and_desist"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "prevent_intervention"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "protect_advice"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "extradition"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "overseas_arrest"), _negated=True),
                                ("count__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("type", "other"), _negated=True),
                                models.Q(("item", ""), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="outcome_has_its_measures",
                        violation_error_code="outcome_has_its_measures",
                        violation_error_message="This type of outcome needs another value.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(
                                    (
                                        "type__in",
                                        [
                                            "arrest",
                                            "charge",
                                            "conviction",
                                            "sentence",
                                            "cash_seizure",
                                            "asset_restraint",
                                            "asset_seizure",
                                            "account_freezing",
                                            "confiscation",
                                            "equipment_seizure",
                                            "vessel_engine_seizure",
                                            "vehicle_seizure",
                                            "document_seizure",
                                            "commodity_seizure",
                                            "scpo",
                                            "gang_injunction",
                                            "strpo_other_order",
                                            "licence_revocation",
                                            "sponsor_licence_action",
                                            "civil_penalty",
                                            "admin_removal",
                                            "deportation",
                                            "entry_refusal",
                                            "visa_cancellation",
                                            "sanction_designation",
                                            "online_takedown",
                                            "safeguarding",
                                            "nrm_referral",
                                            "interception",
                                            "premises_closure",
                                            "cease_and_desist",
                                            "prevent_intervention",
                                            "protect_advice",
                                            "extradition",
                                            "overseas_arrest",
                                            "other",
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                (
                                    "type__in",
                                    [
                                        "arrest",
                                        "charge",
                                        "conviction",
                                        "sentence",
                                        "cash_seizure",
                                        "asset_restraint",
                                        "asset_seizure",
                                        "account_freezing",
                                        "confiscation",
                                        "equipment_seizure",
                                        "vessel_engine_seizure",
                                        "vehicle_seizure",
                                        "document_seizure",
                                        "commodity_seizure",
                                        "scpo",
                                        "gang_injunction",
                                        "strpo_other_order",
                                        "licence_revocation",
                                        "sponsor_licence_action",
                                        "civil_penalty",
                                        "admin_removal",
                                        "deportation",
                                        "entry_refusal",
                                        "visa_cancellation",
                                        "sanction_designation",
                                        "online_takedown",
                                        "safeguarding",
                                        "nrm_referral",
                                        "interception",
                                        "premises_closure",
                                        "cease_and_desist",
                                        "prevent_intervention",
                                        "protect_advice",
                                        "extradition",
                                        "overseas_arrest",
                                        "other",
                                    ],
                                ),
                                models.Q(("count__isnull", False), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "type__in",
                                        [
                                            "arrest",
                                            "charge",
                                            "conviction",
                                            "sentence",
                                            "cash_seizure",
                                            "asset_restraint",
                                            "asset_seizure",
                                            "account_freezing",
                                            "confiscation",
                                            "equipment_seizure",
                                            "vessel_engine_seizure",
                                            "vehicle_seizure",
                                            "document_seizure",
                                            "commodity_seizure",
                                            "scpo",
                                            "gang_injunction",
                                            "strpo_other_order",
                                            "licence_revocation",
                                            "sponsor_licence_action",
                                            "civil_penalty",
                                            "admin_removal",
                                            "deportation",
                                            "entry_refusal",
                                            "visa_cancellation",
                                            "sanction_designation",
                                            "online_takedown",
                                            "safeguarding",
                                            "nrm_referral",
                                            "interception",
                                            "premises_closure",
                                            "cease_and_desist",
                                            "prevent_intervention",
                                            "protect_advice",
                                            "extradition",
                                            "overseas_arrest",
                                            "other",
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                (
                                    "type__in",
                                    [
                                        "cash_seizure",
                                        "asset_restraint",
                                        "asset_seizure",
                                        "account_freezing",
                                        "confiscation",
                                        "equipment_seizure",
                                        "vessel_engine_seizure",
                                        "vehicle_seizure",
                                        "document_seizure",
                                        "commodity_seizure",
                                        "civil_penalty",
                                        "other",
                                    ],
                                ),
                                models.Q(("value_gbp__isnull", False), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "type__in",
                                        [
                                            "arrest",
                                            "charge",
                                            "conviction",
                                            "sentence",
                                            "cash_seizure",
                                            "asset_restraint",
                                            "asset_seizure",
                                            "account_freezing",
                                            "confiscation",
                                            "equipment_seizure",
                                            "vessel_engine_seizure",
                                            "vehicle_seizure",
                                            "document_seizure",
                                            "commodity_seizure",
                                            "scpo",
                                            "gang_injunction",
                                            "strpo_other_order",
                                            "licence_revocation",
                                            "sponsor_licence_action",
                                            "civil_penalty",
                                            "admin_removal",
                                            "deportation",
                                            "entry_refusal",
                                            "visa_cancellation",
                                            "sanction_designation",
                                            "online_takedown",
                                            "safeguarding",
                                            "nrm_referral",
                                            "interception",
                                            "premises_closure",
                                            "cease_and_desist",
                                            "prevent_intervention",
                                            "protect_advice",
                                            "extradition",
                                            "overseas_arrest",
                                            "other",
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                ("type__in", ["sentence"]),
                                models.Q(("months__isnull", False), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "type__in",
                                        [
                                            "arrest",
                                            "charge",
                                            "conviction",
                                            "sentence",
                                            "cash_seizure",
                                            "asset_restraint",
                                            "asset_seizure",
                                            "account_freezing",
                                            "confiscation",
                                            "equipment_seizure",
                                            "vessel_engine_seizure",
                                            "vehicle_seizure",
                                            "document_seizure",
                                            "commodity_seizure",
                                            "scpo",
                                            "gang_injunction",
                                            "strpo_other_order",
                                            "licence_revocation",
                                            "sponsor_licence_action",
                                            "civil_penalty",
                                            "admin_removal",
                                            "deportation",
                                            "entry_refusal",
                                            "visa_cancellation",
                                            "sanction_designation",
                                            "online_takedown",
                                            "safeguarding",
                                            "nrm_referral",
                                            "interception",
                                            "premises_closure",
                                            "cease_and_desist",
                                            "prevent_intervention",
                                            "protect_advice",
                                            "extradition",
                                            "overseas_arrest",
                                            "other",
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                (
                                    "type__in",
                                    [
                                        "asset_seizure",
                                        "equipment_seizure",
                                        "vessel_engine_seizure",
                                        "vehicle_seizure",
                                        "document_seizure",
                                        "commodity_seizure",
                                        "strpo_other_order",
                                        "licence_revocation",
                                        "online_takedown",
                                        "other",
                                    ],
                                ),
                                ("item", ""),
                                _connector="OR",
                            ),
                        ),
                        name="outcome_only_its_measures",
                        violation_error_code="outcome_only_its_measures",
                        violation_error_message="This type of outcome does not take that value.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_version__isnull", True),
                            ("until_version__gt", models.F("from_version")),
                            _connector="OR",
                        ),
                        name="outcome_versions_in_order",
                        violation_error_code="outcome_versions_in_order",
                        violation_error_message="An outcome ends after the version that it began in.",
                    ),
                    models.UniqueConstraint(
                        fields=("disruption", "position", "from_version"),
                        name="outcome_position_unique",
                        violation_error_code="outcome_position_unique",
                        violation_error_message="Two outcomes stand in the same place.",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("until_version__isnull", True)),
                        fields=["type", "disruption"],
                        name="outcome_live_type_idx",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("approve", "Approved"),
                            ("return", "Returned"),
                            ("upheld", "Upheld"),
                            ("raised", "Raised"),
                            ("lowered", "Lowered"),
                            ("not_a_disruption", "Not a disruption"),
                            ("duplicate", "Duplicate"),
                            ("lead_changed", "Lead changed"),
                            ("threat_changed", "Threat changed"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "from_level",
                    models.CharField(
                        choices=[
                            ("major", "Major"),
                            ("moderate", "Moderate"),
                            ("minor", "Minor"),
                            ("none", "None"),
                            ("negative", "Negative"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "to_level",
                    models.CharField(
                        choices=[
                            ("major", "Major"),
                            ("moderate", "Moderate"),
                            ("minor", "Minor"),
                            ("none", "None"),
                            ("negative", "Negative"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "field_reasons",
                    models.JSONField(default=dict, help_text="Wire name of a field to what has to be put right in it."),
                ),
                (
                    "reason_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("late_entry", "Late entry"),
                            ("regrade", "Regrade"),
                            ("withdrawn", "Withdrawn"),
                            ("duplicate", "Duplicate"),
                            ("lead_change", "Change of lead"),
                            ("threat_change", "Change of threat"),
                            ("date_correction", "Date correction"),
                            ("coverage", "Coverage"),
                            ("method", "Method"),
                            ("other_correction", "Other correction"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        help_text="Who recorded the disruption; kept here so that the database can refuse their own review.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="disruptions.disruption",
                    ),
                ),
            ],
            options={
                "ordering": ("-version",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "decision__in",
                                [
                                    "approve",
                                    "return",
                                    "upheld",
                                    "raised",
                                    "lowered",
                                    "not_a_disruption",
                                    "duplicate",
                                    "lead_changed",
                                    "threat_changed",
                                ],
                            )
                        ),
                        name="review_decision_known",
                        violation_error_code="review_decision_known",
                        violation_error_message="Choose one of: approve, return, upheld, raised, lowered, not_a_disruption, duplicate, lead_changed, threat_changed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_level__in", ["major", "moderate", "minor", "none", "negative"])),
                        name="review_from_level_known",
                        violation_error_code="review_from_level_known",
                        violation_error_message="Choose one of: major, moderate, minor, none, negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_level__in", ["major", "moderate", "minor", "none", "negative"])),
                        name="review_to_level_known",
                        violation_error_code="review_to_level_known",
                        violation_error_message="Choose one of: major, moderate, minor, none, negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 4000
                            )
                        ),
                        name="review_reason_within_limit",
                        violation_error_code="review_reason_within_limit",
                        violation_error_message="The reason must be 4,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("author")), _negated=True),
                        name="review_not_by_author",
                        violation_error_code="review_not_by_author",
                        violation_error_message="You recorded this. Somebody else must decide on it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision__in", ["approve", "upheld"]), ("to_level", models.F("from_level"))),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="review_has_reason",
                        violation_error_code="review_has_reason",
                        violation_error_message="Say why, in a sentence that its author can act on.",
                    ),
                    models.UniqueConstraint(
                        fields=("disruption", "version"),
                        name="review_one_per_version",
                        violation_error_code="review_one_per_version",
                        violation_error_message="This version has been decided on already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StartedDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(help_text="Made for the page on which a new record is started.")),
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "disruption",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="disruptions.disruption"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "key"),
                        name="started_draft_once_per_key",
                        violation_error_code="started_draft_once_per_key",
                        violation_error_message="This record has been started already. Open it from your work.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnsavedStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.UUIDField(
                        help_text="The key of the start page, until the first save makes the record.", null=True
                    ),
                ),
                ("step", models.CharField(max_length=20)),
                (
                    "version",
                    models.PositiveIntegerField(help_text="The version of the record that the page showed.", null=True),
                ),
                ("data", models.JSONField(help_text="Name of each control to the list of what it holds.")),
                (
                    "saved_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unsaved_steps",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disruption__isnull", False), ("key__isnull", True)),
                            models.Q(("disruption__isnull", True), ("key__isnull", False)),
                            _connector="OR",
                        ),
                        name="unsaved_step_of_record_or_start",
                        violation_error_code="unsaved_step_of_record_or_start",
                        violation_error_message="What was typed belongs to a record, or to the page that starts one.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("disruption__isnull", False)),
                        fields=("user", "disruption", "step"),
                        name="unsaved_step_once_per_record",
                        violation_error_code="unsaved_step_once_per_record",
                        violation_error_message="This page is kept already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("key__isnull", False)),
                        fields=("user", "key", "step"),
                        name="unsaved_step_once_per_start",
                        violation_error_code="unsaved_step_once_per_start",
                        violation_error_message="This page is kept already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisruptionShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_version", models.PositiveIntegerField(editable=False)),
                ("until_version", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="agencies.agency"
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="disruptions.disruption"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "disruption"], name="disruption_share_agency_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_version__isnull", True),
                            ("until_version__gt", models.F("from_version")),
                            _connector="OR",
                        ),
                        name="disruption_share_versions_in_order",
                        violation_error_code="disruption_share_versions_in_order",
                        violation_error_message="A share ends after the version that it began in.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until_version__isnull", True)),
                        fields=("disruption", "agency"),
                        name="disruption_share_listed_once",
                        violation_error_code="disruption_share_listed_once",
                        violation_error_message="An agency is listed once.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateSetAside",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.PositiveIntegerField(help_text="The version of the record that was submitted with it."),
                ),
                ("score", models.PositiveSmallIntegerField(help_text="How alike the two were, from 0 to 100.")),
                (
                    "why",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        help_text="What was alike: codes of MatchReason.",
                        size=None,
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "decided_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates_set_aside",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="disruptions.disruption"
                    ),
                ),
            ],
            options={
                "ordering": ("-score", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 2000
                            )
                        ),
                        name="duplicate_set_aside_reason_within_limit",
                        violation_error_code="duplicate_set_aside_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="duplicate_set_aside_has_reason",
                        violation_error_code="duplicate_set_aside_has_reason",
                        violation_error_message="Say why this is not the same disruption.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("other", models.F("disruption")), _negated=True),
                        name="duplicate_set_aside_of_another",
                        violation_error_code="duplicate_set_aside_of_another",
                        violation_error_message="A record is no duplicate of itself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 100)),
                        name="duplicate_set_aside_score_in_range",
                        violation_error_code="duplicate_set_aside_score_in_range",
                        violation_error_message="A score goes from 0 to 100.",
                    ),
                    models.UniqueConstraint(
                        fields=("disruption", "other"),
                        name="duplicate_set_aside_once",
                        violation_error_code="duplicate_set_aside_once",
                        violation_error_message="This likely duplicate was set aside already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("cancelled", "Taken back"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField()),
                ("answer", models.TextField(blank=True)),
                (
                    "offered_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_overs",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "from_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_overs_received",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "ordering": ("-offered_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["offered", "accepted", "declined", "cancelled"])),
                        name="hand_over_status_known",
                        violation_error_code="hand_over_status_known",
                        violation_error_message="Choose one of: offered, accepted, declined, cancelled.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 2000
                            )
                        ),
                        name="hand_over_reason_within_limit",
                        violation_error_code="hand_over_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("answer"), 2000
                            )
                        ),
                        name="hand_over_answer_within_limit",
                        violation_error_code="hand_over_answer_within_limit",
                        violation_error_message="The answer must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="hand_over_has_reason",
                        violation_error_code="hand_over_has_reason",
                        violation_error_message="Say why the other agency should have this record.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_agency", models.F("from_agency")), _negated=True),
                        name="hand_over_to_another_agency",
                        violation_error_code="hand_over_to_another_agency",
                        violation_error_message="Choose another agency than the one that has the record.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True), ("answered_by__isnull", True), ("status", "offered")
                            ),
                            models.Q(
                                models.Q(("status", "offered"), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="hand_over_answered_by_somebody",
                        violation_error_code="hand_over_answered_by_somebody",
                        violation_error_message="An answer keeps who gave it, and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="hand_over_declined_has_answer",
                        violation_error_code="hand_over_declined_has_answer",
                        violation_error_message="Say why you decline, so that the other agency knows what to do.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "offered")),
                        fields=("disruption",),
                        name="hand_over_one_open",
                        violation_error_code="hand_over_one_open",
                        violation_error_message="This record is on offer to an agency already. Take that offer back first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModerationCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "why",
                    models.CharField(
                        choices=[("major", "Major disruption"), ("sample", "Random sample")], max_length=10
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moderation_cases",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moderation_case",
                        to="disruptions.review",
                    ),
                ),
            ],
            options={
                "ordering": ("opened_at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["major", "sample"])),
                        name="moderation_case_why_known",
                        violation_error_code="moderation_case_why_known",
                        violation_error_message="Choose one of: major, sample.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("review__isnull", True)),
                        fields=("disruption",),
                        name="moderation_case_one_open",
                        violation_error_code="moderation_case_one_open",
                        violation_error_message="This record waits for a moderator already.",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("review__isnull", True)),
                        fields=["opened_at"],
                        name="moderation_case_open_idx",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("pursue", "Pursue"),
                            ("prevent", "Prevent"),
                            ("protect", "Protect"),
                            ("prepare", "Prepare"),
                        ],
                        max_length=10,
                        verbose_name="strand",
                    ),
                ),
                ("title", models.TextField(help_text="What will be done. No names of people.", verbose_name="action")),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("under_way", "Under way"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "note",
                    models.TextField(blank=True, help_text="How it goes, or why it was dropped.", verbose_name="note"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Who sees to it. They may be of any agency.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_actions_owned",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "ordering": ("due_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("strand__in", ["pursue", "prevent", "protect", "prepare"])),
                        name="plan_action_strand_known",
                        violation_error_code="plan_action_strand_known",
                        violation_error_message="Choose one of: pursue, prevent, protect, prepare.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "under_way", "done", "dropped"])),
                        name="plan_action_state_known",
                        violation_error_code="plan_action_state_known",
                        violation_error_message="Choose one of: planned, under_way, done, dropped.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("title"), 200
                            )
                        ),
                        name="plan_action_title_within_limit",
                        violation_error_code="plan_action_title_within_limit",
                        violation_error_message="The action must be 200 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("note"), 2000
                            )
                        ),
                        name="plan_action_note_within_limit",
                        violation_error_code="plan_action_note_within_limit",
                        violation_error_message="The note must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="plan_action_has_title",
                        violation_error_code="plan_action_has_title",
                        violation_error_message="Enter what will be done.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dropped"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="plan_action_dropped_has_note",
                        violation_error_code="plan_action_dropped_has_note",
                        violation_error_message="Say why the action is dropped.",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("planned", "under_way"))),
                        fields=["owner", "due_on"],
                        name="plan_action_open_of_owner_idx",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "linked_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("unlinked_at", models.DateTimeField(editable=False, null=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="disruptions.planaction"
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_results",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unlinked_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("linked_at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("unlinked_at__isnull", True)),
                        fields=("disruption",),
                        name="plan_result_one_action",
                        violation_error_code="plan_result_one_action",
                        violation_error_message="This record came from another action already. Take it from there first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unlinked_at__isnull", True), ("unlinked_by__isnull", True)),
                            models.Q(("unlinked_at__isnull", False), ("unlinked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="plan_result_unlinked_by_somebody",
                        violation_error_code="plan_result_unlinked_by_somebody",
                        violation_error_message="Taking a record from an action keeps who did it, and when.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SOCThreat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(editable=False, max_length=11, verbose_name="reference")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ocg", "Organised crime group"),
                            ("priority_individual", "Priority individual"),
                            ("vulnerability", "Vulnerability"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "title",
                    models.TextField(
                        help_text="A label. No personal data: nominals belong in other systems.", verbose_name="title"
                    ),
                ),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        editable=False,
                        help_text="What threats merged into it were called.",
                        size=None,
                    ),
                ),
                (
                    "primary_area",
                    models.CharField(
                        choices=[
                            ("csa", "Child sexual abuse"),
                            ("msht", "Modern slavery and human trafficking"),
                            ("oic", "Organised immigration crime"),
                            ("drugs", "Drugs"),
                            ("firearms", "Firearms"),
                            ("acquisitive", "Organised acquisitive crime"),
                            ("cyber", "Cyber crime"),
                            ("fraud", "Fraud"),
                            ("money_laundering", "Money laundering"),
                            ("corruption_sanctions", "Bribery, corruption and sanctions evasion"),
                        ],
                        default="oic",
                        help_text="Disruptions count as OIC only where this is organised immigration crime.",
                        max_length=24,
                        verbose_name="primary threat area",
                    ),
                ),
                (
                    "other_areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("csa", "Child sexual abuse"),
                                ("msht", "Modern slavery and human trafficking"),
                                ("oic", "Organised immigration crime"),
                                ("drugs", "Drugs"),
                                ("firearms", "Firearms"),
                                ("acquisitive", "Organised acquisitive crime"),
                                ("cyber", "Cyber crime"),
                                ("fraud", "Fraud"),
                                ("money_laundering", "Money laundering"),
                                ("corruption_sanctions", "Bribery, corruption and sanctions evasion"),
                            ],
                            max_length=24,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "sub_threats",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("facilitation", "Facilitation by land, sea or air"),
                                ("documents", "False or fraudulently obtained documents"),
                                ("system_abuse", "Criminal abuse of the immigration system"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("small_boat", "Small boat"),
                                ("other_vessel", "Other vessel"),
                                ("lorry_hard", "Hard-sided lorry"),
                                ("lorry_soft", "Soft-sided lorry"),
                                ("van_car", "Van or car"),
                                ("container", "Container"),
                                ("rail_tunnel", "Rail or Channel Tunnel"),
                                ("commercial_air", "Commercial flight"),
                                ("light_aircraft", "Light aircraft"),
                                ("common_travel_area", "Common Travel Area"),
                                ("visa_abuse", "Visa abuse"),
                                ("marriage_abuse", "Marriage abuse"),
                                ("illegal_working", "Illegal working"),
                                ("other", "Other"),
                                ("not_known", "Not known"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "enablers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("online", "Online advertising"),
                                ("illicit_finance", "Illicit finance"),
                                ("equipment", "Boats, engines and equipment"),
                                ("document_supply", "Supply of documents"),
                                ("transport", "Transport"),
                                ("accommodation", "Accommodation"),
                                ("corrupt_insider", "Corrupt insider"),
                                ("other", "Other"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "geography",
                    models.TextField(
                        blank=True, default="", help_text="Where it works from and to.", verbose_name="geography"
                    ),
                ),
                (
                    "agency_reference",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="What the lead agency's own system calls it.",
                        verbose_name="own reference",
                    ),
                ),
                (
                    "p_grade",
                    models.CharField(
                        blank=True,
                        choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")],
                        help_text="Adopted by the latest assessment. Not the PND tier.",
                        max_length=2,
                        null=True,
                        verbose_name="P grade",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("monitored", "Monitored"),
                            ("dormant", "Dormant"),
                            ("dismantled", "Dismantled"),
                            ("archived", "Archived"),
                        ],
                        default="active",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("next_review_on", models.DateField(blank=True, null=True, verbose_name="next review")),
                ("review_planned_on", models.DateField(blank=True, null=True, verbose_name="review planned for")),
                (
                    "escalated_to",
                    models.CharField(
                        blank=True,
                        choices=[("rocu", "Regional organised crime unit"), ("nca", "National Crime Agency")],
                        default="",
                        max_length=10,
                        verbose_name="escalated to",
                    ),
                ),
                ("escalated_at", models.DateTimeField(blank=True, null=True, verbose_name="escalated")),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("amended", "Amended"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("reviewed", "Reviewed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("handed_over", "Handed over"),
                            ("lead_confirmed", "Joined to its lead"),
                            ("lead_corrected", "Lead agency corrected"),
                            ("lead_declined", "Lead declined"),
                            ("threat_merged", "Its threat was merged into another"),
                            ("threat_unmerged", "The merge of its threat was taken back"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge taken back"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("members_changed", "Memberships changed"),
                            ("assessed", "Assessed"),
                            ("review_planned", "Review planned"),
                            ("escalated", "Escalated"),
                            ("escalation_ended", "Escalation ended"),
                        ],
                        default="recorded",
                        editable=False,
                        help_text="What made this version.",
                        max_length=20,
                    ),
                ),
                ("change_reason", models.TextField(blank=True, default="", editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lead_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="threats_led", to="agencies.agency"
                    ),
                ),
                (
                    "lead_responsible_officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threats_responsible",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="The threat that took its place.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_here",
                        to="disruptions.socthreat",
                    ),
                ),
                (
                    "ocg",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threat",
                        to="disruptions.ocg",
                    ),
                ),
            ],
            options={
                "verbose_name": "SOC threat",
                "ordering": ("reference",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reference",),
                        name="soc_threat_reference_unique",
                        violation_error_code="soc_threat_reference_unique",
                        violation_error_message="Another threat has this reference.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reference__regex", "^[DTG]-[0-9B-DF-HJ-NP-TV-Z]{4}-[0-9B-DF-HJ-NP-TV-Z]{4}$")
                        ),
                        name="soc_threat_reference_well_formed",
                        violation_error_code="soc_threat_reference_well_formed",
                        violation_error_message="A reference looks like D-7KQ2-M4XH.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["ocg", "priority_individual", "vulnerability"])),
                        name="soc_threat_kind_known",
                        violation_error_code="soc_threat_kind_known",
                        violation_error_message="Choose one of: ocg, priority_individual, vulnerability.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "primary_area__in",
                                [
                                    "csa",
                                    "msht",
                                    "oic",
                                    "drugs",
                                    "firearms",
                                    "acquisitive",
                                    "cyber",
                                    "fraud",
                                    "money_laundering",
                                    "corruption_sanctions",
                                ],
                            )
                        ),
                        name="soc_threat_primary_area_known",
                        violation_error_code="soc_threat_primary_area_known",
                        violation_error_message="Choose one of: csa, msht, oic, drugs, firearms, acquisitive, cyber, fraud, money_laundering, corruption_sanctions.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "other_areas__contained_by",
                                [
                                    "csa",
                                    "msht",
                                    "oic",
                                    "drugs",
                                    "firearms",
                                    "acquisitive",
                                    "cyber",
                                    "fraud",
                                    "money_laundering",
                                    "corruption_sanctions",
                                ],
                            )
                        ),
                        name="soc_threat_other_areas_known",
                        violation_error_code="soc_threat_other_areas_known",
                        violation_error_message="Choose from: csa, msht, oic, drugs, firearms, acquisitive, cyber, fraud, money_laundering, corruption_sanctions.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sub_threats__contained_by", ["facilitation", "documents", "system_abuse"])
                        ),
                        name="soc_threat_sub_threats_known",
                        violation_error_code="soc_threat_sub_threats_known",
                        violation_error_message="Choose from: facilitation, documents, system_abuse.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("p_grade__in", ["P1", "P2", "P3", "P4"]), ("p_grade__isnull", True), _connector="OR"
                        ),
                        name="soc_threat_p_grade_known",
                        violation_error_code="soc_threat_p_grade_known",
                        violation_error_message="Choose one of: P1, P2, P3, P4.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["active", "monitored", "dormant", "dismantled", "archived"])
                        ),
                        name="soc_threat_status_known",
                        violation_error_code="soc_threat_status_known",
                        violation_error_message="Choose one of: active, monitored, dormant, dismantled, archived.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="soc_threat_title_required",
                        violation_error_code="soc_threat_title_required",
                        violation_error_message="Enter a title.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "ocg"), ("ocg__isnull", False)),
                            models.Q(models.Q(("kind", "ocg"), _negated=True), ("ocg__isnull", True)),
                            _connector="OR",
                        ),
                        name="soc_threat_ocg_if_kind_is_ocg",
                        violation_error_code="soc_threat_ocg_if_kind_is_ocg",
                        violation_error_message="Name the OCG if the threat is an OCG, and only then.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "methods__contained_by",
                                [
                                    "small_boat",
                                    "other_vessel",
                                    "lorry_hard",
                                    "lorry_soft",
                                    "van_car",
                                    "container",
                                    "rail_tunnel",
                                    "commercial_air",
                                    "light_aircraft",
                                    "common_travel_area",
                                    "visa_abuse",
                                    "marriage_abuse",
                                    "illegal_working",
                                    "other",
                                    "not_known",
                                ],
                            )
                        ),
                        name="soc_threat_methods_known",
                        violation_error_code="soc_threat_methods_known",
                        violation_error_message="Choose from: small_boat, other_vessel, lorry_hard, lorry_soft, van_car, container, rail_tunnel, commercial_air, light_aircraft, common_travel_area, visa_abuse, marriage_abuse, illegal_working, other, not_known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "enablers__contained_by",
                                [
                                    "online",
                                    "illicit_finance",
                                    "equipment",
                                    "document_supply",
                                    "transport",
                                    "accommodation",
                                    "corrupt_insider",
                                    "other",
                                ],
                            )
                        ),
                        name="soc_threat_enablers_known",
                        violation_error_code="soc_threat_enablers_known",
                        violation_error_message="Choose from: online, illicit_finance, equipment, document_supply, transport, accommodation, corrupt_insider, other.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "change__in",
                                [
                                    "recorded",
                                    "amended",
                                    "submitted",
                                    "approved",
                                    "returned",
                                    "reviewed",
                                    "rejected",
                                    "withdrawn",
                                    "reopened",
                                    "handed_over",
                                    "lead_confirmed",
                                    "lead_corrected",
                                    "lead_declined",
                                    "threat_merged",
                                    "threat_unmerged",
                                    "merged",
                                    "unmerged",
                                    "archived",
                                    "restored",
                                    "members_changed",
                                    "assessed",
                                    "review_planned",
                                    "escalated",
                                    "escalation_ended",
                                ],
                            )
                        ),
                        name="soc_threat_change_known",
                        violation_error_code="soc_threat_change_known",
                        violation_error_message="Choose one of: recorded, amended, submitted, approved, returned, reviewed, rejected, withdrawn, reopened, handed_over, lead_confirmed, lead_corrected, lead_declined, threat_merged, threat_unmerged, merged, unmerged, archived, restored, members_changed, assessed, review_planned, escalated, escalation_ended.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("title"), 160
                            )
                        ),
                        name="soc_threat_title_within_limit",
                        violation_error_code="soc_threat_title_within_limit",
                        violation_error_message="The title must be 160 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("aliases__len__lte", 50)),
                        name="soc_threat_aliases_few",
                        violation_error_code="soc_threat_aliases_few",
                        violation_error_message="Give at most 50 earlier names.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Regex(
                                models.Func(
                                    models.F("aliases"),
                                    models.Value("\n"),
                                    function="array_to_string",
                                    output_field=models.TextField(),
                                ),
                                "[^\\n]{161,}",
                            ),
                            _negated=True,
                        ),
                        name="soc_threat_aliases_within_limit",
                        violation_error_code="soc_threat_aliases_within_limit",
                        violation_error_message="Each of the earlier names must be 160 characters or fewer, on one line.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("geography"), 200
                            )
                        ),
                        name="soc_threat_geography_within_limit",
                        violation_error_code="soc_threat_geography_within_limit",
                        violation_error_message="Geography must be 200 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("agency_reference"), 80
                            )
                        ),
                        name="soc_threat_agency_reference_within_limit",
                        violation_error_code="soc_threat_agency_reference_within_limit",
                        violation_error_message="Own reference must be 80 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("change_reason"), 2000
                            )
                        ),
                        name="soc_threat_change_reason_within_limit",
                        violation_error_code="soc_threat_change_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("agency_reference", ""), _negated=True),
                        fields=("lead_agency", "agency_reference"),
                        name="soc_threat_agency_reference_unique",
                        violation_error_code="soc_threat_agency_reference_unique",
                        violation_error_message="The lead agency has a threat with this own reference already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "priority_individual"), _negated=True), ("geography", ""), _connector="OR"
                        ),
                        name="soc_threat_individual_is_label_only",
                        violation_error_code="soc_threat_individual_is_label_only",
                        violation_error_message="Leave this out: a priority individual is a reference and a label here, and nothing personal.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("status", "archived"), models.Q(("merged_into", models.F("id")), _negated=True)),
                            _connector="OR",
                        ),
                        name="soc_threat_merged_is_archived",
                        violation_error_code="soc_threat_merged_is_archived",
                        violation_error_message="A threat that was merged into another is archived. Take the merge back first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("change", "archived"), _negated=True),
                            models.Q(("change_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="soc_threat_archived_has_reason",
                        violation_error_code="soc_threat_archived_has_reason",
                        violation_error_message="Say why it is archived.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("change__in", ("escalated", "escalation_ended")), _negated=True),
                            models.Q(("change_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="soc_threat_escalated_has_reason",
                        violation_error_code="soc_threat_escalated_has_reason",
                        violation_error_message="Say why, so that those who read it know what to do.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("escalated_to", ""), ("escalated_to__in", ["rocu", "nca"]), _connector="OR"
                        ),
                        name="soc_threat_escalated_to_known",
                        violation_error_code="soc_threat_escalated_to_known",
                        violation_error_message="Choose one of: rocu, nca.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("escalated_at__isnull", True), ("escalated_to", "")),
                            models.Q(models.Q(("escalated_to", ""), _negated=True), ("escalated_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="soc_threat_escalated_at_a_time",
                        violation_error_code="soc_threat_escalated_at_a_time",
                        violation_error_message="A threat that was escalated keeps to whom, and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("other_areas__contains", [models.F("primary_area")]), _negated=True),
                        name="soc_threat_primary_area_not_repeated",
                        violation_error_code="soc_threat_primary_area_not_repeated",
                        violation_error_message="The primary threat area is not also another area.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["primary_area", "p_grade"], name="soc_threat_area_grade_idx"),
                    models.Index(fields=["next_review_on"], name="soc_threat_next_review_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanActionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("pursue", "Pursue"),
                            ("prevent", "Prevent"),
                            ("protect", "Protect"),
                            ("prepare", "Prepare"),
                        ],
                        max_length=10,
                        verbose_name="strand",
                    ),
                ),
                ("title", models.TextField(help_text="What will be done. No names of people.", verbose_name="action")),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("under_way", "Under way"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "note",
                    models.TextField(blank=True, help_text="How it goes, or why it was dropped.", verbose_name="note"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="Who sees to it. They may be of any agency.",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "threat",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="disruptions.socthreat",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version"),
                        include=("pgh_created_at",),
                        name="plan_action_event_one_row_per_version",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("individual_in_ocg", "Priority individual in an OCG"),
                            ("ocg_in_threat", "OCG in a wider threat"),
                        ],
                        max_length=20,
                    ),
                ),
                ("from_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(null=True, verbose_name="until")),
                ("note", models.TextField(blank=True)),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ocg",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="disruptions.ocg"
                    ),
                ),
                (
                    "threat",
                    models.ForeignKey(
                        help_text="The priority individual, or the wider threat.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="disruptions.socthreat",
                    ),
                ),
            ],
            options={
                "ordering": ("-from_on", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["individual_in_ocg", "ocg_in_threat"])),
                        name="membership_kind_known",
                        violation_error_code="membership_kind_known",
                        violation_error_message="Choose one of: individual_in_ocg, ocg_in_threat.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("note"), 500
                            )
                        ),
                        name="membership_note_within_limit",
                        violation_error_code="membership_note_within_limit",
                        violation_error_message="The note must be 500 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"
                        ),
                        name="membership_ends_after_start",
                        violation_error_code="membership_ends_after_start",
                        violation_error_message="The last day must be the first day or later.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True), ("ended_by__isnull", True), ("until_on__isnull", True)
                            ),
                            models.Q(
                                ("ended_at__isnull", False), ("ended_by__isnull", False), ("until_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="membership_ended_by_somebody",
                        violation_error_code="membership_ended_by_somebody",
                        violation_error_message="A membership that ended keeps who ended it, and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("threat", "ocg"),
                        name="membership_one_open",
                        violation_error_code="membership_one_open",
                        violation_error_message="This membership is on the list already and has not ended.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisruptionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("reference", models.CharField(editable=False, max_length=11, verbose_name="reference")),
                (
                    "role",
                    models.CharField(
                        choices=[("lead", "Lead"), ("support", "Support")],
                        help_text="Lead: your agency led it. Support: your agency helped another agency that led it.",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "occurred_on",
                    models.DateField(
                        help_text="The day it happened, not the day it is recorded. It decides the quarter it counts in.",
                        null=True,
                        verbose_name="date of the disruption",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("major", "Major"),
                            ("moderate", "Moderate"),
                            ("minor", "Minor"),
                            ("none", "None"),
                            ("negative", "Negative"),
                        ],
                        help_text="Judged against this threat: major is significant or long-term, moderate notable or medium-term, minor minimal or short-term. None and negative are recorded and never counted.",
                        max_length=10,
                        null=True,
                        verbose_name="level",
                    ),
                ),
                (
                    "claimed_level",
                    models.CharField(
                        choices=[
                            ("major", "Major"),
                            ("moderate", "Moderate"),
                            ("minor", "Minor"),
                            ("none", "None"),
                            ("negative", "Negative"),
                        ],
                        editable=False,
                        help_text="The level its agency claimed when it first submitted the record. Never changes.",
                        max_length=10,
                        null=True,
                        verbose_name="claimed level",
                    ),
                ),
                (
                    "extent",
                    models.CharField(
                        choices=[("significant", "Significant"), ("notable", "Notable"), ("minimal", "Minimal")],
                        help_text="How much of what the threat does was affected.",
                        max_length=12,
                        null=True,
                        verbose_name="extent",
                    ),
                ),
                (
                    "duration",
                    models.CharField(
                        choices=[("long", "Long"), ("medium", "Medium"), ("short", "Short")],
                        help_text="How long the effect is expected to last.",
                        max_length=10,
                        null=True,
                        verbose_name="duration",
                    ),
                ),
                (
                    "initiation",
                    models.CharField(
                        choices=[("proactive", "Proactive"), ("reactive", "Reactive")],
                        help_text="Proactive: your agency set out to do it. Reactive: it answered something that happened.",
                        max_length=10,
                        null=True,
                        verbose_name="proactive or reactive",
                    ),
                ),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("pursue", "Pursue"),
                            ("prevent", "Prevent"),
                            ("protect", "Protect"),
                            ("prepare", "Prepare"),
                        ],
                        help_text="Pursue offenders, prevent involvement, protect people and systems, or prepare.",
                        max_length=10,
                        null=True,
                        verbose_name="4P strand",
                    ),
                ),
                (
                    "sub_threat",
                    models.CharField(
                        choices=[
                            ("facilitation", "Facilitation by land, sea or air"),
                            ("documents", "False or fraudulently obtained documents"),
                            ("system_abuse", "Criminal abuse of the immigration system"),
                        ],
                        help_text="Which kind of organised immigration crime it was.",
                        max_length=20,
                        null=True,
                        verbose_name="OIC sub-threat",
                    ),
                ),
                (
                    "entry_method",
                    models.CharField(
                        choices=[
                            ("small_boat", "Small boat"),
                            ("other_vessel", "Other vessel"),
                            ("lorry_hard", "Hard-sided lorry"),
                            ("lorry_soft", "Soft-sided lorry"),
                            ("van_car", "Van or car"),
                            ("container", "Container"),
                            ("rail_tunnel", "Rail or Channel Tunnel"),
                            ("commercial_air", "Commercial flight"),
                            ("light_aircraft", "Light aircraft"),
                            ("common_travel_area", "Common Travel Area"),
                            ("visa_abuse", "Visa abuse"),
                            ("marriage_abuse", "Marriage abuse"),
                            ("illegal_working", "Illegal working"),
                            ("other", "Other"),
                            ("not_known", "Not known"),
                        ],
                        help_text="How people entered, or were going to.",
                        max_length=20,
                        null=True,
                        verbose_name="entry method",
                    ),
                ),
                (
                    "enablers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("online", "Online advertising"),
                                ("illicit_finance", "Illicit finance"),
                                ("equipment", "Boats, engines and equipment"),
                                ("document_supply", "Supply of documents"),
                                ("transport", "Transport"),
                                ("accommodation", "Accommodation"),
                                ("corrupt_insider", "Corrupt insider"),
                                ("other", "Other"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        help_text="What the crime relied on.",
                        size=None,
                    ),
                ),
                (
                    "uk_led",
                    models.BooleanField(
                        help_text="Yes if a UK agency led it. Support to another country's action is recorded and not counted.",
                        null=True,
                        verbose_name="UK-led",
                    ),
                ),
                (
                    "country",
                    models.CharField(help_text="Where it happened.", max_length=2, null=True, verbose_name="country"),
                ),
                (
                    "operation",
                    models.TextField(
                        blank=True, help_text="The name of the operation, if it had one.", verbose_name="operation name"
                    ),
                ),
                (
                    "summary",
                    models.TextField(
                        blank=True,
                        help_text="What was done, by whom, in plain words. No names of people who are not convicted, no source's identity.",
                        verbose_name="what happened",
                    ),
                ),
                (
                    "impact",
                    models.TextField(
                        blank=True,
                        help_text="What the threat can no longer do, and how you know.",
                        verbose_name="evidence of impact",
                    ),
                ),
                (
                    "oic_identifier_code",
                    models.TextField(
                        blank=True,
                        help_text="The code that marks the report as organised immigration crime on the Police National Database.",
                        verbose_name="OIC identifier code",
                    ),
                ),
                (
                    "msht_indicators",
                    models.BooleanField(
                        help_text="Yes if anybody showed signs of being a victim of modern slavery. A victim comes first.",
                        null=True,
                        verbose_name="modern slavery indicators",
                    ),
                ),
                (
                    "safeguarding_referral",
                    models.BooleanField(
                        help_text="Yes if anybody was referred for safeguarding.",
                        null=True,
                        verbose_name="safeguarding referral made",
                    ),
                ),
                (
                    "agency_reference",
                    models.TextField(
                        blank=True,
                        help_text="Your system's reference for it. Used once in your agency.",
                        verbose_name="own reference",
                    ),
                ),
                (
                    "source_recorded_on",
                    models.DateField(
                        help_text="The day it was first recorded in your own system.",
                        null=True,
                        verbose_name="first recorded at source",
                    ),
                ),
                (
                    "marking",
                    models.CharField(
                        choices=[("official", "OFFICIAL"), ("official_sensitive", "OFFICIAL-SENSITIVE")],
                        default="official_sensitive",
                        help_text="How the record is marked. Nothing above OFFICIAL-SENSITIVE belongs here.",
                        max_length=20,
                        verbose_name="marking",
                    ),
                ),
                (
                    "sharing",
                    models.CharField(
                        choices=[
                            ("all_agencies", "All agencies"),
                            ("lead_and_supporting", "Lead and supporting agencies"),
                            ("named_agencies", "Named agencies"),
                        ],
                        default="all_agencies",
                        help_text="Who may open it beside your own agency.",
                        max_length=20,
                        verbose_name="sharing",
                    ),
                ),
                (
                    "sandbox",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="Made to try things out. Never counted or shown to others.",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("browser", "Browser"), ("api", "API"), ("file", "File"), ("command", "Command")],
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()),
                        editable=False,
                        verbose_name="recorded",
                    ),
                ),
                ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="first submitted")),
                ("approved_at", models.DateTimeField(editable=False, null=True, verbose_name="approved")),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("amended", "Amended"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("reviewed", "Reviewed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("handed_over", "Handed over"),
                            ("lead_confirmed", "Joined to its lead"),
                            ("lead_corrected", "Lead agency corrected"),
                            ("lead_declined", "Lead declined"),
                            ("threat_merged", "Its threat was merged into another"),
                            ("threat_unmerged", "The merge of its threat was taken back"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge taken back"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("members_changed", "Memberships changed"),
                            ("assessed", "Assessed"),
                            ("review_planned", "Review planned"),
                            ("escalated", "Escalated"),
                            ("escalation_ended", "Escalation ended"),
                        ],
                        editable=False,
                        help_text="What made this version.",
                        max_length=20,
                    ),
                ),
                ("change_reason", models.TextField(blank=True, editable=False)),
                (
                    "reason_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("late_entry", "Late entry"),
                            ("regrade", "Regrade"),
                            ("withdrawn", "Withdrawn"),
                            ("duplicate", "Duplicate"),
                            ("lead_change", "Change of lead"),
                            ("threat_change", "Change of threat"),
                            ("date_correction", "Date correction"),
                            ("coverage", "Coverage"),
                            ("method", "Method"),
                            ("other_correction", "Other correction"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()),
                        editable=False,
                        verbose_name="changed",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "force_area",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="Where in the United Kingdom it happened.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The reference of the record that this one supports.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "lead_agency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The agency that led it. Enough on its own while the lead is not recorded yet.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "threat",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="disruptions.socthreat",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version"),
                        include=("pgh_created_at",),
                        name="disruption_event_one_row_per_version",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreatAssessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("threat_version", models.PositiveIntegerField(help_text="The version of the threat that it made.")),
                ("factor_scores", models.JSONField(default=dict, help_text="Code of a factor to score, 0 to 5.")),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=1,
                        help_text="What the model makes of the scores, of 100.",
                        max_digits=4,
                        null=True,
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        default="medium",
                        max_length=10,
                    ),
                ),
                (
                    "suggested_grade",
                    models.CharField(
                        blank=True,
                        choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")],
                        max_length=2,
                        null=True,
                    ),
                ),
                (
                    "adopted_grade",
                    models.CharField(choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")], max_length=2),
                ),
                (
                    "previous_grade",
                    models.CharField(
                        blank=True,
                        choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")],
                        help_text="What the threat had before.",
                        max_length=2,
                        null=True,
                    ),
                ),
                (
                    "override_reason",
                    models.TextField(blank=True, help_text="Why the adopted grade differs from the suggested one."),
                ),
                ("note", models.TextField(blank=True, help_text="What it rests on.")),
                (
                    "assessed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "assessed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments_made",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scoring_model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="disruptions.scoringmodel",
                    ),
                ),
                (
                    "threat",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="disruptions.socthreat",
                    ),
                ),
            ],
            options={
                "ordering": ("-assessed_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("adopted_grade__in", ["P1", "P2", "P3", "P4"])),
                        name="threat_assessment_adopted_grade_known",
                        violation_error_code="threat_assessment_adopted_grade_known",
                        violation_error_message="Choose one of: P1, P2, P3, P4.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("suggested_grade__in", ["P1", "P2", "P3", "P4"]),
                            ("suggested_grade__isnull", True),
                            _connector="OR",
                        ),
                        name="threat_assessment_suggested_grade_known",
                        violation_error_code="threat_assessment_suggested_grade_known",
                        violation_error_message="Choose one of: P1, P2, P3, P4.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("previous_grade__in", ["P1", "P2", "P3", "P4"]),
                            ("previous_grade__isnull", True),
                            _connector="OR",
                        ),
                        name="threat_assessment_previous_grade_known",
                        violation_error_code="threat_assessment_previous_grade_known",
                        violation_error_message="Choose one of: P1, P2, P3, P4.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__in", ["low", "medium", "high"])),
                        name="threat_assessment_confidence_known",
                        violation_error_code="threat_assessment_confidence_known",
                        violation_error_message="Choose one of: low, medium, high.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("override_reason"), 2000
                            )
                        ),
                        name="threat_assessment_override_reason_within_limit",
                        violation_error_code="threat_assessment_override_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("note"), 2000
                            )
                        ),
                        name="threat_assessment_note_within_limit",
                        violation_error_code="threat_assessment_note_within_limit",
                        violation_error_message="The note must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("suggested_grade__isnull", True),
                            ("adopted_grade", models.F("suggested_grade")),
                            models.Q(("override_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="threat_assessment_override_has_reason",
                        violation_error_code="threat_assessment_override_has_reason",
                        violation_error_message="Say why the grade differs from the one suggested.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Func(
                                models.F("factor_scores"),
                                models.Value('$.* ? (@.type() != "number" || @ < 0 || @ > 5 || @.floor() != @)'),
                                function="jsonb_path_exists",
                                output_field=models.BooleanField(),
                                template="NOT %(function)s(%(expressions)s::jsonpath)",
                            )
                        ),
                        name="threat_assessment_scores_in_range",
                        violation_error_code="threat_assessment_scores_in_range",
                        violation_error_message="Scores are whole numbers from 0 to 5.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("total__isnull", True), models.Q(("total__gte", 0), ("total__lte", 100)), _connector="OR"
                        ),
                        name="threat_assessment_total_in_range",
                        violation_error_code="threat_assessment_total_in_range",
                        violation_error_message="A total is between 0 and 100.",
                    ),
                    models.UniqueConstraint(
                        fields=("id", "threat", "adopted_grade"),
                        name="threat_assessment_of_one_grade",
                        violation_error_code="threat_assessment_of_one_grade",
                        violation_error_message="An assessment gives one grade to one threat.",
                    ),
                    models.UniqueConstraint(
                        fields=("threat", "threat_version"),
                        name="threat_assessment_one_per_version",
                        violation_error_code="threat_assessment_one_per_version",
                        violation_error_message="An assessment makes one version of its threat.",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["threat", "-assessed_at", "-id"],
                        include=("adopted_grade",),
                        name="threat_assessment_then_idx",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreatHandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("cancelled", "Taken back"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField()),
                ("answer", models.TextField(blank=True)),
                (
                    "offered_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "ocg",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_overs",
                        to="disruptions.ocg",
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "threat",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_overs",
                        to="disruptions.socthreat",
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threat_hand_overs_received",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "ordering": ("-offered_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["offered", "accepted", "declined", "cancelled"])),
                        name="threat_hand_over_status_known",
                        violation_error_code="threat_hand_over_status_known",
                        violation_error_message="Choose one of: offered, accepted, declined, cancelled.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 2000
                            )
                        ),
                        name="threat_hand_over_reason_within_limit",
                        violation_error_code="threat_hand_over_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("answer"), 2000
                            )
                        ),
                        name="threat_hand_over_answer_within_limit",
                        violation_error_code="threat_hand_over_answer_within_limit",
                        violation_error_message="The answer must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ocg__isnull", True), ("threat__isnull", False)),
                            models.Q(("ocg__isnull", False), ("threat__isnull", True)),
                            _connector="OR",
                        ),
                        name="threat_hand_over_of_one",
                        violation_error_code="threat_hand_over_of_one",
                        violation_error_message="An offer is of one threat, or of one OCG.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="threat_hand_over_has_reason",
                        violation_error_code="threat_hand_over_has_reason",
                        violation_error_message="Say why the other agency should lead it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_agency", models.F("from_agency")), _negated=True),
                        name="threat_hand_over_to_another_agency",
                        violation_error_code="threat_hand_over_to_another_agency",
                        violation_error_message="Choose another agency than the one that leads it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True), ("answered_by__isnull", True), ("status", "offered")
                            ),
                            models.Q(
                                models.Q(("status", "offered"), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="threat_hand_over_answered_by_somebody",
                        violation_error_code="threat_hand_over_answered_by_somebody",
                        violation_error_message="An answer keeps who gave it, and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="threat_hand_over_declined_has_answer",
                        violation_error_code="threat_hand_over_declined_has_answer",
                        violation_error_message="Say why you decline, so that the other agency knows what to do.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "offered"), ("threat__isnull", False)),
                        fields=("threat",),
                        name="threat_hand_over_one_open",
                        violation_error_code="threat_hand_over_one_open",
                        violation_error_message="This threat is on offer to an agency already. Take that offer back first.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ocg__isnull", False), ("status", "offered")),
                        fields=("ocg",),
                        name="threat_hand_over_one_open_of_ocg",
                        violation_error_code="threat_hand_over_one_open_of_ocg",
                        violation_error_message="This OCG is on offer to an agency already. Take that offer back first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreatMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                (
                    "status_before",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("monitored", "Monitored"),
                            ("dormant", "Dormant"),
                            ("dismantled", "Dismantled"),
                            ("archived", "Archived"),
                        ],
                        help_text="Where the one that was merged stood before.",
                        max_length=12,
                    ),
                ),
                (
                    "added_aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        help_text="Names that the other one took over.",
                        size=None,
                    ),
                ),
                (
                    "merged_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("undone_at", models.DateTimeField(editable=False, null=True)),
                ("undone_reason", models.TextField(blank=True, default="")),
                (
                    "disruptions_moved",
                    models.PositiveIntegerField(help_text="How many disruptions came over, drafts included."),
                ),
                (
                    "counts_before",
                    models.JSONField(help_text="Disruptions of both together before, by status, role and level."),
                ),
                ("counts_after", models.JSONField(help_text="Disruptions of the winner after.")),
                (
                    "loser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_lost",
                        to="disruptions.socthreat",
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "winner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_won",
                        to="disruptions.socthreat",
                    ),
                ),
            ],
            options={
                "ordering": ("-merged_at", "-pk"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status_before__in", ["active", "monitored", "dormant", "dismantled", "archived"])
                        ),
                        name="threat_merge_status_before_known",
                        violation_error_code="threat_merge_status_before_known",
                        violation_error_message="Choose one of: active, monitored, dormant, dismantled, archived.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 2000
                            )
                        ),
                        name="threat_merge_reason_within_limit",
                        violation_error_code="threat_merge_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("undone_reason"), 2000
                            )
                        ),
                        name="threat_merge_undone_reason_within_limit",
                        violation_error_code="threat_merge_undone_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("winner", models.F("loser")), _negated=True),
                        name="threat_merge_into_another",
                        violation_error_code="threat_merge_into_another",
                        violation_error_message="Choose another one than the one that you merge.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="threat_merge_has_reason",
                        violation_error_code="threat_merge_has_reason",
                        violation_error_message="Say why the two are one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at__isnull", True), ("undone_by__isnull", True), ("undone_reason", "")),
                            models.Q(
                                ("undone_at__isnull", False),
                                ("undone_by__isnull", False),
                                models.Q(("undone_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="threat_merge_undone_by_somebody",
                        violation_error_code="threat_merge_undone_by_somebody",
                        violation_error_message="Say why the merge is taken back.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("loser",),
                        name="threat_merge_one_standing",
                        violation_error_code="threat_merge_one_standing",
                        violation_error_message="This one has been merged into another already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("counts_before", models.F("counts_after"))),
                        name="threat_merge_counts_agree",
                        violation_error_code="threat_merge_counts_agree",
                        violation_error_message="The counts before and after the merge differ, so nothing was merged. Tell the support desk.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreatRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.TextField(verbose_name="what it is known as")),
                ("details", models.TextField(blank=True, verbose_name="what is known of it")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("listed", "Listed"),
                            ("declined", "Declined"),
                            ("cancelled", "Taken back"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                (
                    "requested_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threat_requests",
                        to="agencies.agency",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threat_requests",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "threat",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="disruptions.socthreat",
                    ),
                ),
            ],
            options={
                "ordering": ("requested_at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "listed", "declined", "cancelled"])),
                        name="threat_request_status_known",
                        violation_error_code="threat_request_status_known",
                        violation_error_message="Choose one of: open, listed, declined, cancelled.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("title"), 200
                            )
                        ),
                        name="threat_request_title_within_limit",
                        violation_error_code="threat_request_title_within_limit",
                        violation_error_message="The name must be 200 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("details"), 2000
                            )
                        ),
                        name="threat_request_details_within_limit",
                        violation_error_code="threat_request_details_within_limit",
                        violation_error_message="What is known of it must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("answer"), 2000
                            )
                        ),
                        name="threat_request_answer_within_limit",
                        violation_error_code="threat_request_answer_within_limit",
                        violation_error_message="The answer must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="threat_request_has_title",
                        violation_error_code="threat_request_has_title",
                        violation_error_message="Enter what the group, person or vulnerability is known as.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "listed"), ("threat__isnull", False)),
                            models.Q(models.Q(("status", "listed"), _negated=True), ("threat__isnull", True)),
                            _connector="OR",
                        ),
                        name="threat_request_listed_names_threat",
                        violation_error_code="threat_request_listed_names_threat",
                        violation_error_message="Give the reference of the threat that answers the request.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="threat_request_declined_has_answer",
                        violation_error_code="threat_request_declined_has_answer",
                        violation_error_message="Say why it is not listed, and what the officer should choose instead.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True), ("status", "open")),
                            models.Q(
                                models.Q(("status", "open"), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="threat_request_answered_by_somebody",
                        violation_error_code="threat_request_answered_by_somebody",
                        violation_error_message="An answer keeps who gave it, and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("disruption",),
                        name="threat_request_one_open",
                        violation_error_code="threat_request_one_open",
                        violation_error_message="A threat manager has been asked about this record already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreatVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField()),
                ("seen_version", models.PositiveIntegerField()),
                ("since_at", models.DateTimeField(null=True)),
                ("since_version", models.PositiveIntegerField(null=True)),
                (
                    "threat",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="disruptions.socthreat",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "threat"),
                        name="threat_visit_once",
                        violation_error_code="threat_visit_once",
                        violation_error_message="This visit is known already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SOCThreatEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("reference", models.CharField(editable=False, max_length=11, verbose_name="reference")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ocg", "Organised crime group"),
                            ("priority_individual", "Priority individual"),
                            ("vulnerability", "Vulnerability"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "title",
                    models.TextField(
                        help_text="A label. No personal data: nominals belong in other systems.", verbose_name="title"
                    ),
                ),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        editable=False,
                        help_text="What threats merged into it were called.",
                        size=None,
                    ),
                ),
                (
                    "primary_area",
                    models.CharField(
                        choices=[
                            ("csa", "Child sexual abuse"),
                            ("msht", "Modern slavery and human trafficking"),
                            ("oic", "Organised immigration crime"),
                            ("drugs", "Drugs"),
                            ("firearms", "Firearms"),
                            ("acquisitive", "Organised acquisitive crime"),
                            ("cyber", "Cyber crime"),
                            ("fraud", "Fraud"),
                            ("money_laundering", "Money laundering"),
                            ("corruption_sanctions", "Bribery, corruption and sanctions evasion"),
                        ],
                        default="oic",
                        help_text="Disruptions count as OIC only where this is organised immigration crime.",
                        max_length=24,
                        verbose_name="primary threat area",
                    ),
                ),
                (
                    "other_areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("csa", "Child sexual abuse"),
                                ("msht", "Modern slavery and human trafficking"),
                                ("oic", "Organised immigration crime"),
                                ("drugs", "Drugs"),
                                ("firearms", "Firearms"),
                                ("acquisitive", "Organised acquisitive crime"),
                                ("cyber", "Cyber crime"),
                                ("fraud", "Fraud"),
                                ("money_laundering", "Money laundering"),
                                ("corruption_sanctions", "Bribery, corruption and sanctions evasion"),
                            ],
                            max_length=24,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "sub_threats",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("facilitation", "Facilitation by land, sea or air"),
                                ("documents", "False or fraudulently obtained documents"),
                                ("system_abuse", "Criminal abuse of the immigration system"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("small_boat", "Small boat"),
                                ("other_vessel", "Other vessel"),
                                ("lorry_hard", "Hard-sided lorry"),
                                ("lorry_soft", "Soft-sided lorry"),
                                ("van_car", "Van or car"),
                                ("container", "Container"),
                                ("rail_tunnel", "Rail or Channel Tunnel"),
                                ("commercial_air", "Commercial flight"),
                                ("light_aircraft", "Light aircraft"),
                                ("common_travel_area", "Common Travel Area"),
                                ("visa_abuse", "Visa abuse"),
                                ("marriage_abuse", "Marriage abuse"),
                                ("illegal_working", "Illegal working"),
                                ("other", "Other"),
                                ("not_known", "Not known"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "enablers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("online", "Online advertising"),
                                ("illicit_finance", "Illicit finance"),
                                ("equipment", "Boats, engines and equipment"),
                                ("document_supply", "Supply of documents"),
                                ("transport", "Transport"),
                                ("accommodation", "Accommodation"),
                                ("corrupt_insider", "Corrupt insider"),
                                ("other", "Other"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "geography",
                    models.TextField(
                        blank=True, default="", help_text="Where it works from and to.", verbose_name="geography"
                    ),
                ),
                (
                    "agency_reference",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="What the lead agency's own system calls it.",
                        verbose_name="own reference",
                    ),
                ),
                (
                    "p_grade",
                    models.CharField(
                        blank=True,
                        choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")],
                        help_text="Adopted by the latest assessment. Not the PND tier.",
                        max_length=2,
                        null=True,
                        verbose_name="P grade",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("monitored", "Monitored"),
                            ("dormant", "Dormant"),
                            ("dismantled", "Dismantled"),
                            ("archived", "Archived"),
                        ],
                        default="active",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("next_review_on", models.DateField(blank=True, null=True, verbose_name="next review")),
                ("review_planned_on", models.DateField(blank=True, null=True, verbose_name="review planned for")),
                (
                    "escalated_to",
                    models.CharField(
                        blank=True,
                        choices=[("rocu", "Regional organised crime unit"), ("nca", "National Crime Agency")],
                        default="",
                        max_length=10,
                        verbose_name="escalated to",
                    ),
                ),
                ("escalated_at", models.DateTimeField(blank=True, null=True, verbose_name="escalated")),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("amended", "Amended"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("reviewed", "Reviewed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("handed_over", "Handed over"),
                            ("lead_confirmed", "Joined to its lead"),
                            ("lead_corrected", "Lead agency corrected"),
                            ("lead_declined", "Lead declined"),
                            ("threat_merged", "Its threat was merged into another"),
                            ("threat_unmerged", "The merge of its threat was taken back"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge taken back"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("members_changed", "Memberships changed"),
                            ("assessed", "Assessed"),
                            ("review_planned", "Review planned"),
                            ("escalated", "Escalated"),
                            ("escalation_ended", "Escalation ended"),
                        ],
                        default="recorded",
                        editable=False,
                        help_text="What made this version.",
                        max_length=20,
                    ),
                ),
                ("change_reason", models.TextField(blank=True, default="", editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead_agency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "lead_responsible_officer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        help_text="The threat that took its place.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="disruptions.socthreat",
                    ),
                ),
                (
                    "ocg",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="disruptions.ocg",
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        help_text="The assessment that gave the P grade.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="disruptions.threatassessment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version"),
                        include=("pgh_created_at",),
                        name="soc_threat_event_one_row_per_version",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OCGMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                (
                    "status_before",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("monitored", "Monitored"),
                            ("dormant", "Dormant"),
                            ("dismantled", "Dismantled"),
                            ("archived", "Archived"),
                        ],
                        help_text="Where the one that was merged stood before.",
                        max_length=12,
                    ),
                ),
                (
                    "added_aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        help_text="Names that the other one took over.",
                        size=None,
                    ),
                ),
                (
                    "merged_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("undone_at", models.DateTimeField(editable=False, null=True)),
                ("undone_reason", models.TextField(blank=True, default="")),
                (
                    "loser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges_lost", to="disruptions.ocg"
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "winner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges_won", to="disruptions.ocg"
                    ),
                ),
                (
                    "threat_merge",
                    models.OneToOneField(
                        help_text="Along with which.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ocg_merge",
                        to="disruptions.threatmerge",
                    ),
                ),
            ],
            options={
                "ordering": ("-merged_at", "-pk"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status_before__in", ["active", "monitored", "dormant", "dismantled", "archived"])
                        ),
                        name="ocg_merge_status_before_known",
                        violation_error_code="ocg_merge_status_before_known",
                        violation_error_message="Choose one of: active, monitored, dormant, dismantled, archived.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 2000
                            )
                        ),
                        name="ocg_merge_reason_within_limit",
                        violation_error_code="ocg_merge_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("undone_reason"), 2000
                            )
                        ),
                        name="ocg_merge_undone_reason_within_limit",
                        violation_error_code="ocg_merge_undone_reason_within_limit",
                        violation_error_message="The reason must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("winner", models.F("loser")), _negated=True),
                        name="ocg_merge_into_another",
                        violation_error_code="ocg_merge_into_another",
                        violation_error_message="Choose another one than the one that you merge.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="ocg_merge_has_reason",
                        violation_error_code="ocg_merge_has_reason",
                        violation_error_message="Say why the two are one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at__isnull", True), ("undone_by__isnull", True), ("undone_reason", "")),
                            models.Q(
                                ("undone_at__isnull", False),
                                ("undone_by__isnull", False),
                                models.Q(("undone_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ocg_merge_undone_by_somebody",
                        violation_error_code="ocg_merge_undone_by_somebody",
                        violation_error_message="Say why the merge is taken back.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("loser",),
                        name="ocg_merge_one_standing",
                        violation_error_code="ocg_merge_one_standing",
                        violation_error_message="This one has been merged into another already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MergeMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "disruption",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disruptions.membership",
                    ),
                ),
                (
                    "ocg_merge",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="disruptions.ocgmerge",
                    ),
                ),
                (
                    "threat_merge",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="disruptions.threatmerge",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disruptions.threatrequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("disruption__isnull", False),
                                ("membership__isnull", True),
                                ("ocg_merge__isnull", True),
                                ("request__isnull", True),
                                ("threat_merge__isnull", False),
                            ),
                            models.Q(
                                ("disruption__isnull", True),
                                ("membership__isnull", False),
                                ("ocg_merge__isnull", True),
                                ("request__isnull", True),
                                ("threat_merge__isnull", False),
                            ),
                            models.Q(
                                ("disruption__isnull", True),
                                ("membership__isnull", True),
                                ("ocg_merge__isnull", True),
                                ("request__isnull", False),
                                ("threat_merge__isnull", False),
                            ),
                            models.Q(
                                ("disruption__isnull", True),
                                ("membership__isnull", False),
                                ("ocg_merge__isnull", False),
                                ("request__isnull", True),
                                ("threat_merge__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="merge_move_of_one_row",
                        violation_error_code="merge_move_of_one_row",
                        violation_error_message="A merge moves disruptions, memberships and requests, one row each.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="disruption",
            name="threat",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disruptions",
                to="disruptions.socthreat",
            ),
        ),
        migrations.AddField(
            model_name="planaction",
            name="threat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="plan_actions", to="disruptions.socthreat"
            ),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="assessment",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                help_text="The assessment that gave the P grade.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="disruptions.threatassessment",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["threat", "-occurred_on", "-id"], name="disruption_threat_occurred_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                fields=["occurred_on"],
                include=("agency", "role", "level", "threat", "uk_led", "sandbox", "status"),
                name="disruption_counting_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="disruption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "change__in",
                        [
                            "recorded",
                            "amended",
                            "submitted",
                            "approved",
                            "returned",
                            "reviewed",
                            "rejected",
                            "withdrawn",
                            "reopened",
                            "handed_over",
                            "lead_confirmed",
                            "lead_corrected",
                            "lead_declined",
                            "threat_merged",
                            "threat_unmerged",
                            "merged",
                            "unmerged",
                            "archived",
                            "restored",
                            "members_changed",
                            "assessed",
                            "review_planned",
                            "escalated",
                            "escalation_ended",
                        ],
                    )
                ),
                name="disruption_change_known",
                violation_error_code="disruption_change_known",
                violation_error_message="Choose one of: recorded, amended, submitted, approved, returned, reviewed, rejected, withdrawn, reopened, handed_over, lead_confirmed, lead_corrected, lead_declined, threat_merged, threat_unmerged, merged, unmerged, archived, restored, members_changed, assessed, review_planned, escalated, escalation_ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disruption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"),
                    models.Q(("status", "withdrawn"), ("submitted_at__isnull", True)),
                    ("threat__isnull", False),
                    _connector="OR",
                ),
                name="disruption_threat_required",
                violation_error_code="disruption_threat_required",
                violation_error_message="Choose the SOC threat.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("assessment__isnull", True), ("p_grade__isnull", True)),
                    models.Q(("assessment__isnull", False), ("p_grade__isnull", False)),
                    _connector="OR",
                ),
                name="soc_threat_grade_has_assessment",
                violation_error_code="soc_threat_grade_has_assessment",
                violation_error_message="A P grade comes from an assessment. Assess the threat to grade it.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ocg",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_ocgevent" ("agency_reference", "aliases", "capability", "change", "change_reason", "changed_by_id", "created_at", "created_by_id", "geography", "id", "intent", "lead_agency_id", "merged_into_id", "name", "pgh_created_at", "pgh_label", "pnd_reference", "pnd_tier", "reference", "status", "version") SELECT new_values."agency_reference", new_values."aliases", new_values."capability", new_values."change", new_values."change_reason", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."geography", new_values."id", new_values."intent", new_values."lead_agency_id", new_values."merged_into_id", new_values."name", oic_now(), \'insert\', new_values."pnd_reference", new_values."pnd_tier", new_values."reference", new_values."status", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="19264965b2ddc60bd5b9fd35138d589e53a2f473",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_36b3c",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_ocg",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ocg",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_ocgevent" ("agency_reference", "aliases", "capability", "change", "change_reason", "changed_by_id", "created_at", "created_by_id", "geography", "id", "intent", "lead_agency_id", "merged_into_id", "name", "pgh_created_at", "pgh_label", "pnd_reference", "pnd_tier", "reference", "status", "version") SELECT new_values."agency_reference", new_values."aliases", new_values."capability", new_values."change", new_values."change_reason", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."geography", new_values."id", new_values."intent", new_values."lead_agency_id", new_values."merged_into_id", new_values."name", oic_now(), \'update\', new_values."pnd_reference", new_values."pnd_tier", new_values."reference", new_values."status", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="03ba60dd9469b96d50ee6d532edc56276f9a3764",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_435d3",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_ocg",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_their_own",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (\n        SELECT FROM disruptions_disruption\n        WHERE id = NEW.disruption_id AND submitted_by_id = NEW.decided_by_id AND recorded_by_id <> NEW.decided_by_id\n    ) THEN\n        RAISE 'the submitter of a record decides on it' USING ERRCODE = 'check_violation',\n            TABLE = 'disruptions_review', CONSTRAINT = 'review_not_by_submitter';\n    END IF;\n    IF NEW.decision NOT IN ('approve', 'return') AND EXISTS (\n        SELECT FROM disruptions_review\n        WHERE disruption_id = NEW.disruption_id AND decided_by_id = NEW.decided_by_id AND decision = 'approve'\n    ) THEN\n        RAISE 'an approver of a record moderates it' USING ERRCODE = 'check_violation',\n            TABLE = 'disruptions_review', CONSTRAINT = 'review_not_by_approver';\n    END IF;\n    RETURN NULL;\n",
                    hash="a4a9b5f739486330fbb4f5b85d70029298211ec8",
                    operation="INSERT",
                    pgid="pgtrigger_refuse_their_own_d9648",
                    table="disruptions_review",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planaction",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_planactionevent" ("changed_at", "changed_by_id", "created_at", "created_by_id", "due_on", "id", "note", "owner_id", "pgh_created_at", "pgh_label", "state", "strand", "threat_id", "title", "version") SELECT new_values."changed_at", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."due_on", new_values."id", new_values."note", new_values."owner_id", oic_now(), \'insert\', new_values."state", new_values."strand", new_values."threat_id", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="7aea3d231f27fda35890ff180148f8403925d294",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d9e71",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_planaction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planaction",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_planactionevent" ("changed_at", "changed_by_id", "created_at", "created_by_id", "due_on", "id", "note", "owner_id", "pgh_created_at", "pgh_label", "state", "strand", "threat_id", "title", "version") SELECT new_values."changed_at", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."due_on", new_values."id", new_values."note", new_values."owner_id", oic_now(), \'update\', new_values."state", new_values."strand", new_values."threat_id", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="16961ae7e0fba4525ea45473217f10f1ad27bb96",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4fc33",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_planaction",
                    when="AFTER",
                ),
            ),
        ),
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
        pgtrigger.migrations.AddTrigger(
            model_name="disruption",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_disruptionevent" ("agency_id", "agency_reference", "approved_at", "approved_by_id", "change", "change_reason", "changed_at", "changed_by_id", "channel", "claimed_level", "country", "duplicate_of_id", "duration", "enablers", "entry_method", "extent", "force_area_id", "id", "impact", "initiation", "lead_agency_id", "lead_id", "level", "marking", "msht_indicators", "occurred_on", "oic_identifier_code", "operation", "pgh_created_at", "pgh_label", "reason_class", "recorded_at", "recorded_by_id", "reference", "role", "safeguarding_referral", "sandbox", "sharing", "source_recorded_on", "status", "strand", "sub_threat", "submitted_at", "submitted_by_id", "summary", "threat_id", "uk_led", "version") SELECT new_values."agency_id", new_values."agency_reference", new_values."approved_at", new_values."approved_by_id", new_values."change", new_values."change_reason", new_values."changed_at", new_values."changed_by_id", new_values."channel", new_values."claimed_level", new_values."country", new_values."duplicate_of_id", new_values."duration", new_values."enablers", new_values."entry_method", new_values."extent", new_values."force_area_id", new_values."id", new_values."impact", new_values."initiation", new_values."lead_agency_id", new_values."lead_id", new_values."level", new_values."marking", new_values."msht_indicators", new_values."occurred_on", new_values."oic_identifier_code", new_values."operation", oic_now(), \'insert\', new_values."reason_class", new_values."recorded_at", new_values."recorded_by_id", new_values."reference", new_values."role", new_values."safeguarding_referral", new_values."sandbox", new_values."sharing", new_values."source_recorded_on", new_values."status", new_values."strand", new_values."sub_threat", new_values."submitted_at", new_values."submitted_by_id", new_values."summary", new_values."threat_id", new_values."uk_led", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="8b36678b7bf0aa4fa3e95b76a0075622f8805efe",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7ebdf",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_disruption",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disruption",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_disruptionevent" ("agency_id", "agency_reference", "approved_at", "approved_by_id", "change", "change_reason", "changed_at", "changed_by_id", "channel", "claimed_level", "country", "duplicate_of_id", "duration", "enablers", "entry_method", "extent", "force_area_id", "id", "impact", "initiation", "lead_agency_id", "lead_id", "level", "marking", "msht_indicators", "occurred_on", "oic_identifier_code", "operation", "pgh_created_at", "pgh_label", "reason_class", "recorded_at", "recorded_by_id", "reference", "role", "safeguarding_referral", "sandbox", "sharing", "source_recorded_on", "status", "strand", "sub_threat", "submitted_at", "submitted_by_id", "summary", "threat_id", "uk_led", "version") SELECT new_values."agency_id", new_values."agency_reference", new_values."approved_at", new_values."approved_by_id", new_values."change", new_values."change_reason", new_values."changed_at", new_values."changed_by_id", new_values."channel", new_values."claimed_level", new_values."country", new_values."duplicate_of_id", new_values."duration", new_values."enablers", new_values."entry_method", new_values."extent", new_values."force_area_id", new_values."id", new_values."impact", new_values."initiation", new_values."lead_agency_id", new_values."lead_id", new_values."level", new_values."marking", new_values."msht_indicators", new_values."occurred_on", new_values."oic_identifier_code", new_values."operation", oic_now(), \'update\', new_values."reason_class", new_values."recorded_at", new_values."recorded_by_id", new_values."reference", new_values."role", new_values."safeguarding_referral", new_values."sandbox", new_values."sharing", new_values."source_recorded_on", new_values."status", new_values."strand", new_values."sub_threat", new_values."submitted_at", new_values."submitted_by_id", new_values."summary", new_values."threat_id", new_values."uk_led", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."agency_id" IS DISTINCT FROM (new_values."agency_id") OR old_values."agency_reference" IS DISTINCT FROM (new_values."agency_reference") OR old_values."approved_at" IS DISTINCT FROM (new_values."approved_at") OR old_values."approved_by_id" IS DISTINCT FROM (new_values."approved_by_id") OR old_values."change" IS DISTINCT FROM (new_values."change") OR old_values."change_reason" IS DISTINCT FROM (new_values."change_reason") OR old_values."changed_at" IS DISTINCT FROM (new_values."changed_at") OR old_values."changed_by_id" IS DISTINCT FROM (new_values."changed_by_id") OR old_values."channel" IS DISTINCT FROM (new_values."channel") OR old_values."claimed_level" IS DISTINCT FROM (new_values."claimed_level") OR old_values."country" IS DISTINCT FROM (new_values."country") OR old_values."duplicate_of_id" IS DISTINCT FROM (new_values."duplicate_of_id") OR old_values."duration" IS DISTINCT FROM (new_values."duration") OR old_values."enablers" IS DISTINCT FROM (new_values."enablers") OR old_values."entry_method" IS DISTINCT FROM (new_values."entry_method") OR old_values."extent" IS DISTINCT FROM (new_values."extent") OR old_values."force_area_id" IS DISTINCT FROM (new_values."force_area_id") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."impact" IS DISTINCT FROM (new_values."impact") OR old_values."initiation" IS DISTINCT FROM (new_values."initiation") OR old_values."lead_id" IS DISTINCT FROM (new_values."lead_id") OR old_values."lead_agency_id" IS DISTINCT FROM (new_values."lead_agency_id") OR old_values."level" IS DISTINCT FROM (new_values."level") OR old_values."marking" IS DISTINCT FROM (new_values."marking") OR old_values."msht_indicators" IS DISTINCT FROM (new_values."msht_indicators") OR old_values."occurred_on" IS DISTINCT FROM (new_values."occurred_on") OR old_values."oic_identifier_code" IS DISTINCT FROM (new_values."oic_identifier_code") OR old_values."operation" IS DISTINCT FROM (new_values."operation") OR old_values."reason_class" IS DISTINCT FROM (new_values."reason_class") OR old_values."recorded_at" IS DISTINCT FROM (new_values."recorded_at") OR old_values."recorded_by_id" IS DISTINCT FROM (new_values."recorded_by_id") OR old_values."reference" IS DISTINCT FROM (new_values."reference") OR old_values."role" IS DISTINCT FROM (new_values."role") OR old_values."safeguarding_referral" IS DISTINCT FROM (new_values."safeguarding_referral") OR old_values."sandbox" IS DISTINCT FROM (new_values."sandbox") OR old_values."sharing" IS DISTINCT FROM (new_values."sharing") OR old_values."source_recorded_on" IS DISTINCT FROM (new_values."source_recorded_on") OR old_values."status" IS DISTINCT FROM (new_values."status") OR old_values."strand" IS DISTINCT FROM (new_values."strand") OR old_values."sub_threat" IS DISTINCT FROM (new_values."sub_threat") OR old_values."submitted_at" IS DISTINCT FROM (new_values."submitted_at") OR old_values."submitted_by_id" IS DISTINCT FROM (new_values."submitted_by_id") OR old_values."summary" IS DISTINCT FROM (new_values."summary") OR old_values."threat_id" IS DISTINCT FROM (new_values."threat_id") OR old_values."uk_led" IS DISTINCT FROM (new_values."uk_led") OR old_values."version" IS DISTINCT FROM (new_values."version")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="bd41f46d242f7f10905a326f1c5350791ba72308",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f1876",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_disruption",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="socthreat",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_socthreatevent" ("agency_reference", "aliases", "assessment_id", "change", "change_reason", "changed_by_id", "created_at", "created_by_id", "enablers", "escalated_at", "escalated_to", "geography", "id", "kind", "lead_agency_id", "lead_responsible_officer_id", "merged_into_id", "methods", "next_review_on", "ocg_id", "other_areas", "p_grade", "pgh_created_at", "pgh_label", "primary_area", "reference", "review_planned_on", "status", "sub_threats", "title", "version") SELECT new_values."agency_reference", new_values."aliases", new_values."assessment_id", new_values."change", new_values."change_reason", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."enablers", new_values."escalated_at", new_values."escalated_to", new_values."geography", new_values."id", new_values."kind", new_values."lead_agency_id", new_values."lead_responsible_officer_id", new_values."merged_into_id", new_values."methods", new_values."next_review_on", new_values."ocg_id", new_values."other_areas", new_values."p_grade", oic_now(), \'insert\', new_values."primary_area", new_values."reference", new_values."review_planned_on", new_values."status", new_values."sub_threats", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="cb2e4fcc5b36a95da259f00bfce88a56db34f92f",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_877db",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_socthreat",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="socthreat",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_socthreatevent" ("agency_reference", "aliases", "assessment_id", "change", "change_reason", "changed_by_id", "created_at", "created_by_id", "enablers", "escalated_at", "escalated_to", "geography", "id", "kind", "lead_agency_id", "lead_responsible_officer_id", "merged_into_id", "methods", "next_review_on", "ocg_id", "other_areas", "p_grade", "pgh_created_at", "pgh_label", "primary_area", "reference", "review_planned_on", "status", "sub_threats", "title", "version") SELECT new_values."agency_reference", new_values."aliases", new_values."assessment_id", new_values."change", new_values."change_reason", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."enablers", new_values."escalated_at", new_values."escalated_to", new_values."geography", new_values."id", new_values."kind", new_values."lead_agency_id", new_values."lead_responsible_officer_id", new_values."merged_into_id", new_values."methods", new_values."next_review_on", new_values."ocg_id", new_values."other_areas", new_values."p_grade", oic_now(), \'update\', new_values."primary_area", new_values."reference", new_values."review_planned_on", new_values."status", new_values."sub_threats", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="af65790c319968d7edc67eebced8bb6df1bf00c5",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_bb220",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_socthreat",
                    when="AFTER",
                ),
            ),
        ),
    ]
