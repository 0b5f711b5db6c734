"""The roof as a Django application: commands and checks."""

from django.apps import AppConfig

from oic import start_checks


class OicConfig(AppConfig):
    """Commands of the roof come before those of the libraries they extend."""

    name = "oic"
    verbose_name = "OIC Disruptions"

    def ready(self) -> None:
        """Register what production must not start with."""
        start_checks.register_checks()
