"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class DisruptionsConfig(AppConfig):
    """The domain: OCGs, SOC threats, disruptions, statistics."""

    name = "disruptions"
    default_auto_field = "django.db.models.BigAutoField"
