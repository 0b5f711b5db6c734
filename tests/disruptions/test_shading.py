"""Shades follow the square root of the number, nothing has none, and the words of the key cover every number once."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from disruptions.statistics.shading import SHADES, ShadeRange, shade_bounds, shade_of, shade_ranges


def test_shades_go_from_nothing_to_the_largest_number():
    bounds = shade_bounds([0, 1, 36, 3600])
    assert bounds == [100, 400, 900, 1600, 2500, 3600]
    assert [shade_of(number, bounds) for number in (0, 1, 100, 101, 3600)] == [0, 1, 1, 2, 6]


def test_nothing_is_shaded_where_every_number_is_nothing():
    assert shade_bounds([]) == []
    assert shade_bounds([0, 0]) == []
    assert shade_of(0, []) == 0
    assert shade_ranges([]) == []


def test_the_key_leaves_out_shades_that_no_number_has():
    assert [each.words for each in shade_ranges(shade_bounds([3]))] == ["1", "2", "3"]
    assert ShadeRange(6, 2501, 3600).words == "2,501 to 3,600"
    assert shade_bounds([Decimal(3600)])[-1] == Decimal(3600)


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60))
def test_each_number_is_in_the_range_of_its_shade_and_only_nothing_has_none(numbers):
    bounds = shade_bounds(numbers)
    ranges = shade_ranges(bounds)
    for number in numbers:
        shade = shade_of(number, bounds)
        assert 0 <= shade <= SHADES
        assert (shade == 0) == (number == 0)
        assert [each.shade for each in ranges if each.first <= number <= each.last] == ([shade] if shade else [])
