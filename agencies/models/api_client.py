"""API clients: the OAuth applications of partner systems, each acting for exactly one agency."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from oauth2_provider.models import AbstractApplication

from agencies.constraints import check, unique
from agencies.models.agency import Agency
from agencies.models.clock import Now
from agencies.models.person import User
from agencies.querysets import ApiClientQuerySet, ApiClientSecretQuerySet, ApiClientUseQuerySet
from agencies.vocabulary import ApiScope


class ApiClient(AbstractApplication):
    """A partner system. Its secrets are kept apart so that two can overlap while one is rotated."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="api_clients")
    service_account = models.OneToOneField(
        User,
        on_delete=models.PROTECT,
        related_name="api_client",
        help_text="The account that its records name as their author.",
    )
    scopes = ArrayField(
        models.CharField(max_length=30, choices=ApiScope), default=list, help_text="What it may ask for."
    )
    networks = ArrayField(
        models.CharField(max_length=43),
        default=list,
        blank=True,
        help_text="Addresses in CIDR form that it may call from. Empty: any.",
    )
    rate_per_minute = models.PositiveIntegerField("requests a minute", default=600)
    sandbox = models.BooleanField(
        default=False, help_text="Its records are for trying things out: never counted, never shown to others."
    )
    is_active = models.BooleanField("may sign in", default=True)
    expires_at = models.DateTimeField("expires", null=True, blank=True)
    last_used_at = models.DateTimeField("last used", null=True, blank=True, editable=False)

    objects = ApiClientQuerySet.as_manager()

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
        verbose_name = "API client"
        constraints: ClassVar = [
            check(
                "api_client_scopes_known",
                Q(scopes__contained_by=ApiScope.values),
                field="scopes",
                message="Choose scopes from the list.",
            ),
            check(
                "api_client_rate_positive",
                Q(rate_per_minute__gte=1),
                field="rate_per_minute",
                message="Allow at least one request a minute.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def scopes_in_words(self) -> list[str]:
        """What it may do, in words, with the code that its developer knows it by."""
        return [f"{ApiScope(scope).label} ({scope})" for scope in self.scopes]

    @classmethod
    def credentials_only(cls) -> dict[str, Any]:
        """Return the two OAuth settings that every client has: confidential, client credentials."""
        return {
            "client_type": cls.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": cls.GRANT_CLIENT_CREDENTIALS,
        }


class ApiClientUse(models.Model):
    """What one client asked on one day in London: how often, how often in vain, and what went wrong last."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, db_index=False, related_name="uses")
    day = models.DateField()
    requests = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0, help_text="Answered with 4xx: something was wrong with them.")
    failed = models.PositiveIntegerField(default=0, help_text="Answered with 5xx: something went wrong here.")
    last_request_at = models.DateTimeField()
    last_error_at = models.DateTimeField(null=True)
    last_error_status = models.PositiveSmallIntegerField(null=True)
    last_error_code = models.CharField(max_length=60, blank=True, default="")

    objects = ApiClientUseQuerySet.as_manager()

    class Meta:
        ordering = ("-day",)
        constraints: ClassVar = [
            unique(
                "api_client_use_one_per_day",
                fields=("client", "day"),
                field="day",
                message="The use of this day is counted already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} on {self.day}: {self.requests}"


class ApiClientSecret(models.Model):
    """One secret of a client, kept as the SHA-256 of 256 random bits. Shown once, when made."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="secrets")
    sha256 = models.CharField(max_length=64, editable=False)
    hint = models.CharField(max_length=4, help_text="The last four characters, to tell two apart.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiClientSecretQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints: ClassVar = [
            check(
                "api_client_secret_is_a_digest",
                Q(sha256__regex=r"^[0-9a-f]{64}$"),
                field="sha256",
                message="A secret is kept as its SHA-256 only.",
            ),
            unique(
                "api_client_secret_unique",
                fields=("client", "sha256"),
                field="sha256",
                message="This secret is already in use for this client.",
            ),
            check(
                "api_client_secret_expires_after_made",
                Q(expires_at__isnull=True) | Q(expires_at__gte=F("created_at")),
                field="expires_at",
                message="A secret cannot expire before it is made.",
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.hint}"
