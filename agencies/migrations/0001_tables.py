"""The tables of agencies, people, API clients and the log, and the clock that stamps them.

It stands for the migrations before it, which nobody ran but on their own machine; see docs/decisions.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import oauth2_provider.generators
import oauth2_provider.models
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# The one clock of all record and history times (docs/decisions). Only the owner may allow a session clock.
CLOCK = """
CREATE TABLE oic_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    session_clock_allowed boolean NOT NULL
);
INSERT INTO oic_clock (session_clock_allowed) VALUES (false);
CREATE FUNCTION oic_now() RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF coalesce(current_setting('oic.clock', true), '') = '' THEN
        RETURN now();
    END IF;
    IF NOT (SELECT session_clock_allowed FROM public.oic_clock) THEN
        RAISE EXCEPTION 'a session clock is for demonstrations and the benchmark only'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN current_setting('oic.clock')::timestamptz;
END
$$;
"""
UNDO_CLOCK = "DROP FUNCTION oic_now(); DROP TABLE oic_clock;"


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("agencies", "0001_initial"),
        ("agencies", "0003_a_role_ends_at_once"),
        ("agencies", "0004_request_window"),
        ("agencies", "0005_preferences"),
        ("agencies", "0006_fewer_indexes"),
    ]

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.RunSQL(CLOCK, UNDO_CLOCK),
        migrations.CreateModel(
            name="AgencyAsAt",
            fields=[
                (
                    "code",
                    models.SlugField(
                        help_text="Project code, used in addresses and by the API. The police.uk id for a force.",
                        max_length=40,
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("short_name", models.CharField(max_length=40, verbose_name="short name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("territorial_force", "Territorial police force (England and Wales)"),
                            ("national_force", "National police force"),
                            ("special_force", "Non-territorial police force"),
                            ("regional_unit", "Regional organised crime unit"),
                            ("law_enforcement_agency", "Law enforcement agency"),
                            ("home_office", "Home Office command"),
                            ("unit", "Unit or programme"),
                            ("partner", "Partner body"),
                            ("inspectorate", "Inspectorate"),
                        ],
                        max_length=30,
                        verbose_name="kind",
                    ),
                ),
                (
                    "statistics_group",
                    models.CharField(
                        choices=[
                            ("nca", "National Crime Agency"),
                            ("home_office", "Home Office"),
                            ("police_ew", "Police forces in England and Wales"),
                            ("police_scotland", "Police Scotland"),
                            ("psni", "Police Service of Northern Ireland"),
                            ("not_covered", "Not covered"),
                        ],
                        default="not_covered",
                        help_text="Which group of the published statistics its lead disruptions are counted in.",
                        max_length=20,
                        verbose_name="statistics group",
                    ),
                ),
                (
                    "ons_code",
                    models.CharField(
                        blank=True,
                        help_text="Blank where no national code is known. Never invented.",
                        max_length=9,
                        verbose_name="ONS code",
                    ),
                ),
                ("police_number", models.CharField(blank=True, max_length=2, verbose_name="police force number")),
                (
                    "contact",
                    models.CharField(
                        blank=True,
                        help_text="Whom another agency writes to about a record it cannot open. A post or mailbox, not a person.",
                        max_length=200,
                        verbose_name="contact",
                    ),
                ),
                ("active_from", models.DateField(blank=True, null=True, verbose_name="active from")),
                ("active_until", models.DateField(blank=True, null=True, verbose_name="active until")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "agencies_agency_as_at",
                "ordering": ("name",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
            ],
            options={
                "ordering": ("name",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[a-z0-9]+(-[a-z0-9]+)*$")),
                        name="region_code_is_a_slug",
                        violation_error_code="region_code_is_a_slug",
                        violation_error_message="Use lower-case letters, digits and single hyphens.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.SlugField(
                        help_text="Project code, used in addresses and by the API. The police.uk id for a force.",
                        max_length=40,
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("short_name", models.CharField(max_length=40, verbose_name="short name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("territorial_force", "Territorial police force (England and Wales)"),
                            ("national_force", "National police force"),
                            ("special_force", "Non-territorial police force"),
                            ("regional_unit", "Regional organised crime unit"),
                            ("law_enforcement_agency", "Law enforcement agency"),
                            ("home_office", "Home Office command"),
                            ("unit", "Unit or programme"),
                            ("partner", "Partner body"),
                            ("inspectorate", "Inspectorate"),
                        ],
                        max_length=30,
                        verbose_name="kind",
                    ),
                ),
                (
                    "statistics_group",
                    models.CharField(
                        choices=[
                            ("nca", "National Crime Agency"),
                            ("home_office", "Home Office"),
                            ("police_ew", "Police forces in England and Wales"),
                            ("police_scotland", "Police Scotland"),
                            ("psni", "Police Service of Northern Ireland"),
                            ("not_covered", "Not covered"),
                        ],
                        default="not_covered",
                        help_text="Which group of the published statistics its lead disruptions are counted in.",
                        max_length=20,
                        verbose_name="statistics group",
                    ),
                ),
                (
                    "ons_code",
                    models.CharField(
                        blank=True,
                        help_text="Blank where no national code is known. Never invented.",
                        max_length=9,
                        verbose_name="ONS code",
                    ),
                ),
                ("police_number", models.CharField(blank=True, max_length=2, verbose_name="police force number")),
                (
                    "contact",
                    models.CharField(
                        blank=True,
                        help_text="Whom another agency writes to about a record it cannot open. A post or mailbox, not a person.",
                        max_length=200,
                        verbose_name="contact",
                    ),
                ),
                ("active_from", models.DateField(blank=True, null=True, verbose_name="active from")),
                ("active_until", models.DateField(blank=True, null=True, verbose_name="active until")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="agencies.agency",
                    ),
                ),
                (
                    "rocu",
                    models.ForeignKey(
                        blank=True,
                        help_text="The regional organised crime unit that serves it. London has none.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="served_forces",
                        to="agencies.agency",
                        verbose_name="ROCU",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agencies",
                        to="agencies.region",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "agencies",
                "ordering": ("name",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code",),
                        name="agency_code_unique",
                        violation_error_code="agency_code_unique",
                        violation_error_message="Another agency has this code.",
                    ),
                    models.UniqueConstraint(
                        fields=("name",),
                        name="agency_name_unique",
                        violation_error_code="agency_name_unique",
                        violation_error_message="Another agency has this name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[a-z0-9]+(-[a-z0-9]+)*$")),
                        name="agency_code_is_a_slug",
                        violation_error_code="agency_code_is_a_slug",
                        violation_error_message="Use lower-case letters, digits and single hyphens.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "territorial_force",
                                    "national_force",
                                    "special_force",
                                    "regional_unit",
                                    "law_enforcement_agency",
                                    "home_office",
                                    "unit",
                                    "partner",
                                    "inspectorate",
                                ],
                            )
                        ),
                        name="agency_kind_known",
                        violation_error_code="agency_kind_known",
                        violation_error_message="Choose a kind from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "statistics_group__in",
                                ["nca", "home_office", "police_ew", "police_scotland", "psni", "not_covered"],
                            )
                        ),
                        name="agency_statistics_group_known",
                        violation_error_code="agency_statistics_group_known",
                        violation_error_message="Choose a statistics group from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("active_from__isnull", True),
                            ("active_until__isnull", True),
                            ("active_until__gte", models.F("active_from")),
                            _connector="OR",
                        ),
                        name="agency_active_until_after_from",
                        violation_error_code="agency_active_until_after_from",
                        violation_error_message="The last day must be on or after the first day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rocu__isnull", True), models.Q(("rocu", models.F("id")), _negated=True), _connector="OR"
                        ),
                        name="agency_rocu_is_another",
                        violation_error_code="agency_rocu_is_another",
                        violation_error_message="A unit cannot be its own ROCU.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="agency_parent_is_another",
                        violation_error_code="agency_parent_is_another",
                        violation_error_message="An agency cannot be its own parent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ons_code", ""), ("ons_code__regex", "^[A-Z][0-9]{8}$"), _connector="OR"),
                        name="agency_ons_code_blank_or_nine",
                        violation_error_code="agency_ons_code_blank_or_nine",
                        violation_error_message="An ONS code is a letter and eight digits, such as E23000032.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, verbose_name="email address")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turned off when somebody leaves. Their records stay.",
                        verbose_name="can sign in",
                    ),
                ),
                (
                    "is_service",
                    models.BooleanField(
                        default=False,
                        help_text="Acts for an API client and cannot sign in.",
                        verbose_name="service account",
                    ),
                ),
                (
                    "is_demonstration",
                    models.BooleanField(default=False, editable=False, verbose_name="demonstration account"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                ("left_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="left")),
                (
                    "digest",
                    models.CharField(
                        choices=[
                            ("daily", "Every day on which something waits"),
                            ("weekly", "Every Monday on which something waits"),
                            ("never", "Never"),
                        ],
                        db_default="daily",
                        default="daily",
                        max_length=10,
                        verbose_name="e-mail about what waits",
                    ),
                ),
                (
                    "shortcuts",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="Single keys that approve, send back and move on in the queue.",
                        verbose_name="keyboard shortcuts",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="people", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ("name",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("email",),
                        name="user_email_unique",
                        violation_error_code="user_email_unique",
                        violation_error_message="Somebody is already registered with this email address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="user_email_lower_case",
                        violation_error_code="user_email_lower_case",
                        violation_error_message="Email addresses are kept in lower case.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__in", ["daily", "weekly", "never"])),
                        name="user_digest_known",
                        violation_error_code="user_digest_known",
                        violation_error_message="Choose how often.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("left_at__isnull", True), ("is_active", False), _connector="OR"),
                        name="user_left_cannot_sign_in",
                        violation_error_code="user_left_cannot_sign_in",
                        violation_error_message="Somebody who has left cannot sign in.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgencyEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "code",
                    models.SlugField(
                        db_index=False,
                        help_text="Project code, used in addresses and by the API. The police.uk id for a force.",
                        max_length=40,
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("short_name", models.CharField(max_length=40, verbose_name="short name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("territorial_force", "Territorial police force (England and Wales)"),
                            ("national_force", "National police force"),
                            ("special_force", "Non-territorial police force"),
                            ("regional_unit", "Regional organised crime unit"),
                            ("law_enforcement_agency", "Law enforcement agency"),
                            ("home_office", "Home Office command"),
                            ("unit", "Unit or programme"),
                            ("partner", "Partner body"),
                            ("inspectorate", "Inspectorate"),
                        ],
                        max_length=30,
                        verbose_name="kind",
                    ),
                ),
                (
                    "statistics_group",
                    models.CharField(
                        choices=[
                            ("nca", "National Crime Agency"),
                            ("home_office", "Home Office"),
                            ("police_ew", "Police forces in England and Wales"),
                            ("police_scotland", "Police Scotland"),
                            ("psni", "Police Service of Northern Ireland"),
                            ("not_covered", "Not covered"),
                        ],
                        default="not_covered",
                        help_text="Which group of the published statistics its lead disruptions are counted in.",
                        max_length=20,
                        verbose_name="statistics group",
                    ),
                ),
                (
                    "ons_code",
                    models.CharField(
                        blank=True,
                        help_text="Blank where no national code is known. Never invented.",
                        max_length=9,
                        verbose_name="ONS code",
                    ),
                ),
                ("police_number", models.CharField(blank=True, max_length=2, verbose_name="police force number")),
                (
                    "contact",
                    models.CharField(
                        blank=True,
                        help_text="Whom another agency writes to about a record it cannot open. A post or mailbox, not a person.",
                        max_length=200,
                        verbose_name="contact",
                    ),
                ),
                ("active_from", models.DateField(blank=True, null=True, verbose_name="active from")),
                ("active_until", models.DateField(blank=True, null=True, verbose_name="active until")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "rocu",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="The regional organised crime unit that serves it. London has none.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.agency",
                        verbose_name="ROCU",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.region",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version"), include=("pgh_created_at",), name="agency_event_one_row_per_version"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UserEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("email", models.EmailField(max_length=254, verbose_name="email address")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turned off when somebody leaves. Their records stay.",
                        verbose_name="can sign in",
                    ),
                ),
                (
                    "is_service",
                    models.BooleanField(
                        default=False,
                        help_text="Acts for an API client and cannot sign in.",
                        verbose_name="service account",
                    ),
                ),
                (
                    "is_demonstration",
                    models.BooleanField(default=False, editable=False, verbose_name="demonstration account"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                ("left_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="left")),
                (
                    "digest",
                    models.CharField(
                        choices=[
                            ("daily", "Every day on which something waits"),
                            ("weekly", "Every Monday on which something waits"),
                            ("never", "Never"),
                        ],
                        db_default="daily",
                        default="daily",
                        max_length=10,
                        verbose_name="e-mail about what waits",
                    ),
                ),
                (
                    "shortcuts",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="Single keys that approve, send back and move on in the queue.",
                        verbose_name="keyboard shortcuts",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version"), include=("pgh_created_at",), name="user_event_one_row_per_version"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "client_id",
                    models.CharField(
                        db_index=True,
                        default=oauth2_provider.generators.generate_client_id,
                        max_length=255,
                        unique=True,
                        verbose_name="client ID",
                    ),
                ),
                (
                    "redirect_uris",
                    models.TextField(
                        blank=True, help_text="Allowed URIs list, space separated", verbose_name="redirect URIs"
                    ),
                ),
                (
                    "post_logout_redirect_uris",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="Allowed Post Logout URIs list, space separated",
                        verbose_name="post logout redirect URIs",
                    ),
                ),
                (
                    "client_type",
                    models.CharField(
                        choices=[("confidential", "Confidential"), ("public", "Public")],
                        max_length=32,
                        verbose_name="client type",
                    ),
                ),
                (
                    "authorization_grant_type",
                    models.CharField(
                        choices=[
                            ("authorization-code", "Authorization code"),
                            ("urn:ietf:params:oauth:grant-type:device_code", "Device Code"),
                            ("implicit", "Implicit"),
                            ("password", "Resource owner password-based"),
                            ("client-credentials", "Client credentials"),
                            ("openid-hybrid", "OpenID connect hybrid"),
                        ],
                        max_length=44,
                        verbose_name="authorization grant type",
                    ),
                ),
                (
                    "client_secret",
                    oauth2_provider.models.ClientSecretField(
                        blank=True,
                        db_index=True,
                        default=oauth2_provider.generators.generate_client_secret,
                        help_text="Client secret for authentication",
                        max_length=255,
                        verbose_name="client secret",
                    ),
                ),
                ("hash_client_secret", models.BooleanField(default=True, verbose_name="hash client secret")),
                ("name", models.CharField(blank=True, max_length=255, verbose_name="name")),
                ("skip_authorization", models.BooleanField(default=False, verbose_name="skip authorization")),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "algorithm",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No OIDC support"),
                            ("RS256", "RSA with SHA-2 256"),
                            ("HS256", "HMAC with SHA-2 256"),
                        ],
                        default="",
                        max_length=5,
                        verbose_name="algorithm",
                    ),
                ),
                (
                    "allowed_origins",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="Allowed origins list to enable CORS, space separated",
                        verbose_name="allowed origins",
                    ),
                ),
                (
                    "registration_source",
                    models.CharField(
                        choices=[
                            ("manual", "Manual"),
                            ("dcr", "Dynamic Client Registration"),
                            ("cimd", "Client ID Metadata Document"),
                        ],
                        default="manual",
                        help_text="How this application was registered (manual, DCR per RFC 7591, or CIMD)",
                        max_length=32,
                        verbose_name="registration source",
                    ),
                ),
                (
                    "cimd_expires_at",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="When the cached Client ID Metadata Document should be re-fetched",
                        null=True,
                        verbose_name="CIMD expires at",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("disruptions:read", "Read disruptions"),
                                ("disruptions:write", "Record and amend disruptions"),
                                ("threats:read", "Read SOC threats and OCGs"),
                                ("threats:write", "Record and amend SOC threats and OCGs"),
                                ("statistics:read", "Read statistics"),
                            ],
                            max_length=30,
                        ),
                        default=list,
                        help_text="What it may ask for.",
                        size=None,
                    ),
                ),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=43),
                        blank=True,
                        default=list,
                        help_text="Addresses in CIDR form that it may call from. Empty: any.",
                        size=None,
                    ),
                ),
                ("rate_per_minute", models.PositiveIntegerField(default=600, verbose_name="requests a minute")),
                (
                    "sandbox",
                    models.BooleanField(
                        default=False,
                        help_text="Its records are for trying things out: never counted, never shown to others.",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("last_used_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last used")),
                (
                    "service_account",
                    models.OneToOneField(
                        help_text="The account that its records name as their author.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_client",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(app_label)s_%(class)s",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="api_clients", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "verbose_name": "API client",
                "abstract": False,
                "swappable": "OAUTH2_PROVIDER_APPLICATION_MODEL",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "scopes__contained_by",
                                [
                                    "disruptions:read",
                                    "disruptions:write",
                                    "threats:read",
                                    "threats:write",
                                    "statistics:read",
                                ],
                            )
                        ),
                        name="api_client_scopes_known",
                        violation_error_code="api_client_scopes_known",
                        violation_error_message="Choose scopes from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate_per_minute__gte", 1)),
                        name="api_client_rate_positive",
                        violation_error_code="api_client_rate_positive",
                        violation_error_message="Allow at least one request a minute.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("signed_in", "Signed in"),
                            ("sign_in_failed", "Sign-in failed"),
                            ("signed_out", "Signed out"),
                            ("viewed", "Viewed"),
                            ("searched", "Searched"),
                            ("exported", "Exported"),
                            ("printed", "Printed"),
                            ("changed", "Changed"),
                            ("refused", "Refused"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        help_text="The kind of thing: disruption, soc_threat, person, list, export.", max_length=40
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("detail", models.JSONField(default=dict)),
                ("address", models.GenericIPAddressField(null=True, verbose_name="network address")),
                ("request_id", models.CharField(blank=True, max_length=64)),
                (
                    "agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_entries",
                        to="agencies.agency",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "ordering": ("-at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "action__in",
                                [
                                    "signed_in",
                                    "sign_in_failed",
                                    "signed_out",
                                    "viewed",
                                    "searched",
                                    "exported",
                                    "printed",
                                    "changed",
                                    "refused",
                                ],
                            )
                        ),
                        name="audit_entry_action_known",
                        violation_error_code="audit_entry_action_known",
                        violation_error_message="Unknown action.",
                    )
                ],
                "indexes": [
                    models.Index(fields=["-at"], name="audit_entry_at_idx"),
                    models.Index(fields=["subject", "reference"], name="audit_entry_subject_idx"),
                    models.Index(fields=["user", "-at"], name="audit_entry_user_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("recorder", "Recording officer"),
                            ("approver", "Approver"),
                            ("threat_manager", "Threat manager"),
                            ("analyst", "Analyst"),
                            ("moderator", "Moderator"),
                            ("statistician", "Statistician"),
                            ("viewer", "Viewer"),
                            ("auditor", "Auditor"),
                            ("agency_admin", "Agency administrator"),
                            ("system_admin", "System administrator"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("agency", "One agency"),
                            ("region", "Every agency of a region"),
                            ("nation", "Every agency"),
                        ],
                        default="agency",
                        max_length=10,
                        verbose_name="scope",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True, help_text="The last day of the role.", null=True, verbose_name="until"
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="Set where the role was taken away, at once.",
                        null=True,
                        verbose_name="ended",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_grants",
                        to="agencies.agency",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants_made",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_grants",
                        to="agencies.region",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("user", "role"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "recorder",
                                    "approver",
                                    "threat_manager",
                                    "analyst",
                                    "moderator",
                                    "statistician",
                                    "viewer",
                                    "auditor",
                                    "agency_admin",
                                    "system_admin",
                                ],
                            )
                        ),
                        name="role_grant_role_known",
                        violation_error_code="role_grant_role_known",
                        violation_error_message="Choose a role from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agency__isnull", False), ("region__isnull", True), ("scope", "agency")),
                            models.Q(("agency__isnull", True), ("region__isnull", False), ("scope", "region")),
                            models.Q(("agency__isnull", True), ("region__isnull", True), ("scope", "nation")),
                            _connector="OR",
                        ),
                        name="role_grant_scope_names_its_target",
                        violation_error_code="role_grant_scope_names_its_target",
                        violation_error_message="Name the agency or the region that the role is for, and nothing else.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="role_grant_until_after_from",
                        violation_error_code="role_grant_until_after_from",
                        violation_error_message="The last day must be on or after the first day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("granted_by__isnull", True),
                            models.Q(("granted_by", models.F("user")), _negated=True),
                            _connector="OR",
                        ),
                        name="role_grant_given_by_another",
                        violation_error_code="role_grant_given_by_another",
                        violation_error_message="Nobody gives a role to themselves. Ask another administrator.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("valid_until__isnull", False), _connector="OR"),
                        name="role_grant_ended_has_last_day",
                        violation_error_code="role_grant_ended_has_last_day",
                        violation_error_message="A role that has ended has a last day.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_until__isnull", True)),
                        fields=("user", "role", "scope", "agency", "region"),
                        name="role_grant_held_once",
                        nulls_distinct=False,
                        violation_error_code="role_grant_held_once",
                        violation_error_message="They already hold this role there.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGrantEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("recorder", "Recording officer"),
                            ("approver", "Approver"),
                            ("threat_manager", "Threat manager"),
                            ("analyst", "Analyst"),
                            ("moderator", "Moderator"),
                            ("statistician", "Statistician"),
                            ("viewer", "Viewer"),
                            ("auditor", "Auditor"),
                            ("agency_admin", "Agency administrator"),
                            ("system_admin", "System administrator"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("agency", "One agency"),
                            ("region", "Every agency of a region"),
                            ("nation", "Every agency"),
                        ],
                        default="agency",
                        max_length=10,
                        verbose_name="scope",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True, help_text="The last day of the role.", null=True, verbose_name="until"
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="Set where the role was taken away, at once.",
                        null=True,
                        verbose_name="ended",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "granted_by",
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
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.region",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version"),
                        include=("pgh_created_at",),
                        name="role_grant_event_one_row_per_version",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiClientSecret",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("hint", models.CharField(help_text="The last four characters, to tell two apart.", max_length=4)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secrets",
                        to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
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
                "ordering": ("-created_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="api_client_secret_is_a_digest",
                        violation_error_code="api_client_secret_is_a_digest",
                        violation_error_message="A secret is kept as its SHA-256 only.",
                    ),
                    models.UniqueConstraint(
                        fields=("client", "sha256"),
                        name="api_client_secret_unique",
                        violation_error_code="api_client_secret_unique",
                        violation_error_message="This secret is already in use for this client.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__isnull", True), ("expires_at__gte", models.F("created_at")), _connector="OR"
                        ),
                        name="api_client_secret_expires_after_made",
                        violation_error_code="api_client_secret_expires_after_made",
                        violation_error_message="A secret cannot expire before it is made.",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agencies_userevent" ("agency_id", "created_at", "digest", "email", "id", "is_active", "is_demonstration", "is_service", "left_at", "name", "pgh_created_at", "pgh_label", "shortcuts", "version") SELECT new_values."agency_id", new_values."created_at", new_values."digest", new_values."email", new_values."id", new_values."is_active", new_values."is_demonstration", new_values."is_service", new_values."left_at", new_values."name", oic_now(), \'insert\', new_values."shortcuts", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="77ec2beb98020c683d8cb850212249420d18a86e",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2175f",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="agencies_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agencies_userevent" ("agency_id", "created_at", "digest", "email", "id", "is_active", "is_demonstration", "is_service", "left_at", "name", "pgh_created_at", "pgh_label", "shortcuts", "version") SELECT new_values."agency_id", new_values."created_at", new_values."digest", new_values."email", new_values."id", new_values."is_active", new_values."is_demonstration", new_values."is_service", new_values."left_at", new_values."name", oic_now(), \'update\', new_values."shortcuts", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."agency_id" IS DISTINCT FROM (new_values."agency_id") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."digest" IS DISTINCT FROM (new_values."digest") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_active" IS DISTINCT FROM (new_values."is_active") OR old_values."is_demonstration" IS DISTINCT FROM (new_values."is_demonstration") OR old_values."is_service" IS DISTINCT FROM (new_values."is_service") OR old_values."left_at" IS DISTINCT FROM (new_values."left_at") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."shortcuts" IS DISTINCT FROM (new_values."shortcuts") OR old_values."version" IS DISTINCT FROM (new_values."version")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="fecbbdeedfe4ce1b6837bb6ab0452c336cb46269",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a123f",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="agencies_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agency",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agencies_agencyevent" ("active_from", "active_until", "code", "contact", "id", "kind", "name", "ons_code", "parent_id", "pgh_created_at", "pgh_label", "police_number", "region_id", "rocu_id", "short_name", "statistics_group", "version") SELECT new_values."active_from", new_values."active_until", new_values."code", new_values."contact", new_values."id", new_values."kind", new_values."name", new_values."ons_code", new_values."parent_id", oic_now(), \'insert\', new_values."police_number", new_values."region_id", new_values."rocu_id", new_values."short_name", new_values."statistics_group", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="64f8df6e7a3012c28a69ca0be7ef84a510dd7aae",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_064bb",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="agencies_agency",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agency",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agencies_agencyevent" ("active_from", "active_until", "code", "contact", "id", "kind", "name", "ons_code", "parent_id", "pgh_created_at", "pgh_label", "police_number", "region_id", "rocu_id", "short_name", "statistics_group", "version") SELECT new_values."active_from", new_values."active_until", new_values."code", new_values."contact", new_values."id", new_values."kind", new_values."name", new_values."ons_code", new_values."parent_id", oic_now(), \'update\', new_values."police_number", new_values."region_id", new_values."rocu_id", new_values."short_name", new_values."statistics_group", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="5622dd27e4a82b157ce3a2eba02aac125d50631d",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_187e7",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="agencies_agency",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rolegrant",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agencies_rolegrantevent" ("agency_id", "ended_at", "granted_by_id", "id", "pgh_created_at", "pgh_label", "region_id", "role", "scope", "user_id", "valid_from", "valid_until", "version") SELECT new_values."agency_id", new_values."ended_at", new_values."granted_by_id", new_values."id", oic_now(), \'insert\', new_values."region_id", new_values."role", new_values."scope", new_values."user_id", new_values."valid_from", new_values."valid_until", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="f1906e1e2f050e7c79da4635a4a0391bfaeb4fee",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_346cc",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="agencies_rolegrant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rolegrant",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agencies_rolegrantevent" ("agency_id", "ended_at", "granted_by_id", "id", "pgh_created_at", "pgh_label", "region_id", "role", "scope", "user_id", "valid_from", "valid_until", "version") SELECT new_values."agency_id", new_values."ended_at", new_values."granted_by_id", new_values."id", oic_now(), \'update\', new_values."region_id", new_values."role", new_values."scope", new_values."user_id", new_values."valid_from", new_values."valid_until", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="87578b4c9f54c0d7bbde3b65ed551496ddc6a45a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_98610",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="agencies_rolegrant",
                    when="AFTER",
                ),
            ),
        ),
    ]
