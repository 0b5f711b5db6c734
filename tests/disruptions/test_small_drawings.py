"""Sparklines and the map of forces: the figures given and no others, fit for a strict policy, read by everyone."""

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template import engines

from disruptions.charts import INK, ChartError
from disruptions.small_drawings import (
    FOOT,
    SPARK_HEIGHT,
    SPARK_WIDTH,
    TILE_FILLS,
    WHITE,
    MapTile,
    contrast,
    map_legend,
    sparkline,
    text_on,
    tile_map,
)
from disruptions.statistics.shading import SHADES, shade_bounds, shade_of
from disruptions.tile_grid import TILE_GRID, letters_of

JINJA: Any = engines["jinja2"]
SVG = "{http://www.w3.org/2000/svg}"
EVIL = '<b>"Kent" & co</b>'
NUMBERS = {code: at * at for at, code in enumerate(TILE_GRID)} | {"nca": 1361, "border-force": 0, "btp": 12}


def drawn(svg):
    assert not re.search(r"\sstyle=|\sclass=|<style|<script|\son[a-z]+=|url\(", svg)
    return ElementTree.fromstring(svg)  # noqa: S314 - drawn by the code under test


def tile(code, number=0, *, shade=0, words="words", href=""):
    return MapTile(code, letters_of(code), f"Name of {code}", words, number, shade, href)


def tiles_of(numbers):
    bounds = shade_bounds(numbers.values())
    return [
        tile(
            code, number, shade=shade_of(number, bounds), words=f"{code}: {number}", href=f"/dashboard/{code}/?a=1&b=2"
        )
        for code, number in numbers.items()
    ]


# ----------------------------------------------------------------------------------------------------------- sparklines


def bars_of(svg):
    """Return the left edge and the height of each bar, and whether it is hollow, from west to east."""
    found = []
    for path in drawn(svg).iter(f"{SVG}path"):
        for x, height in re.findall(rf"M([\d.]+),{FOOT}v-([\d.]+)h", path.get("d") or ""):
            found.append((float(x), float(height), path.get("fill") == WHITE))
    return sorted(found)


def test_bars_are_in_proportion_and_the_provisional_ones_are_hollow():
    svg = sparkline([4, 8, 0, 16, 12], "Kent by quarter", provisional=2)
    bars = bars_of(svg)
    assert [hollow for *_, hollow in bars] == [False, False, True, True]
    assert [height for _, height, _ in bars[:2]] == pytest.approx([6.4, 12.8], abs=0.1)
    assert [height for _, height, _ in bars[2:]] == pytest.approx([25.5 - 0.6, 19.1 - 0.6], abs=0.1)
    places = [x for x, *_ in bars]
    assert places[2] - places[1] == pytest.approx(24.6)  # the quarter of nothing keeps its place
    assert drawn(svg).get("aria-label") == "Kent by quarter"
    assert drawn(svg).get("role") == "img"


def test_rows_share_a_scale_and_a_small_number_is_still_seen():
    assert bars_of(sparkline([5], "x", highest=10))[0][1] == pytest.approx(12.8, abs=0.1)
    assert bars_of(sparkline([1], "x", highest=100_000))[0][1] == 1.5
    assert bars_of(sparkline([30], "x", highest=10))[0][1] == 25.5


@pytest.mark.parametrize("values", [[], [0], [0] * 9, [7], list(range(40)), [12_345] * 13])
@pytest.mark.parametrize("provisional", [0, 2, 50])
def test_every_row_has_its_line_of_zero_and_stays_inside(values, provisional):
    svg = sparkline(values, "x", provisional=provisional)
    bars = bars_of(svg)
    assert len(bars) == sum(1 for value in values if value)
    assert all(0 <= x < SPARK_WIDTH and height < SPARK_HEIGHT for x, height, _ in bars)
    assert all(after > before for (before, *_), (after, *_) in pairwise(bars))
    assert f"M0,{FOOT}H" in svg
    expected = [place >= len(values) - provisional for place, value in enumerate(values) if value]
    assert [hollow for *_, hollow in bars] == expected


def test_a_sparkline_is_short_and_its_words_are_escaped():
    words = "Avon and Somerset by quarter: " + ", ".join(["1,234"] * 13)
    assert len(sparkline([1234 + at for at in range(13)], words, provisional=2)) < 1200
    assert drawn(sparkline([1], EVIL)).get("aria-label") == EVIL


def test_a_count_below_zero_is_refused():
    with pytest.raises(ChartError):
        sparkline([3, -1], "x")


# ------------------------------------------------------------------------------------------------------------- tile map


def read_map(svg):
    """Return {words: (letters, number, fill, x, y)} as the tiles of a map say it, in the order of reading."""
    found = {}
    for group in drawn(svg):
        if group.get("aria-label"):
            [box], texts = group.findall(f"{SVG}rect"), [text.text for text in group.iter(f"{SVG}text")]
            place = float(box.get("x", "")), float(box.get("y", ""))
            found[group.get("aria-label")] = (texts[0], texts[1], box.get("fill"), *place)
    return found


def test_the_map_holds_exactly_the_figures_given():
    found = read_map(tile_map("T", "D", tiles_of(NUMBERS)))
    assert {words: number for words, (_, number, *_) in found.items()} == {
        f"{code}: {number}": f"{number:,}" for code, number in NUMBERS.items()
    }
    assert {words: letters for words, (letters, *_) in found.items()} == {
        f"{code}: {number}": letters_of(code) for code, number in NUMBERS.items()
    }


def test_only_a_zero_return_is_white():
    found = read_map(tile_map("T", "D", tiles_of(NUMBERS)))
    white = {words for words, (_, _, fill, *_) in found.items() if fill == WHITE}
    assert white == {f"{code}: {number}" for code, number in NUMBERS.items() if number == 0}


def test_tiles_are_read_from_north_to_south_and_those_without_a_place_stand_apart():
    svg = tile_map(
        "T", "D", [tile("nca", words="n"), tile("kent", words="k"), tile("durham", words="d")], apart="A & B"
    )
    found = read_map(svg)
    assert list(found) == ["d", "k", "n"]
    assert found["n"][3] > found["k"][3]
    assert found["n"][4] < found["d"][4]
    assert "A &amp; B" in svg
    assert "No territory" not in tile_map("T", "D", [tile("kent")])


@pytest.mark.parametrize("others", [0, 1, 3, 12, 13, 40])
def test_no_two_tiles_lie_on_each_other_and_all_are_inside(others):
    tiles = [tile(code, words=code) for code in (*TILE_GRID, *(f"other-{at}" for at in range(others)))]
    svg = tile_map("T", "D", tiles)
    places = [(x, y) for *_, x, y in read_map(svg).values()]
    _, _, width, height = (float(number) for number in (drawn(svg).get("viewBox") or "").split())
    assert len(places) == len(tiles)
    assert all(0 < x < width - 54 and 0 < y < height - 54 for x, y in places)
    for at, (x, y) in enumerate(places):
        assert all(abs(x - left) >= 54 or abs(y - top) >= 54 for left, top in places[at + 1 :])


def test_a_tile_opens_its_address_and_one_without_says_its_words():
    svg = tile_map("T", "D", [tile("kent", 3, words="Kent: 3", href="/a/?x=1&y=2"), tile("psni", words="PSNI: 0")])
    [link] = drawn(svg).findall(f"{SVG}a")
    assert (link.get("href"), link.get("aria-label")) == ("/a/?x=1&y=2", "Kent: 3")
    [name] = link.findall(f"{SVG}title")
    assert name.text == "Name of kent"
    [plain] = drawn(svg).findall(f"{SVG}g")
    assert (plain.get("role"), plain.get("aria-label")) == ("img", "PSNI: 0")


def test_the_map_is_named_described_and_escaped():
    evil = MapTile("kent", EVIL[:4], EVIL, EVIL, 1, 1, "/?a=<\"&'")
    root = drawn(tile_map(EVIL, f"{EVIL} 2", [evil], apart=EVIL))
    names = {each.get("id"): each.text for each in root if each.get("id")}
    assert names[root.get("aria-labelledby")] == EVIL
    assert names[root.get("aria-describedby")] == f"{EVIL} 2"
    [link] = root.findall(f"{SVG}a")
    assert (link.get("href"), link.get("aria-label"), link[0].text) == ("/?a=<\"&'", EVIL, EVIL)


def test_the_same_figures_give_the_same_drawing_and_others_another_name():
    one, same, other = (tile_map("T", "D", tiles_of({"kent": number})) for number in (1, 1, 2))
    assert one == same
    assert drawn(one).get("aria-labelledby") != drawn(other).get("aria-labelledby")


def test_regions_are_parted_by_a_line_only_where_they_meet():
    def lines(*codes):
        parts = drawn(tile_map("T", "D", [tile(code) for code in codes])).findall(f"{SVG}path")
        return [path.get("d") for path in parts]

    assert lines("kent", "essex") == []
    assert lines("durham", "cleveland") == []
    assert len(lines("durham", "north-yorkshire")) == 1


def test_an_agency_given_twice_and_an_unknown_shade_are_refused():
    with pytest.raises(ChartError):
        tile_map("T", "D", [tile("kent"), tile("kent")])
    with pytest.raises(ChartError):
        tile_map("T", "D", [tile("kent", shade=7)])


# --------------------------------------------------------------------------------------------------- colours and legend


def test_text_on_every_shade_can_be_read():
    assert len(TILE_FILLS) == SHADES + 1
    for fill in TILE_FILLS:
        assert contrast(text_on(fill), fill) >= 4.5
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_each_shade_is_darker_than_the_one_before_in_black_and_white_too():
    against_white = [contrast(fill, WHITE) for fill in TILE_FILLS]
    assert all(after / before > 1.15 for before, after in pairwise(against_white))
    assert text_on(TILE_FILLS[0]) == INK


def test_the_legend_says_which_numbers_each_shade_stands_for():
    legend = map_legend(shade_bounds([3600]))
    assert [entry.words for entry in legend] == [
        "0", "1 to 100", "101 to 400", "401 to 900", "901 to 1,600", "1,601 to 2,500", "2,501 to 3,600",
    ]  # fmt: skip
    fills = [drawn(entry.sample).find(f"{SVG}rect") for entry in legend]
    assert [fill.get("fill") for fill in fills if fill is not None] == list(TILE_FILLS)
    assert [entry.words for entry in map_legend([], nothing="none")] == ["none"]


# --------------------------------------------------------------------------------------------------------------- macros


def rendered(source, **context):
    imports = '{% from "disruptions/_drawings.html" import force_map, spark %}'
    return JINJA.env.from_string(imports + source).render(context)


def test_the_map_comes_with_its_sentence_its_legend_and_a_way_past_it():
    svg = tile_map("T", "D", tiles_of(NUMBERS))
    legend = map_legend(shade_bounds(NUMBERS.values()))
    page = rendered('{{ force_map(svg, legend, words, table="by-agency") }}', svg=svg, legend=legend, words=EVIL)
    assert svg in page
    assert "&lt;b&gt;" in page
    assert EVIL not in page
    assert all(entry.words in page and entry.sample in page for entry in legend)
    assert page.index('href="#by-agency"') < page.index("<svg")
    alone = rendered("{{ force_map(svg, [], words) }}", svg=svg, words="Nothing.")
    assert "Shades" not in alone
    assert "The table below has the same figures" in re.sub(r"\s+", " ", alone)


def test_a_sparkline_is_shown_as_it_is_drawn():
    svg = sparkline([1, 2], "x")
    assert rendered("{{ spark(svg) }}", svg=svg) == f'<span class="oic-spark">{svg}</span>'
