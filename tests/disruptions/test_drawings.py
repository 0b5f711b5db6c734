"""Drawings of a threat: nothing that a strict policy stops, every fact in words, and places that follow the time."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from disruptions.drawings import LEFT, RIGHT, WIDTH, Mark, Node, Span, Step, draw_grades, draw_links, draw_timeline

SPAN = Span(date(2024, 1, 1), date(2026, 12, 31))
SVG = "{http://www.w3.org/2000/svg}"


def words(svg):
    tree = ElementTree.fromstring(svg)  # noqa: S314 - drawn by the code under test
    assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=|href=", svg)
    assert tree.get("role") == "img"
    names = (tree.get("aria-labelledby") or "").split()
    assert [each.get("id") for each in tree if each.get("id")] == names
    return [each.text for each in tree.iter(f"{SVG}text")], [each.text for each in tree.iter(f"{SVG}title")]


def test_grades_step_from_dot_to_dot_and_end_today():
    steps = [Step(date(2024, 1, 1), None), Step(date(2025, 1, 1), "P3"), Step(date(2026, 6, 1), "P1")]
    svg = draw_grades("P grade of <Heron> & co", "Steps.", steps, SPAN)
    texts, titles = words(svg)
    assert texts == ["P1", "P2", "P3", "P4", "Not graded", "2024", "2025", "2026"]
    assert titles[0] == "P grade of <Heron> & co"
    assert titles[1:] == ["Not graded from 01 January 2024", "P3 from 01 January 2025", "P1 from 01 June 2026"]
    [path] = re.findall(r'<path d="(M[^"]*)" fill="none"', svg)
    assert path.startswith(f"M{float(LEFT)},")
    assert path.endswith(f"H{float(WIDTH - RIGHT)}")
    assert "Not graded" not in words(draw_grades("x", "y", steps[1:], SPAN))[0]


@pytest.mark.parametrize(
    ("first", "last", "ticks"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), []),
        (date(2026, 9, 15), date(2026, 11, 22), ["Oct 2026", "Nov 2026"]),
        (date(2025, 7, 1), date(2026, 11, 22), ["Jul 2025", "Sep 2025"]),
        (date(2000, 1, 1), date(2026, 1, 1), ["2000", "2003"]),
    ],
)
def test_the_axis_names_days_that_are_on_it(first, last, ticks):
    span = Span(first, last)
    named = span.ticks()
    assert [text for _, text in named][: len(ticks) or 1] == ticks
    assert all(LEFT <= span.place(day) <= WIDTH - RIGHT for day, _ in named)
    assert len(named) <= 12


def test_records_stand_by_agency_level_and_role():
    marks = [
        Mark(0, date(2025, 2, 14), "major", "lead", 1, "one"),
        Mark(0, date(2025, 2, 14), "major", "support", 12, "twelve"),
        Mark(1, date(2026, 2, 14), "none", "lead", 2, "two"),
    ]
    svg = draw_timeline(
        "t", "d", ["North", "A very long name of an agency indeed, of many words"], ["major", "none"], marks, SPAN
    )
    texts, titles = words(svg)
    assert {"Major", "No disruption", "Hollow: support", "12", "2", "North"} <= set(texts)
    assert titles[-3:] == ["one", "twelve", "two"]
    left, right = (float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)[1:3])
    assert right - left == 28


def test_links_are_drawn_up_to_six_a_side():
    many = [Node(f"T-{number}", f"Threat {number} " + "long " * 20, "P2", number % 2 == 0) for number in range(9)]
    svg = draw_links("t", "d", Node("T-0", "Centre", None), [], many)
    texts, _ = words(svg)
    assert "and 4 more, in the table" in texts
    assert "T-0, not graded" in texts
    assert "Part of" not in texts
    assert svg.count("<rect") == 7
    assert svg.count("stroke-dasharray") == 3
