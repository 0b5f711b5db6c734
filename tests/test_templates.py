"""The macros of the pages: labelled, described, escaped, and strict about what does not exist."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import jinja2
import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import TemplateDoesNotExist, engines

from agencies.form_fields import DatePartsField
from oic.form_fields import form_errors

JINJA: Any = engines["jinja2"]
TEMPLATES = Path(settings.BASE_DIR) / "templates"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)
EVIL = "<script>alert('x')</script>"


class ExampleForm(forms.Form):
    occurred_on = DatePartsField(label="When did it happen?", noun="the date of the disruption")
    level = forms.ChoiceField(widget=forms.RadioSelect, choices=[("major", "Major"), ("minor", "Minor")])
    enablers = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, choices=[("online", "Online"), ("documents", "Documents")], required=False
    )
    agency = forms.ChoiceField(choices=[("", ""), ("kent", "Kent Police"), ("surrey", "Surrey Police")])
    summary = forms.CharField(widget=forms.Textarea, help_text="What was done")
    operation = forms.CharField(required=False)
    uk_led = forms.BooleanField(label="Led from the UK", required=False)


def form_of(**values):
    form = ExampleForm(values)
    form.is_valid()
    return form


def render(source, **context):
    imports = """
        {% from "_macros/forms.html" import error_summary, form_field, text_field, radio_field, checkbox_field,
          select_field, date_field, money_field, text_area, button, single_checkbox, file_field %}
        {% from "_macros/tables.html" import data_table, result_count, pagination, scroll_region %}
        {% from "_macros/filters.html" import filter_layout, filter_panel %}
        {% from "_macros/display.html" import page_heading, section_nav, status_tag, level_tag, role_tag, grade_tag,
          marking_tag, summary_list, timeline, stat_tiles, confirm_panel, inset, warning, details, banner %}
        {% from "_macros/charts.html" import chart_figure %}"""
    return JINJA.env.from_string(imports + source).render(context)


def names_of_templates():
    return sorted(
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if path.relative_to(TEMPLATES).parts[0] != "django"
    )


@pytest.mark.parametrize("name", names_of_templates())
def test_every_template_can_be_read_and_has_nothing_inline(name):
    JINJA.get_template(name)
    assert not INLINE.search((TEMPLATES / name).read_text())


@pytest.mark.parametrize("name", names_of_templates())
def test_no_page_has_the_name_of_a_template_of_django_under_our_folder(name):
    assert not (TEMPLATES / "django" / name).exists()
    if not name.startswith(("account/", "mfa/", "socialaccount/")):  # ours replace allauth's on purpose
        with pytest.raises(TemplateDoesNotExist):
            engines["django"].get_template(name)


def test_every_page_is_headed_by_one_h1():
    for name in names_of_templates():
        source = (TEMPLATES / name).read_text()
        if "block content" in source and name not in ("base.html", "layout.html"):
            assert "<h1" in source or "page_heading(" in source or "heading" in source, name


# ---------------------------------------------------------------------------------------------------------- strictness


def test_a_name_that_does_not_exist_is_an_error_when_printed():
    with pytest.raises(jinja2.UndefinedError):
        render("{{ titel }}")


def test_an_attribute_that_does_not_exist_is_an_error_when_printed():
    with pytest.raises(jinja2.UndefinedError):
        render("{{ day.yaer }}", day=dt.date(2026, 10, 2))


def test_a_name_that_does_not_exist_can_be_tested():
    assert render("{% if titel %}yes{% else %}no{% endif %}{{ titel | default('none') }}").strip() == "nonone"


# ------------------------------------------------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ day | date }}", "2 October 2026"),
        ("{{ day | short_date }}", "2 Oct 2026"),
        ("{{ moment | datetime }}", "2 October 2026 at 01:30"),
        ("{{ moment | time }}", "01:30"),
        ("{{ none | date }}", "Not recorded"),
        ("{{ 2677 | number }}", "2,677"),
        ("{{ 2.5 | number }}", "3"),
        ("{{ -2.5 | number }}", "-3"),
        ("{{ none | number }}", "–"),
        ("{{ 12 | signed }}", "+12"),
        ("{{ -3 | signed }}", "−3"),
        ("{{ 0 | signed }}", "0"),
        ("{{ 33.2 | percent(signed=true) }}", "+33%"),
        ("{{ 12500 | money }}", "£12,500"),
        ("{{ 12500.5 | money }}", "£12,500.50"),
        ("{{ 1 | count_of('record') }}", "1 record"),
        ("{{ 2677 | count_of('record') }}", "2,677 records"),
        ("{{ 2 | count_of('agency', 'agencies') }}", "2 agencies"),
        ("{{ ['Kent', 'Surrey', 'Sussex'] | sentence_list }}", "Kent, Surrey and Sussex"),
        ("{{ 'OCG' | lower_first }} {{ 'Date' | lower_first }}", "OCG date"),
    ],
)
def test_figures_and_dates_are_written_as_people_read_them(source, expected):
    context = {"day": dt.date(2026, 10, 2), "moment": dt.datetime(2026, 10, 2, 0, 30, tzinfo=dt.UTC)}
    assert render(source, **context).strip() == expected


def test_paragraphs_are_escaped():
    page = render("{{ text | paragraphs }}", text=f"{EVIL}\r\nsecond line\n\nsecond paragraph")
    assert EVIL not in page
    assert page.count("<p ") == 2
    assert "<br>second line" in page


# --------------------------------------------------------------------------------------------------------------- forms

EVERY_FIELD = "{% for field in form %}{{ form_field(field) }}{% endfor %}"


def test_every_control_has_a_label_or_a_legend():
    page = render(EVERY_FIELD, form=ExampleForm())
    ids = re.findall(r"<(?:input|select|textarea)\s[^>]*?\bid=\"([^\"]+)\"", page)
    assert len(ids) == len(set(ids)) >= 11
    assert set(re.findall(r'<label[^>]*\bfor="([^"]+)"', page)) >= set(ids)
    assert page.count("<legend") == 3


def test_what_was_typed_is_kept_where_it_was_refused():
    form = form_of(
        occurred_on_day="31", occurred_on_month="", occurred_on_year="2026", agency="kent", enablers=["online"]
    )
    page = render(EVERY_FIELD, form=form)
    assert re.search(r'name="occurred_on_day"[^>]*value="31"', page)
    assert re.search(r'<option value="kent" selected', page)
    assert re.search(r'value="online" checked', page)


def test_each_error_is_listed_at_the_top_and_beside_its_field():
    form = form_of(occurred_on_day="31", occurred_on_year="2026")
    page = render("{{ error_summary(errors_of(form)) }}" + EVERY_FIELD, form=form)
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets == ["id_occurred_on_day", "id_level", "id_agency", "id_summary"]
    assert all(re.search(rf'\bid="{target}"', page) for target in targets)
    for words in ("The date of the disruption must include a month", "Select level", "Enter summary"):
        assert page.count(words) == 2
    assert re.search(r'<textarea[^>]*aria-describedby="[^"]*id_summary-error', page)


def test_no_errors_means_no_summary():
    assert render("{{ error_summary(errors_of(form)) }}", form=form_of()).count("govuk-error-summary") > 0
    assert render("{{ error_summary([]) }}").strip() == ""


def test_text_that_was_typed_is_escaped_and_not_indented():
    text = f"first\nsecond {EVIL}"
    page = render("{{ form_field(form.summary, max_length=400) }}", form=form_of(summary=text))
    assert EVIL not in page
    assert ">first\nsecond &lt;script" in page
    assert 'data-maxlength="400"' in page


def test_a_field_can_be_a_plain_dict():
    page = render("{{ money_field({'name': 'value', 'label': 'Value', 'value': 12500, 'optional': true}) }}")
    assert "Value (optional)" in page
    assert 'value="12500"' in page
    assert 'inputmode="decimal"' in page


def test_a_look_ahead_select_still_holds_its_choices():
    page = render("{{ form_field(form.agency, search=true, source='/look-up/') }}", form=ExampleForm())
    assert "data-autocomplete" in page
    assert 'data-source="/look-up/"' in page
    assert "Kent Police" in page


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("2", "10", "2026"), dt.date(2026, 10, 2)),
        (("2", "October", "2026"), dt.date(2026, 10, 2)),
        (("02", "oct", "2026"), dt.date(2026, 10, 2)),
        (("31", "2", "2026"), "invalid"),
        (("1", "13", "2026"), "invalid"),
        (("1", "1", "26"), "invalid"),
        (("one", "1", "2026"), "invalid"),
        (("1", "1", "99999999999999999999"), "invalid"),
        (("", "1", "2026"), "incomplete"),
        (("", "", ""), "required"),
    ],
)
def test_a_date_is_read_from_three_boxes(parts, expected):
    form = form_of(occurred_on_day=parts[0], occurred_on_month=parts[1], occurred_on_year=parts[2])
    if isinstance(expected, dt.date):
        assert form.cleaned_data["occurred_on"] == expected
    else:
        assert [error.code for error in form.errors.as_data()["occurred_on"]] == [expected]


def test_a_date_already_kept_is_shown_in_its_boxes():
    form = ExampleForm(initial={"occurred_on": dt.date(2026, 10, 2)})
    page = render("{{ form_field(form.occurred_on) }}", form=form)
    assert re.findall(r'name="occurred_on_(\w+)" type="text" value="(\d+)"', page) == [
        ("day", "2"),
        ("month", "10"),
        ("year", "2026"),
    ]


def test_errors_of_the_whole_form_come_first_and_lead_nowhere():
    form = form_of()
    form.add_error(None, "This was recorded already.")
    assert form_errors(form)[0] == {"text": "This was recorded already."}


# -------------------------------------------------------------------------------------------------------------- tables

TABLE = """{{ data_table("By force", columns=[{"text": "Force"}, {"text": "Total", "numeric": true}],
  rows=rows, totals=["All forces", 1213]) }}"""


def test_a_table_has_caption_headers_and_a_region_to_scroll_in():
    page = render(TABLE, rows=[[{"text": "Surrey", "href": "/surrey/"}, 1213]])
    assert 'role="region" aria-label="By force" tabindex="0"' in page
    assert "<caption" in page
    assert page.count('scope="col"') == 2
    assert page.count('scope="row"') == 2
    assert '<a class="govuk-link" href="/surrey/">Surrey</a>' in page
    assert page.count("1,213") == 2


def test_a_cell_is_escaped_and_an_absent_one_is_a_dash():
    page = render(TABLE, rows=[[EVIL, None]])
    assert EVIL not in page
    assert "–" in page


def test_an_empty_table_says_so():
    assert "Nothing to show." in render(TABLE, rows=[])


def test_a_heading_sorts_on_the_server_and_says_how(rf):
    request = rf.get("/disruptions/", {"level": "major", "page": "3", "sort": "-occurred_on"})
    page = render(
        """{{ data_table("List", columns=[sort_header("Date", "occurred_on", "-occurred_on", request),
          sort_header("Level", "level", "-occurred_on", request)], rows=[["a", "b"]]) }}""",
        request=request,
    )
    assert re.search(r'aria-sort="descending"><a[^>]*href="/disruptions/\?level=major&amp;sort=occurred_on"', page)
    assert re.search(r'aria-sort="none"><a[^>]*href="/disruptions/\?level=major&amp;sort=level"', page)


def test_pages_keep_the_filter(rf):
    request = rf.get("/disruptions/", {"level": ["major", "minor"], "page": "3"})
    page = render(
        "{{ result_count(page, 'disruption') }}{{ pagination(page, request, 'disruption') }}",
        request=request,
        page=Paginator(range(2677), 25).page(3),
    )
    assert "Showing <strong>51</strong> to <strong>75</strong> of <strong>2,677 disruptions</strong>" in page
    assert 'href="/disruptions/?level=major&amp;level=minor&amp;page=4"' in page
    assert 'href="/disruptions/?level=major&amp;level=minor"' in page  # the first page has no number
    assert 'aria-current="page"' in page


def test_one_page_needs_no_numbers(rf):
    page = Paginator(range(3), 25).page(1)
    assert render("{{ pagination(page, request, 'x') }}", request=rf.get("/"), page=page).strip() == ""
    assert "3 records" in render("{{ result_count(page, 'record') }}", page=page)


def test_the_filter_panel_shows_what_is_chosen_and_how_to_drop_it(rf):
    request = rf.get("/disruptions/", {"level": ["major", "minor"], "page": "3"})
    page = render(
        """{% call filter_panel(selected=[{"heading": "Level", "items": [
          {"text": "Major", "href": without_filter(request, "level", "major")}]}], clear_href="/disruptions/",
          hidden={"sort": "level"}) %}controls{% endcall %}""",
        request=request,
    )
    assert 'href="/disruptions/?level=minor"' in page
    assert "Remove filter Level: " in page
    assert '<input type="hidden" name="sort" value="level">' in page
    assert "controls" in page


# ------------------------------------------------------------------------------------------------------------- display


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ status_tag('submitted') }}", "Submitted"),
        ("{{ level_tag('major') }}", "Major"),
        ("{{ level_tag(none) }}", "Not set"),
        ("{{ role_tag('support') }}", "Support"),
        ("{{ grade_tag('P2') }}", "P2"),
        ("{{ grade_tag(none) }}", "Not graded"),
        ("{{ marking_tag('official_sensitive') }}", "OFFICIAL-SENSITIVE"),
    ],
)
def test_a_tag_says_its_word(source, words):
    assert words in render(source)


def test_an_unknown_status_is_an_error():
    with pytest.raises(KeyError):
        render("{{ status_tag('aproved') }}")


def test_a_summary_list_names_what_each_link_changes():
    page = render(
        """{{ summary_list([{"key": "Date", "value": none, "actions": [{"text": "Change", "href": "/x/"}]},
          {"key": "Words", "value": words}]) }}""",
        words=EVIL,
    )
    assert 'Change<span class="govuk-visually-hidden"> date</span>' in page
    assert "Not recorded" in page
    assert EVIL not in page


def test_the_history_says_what_changed():
    page = render(
        """{{ timeline([{"title": "Amended", "by": who, "at": moment,
          "changes": [{"field": "Level", "old": "Minor", "new": "Major"}]}]) }}""",
        who=EVIL,
        moment=dt.datetime(2026, 10, 2, 0, 30, tzinfo=dt.UTC),
    )
    assert "<del>Minor</del>" in page
    assert "<ins>Major</ins>" in page
    assert 'datetime="2026-10-02T01:30:00+01:00"' in page
    assert EVIL not in page


def test_a_tile_links_to_the_records_behind_its_number():
    page = render("{{ stat_tiles([{'label': 'Major', 'value': 1104, 'href': '/disruptions/?level=major'}]) }}")
    assert 'href="/disruptions/?level=major">1,104' in page


def test_a_panel_escapes_its_text():
    page = render("{{ confirm_panel('Done', text=evil, reference=evil) }}", evil=EVIL)
    assert EVIL not in page


def test_a_chart_has_sentence_table_and_files():
    page = render(
        """{% call chart_figure("trend", "By quarter", "It rose.", svg,
          downloads=[{"text": "CSV", "href": "/x.csv"}]) %}
          <table></table>{% endcall %}""",
        svg="<svg></svg>",
    )
    for part in ("<svg></svg>", "It rose.", "Show as a table", "<table></table>", 'href="/x.csv"'):
        assert part in page


# ---------------------------------------------------------------------------------------------------------------- base


@pytest.mark.parametrize(
    ("marking", "words", "kind"),
    [(None, "OFFICIAL", "official"), ("official_sensitive", "OFFICIAL-SENSITIVE", "official-sensitive")],
)
def test_the_marking_is_at_the_top_and_at_the_end(rf, marking, words, kind):
    context = {"marking": marking} if marking else {}
    page = JINJA.get_template("404.html").render(context, rf.get("/"))
    assert page.count(f">{words}</div>") == 2
    assert f"oic-marked--{kind}" in page


def test_the_title_says_that_there_are_errors(rf):
    page = JINJA.get_template("404.html").render({"errors": [{"text": "x"}]}, rf.get("/"))
    assert "<title>Error: Page not found – OIC Disruptions</title>" in page
