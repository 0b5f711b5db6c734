"""Charts show the figures they were given, fit the security policy and are never only colour."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.core.cache import cache

from disruptions import charts
from disruptions.charts import ChartError, bar_chart, bar_spec, line_chart, line_spec

QUARTERS = ["Jan - Mar 2023", "Apr - Jun 2023", "Jul - Sep 2023", "Oct - Dec 2023 [p]"]
LEVELS = {"Major": [7, 3, 0, 12], "Moderate": [45, 50, 61, 70], "Minor": [259, 280, 1300, 310]}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def figures(svg):
    """Return {(category, series): value} as the marks of a drawing say it."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
    found = {}
    for path in root.iter(f"{SVG}path"):
        title = path.find(f"{SVG}title")
        if title is not None:
            words, value = (title.text or "").rsplit(": ", 1)
            category, series = words.rsplit(", ", 1)
            found[category, series] = int(value.replace(",", ""))
    return found


EXPECTED = {
    (quarter, level): values[index] for level, values in LEVELS.items() for index, quarter in enumerate(QUARTERS)
}


@pytest.mark.parametrize(
    "svg",
    [
        pytest.param(lambda: bar_chart("T", "D", QUARTERS, LEVELS), id="stacked"),
        pytest.param(lambda: bar_chart("T", "D", QUARTERS, LEVELS, stacked=False), id="grouped"),
        pytest.param(lambda: line_chart("T", "D", QUARTERS, LEVELS), id="lines"),
    ],
)
def test_the_drawing_holds_exactly_the_figures_given(svg):
    assert figures(svg()) == EXPECTED


@pytest.mark.parametrize("spec", [bar_spec(QUARTERS, LEVELS), line_spec(QUARTERS, LEVELS)])
def test_the_specification_holds_exactly_the_figures_given(spec):
    assert {(row["category"], row["series"]): row["value"] for row in spec["data"]["values"]} == EXPECTED


def test_a_stacked_bar_is_as_high_as_its_total_and_says_it():
    svg = bar_chart("T", "D", QUARTERS, LEVELS)
    texts = [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314
    assert [text for text in texts if text in {"311", "333", "1,361", "392"}] == ["311", "333", "1,361", "392"]


def test_bar_lengths_are_in_proportion_to_the_figures():
    svg = bar_chart("T", "D", ["A", "B"], {"Only": [100, 250]})
    root = ElementTree.fromstring(svg)  # noqa: S314
    heights = [
        float(re.findall(r"v(-?[\d.]+)h", path.get("d", ""))[0])
        for path in root.iter(f"{SVG}path")
        if path.find(f"{SVG}title") is not None
    ]
    assert heights[1] / heights[0] == pytest.approx(2.5)


def test_the_drawing_is_named_and_described_for_a_screen_reader():
    svg = bar_chart("Level & quarter", "Four <quarters>", QUARTERS, LEVELS)
    root = ElementTree.fromstring(svg)  # noqa: S314
    assert root.get("role") == "img"
    title, description = root.findall(f"{SVG}title") + root.findall(f"{SVG}desc")
    assert (title.text, description.text) == ("Level & quarter", "Four <quarters>")
    assert root.get("aria-labelledby", "").split() == [title.get("id"), description.get("id")]


@pytest.mark.parametrize("svg", [bar_chart, line_chart])
def test_the_drawing_needs_nothing_that_the_security_policy_stops(svg):
    drawn = svg("T", "D", QUARTERS, {"<script>alert(1)</script>": [1, 2, 3, 4]})
    assert not re.search(r"style=|<style|<script|\son\w+=|href=|http://(?!www\.w3\.org/2000/svg)", drawn)


def test_bars_differ_by_pattern_and_lines_by_dash_marker_and_name():
    bars = bar_chart("T", "D", QUARTERS, LEVELS)
    assert "<pattern" in bars
    assert "url(#" in bars
    lines = line_chart("T", "D", QUARTERS, LEVELS)
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', lines))) == 3
    texts = {text.text for text in ElementTree.fromstring(lines).iter(f"{SVG}text")}  # noqa: S314
    assert set(LEVELS) <= texts


def test_names_at_the_ends_of_lines_do_not_overlap():
    labels = line_spec(QUARTERS, {name: [1, 2, 3, 20] for name in "ABCDEF"})["layer"][2]["data"]["values"]
    pixels = sorted(label["pixel"] for label in labels)
    assert all(after - before >= charts.LINE_HEIGHT for before, after in pairwise(pixels))
    assert pixels[-1] <= charts.PLOT_HEIGHT


def test_long_names_lie_on_their_sides():
    spec = bar_spec(["Thames Valley Police", "Kent Police"], {"Lead": [3, 4]})
    assert spec["layer"][0]["encoding"]["y"]["field"] == "category"


@pytest.mark.parametrize(
    ("categories", "series"),
    [
        pytest.param(["A"], {"Lead": [1, 2]}, id="too many values"),
        pytest.param(["A", "A"], {"Lead": [1, 2]}, id="same category twice"),
        pytest.param(["A"], {}, id="no series"),
        pytest.param([], {"Lead": []}, id="no category"),
        pytest.param(["A"], {"Lead": [-1]}, id="below zero"),
        pytest.param(["A"], {str(index): [1] for index in range(7)}, id="too many series"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_an_error(categories, series):
    with pytest.raises(ChartError):
        bar_chart("T", "D", categories, series)


def test_all_zeros_are_drawn():
    assert set(figures(bar_chart("T", "D", ["A", "B"], {"Lead": [0, 0]})).values()) == {0}


def test_the_same_figures_are_drawn_once(monkeypatch):
    first = bar_chart("T", "D", QUARTERS, LEVELS)
    monkeypatch.setattr(charts, "_render", lambda spec: pytest.fail("drawn again"))
    assert bar_chart("T", "D", QUARTERS, LEVELS) == first


def test_a_changed_figure_is_drawn_anew():
    changed = {**LEVELS, "Major": [8, 3, 0, 12]}
    assert bar_chart("T", "D", QUARTERS, LEVELS) != bar_chart("T", "D", QUARTERS, changed)


def test_drawing_after_a_fork_is_refused(monkeypatch):
    bar_chart("T", "D", ["A"], {"Lead": [1]})
    monkeypatch.setattr("os.getpid", lambda: -1)
    with pytest.raises(ChartError, match="forked"):
        bar_chart("T", "D", ["B"], {"Lead": [1]})
