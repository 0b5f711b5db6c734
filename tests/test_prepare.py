"""Preparing a site: the demonstration begins on an empty database, and begins again if it was cut short."""

import pytest
from django.db import ProgrammingError, connection, transaction

from agencies.models import Agency
from oic.demonstration_clock import session_clock_for_loading
from tests.factories import make_agency

pytestmark = pytest.mark.django_db(transaction=True)


class CutShort(Exception):
    pass


def load_half():
    with session_clock_for_loading():
        make_agency(code="kent")
        raise CutShort


def is_allowed():
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_clock_allowed FROM oic_clock")
        return cursor.fetchone()[0]


def test_an_empty_database_may_have_a_clock_while_it_is_loaded():
    with session_clock_for_loading():
        assert is_allowed()
    assert not is_allowed()


def test_a_database_with_an_agency_may_not_and_keeps_it():
    make_agency(code="kent")
    with session_clock_for_loading():
        assert not is_allowed()
    assert Agency.objects.count() == 1


def test_what_a_load_that_was_cut_short_left_is_removed_at_the_next_start():
    with pytest.raises(CutShort):
        load_half()
    with session_clock_for_loading():
        assert is_allowed()
        assert Agency.objects.count() == 0
        make_agency(code="surrey")
    with session_clock_for_loading():
        assert Agency.objects.count() == 1, "a whole load stays"


def test_the_site_cannot_allow_itself_a_clock():
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE oic_clock SET session_clock_allowed = true")
