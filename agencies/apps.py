"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """The floor: agencies, people, roles, API clients, audit."""

    name = "agencies"
    default_auto_field = "django.db.models.BigAutoField"
