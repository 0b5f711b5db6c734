"""The map's tiles: a place for every force, none twice, and the country as one knows it."""

import csv
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings

from disruptions.tile_grid import TILE_GRID, letters_of

with (Path(settings.BASE_DIR) / "agencies" / "reference" / "agencies.csv").open() as file:
    AGENCIES = {row["code"]: row for row in csv.DictReader(file)}
FORCES = {code for code, row in AGENCIES.items() if row["kind"] in ("territorial_force", "national_force")}


def steps(one, other):
    """Return how many tiles lie from one to the other, diagonals allowed."""
    first, second = TILE_GRID[one], TILE_GRID[other]
    return max(abs(first.column - second.column), abs(first.row - second.row))


def test_every_force_with_a_territory_has_a_place_of_its_own():
    assert set(TILE_GRID) == FORCES
    assert len(FORCES) == 45
    assert len({(place.column, place.row) for place in TILE_GRID.values()}) == len(TILE_GRID)
    assert all(0 <= place.column <= 6 and 0 <= place.row <= 10 for place in TILE_GRID.values())


def test_regions_are_those_of_the_reference_data_and_lie_together():
    assert {code: place.region for code, place in TILE_GRID.items()} == {
        code: AGENCIES[code]["region"] for code in FORCES
    }
    for one, other in combinations(TILE_GRID, 2):
        if TILE_GRID[one].region and TILE_GRID[one].region == TILE_GRID[other].region:
            assert steps(one, other) <= 4, (one, other)


@pytest.mark.parametrize(
    ("north", "south"),
    [
        ("police-scotland", "northumbria"),
        ("northumbria", "durham"),
        ("cleveland", "north-yorkshire"),
        ("cumbria", "lancashire"),
        ("north-yorkshire", "west-yorkshire"),
        ("humberside", "lincolnshire"),
        ("south-yorkshire", "nottinghamshire"),
        ("greater-manchester", "cheshire"),
        ("north-wales", "dyfed-powys"),
        ("dyfed-powys", "south-wales"),
        ("staffordshire", "west-midlands"),
        ("norfolk", "suffolk"),
        ("suffolk", "essex"),
        ("essex", "kent"),
        ("metropolitan", "surrey"),
        ("surrey", "sussex"),
        ("gloucestershire", "avon-and-somerset"),
        ("wiltshire", "dorset"),
    ],
)
def test_north_is_above_south(north, south):
    assert TILE_GRID[north].row < TILE_GRID[south].row


@pytest.mark.parametrize(
    ("west", "east"),
    [
        ("psni", "cumbria"),
        ("north-wales", "cheshire"),
        ("dyfed-powys", "west-mercia"),
        ("merseyside", "greater-manchester"),
        ("greater-manchester", "south-yorkshire"),
        ("derbyshire", "lincolnshire"),
        ("cambridgeshire", "norfolk"),
        ("thames-valley", "metropolitan"),
        ("metropolitan", "essex"),
        ("devon-and-cornwall", "dorset"),
        ("hampshire", "sussex"),
        ("surrey", "kent"),
    ],
)
def test_west_is_left_of_east(west, east):
    assert TILE_GRID[west].column < TILE_GRID[east].column


@pytest.mark.parametrize(
    "pair",
    [
        ("metropolitan", "city-of-london"),
        ("metropolitan", "surrey"),
        ("metropolitan", "kent"),
        ("metropolitan", "hertfordshire"),
        ("metropolitan", "thames-valley"),
        ("kent", "sussex"),
        ("kent", "essex"),
        ("cumbria", "northumbria"),
        ("cumbria", "lancashire"),
        ("north-wales", "merseyside"),
        ("gwent", "gloucestershire"),
        ("gwent", "south-wales"),
        ("lincolnshire", "norfolk"),
        ("west-mercia", "west-midlands"),
        ("avon-and-somerset", "devon-and-cornwall"),
        ("hampshire", "dorset"),
    ],
)
def test_neighbours_are_side_by_side(pair):
    assert steps(*pair) == 1


def test_letters_are_short_and_nobody_elses():
    letters = [letters_of(code, row["short_name"]) for code, row in AGENCIES.items() if code in FORCES]
    assert len(set(letters)) == len(letters)
    assert all(3 <= len(each) <= 4 for each in letters)
    assert letters_of("immigration-enforcement", "IE") == "IE"
    assert letters_of("nwrocu", "NWROCU") == "NWROCU"
    assert letters_of("gateway-hub-kent", "Gateway hub, Kent") == "GATEWA"
