"""People, service accounts and the roles they hold."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from agencies.constraints import check, unique
from agencies.history import event_model, one_row_per_version
from agencies.models.agency import Agency, Region
from agencies.models.clock import Now, london_date, oic_now
from agencies.querysets import RoleGrantQuerySet, UserManager
from agencies.vocabulary import DigestFrequency, PersonStatus, Role, Scope

ADMINISTERED_APPS = frozenset({"agencies", "disruptions"})


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]  # a swappable model points here
    """Somebody who signs in by e-mail, or the service account of an API client. Belongs to one agency."""

    email = models.EmailField("email address", max_length=254)
    name = models.CharField("name", max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="people")
    is_active = models.BooleanField(
        "can sign in", default=True, help_text="Turned off when somebody leaves. Their records stay."
    )
    is_service = models.BooleanField(
        "service account", default=False, help_text="Acts for an API client and cannot sign in."
    )
    is_demonstration = models.BooleanField("demonstration account", default=False, editable=False)
    created_at = models.DateTimeField("created", db_default=Now(), editable=False)
    left_at = models.DateTimeField("left", null=True, blank=True, editable=False)
    digest = models.CharField(
        "e-mail about what waits",
        max_length=10,
        choices=DigestFrequency,
        default=DigestFrequency.DAILY,
        db_default=DigestFrequency.DAILY,
    )
    shortcuts = models.BooleanField(
        "keyboard shortcuts",
        default=True,
        db_default=True,
        help_text="Single keys that approve, send back and move on in the queue.",
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name",)
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints: ClassVar = [
            unique(
                "user_email_unique",
                fields=("email",),
                field="email",
                message="Somebody is already registered with this email address.",
            ),
            check(
                "user_email_lower_case",
                Q(email=Lower("email")),
                field="email",
                message="Email addresses are kept in lower case.",
            ),
            check(
                "user_digest_known",
                Q(digest__in=DigestFrequency.values),
                field="digest",
                message="Choose how often.",
            ),
            check(
                "user_left_cannot_sign_in",
                Q(left_at__isnull=True) | Q(is_active=False),
                field="is_active",
                message="Somebody who has left cannot sign in.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name, for libraries that ask for it."""
        return self.name

    @cached_property
    def grants(self) -> tuple[RoleGrant, ...]:
        """The roles in force today, read once per instance of the person."""
        if not self.pk or not self.is_active:
            return ()
        return tuple(self.role_grants.in_force_on(london_date(oic_now())).select_related("agency", "region"))

    @property
    def status(self) -> PersonStatus:
        """Where the account stands: invited until a password is set, inactive or left once sign-in is off."""
        if self.left_at is not None:
            return PersonStatus.LEFT
        if not self.is_active:
            return PersonStatus.INACTIVE
        return PersonStatus.ACTIVE if self.has_usable_password() else PersonStatus.INVITED

    @property
    def is_national(self) -> bool:
        """Whether any role reaches every agency."""
        return any(grant.scope == Scope.NATION for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin opens: system administrators only."""
        return any(grant.role == Role.SYSTEM_ADMIN for grant in self.grants)

    @property
    def is_superuser(self) -> bool:
        """Nobody is above the rules."""
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Allow a system administrator our own tables in Django's admin, never to delete, and no library's tables."""
        app_label, _, right = perm.partition(".")
        return self.has_module_perms(app_label) and not right.startswith("delete_")

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        """Say whether each permission is held."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Say whether the admin shows an app."""
        return app_label in ADMINISTERED_APPS and self.is_active and self.is_staff


class UserEvent(event_model(User, exclude=("password", "last_login"))):  # type: ignore[misc]  # made by pghistory
    """One version of a person's account, written by trigger; never the password."""

    class Meta:
        constraints: ClassVar = [one_row_per_version("user_event")]


class RoleGrant(models.Model):
    """A role that somebody holds, for an agency, a region or the nation, from a day until a day."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField("role", max_length=20, choices=Role)
    scope = models.CharField("scope", max_length=10, choices=Scope, default=Scope.AGENCY)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="role_grants")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True, related_name="role_grants")
    valid_from = models.DateField("from")
    valid_until = models.DateField("until", null=True, blank=True, help_text="The last day of the role.")
    ended_at = models.DateTimeField(
        "ended", null=True, blank=True, editable=False, help_text="Set where the role was taken away, at once."
    )
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="grants_made")
    version = models.PositiveIntegerField("version", default=1, editable=False)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ("user", "role")
        constraints: ClassVar = [
            check(
                "role_grant_role_known",
                Q(role__in=Role.values),
                field="role",
                message="Choose a role from the list.",
            ),
            check(
                "role_grant_scope_names_its_target",
                Q(scope=Scope.AGENCY, agency__isnull=False, region__isnull=True)
                | Q(scope=Scope.REGION, agency__isnull=True, region__isnull=False)
                | Q(scope=Scope.NATION, agency__isnull=True, region__isnull=True),
                field="scope",
                message="Name the agency or the region that the role is for, and nothing else.",
            ),
            check(
                "role_grant_until_after_from",
                Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                field="valid_until",
                message="The last day must be on or after the first day.",
            ),
            check(
                "role_grant_given_by_another",
                Q(granted_by__isnull=True) | ~Q(granted_by=F("user")),
                field="user",
                message="Nobody gives a role to themselves. Ask another administrator.",
            ),
            check(
                "role_grant_ended_has_last_day",
                Q(ended_at__isnull=True) | Q(valid_until__isnull=False),
                field="valid_until",
                message="A role that has ended has a last day.",
            ),
            unique(
                "role_grant_held_once",
                fields=("user", "role", "scope", "agency", "region"),
                condition=Q(valid_until__isnull=True),
                nulls_distinct=False,
                field="role",
                message="They already hold this role there.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.get_scope_display()}"


class RoleGrantEvent(event_model(RoleGrant)):  # type: ignore[misc]  # made by pghistory
    """One version of a grant, written by trigger."""

    class Meta:
        constraints: ClassVar = [one_row_per_version("role_grant_event")]
