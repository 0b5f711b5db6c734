"""Settings of the site; what differs between places comes from the environment (docs/maintainer.md lists it)."""

import logging
from pathlib import Path

import pghistory
import structlog
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from oic.database_driver import require_psycopg2
from oic.environment import database, database_roles, env, secret

require_psycopg2()

BASE_DIR = Path(__file__).resolve().parent.parent

# ---------------------------------------------------------------------------------------------------- where this runs

INSECURE_SECRET_KEY = "insecure-and-only-for-a-machine-of-your-own"  # noqa: S105 - refused in production

DEBUG = env.bool("DEBUG", default=False)
# Demonstration data and accounts, said on every page.
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = secret("SECRET_KEY", default=INSECURE_SECRET_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# How people reach the site from outside, for the links in e-mails.
SITE_ADDRESS = env.str("SITE_ADDRESS", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_NAME = "OIC Disruptions"
# Number of proxies in front that set X-Forwarded-For and X-Forwarded-Proto.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Bearer token of the monitoring system; without one there is no /metrics/.
METRICS_TOKEN = secret("METRICS_TOKEN")

ROOT_URLCONF = "oic.urls"
WSGI_APPLICATION = "oic.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ------------------------------------------------------------------------------------------------------- applications

INSTALLED_APPS = [
    "oic.apps.OicConfig",
    "disruptions",
    "agencies",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_filters",
    "django_prometheus",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "health_check",
    "oauth2_provider",
    "pghistory",
    "pgtrigger",
    "rest_framework",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "oic.request_logging.RequestLoggingMiddleware",
    "oic.sessions.SignInRequiredMiddleware",
    "oic.sessions.SessionRenewalMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "oic.refusals.RefusalMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

# ----------------------------------------------------------------------------------------------------------- database

DATABASES = {"default": database()}
DATABASE_OWNER_ROLE, DATABASE_APP_ROLE = database_roles()

# Shared by all processes, for what several of them count together (sign-in limits); small and seldom written.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# History and record times come from one clock (agencies/models/clock.py).
PGHISTORY_CREATED_AT_FUNCTION = "oic_now()"
# History is read by a record's id and version; an index on each thing that a version names would only cost its writing.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PROMETHEUS_EXPORT_MIGRATIONS = False

# ------------------------------------------------------------------------------------------------------------ sign-in

AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "oic.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An administrator makes the account and gives the address; nobody registers alone.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# The one of allauth keeps a table of addresses beside the account's own, in which a former address would still count.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a name
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{SITE_NAME}: "
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME

SOCIALACCOUNT_ADAPTER = "oic.sign_in.SocialAccountAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "department",
                    "name": env.str("OPENID_CONNECT_NAME", default="your department"),
                    "client_id": env.str("OPENID_CONNECT_CLIENT_ID", default=""),
                    "secret": secret("OPENID_CONNECT_CLIENT_SECRET"),
                    "settings": {"server_url": env.str("OPENID_CONNECT_SERVER")},
                }
            ],
            "OAUTH_PKCE_ENABLED": True,
        }
    }
    if env.str("OPENID_CONNECT_SERVER", default="")
    else {}
)

# A session ends this long after it was last used; one in use is renewed when a quarter of it has passed.
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=60)
SESSION_ENGINE = "oic.session_store"
SESSION_COOKIE_AGE = SESSION_IDLE_MINUTES * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not (DEBUG or DEMO)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "oic.pages.csrf_failure"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE

# ----------------------------------------------------------------------------------------------------------- transport

SECURE_SSL_REDIRECT = not (DEBUG or DEMO)
# The orchestrator asks for the health page by plain HTTP, from inside.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 0 if DEBUG or DEMO else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# ---------------------------------------------------------------------------------------------------------------- pages

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "oic.jinja.environment",
            "context_processors": ["oic.context_processors.site"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "en-gb"
USE_I18N = True
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "build" / "static"] if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# ------------------------------------------------------------------------------------------------------------------ API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["agencies.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["agencies.api.authentication.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["agencies.api.throttling.ClientThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["oic.api.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "oic.api.negotiation.FormatFirst",
    "DEFAULT_PAGINATION_CLASS": "oic.api.pagination.CursorPages",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "oic.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "oic.api.problems.answer",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": SITE_NAME,
    "DESCRIPTION": "Disruptions of organised immigration crime, recorded and read by partner systems. How to start: "
    "docs/partner.md. New fields may appear in answers at any time; codes never change.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"validatorUrl": None, "deepLinking": True, "persistAuthorization": False},
    # What is sent and what is read are shapes of their own.
    "COMPONENT_SPLIT_REQUEST": False,
    "COMPONENT_SPLIT_PATCH": False,
    # The labels of codes are in vocabulary/, once.
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "oic.api.schema.close_what_is_sent",
        "oic.api.naming.name_what_is_shared",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Level": "disruptions.vocabulary.Level",
        "Status": "disruptions.vocabulary.Status",
        "Role": "disruptions.vocabulary.DisruptionRole",
        "Extent": "disruptions.vocabulary.Extent",
        "Duration": "disruptions.vocabulary.Duration",
        "Initiation": "disruptions.vocabulary.Initiation",
        "Strand": "disruptions.vocabulary.Strand",
        "SubThreat": "disruptions.vocabulary.OicSubThreat",
        "EntryMethod": "disruptions.vocabulary.EntryMethod",
        "Enabler": "disruptions.vocabulary.Enabler",
        "Marking": "disruptions.vocabulary.Marking",
        "Sharing": "disruptions.vocabulary.Sharing",
        "OutcomeType": "disruptions.vocabulary.OutcomeType",
        "ReasonClass": "disruptions.vocabulary.ReasonClass",
        "ThreatKind": "disruptions.vocabulary.ThreatKind",
        "ThreatArea": "disruptions.vocabulary.ThreatArea",
        "ThreatStatus": "disruptions.vocabulary.ThreatStatus",
        "LiveThreatStatus": "disruptions.api.entry_serializers.LIVE_CHOICES",
        "PriorityGrade": "disruptions.vocabulary.PriorityGrade",
        "PndTier": "disruptions.vocabulary.PndTier",
        "AgencyKind": "agencies.vocabulary.AgencyKind",
        "StatisticsGroup": "agencies.vocabulary.StatisticsGroup",
        "ApiScope": "agencies.vocabulary.ApiScope",
        "WebhookState": "disruptions.api.webhook_serializers.LIVE_STATES",
        "DeliveryState": "disruptions.vocabulary.DeliveryState",
        "ChangeType": "disruptions.api.webhook_serializers.TYPES",
        "MessageType": "disruptions.api.webhook_serializers.MESSAGE_TYPES",
        "TrendRowQuarter": "disruptions.api.serializers.QUARTERS",
        "ReplayState": "disruptions.api.webhook_serializers.REPLAY_STATES",
    },
}

OAUTH2_PROVIDER_APPLICATION_MODEL = "agencies.ApiClient"
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "oic.oauth.ClientValidator",
    # Client credentials and nothing else.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "APPLICATION_ADMIN_CLASS": "agencies.admin.ApiClientAdmin",
    "SCOPES": {
        "disruptions:read": "Read disruptions",
        "disruptions:write": "Record and amend disruptions",
        "threats:read": "Read SOC threats and OCGs",
        "threats:write": "Keep SOC threats and OCGs",
        "statistics:read": "Read statistics",
    },
    "ACCESS_TOKEN_EXPIRE_SECONDS": 60 * 60,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "PKCE_REQUIRED": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

# --------------------------------------------------------------------------------------------------- scales of partners

# How PSNI's own scale maps to the levels is not published. This is a proposal until the two have agreed on it.
PSNI_LEVELS = {
    "frustrated": "minor",
    "disrupted": "moderate",
    "dismantled": "major",
    "none": "none",
    "negative": "negative",
} | env.dict("PSNI_LEVELS", default={})
PSNI_LEVELS_AGREED = env.bool("PSNI_LEVELS_AGREED", default=False)
if len(PSNI_LEVELS) != 5 or not set(PSNI_LEVELS.values()) <= {"major", "moderate", "minor", "none", "negative"}:
    raise ImproperlyConfigured(
        "PSNI_LEVELS maps frustrated, disrupted, dismantled, none and negative to a level each: "
        "frustrated=minor,disrupted=moderate,dismantled=major"
    )

# ----------------------------------------------------------------------------------------------------------- moderation

# How many in a hundred of the approved records that are not major a moderator looks at again; two decimals are kept.
MODERATION_SAMPLE_PERCENT = env.float("MODERATION_SAMPLE_PERCENT", default=10.0)
if not 0 <= MODERATION_SAMPLE_PERCENT <= 100:
    raise ImproperlyConfigured(
        f"MODERATION_SAMPLE_PERCENT is {MODERATION_SAMPLE_PERCENT}: give a number from 0 to 100."
    )

# ---------------------------------------------------------------------------------------------------- review of threats

# Days from an assessment to the next review, by the grade that was adopted: a proposal, not a national rule.
REVIEW_DAYS = {
    grade: env.int(f"REVIEW_DAYS_{grade}", default=days)
    for grade, days in {"P1": 28, "P2": 91, "P3": 182, "P4": 365}.items()
}
for _grade, _days in REVIEW_DAYS.items():
    if not 1 <= _days <= 3650:
        raise ImproperlyConfigured(f"REVIEW_DAYS_{_grade} is {_days}: give a number of days from 1 to 3650.")

# ------------------------------------------------------------------------------------------------------------ webhooks

# Seconds before each further attempt (standardwebhooks.com proposes these); after the last, a message is not delivered.
WEBHOOK_RETRY_SECONDS = env.list(
    "WEBHOOK_RETRY_SECONDS", cast=int, default=[5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
)
WEBHOOK_TIMEOUT_SECONDS = env.int("WEBHOOK_TIMEOUT_SECONDS", default=15)
# Attempts at once, one for each webhook.
WEBHOOK_THREADS = env.int("WEBHOOK_THREADS", default=32)
WEBHOOK_PORTS = env.list("WEBHOOK_PORTS", cast=int, default=[443])
# Days for which messages that were delivered can be looked up and sent again.
WEBHOOK_KEPT_DAYS = env.int("WEBHOOK_KEPT_DAYS", default=30)
# For a machine of one's own: plain http, any port, and addresses of the machine and of its own network.
WEBHOOK_PRIVATE_ADDRESSES = env.bool("WEBHOOK_PRIVATE_ADDRESSES", default=False)
if WEBHOOK_PRIVATE_ADDRESSES and not (DEMO or DEBUG):
    # Here and not among the start checks: the worker that sends must not have it either.
    raise ImproperlyConfigured("WEBHOOK_PRIVATE_ADDRESSES is on: webhooks could reach into the site's own network.")
for _name, _value, _least, _most in (
    *(("WEBHOOK_RETRY_SECONDS", _seconds, 0, 604_800) for _seconds in WEBHOOK_RETRY_SECONDS),
    ("WEBHOOK_TIMEOUT_SECONDS", WEBHOOK_TIMEOUT_SECONDS, 1, 30),
    ("WEBHOOK_THREADS", WEBHOOK_THREADS, 1, 256),
    *(("WEBHOOK_PORTS", _port, 1, 65_535) for _port in WEBHOOK_PORTS),
    ("WEBHOOK_KEPT_DAYS", WEBHOOK_KEPT_DAYS, 1, 3650),
):
    if not _least <= _value <= _most:
        raise ImproperlyConfigured(f"{_name} holds {_value}: give whole numbers from {_least} to {_most:,}.")

# --------------------------------------------------------------------------------------------------- files of the lists

# Days for which a file that somebody asked for can be taken away.
EXPORT_KEPT_DAYS = env.int("EXPORT_KEPT_DAYS", default=7)
if not 1 <= EXPORT_KEPT_DAYS <= 365:
    raise ImproperlyConfigured(f"EXPORT_KEPT_DAYS is {EXPORT_KEPT_DAYS}: give a number of days from 1 to 365.")

# Pivot tables mark numbers that come from 1 up to so many records instead of showing them; 0: every number is shown.
PIVOT_SMALL_NUMBER = env.int("PIVOT_SMALL_NUMBER", default=0)
if not 0 <= PIVOT_SMALL_NUMBER <= 100:
    raise ImproperlyConfigured(f"PIVOT_SMALL_NUMBER is {PIVOT_SMALL_NUMBER}: give a whole number from 0 to 100.")

# Recording quality: no limit is published, so each is this service's own. Recorded in time: within so many days of the
# disruption. Overdue: a draft begun, or a record sent back and left as it was, more than so many days ago.
RECORDING_DAYS = env.int("RECORDING_DAYS", default=28)
DRAFT_DAYS = env.int("DRAFT_DAYS", default=14)
RETURNED_DAYS = env.int("RETURNED_DAYS", default=14)
for _name, _value in (("RECORDING_DAYS", RECORDING_DAYS), ("DRAFT_DAYS", DRAFT_DAYS), ("RETURNED_DAYS", RETURNED_DAYS)):
    if not 1 <= _value <= 365:
        raise ImproperlyConfigured(f"{_name} is {_value}: give a whole number from 1 to 365.")
# The title block of a table of an extract that was signed off. What is blank is left out, or said not to be set; none
# of it is shown with live figures.
STATISTICS_TITLE = env.str("STATISTICS_TITLE", default="Organised immigration crime: summary tables")
STATISTICS_PRODUCER = env.str("STATISTICS_PRODUCER", default="")
STATISTICS_CONTACT = env.str("STATISTICS_CONTACT", default="")
STATISTICS_PUBLISHED = env.str("STATISTICS_PUBLISHED", default="")
STATISTICS_NEXT_UPDATE = env.str("STATISTICS_NEXT_UPDATE", default="")
STATISTICS_GUIDE = env.str("STATISTICS_GUIDE", default="")
STATISTICS_ACCREDITED = env.str("STATISTICS_ACCREDITED", default="")
if STATISTICS_ACCREDITED not in ("", "yes", "no"):
    raise ImproperlyConfigured(f"STATISTICS_ACCREDITED is {STATISTICS_ACCREDITED}: give yes, no, or nothing.")
STATISTICS_RELEASE_MARKING = env.str("STATISTICS_RELEASE_MARKING", default="official_sensitive")
if STATISTICS_RELEASE_MARKING not in ("official", "official_sensitive"):
    raise ImproperlyConfigured(
        f"STATISTICS_RELEASE_MARKING is {STATISTICS_RELEASE_MARKING}: give official or official_sensitive."
    )
# Whether what was read for figures is kept and taken again as long as it stands (decision 32); off: it is read anew.
STATISTICS_KEPT = env.bool("STATISTICS_KEPT", default=True)
# How many of the latest complete quarters are provisional; quarters not yet over always are.
PROVISIONAL_QUARTERS = env.int("PROVISIONAL_QUARTERS", default=8)
if not 0 <= PROVISIONAL_QUARTERS <= 40:
    raise ImproperlyConfigured(f"PROVISIONAL_QUARTERS is {PROVISIONAL_QUARTERS}: give a whole number from 0 to 40.")

# Dashboards: from how many counted leads their outcomes are shown; the outcomes of one would tell much of it.
OUTCOMES_FROM = env.int("OUTCOMES_FROM", default=5)
if not 1 <= OUTCOMES_FROM <= 100:
    raise ImproperlyConfigured(f"OUTCOMES_FROM is {OUTCOMES_FROM}: give a whole number from 1 to 100.")

# Recording lag: within how many days of the disruption records are looked for; later than the last is late.
LAG_DAYS = env.list("LAG_DAYS", cast=int, default=[7, 30, 91])
if not LAG_DAYS or not all(1 <= _days <= 3650 for _days in LAG_DAYS) or len(LAG_DAYS) > 5:
    raise ImproperlyConfigured(f"LAG_DAYS is {LAG_DAYS}: give one to five whole numbers from 1 to 3650.")

# Spreadsheets of records that people upload: how large one may be, and how many days its content is kept.
UPLOAD_MEGABYTES = env.int("UPLOAD_MEGABYTES", default=20)
UPLOAD_KEPT_DAYS = env.int("UPLOAD_KEPT_DAYS", default=30)
for _name, _value, _most in (("UPLOAD_MEGABYTES", UPLOAD_MEGABYTES, 100), ("UPLOAD_KEPT_DAYS", UPLOAD_KEPT_DAYS, 365)):
    if not 1 <= _value <= _most:
        raise ImproperlyConfigured(f"{_name} is {_value}: give a whole number from 1 to {_most}.")

# What a form brings is refused by its length before any of it is on disk (oic/body_limit.py).
FILE_UPLOAD_HANDLERS = [
    "oic.body_limit.BodyLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# ----------------------------------------------------------------------------------------------------- jobs, mail, logs

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

_mail = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"] or ""
EMAIL_PORT = _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS", False))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL", False))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="OIC Disruptions <no-reply@oic-disruptions.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# One JSON object a line: time, level, event, request id, who. Never a body, a query or a header with a secret.
DJANGO_STRUCTLOG_COMMAND_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = True
# One line for each request, at its end; the start is for somebody who is looking for a request that never ends.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Without the local variables, which hold what was typed, and passwords.
                structlog.processors.ExceptionRenderer(
                    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
                ),
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Both say what the request log says already, with the query string.
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
