"""What comes in of OCGs and SOC threats, for the schema: a field per entry of the tables in ``master_list``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rest_framework import serializers

from disruptions.api.serializers import OCG_PATTERN, THREAT_PATTERN, Fields
from disruptions.master_list import OCG_FIELDS, THREAT_FIELDS, MasterField, Shape
from disruptions.models.ocg import ALIASES_LIMIT, MASTER_LIST_REASON_LIMIT
from disruptions.vocabulary import ACCEPTING_STATUSES, ThreatStatus

LIVE_CHOICES: Final = [(status.value, str(status.label)) for status in ACCEPTING_STATUSES]
"""Where an entry can be put by changing it; archiving is a step of its own."""


class OCGInput(serializers.Serializer[Any]):
    """An OCG as it is sent. Your agency leads it; reference and version are the service's."""

    def get_fields(self) -> Fields:
        """Return a field per entry of the table."""
        return _inputs(OCG_FIELDS)


class OCGChange(OCGInput):
    """The fields to change. A field that is left out stays as it is; null empties it."""

    def get_fields(self) -> Fields:
        """Return the same fields, none of them required."""
        return _optional(super().get_fields())


class ThreatInput(serializers.Serializer[Any]):
    """A SOC threat as it is sent. Your agency leads it; the P grade comes from an assessment."""

    def get_fields(self) -> Fields:
        """Return a field per entry of the table."""
        return _inputs(THREAT_FIELDS)


class ThreatChange(ThreatInput):
    """The fields to change. What it is and which OCG it is cannot change; null empties another field."""

    def get_fields(self) -> Fields:
        """Return the fields that can change, none of them required."""
        fixed = {each.name for each in THREAT_FIELDS if each.fixed}
        return {name: field for name, field in _optional(super().get_fields()).items() if name not in fixed}


class EntryReasonSerializer(serializers.Serializer[Any]):
    """Why a step is taken. Everybody who may read the entry reads it."""

    reason = serializers.CharField(max_length=MASTER_LIST_REASON_LIMIT)


class OCGMergeSerializer(EntryReasonSerializer):
    """Into which other OCG, and why the two are one."""

    into = serializers.RegexField(OCG_PATTERN, help_text="The reference of the OCG that stays.")


class ThreatMergeSerializer(EntryReasonSerializer):
    """Into which other threat, and why the two are one."""

    into = serializers.RegexField(THREAT_PATTERN, help_text="The reference of the threat that stays.")


def _inputs(table: Sequence[MasterField]) -> Fields:
    return {each.name: _input(each) for each in table}


def _optional(fields: Fields) -> Fields:
    for field in fields.values():
        field.required = False
    return fields


def _input(each: MasterField) -> serializers.Field[Any, Any, Any, Any]:
    needed = each.required and not each.default
    options: dict[str, Any] = {"help_text": each.help_text, "required": needed}
    if not needed:
        options["allow_null"] = True
    if each.shape is Shape.NAMES:
        child = serializers.CharField(max_length=each.limit)
        return serializers.ListField(child=child, max_length=ALIASES_LIMIT, **options)
    if each.choices is not None:
        choices = LIVE_CHOICES if each.choices is ThreatStatus else each.choices.choices
        if each.shape is Shape.CHOICES:
            return serializers.ListField(child=serializers.ChoiceField(choices=choices), **options)
        return serializers.ChoiceField(choices=choices, **options)
    if each.shape is Shape.OCG:
        return serializers.RegexField(OCG_PATTERN, **options)
    if each.shape is Shape.TEXT:
        return serializers.CharField(max_length=each.limit, allow_blank=not needed, **options)
    return serializers.CharField(**options)
