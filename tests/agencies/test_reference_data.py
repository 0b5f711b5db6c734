"""The regions and agencies that ship with the project (domain.md section 5)."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count

from agencies.models import Agency, AgencyEvent, Region
from agencies.services import add_demonstration_accounts, load_reference_data
from agencies.services.reference_data import Loaded, read_file
from agencies.vocabulary import AgencyKind, StatisticsGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    return load_reference_data()


def by_code(code):
    return Agency.objects.with_relations().get(code=code)


def test_it_runs_as_the_role_of_the_site(capsys):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("oic_app",)
    call_command("load_reference_data")
    assert capsys.readouterr().out.splitlines() == [
        "regions: 10 added, 0 already there",
        f"agencies: {Agency.objects.count()} added, 0 already there",
        "scoring models: 1 added, 0 already there",
    ]


def test_a_second_run_adds_nothing(loaded):
    assert load_reference_data() == {"regions": Loaded(0, 10), "agencies": Loaded(0, Agency.objects.count())}
    assert AgencyEvent.objects.count() == Agency.objects.count()


def test_what_an_administrator_edited_stays(loaded):
    Agency.objects.filter(code="kent").update(name="Kent and Medway Police", version=2)
    Region.objects.filter(code="london").update(name="Greater London")
    load_reference_data()
    assert by_code("kent").name == "Kent and Medway Police"
    assert Region.objects.get(code="london").name == "Greater London"


def test_only_what_is_missing_is_added(loaded):
    before = set(Agency.objects.values_list("code", flat=True))
    assert {row["code"] for row in read_file("agencies.csv")} == before


def test_43_forces_in_10_regions(loaded):
    forces = Agency.objects.territorial_forces()
    assert forces.count() == 43
    assert Region.objects.count() == 10
    assert set(forces.values_list("region__code", flat=True)) == set(Region.objects.values_list("code", flat=True))
    per_region = forces.order_by().values_list("region__code").annotate(Count("pk"))
    assert sorted(count for _, count in per_region) == sorted([2, 6, 3, 4, 4, 5, 7, 4, 5, 3])


def test_9_regional_units_each_serving_three_to_seven_forces(loaded):
    units = Agency.objects.regional_units().annotate(forces=Count("served_forces"))
    assert units.count() == 9
    assert all(3 <= unit.forces <= 7 for unit in units)
    for unit in units:
        assert set(unit.served_forces.values_list("region", flat=True)) == {unit.region_id}


def test_the_traps(loaded):
    assert by_code("north-wales").region.code == "north-west"
    assert by_code("north-wales").rocu.code == "nwrocu"
    assert by_code("kent").region.code == "eastern"
    assert by_code("kent").rocu.code == "ersou"
    for code in ("metropolitan", "city-of-london"):
        assert by_code(code).region.code == "london"
        assert by_code(code).rocu is None
    assert not Agency.objects.regional_units().filter(region__code="london").exists()


def test_codes_of_the_design(loaded):
    codes = {"nca", "border-force", "immigration-enforcement", "home-office-intelligence", "bsc", "hmrc"}
    codes |= {"police-scotland", "psni", "btp", "surrey", "thames-valley", "mdp", "cnc", "port-of-dover-police"}
    codes |= {"nwrocu", "nerocu", "yhrocu", "rocuwm", "emsou", "ersou", "serocu", "swrocu", "tarian"}
    codes |= {"cfi", "ice", "sboc"}
    assert codes <= set(Agency.objects.values_list("code", flat=True))


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        (StatisticsGroup.NCA, {"nca", "nca-oic-branch"}),
        (StatisticsGroup.HOME_OFFICE, {"border-force", "immigration-enforcement", "home-office-intelligence", "bsc"}),
        (StatisticsGroup.POLICE_EW, {"surrey", "north-wales", "serocu", "tarian"}),
        (StatisticsGroup.POLICE_SCOTLAND, {"police-scotland"}),
        (StatisticsGroup.PSNI, {"psni"}),
        (StatisticsGroup.NOT_COVERED, {"btp", "mdp", "cnc", "hmrc", "cps", "hmicfrs", "europol", "msoicu"}),
    ],
)
def test_statistics_groups(loaded, group, codes):
    assert codes <= set(Agency.objects.filter(statistics_group=group).values_list("code", flat=True))


def test_the_police_group_is_the_forces_and_the_regional_units(loaded):
    kinds = Agency.objects.filter(statistics_group=StatisticsGroup.POLICE_EW).values_list("kind", flat=True)
    assert sorted(kinds) == sorted(43 * [AgencyKind.TERRITORIAL_FORCE] + 9 * [AgencyKind.REGIONAL_UNIT])


def test_units_belong_to_their_commands(loaded):
    parents = {"cfi": "immigration-enforcement", "ice": "immigration-enforcement", "sboc": "border-force"}
    parents |= {"border-force": "home-office", "nca-jfc": "nca", "toex": "npcc"}
    assert {code: by_code(code).parent.code for code in parents} == parents


def test_national_codes_are_known_or_blank(loaded):
    assert Agency.objects.territorial_forces().exclude(ons_code="").values("ons_code").distinct().count() == 43
    assert (
        Agency.objects.territorial_forces().exclude(police_number="").values("police_number").distinct().count() == 43
    )
    others = Agency.objects.exclude(kind=AgencyKind.TERRITORIAL_FORCE).exclude(ons_code="")
    assert list(others.values_list("code", "ons_code")) == [("police-scotland", "S23000009")]
    assert not Agency.objects.exclude(kind=AgencyKind.TERRITORIAL_FORCE).exclude(police_number="").exists()


def test_demonstration_accounts_stand_on_the_reference_data(loaded, settings, django_assert_num_queries):
    settings.DEMO = True
    assert add_demonstration_accounts().api_clients == Agency.objects.count() + 1
