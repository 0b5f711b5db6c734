"""The roof as a Django application: commands and checks."""

from django.apps import AppConfig


class OicConfig(AppConfig):
    """Commands of the roof come before those of the libraries they extend."""

    name = "oic"
    verbose_name = "OIC Disruptions"
