"""Addresses of the pages that belong to no app."""

from django.urls import path

from oic import pages, sessions

urlpatterns = [
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("cookies/", pages.cookies, name="cookies"),
    path("help/", pages.help, name="help"),
    path("account/", pages.your_account, name="your_account"),
    path("account/preferences/", pages.preferences, name="preferences"),
    path("session/extend/", sessions.session_extend, name="session_extend"),
]
