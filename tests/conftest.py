"""Fixtures for every test: the database, as the site's role, and the cast."""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from pytest_django import DjangoDbBlocker

from agencies.models import Agency, User
from agencies.vocabulary import AgencyKind, Role, StatisticsGroup
from oic.environment import embedded_cluster
from tests.databases import TestDatabase
from tests.factories import make_agency, make_region, make_user


def pytest_collection_finish() -> None:
    """Look for garbage less often: what was imported lives to the end, and looking at it again takes a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


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


@pytest.fixture
def clock_at(test_database: TestDatabase, db: None) -> Iterator[Callable[[datetime], AbstractContextManager[None]]]:
    """Give the database another time, as its history writes it: ``with clock_at(moment): make_disruption(...)``."""

    @contextmanager
    def at(moment: datetime) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('oic.clock', %s, false)", [moment.isoformat()])
            yield
            cursor.execute("SELECT set_config('oic.clock', '', false)")

    test_database.run_as_owner("UPDATE oic_clock SET session_clock_allowed = true")
    yield at
    test_database.run_as_owner("UPDATE oic_clock SET session_clock_allowed = false")


# ------------------------------------------------------------------------------------------------------------- the cast


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """Return a browser in which a person is signed in: ``client_for(recorder).get("/")``."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def north(db: None) -> Agency:
    """A force in a region of its own."""
    region = make_region(code="the-north", name="The North")
    return make_agency(code="north", name="North Police", region=region, contact="oic@north.example")


@pytest.fixture
def south(db: None) -> Agency:
    """Another force, in another region."""
    region = make_region(code="the-south", name="The South")
    return make_agency(code="south", name="South Police", region=region, contact="oic@south.example")


@pytest.fixture
def centre(db: None) -> Agency:
    """The national agency, where the national roles are held."""
    return make_agency(
        code="centre",
        name="National Centre",
        short_name="Centre",
        kind=AgencyKind.LAW_ENFORCEMENT_AGENCY,
        statistics_group=StatisticsGroup.NCA,
    )


@pytest.fixture
def recorder(north: Agency) -> User:
    """A recording officer of the north."""
    return make_user(agency=north, roles=[Role.RECORDER], name="Rowan Recorder", email="recorder@north.example")


@pytest.fixture
def other_recorder(north: Agency) -> User:
    """The recording officer's colleague."""
    return make_user(agency=north, roles=[Role.RECORDER], name="Robin Recorder", email="robin@north.example")


@pytest.fixture
def approver(north: Agency) -> User:
    """Somebody of the north who approves what others recorded, and records too."""
    roles = [Role.APPROVER, Role.RECORDER]
    return make_user(agency=north, roles=roles, name="Ash Approver", email="approver@north.example")


@pytest.fixture
def agency_admin(north: Agency) -> User:
    """The administrator of the north."""
    return make_user(agency=north, roles=[Role.AGENCY_ADMIN], name="Alex Admin", email="admin@north.example")


@pytest.fixture
def outsider(south: Agency) -> User:
    """A recording officer of the south."""
    return make_user(agency=south, roles=[Role.RECORDER], name="Oak Outsider", email="outsider@south.example")


@pytest.fixture
def nobody(north: Agency) -> User:
    """Somebody of the north with no role."""
    return make_user(agency=north, name="Noor Nobody", email="nobody@north.example")


def _national(name: str, role: Role, centre: Agency) -> User:
    return make_user(agency=centre, national_roles=[role], name=name, email=f"{role}@centre.example")


@pytest.fixture
def analyst(centre: Agency) -> User:
    """A national analyst."""
    return _national("Ana Analyst", Role.ANALYST, centre)


@pytest.fixture
def moderator(centre: Agency) -> User:
    """A national moderator."""
    return _national("Mo Moderator", Role.MODERATOR, centre)


@pytest.fixture
def statistician(centre: Agency) -> User:
    """A national statistician."""
    return _national("Sam Statistician", Role.STATISTICIAN, centre)


@pytest.fixture
def threat_manager(centre: Agency) -> User:
    """A national threat manager."""
    return _national("Tao Threat Manager", Role.THREAT_MANAGER, centre)


@pytest.fixture
def viewer(centre: Agency) -> User:
    """Somebody who may look at everything that is shared and change nothing."""
    return _national("Vic Viewer", Role.VIEWER, centre)


@pytest.fixture
def auditor(centre: Agency) -> User:
    """Somebody who reads the log."""
    return _national("Auden Auditor", Role.AUDITOR, centre)


@pytest.fixture
def system_admin(centre: Agency) -> User:
    """A system administrator."""
    return _national("Sasha System", Role.SYSTEM_ADMIN, centre)
