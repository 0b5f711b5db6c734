"""Production does not start with what a demonstration or a developer may have."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from oic.demonstration_accounts import PEOPLE
from oic.start_checks import require_safe_start
from tests.factories import make_agency, make_api_client, make_user
from tests.settings import SECRET_KEY


def test_a_sound_configuration_starts(db, settings):
    settings.SECRET_KEY = "k" * 50
    require_safe_start()


@pytest.mark.parametrize("key", ["insecure-and-only-for-a-machine-of-your-own", "k" * 49, ""])
def test_a_known_or_short_secret_key_is_refused(db, settings, key):
    settings.SECRET_KEY = key or " "
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        require_safe_start()


def test_a_known_old_secret_key_is_refused(db, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.INSECURE_SECRET_KEY]
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        require_safe_start()


def test_debug_is_refused(db, settings):
    settings.DEBUG = True
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        require_safe_start()


@pytest.mark.parametrize("minutes", [0, 4, 721])
def test_a_session_without_a_warning_or_longer_than_a_shift_is_refused(db, settings, minutes):
    settings.SESSION_IDLE_MINUTES = minutes
    with pytest.raises(ImproperlyConfigured, match="SESSION_IDLE_MINUTES"):
        require_safe_start()


def test_demonstration_accounts_are_refused(db):
    make_user(email=next(iter(PEOPLE)))
    with pytest.raises(ImproperlyConfigured, match="demonstration accounts"):
        require_safe_start()


def test_a_demonstration_client_is_refused(db):
    make_api_client(client_id="demo-kent", agency=make_agency(code="kent"))
    with pytest.raises(ImproperlyConfigured, match="demonstration accounts"):
        require_safe_start()


def test_a_demonstration_may_be_all_that(db, settings):
    settings.DEMO = True
    settings.DEBUG = True
    settings.SECRET_KEY = settings.INSECURE_SECRET_KEY
    require_safe_start()


def test_the_key_of_the_tests_is_long_enough():
    assert len(SECRET_KEY) >= 50


@pytest.mark.parametrize(
    ("percent", "starts"), [("0", True), ("2.5", True), ("100", True), ("101", False), ("-1", False)]
)
def test_a_share_of_records_to_moderate_is_a_percentage(percent, starts):
    environment = os.environ | {"MODERATION_SAMPLE_PERCENT": percent}
    done = subprocess.run(
        [sys.executable, "-c", "import oic.settings"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is starts
    assert ("MODERATION_SAMPLE_PERCENT" in done.stderr) is not starts


def test_a_review_is_due_after_a_day_at_least():
    environment = os.environ | {"REVIEW_DAYS_P2": "0"}
    done = subprocess.run(
        [sys.executable, "-c", "import oic.settings"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "REVIEW_DAYS_P2" in done.stderr


@pytest.mark.parametrize(
    ("given", "starts"),
    [
        ({"WEBHOOK_PRIVATE_ADDRESSES": "1", "DEMO": "1"}, True),
        ({"WEBHOOK_PRIVATE_ADDRESSES": "1", "DEMO": "0"}, False),
        ({"WEBHOOK_RETRY_SECONDS": "5,-1"}, False),
        ({"WEBHOOK_PORTS": "0"}, False),
    ],
    ids=["a demonstration", "production", "a pause", "a port"],
)
def test_webhooks_stay_out_of_the_sites_own_network(given, starts):
    done = subprocess.run(
        [sys.executable, "-c", "import oic.settings"],
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is starts
    assert ("WEBHOOK_" in done.stderr) is not starts
