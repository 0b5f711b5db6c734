"""Where the demonstration may not be loaded, and the clock that it is loaded by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection

from agencies.models import Agency, oic_now
from agencies.session_clock import session_clock, session_clock_is_allowed
from disruptions.demonstration import INVENTED_FROM, INVENTED_NOTICE
from tests.databases import TestDatabase
from tests.factories import make_agency

pytestmark = pytest.mark.django_db

MOMENT = datetime(2024, 9, 10, 12, tzinfo=UTC)


def test_it_needs_a_database_that_allows_a_clock(settings: Any):
    settings.DEMO = True
    with pytest.raises(CommandError, match="clock of its own"):
        call_command("load_demonstration")
    assert not Agency.objects.exists()


def test_it_needs_an_empty_database(settings: Any):
    settings.DEMO = True
    make_agency()
    with pytest.raises(CommandError, match="empty database"):
        call_command("load_demonstration")


def test_the_notice_names_the_first_invented_month():
    assert INVENTED_NOTICE == "Figures after March 2026 are invented."
    assert INVENTED_FROM.isoformat() == "2026-04-01"


def test_a_session_clock_holds_in_its_block_and_no_longer(test_database: TestDatabase):
    test_database.run_as_owner("UPDATE oic_clock SET session_clock_allowed = true")
    try:
        assert session_clock_is_allowed()
        with session_clock(MOMENT):
            assert oic_now() == MOMENT
            with session_clock(datetime(2025, 1, 1, tzinfo=UTC)):
                assert oic_now().year == 2025
            assert oic_now() == MOMENT
        assert oic_now() != MOMENT
        with pytest.raises(RuntimeError), session_clock(MOMENT):
            raise RuntimeError
        assert oic_now() != MOMENT
    finally:
        test_database.run_as_owner("UPDATE oic_clock SET session_clock_allowed = false")


def test_a_session_clock_is_refused_elsewhere():
    assert not session_clock_is_allowed()
    with pytest.raises(ProgrammingError, match="session clock"), session_clock(MOMENT):
        oic_now()
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("UPDATE oic_clock SET session_clock_allowed = true")


def test_a_session_clock_is_aware():
    with pytest.raises(ValueError, match="aware"), session_clock(datetime(2024, 9, 10)):  # noqa: DTZ001
        pass
