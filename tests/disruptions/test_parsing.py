"""The parser: any value at all becomes a typed row or a coded violation, never an exception."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disruptions.fields import FIELD_NAMES
from disruptions.parsing import parse_disruption
from disruptions.rules import ROW_NAMES, check_disruption
from tests.payloads import GOOD_LEAD

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("2026-09-30"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([*FIELD_NAMES, "outcomes", "submit"]) | st.text(max_size=12)


@given(st.dictionaries(NAMES, JSON, max_size=8) | JSON, st.booleans())
def test_anything_is_read_or_refused_with_a_code(raw: Any, typed: bool) -> None:
    parsed = parse_disruption(raw, typed=typed)
    found = check_disruption(parsed.row, agency="north", recorded_on=date(2026, 11, 1), submitting=True)
    assert all(each.code and each.message for each in [*parsed.violations, *found])


@given(
    st.lists(
        st.fixed_dictionaries({}, optional=dict.fromkeys(("type", "count", "value_gbp", "months", "item", "x"), JSON)),
        max_size=4,
    ),
    st.booleans(),
)
def test_any_outcomes_are_read_or_refused_with_a_path(outcomes: list[Any], typed: bool) -> None:
    parsed = parse_disruption({"outcomes": outcomes}, typed=typed)
    assert len(parsed.row.outcomes) == len(outcomes)
    assert all(each.field.startswith("outcomes/") for each in parsed.violations)


def test_the_row_has_an_attribute_for_each_field() -> None:
    assert set(ROW_NAMES) == {*FIELD_NAMES, "outcomes"}


def test_text_is_trimmed_and_line_ends_are_made_one() -> None:
    assert parse_disruption({"summary": "  one\r\ntwo\rthree "}, typed=True).row.summary == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-09-30", date(2026, 9, 30)), ("2026-9-3", date(2026, 9, 3)), ("30/09/2026", date(2026, 9, 30)), ("", None)],
)
def test_text_dates_are_read_as_people_write_them(text: str, day: date | None) -> None:
    parsed = parse_disruption({"occurred_on": text}, typed=False)
    assert (parsed.row.occurred_on, parsed.violations) == (day, [])


@pytest.mark.parametrize("text", ["2026-9-3", "30/09/2026", "2026-09-30T00:00:00Z", "２０２６-09-30"])
def test_json_dates_are_iso_only(text: str) -> None:
    [found] = parse_disruption({"occurred_on": text}, typed=True).violations
    assert (found.field, found.code) == ("occurred_on", "invalid")


@pytest.mark.parametrize(
    ("value", "typed", "amount"),
    [
        ("12500.00", True, Decimal("12500.00")),
        (12500, True, Decimal("12500.00")),
        ("£12,500.5", False, Decimal("12500.50")),
    ],
)
def test_money_is_read_in_pounds_and_pence(value: Any, typed: bool, amount: Decimal) -> None:
    parsed = parse_disruption({"outcomes": [{"type": "cash_seizure", "value_gbp": value}]}, typed=typed)
    assert parsed.row.outcomes[0].value_gbp == amount


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", "1.005", True, [], "9" * 50])
def test_money_that_cannot_be_stored_is_refused(value: Any) -> None:
    [found] = parse_disruption({"outcomes": [{"type": "cash_seizure", "value_gbp": value}]}, typed=True).violations
    assert (found.field, found.code) == ("outcomes/0/value_gbp", "invalid")


def test_a_good_payload_breaks_no_rule() -> None:
    raw = {**GOOD_LEAD, "threat": None}
    parsed = parse_disruption(raw, typed=True)
    found = check_disruption(parsed.row, agency="north", recorded_on=date(2026, 11, 1), submitting=False)
    assert (parsed.violations, found) == ([], [])
