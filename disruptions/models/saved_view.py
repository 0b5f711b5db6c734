"""Questions to a list that are kept under a name: whose they are, who follows them, which opens for whom."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from agencies.constraints import check, unique
from agencies.history import event_model, one_row_per_version
from agencies.models import Agency, Now, User
from agencies.vocabulary import Role
from disruptions.models.conditions import known, within_limit
from disruptions.querysets import DefaultViewQuerySet, SavedViewQuerySet, ViewFollowingQuerySet
from disruptions.vocabulary import ListKind, ViewScope

VIEW_NAME_LIMIT: Final = 80
VIEW_WORDS_LIMIT: Final = 300
VIEW_QUERY_LIMIT: Final = 4000
SLUG_PATTERN: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"


class SavedView(models.Model):
    """A question to a list, kept as its address has it, with a name that stands for it.

    It holds no rows: whoever opens it sees what they may open of what it asks for, as things are then.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    name = models.TextField("name", help_text="What the list shows, such as “Majors this financial year”.")
    slug = models.TextField(editable=False, help_text="The name as it stands in an address.")
    words = models.TextField("what it is for", blank=True)
    scope = models.CharField("who sees it", max_length=10, choices=ViewScope)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose it is, where it is an agency's.",
    )
    which = models.CharField("list", max_length=12, choices=ListKind, default=ListKind.DISRUPTIONS)
    query = models.TextField(blank=True, help_text="The list's query, as an address has it.")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints: ClassVar = [
            known("saved_view", "scope", ViewScope),
            known("saved_view", "which", ListKind),
            within_limit("saved_view", "name", VIEW_NAME_LIMIT, "The name"),
            within_limit("saved_view", "words", VIEW_WORDS_LIMIT, "What it is for"),
            within_limit("saved_view", "query", VIEW_QUERY_LIMIT, "The query"),
            check("saved_view_has_name", ~Q(name=""), field="name", message="Give the view a name."),
            check(
                "saved_view_slug_well_formed",
                Q(slug__regex=SLUG_PATTERN) & ~Q(slug__in=("all", "default", "new")),
                field="name",
                message="Use letters or digits in the name, and more than the word “all”, “default” or “new”.",
            ),
            check(
                "saved_view_agency_if_agencys",
                Q(scope=ViewScope.AGENCY, agency__isnull=False) | ~Q(scope=ViewScope.AGENCY) & Q(agency__isnull=True),
                field="scope",
                message="A view of an agency names it, and no other view does.",
            ),
            unique(
                "saved_view_own_name_once",
                fields=("made_by", "slug"),
                condition=Q(scope=ViewScope.PERSONAL, retired_at__isnull=True),
                field="name",
                message="You have a view with this name. Choose another name, or change that view.",
            ),
            unique(
                "saved_view_shared_name_once",
                fields=("agency", "slug"),
                condition=Q(scope__in=(ViewScope.AGENCY, ViewScope.NATION), retired_at__isnull=True),
                nulls_distinct=False,
                field="name",
                message="A view that is shared so far has this name. Choose another name, or change that view.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SavedViewEvent(event_model(SavedView)):  # type: ignore[misc]  # made by pghistory
    """One version of a saved view, written by trigger."""

    class Meta:
        constraints: ClassVar = [one_row_per_version("saved_view_event")]


class DefaultView(models.Model):
    """Which view the list of disruptions opens with from the navigation: for a role, or for one person.

    Without a ``view`` it opens with everything; a person's own row stands before those of their roles.
    """

    role = models.CharField(max_length=20, choices=Role, null=True, blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    in_force = models.BooleanField(default=True, help_text="Turned off where the choice was taken back.")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DefaultViewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            check(
                "default_view_for_role_or_person",
                Q(role__isnull=True, user__isnull=False) | Q(role__in=Role.values, user__isnull=True),
                field="role",
                message="Say whose it is: a role's, or a person's.",
            ),
            unique(
                "default_view_once",
                fields=("role", "user"),
                nulls_distinct=False,
                field="view",
                message="They have a view that opens first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role or self.user_id}: {self.view_id}"


class ViewFollowing(models.Model):
    """Somebody who is told when a view's count has changed by enough since they were last told."""

    view = models.ForeignKey(SavedView, on_delete=models.PROTECT, related_name="followings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    threshold = models.PositiveIntegerField("by how many", default=1)
    counted = models.PositiveIntegerField(null=True, help_text="How many there were when they were last told.")
    change = models.IntegerField(default=0, help_text="By how many that was more, or less, than before.")
    counted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = ViewFollowingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            check(
                "view_following_threshold_at_least_one",
                Q(threshold__gte=1) & Q(threshold__lte=1_000_000),
                field="threshold",
                message="Enter a whole number from 1 to 1,000,000.",
            ),
            check(
                "view_following_counted_at_a_time",
                Q(counted__isnull=True, counted_at__isnull=True) | Q(counted__isnull=False, counted_at__isnull=False),
                field="counted",
                message="A count has the time at which it was made.",
            ),
            unique(
                "view_following_once",
                fields=("user", "view"),
                field="view",
                message="You follow this view.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.view_id}"
