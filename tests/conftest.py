"""Fixtures for every test: the database, as the site's role."""

from collections.abc import Iterator

import pytest
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from oic.environment import embedded_cluster
from tests.databases import TestDatabase


@pytest.fixture(scope="session")
def test_database(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestDatabase]:
    """This process's own database, made by the owner and used as the site's role."""
    cluster = embedded_cluster()
    hold = cluster.acquire() if cluster is not None else None
    with django_db_blocker.unblock():
        own = TestDatabase(rebuild=request.config.getoption("create_db"))
    yield own
    with django_db_blocker.unblock():
        own.drop()
    if hold is not None:
        hold.release()


@pytest.fixture(scope="session")
def django_db_setup(test_database: TestDatabase) -> Iterator[None]:
    """Replace pytest-django's own set-up: a test that commits gets a fresh copy after it instead of a flush."""

    def restore(case: TransactionTestCase) -> None:
        test_database.restore()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore)
        yield
