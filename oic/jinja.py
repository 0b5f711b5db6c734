"""The Jinja2 environment of the pages: GOV.UK components, our own globals and the filters that format figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import jinja2
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import timezone
from jinja2.utils import missing as not_given
from markupsafe import Markup, escape

from oic.form_fields import field_from, form_errors, govuk_field
from oic.words import level_words, marking_words, role_words, status_words

DASH = "–"
NOT_RECORDED = "Not recorded"
METHODS_OF_A_DICT = frozenset(dir(dict))

Number = int | float | Decimal


class PageUndefined(jinja2.Undefined):
    """Refuse to print a name or an attribute that does not exist, so that a misspelt one is found in a test.

    Testing it (`if`, `default`) is allowed, and so is a missing key of a dict: the GOV.UK macros take dicts with
    optional keys and depend on that.
    """

    def _is_lenient(self) -> bool:
        if self._undefined_obj is not not_given:
            return isinstance(self._undefined_obj, Mapping)
        return self._undefined_name in (None, "undefined", "null", "caller")

    def __str__(self) -> str:
        if self._is_lenient():
            return ""
        return str(self._fail_with_undefined_error())

    def __html__(self) -> str:
        return str(self)

    def __iter__(self) -> Any:
        if not self._is_lenient():
            self._fail_with_undefined_error()
        return iter(())

    def __len__(self) -> int:
        if not self._is_lenient():
            self._fail_with_undefined_error()
        return 0


class PageEnvironment(jinja2.Environment):
    """Looks into a dict for a key before it asks the dict for an attribute.

    Pages are built of dicts, and a page asks thousands of times: to be refused by ``getattr`` first is what takes
    long. The methods of a dict keep their meaning.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a key of a dict or an attribute, or an undefined value."""
        if type(obj) is dict and attribute not in METHODS_OF_A_DICT:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def url(name: str, /, *args: object, **kwargs: object) -> str:
    """Return the path of a named page: `url("disruption_detail", record.reference)`."""
    if kwargs or not all(isinstance(each, str) for each in args):
        return reverse(name, args=args or None, kwargs=kwargs or None)
    return _path(name, args, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=2048)
def _path(name: str, args: tuple[object, ...], urlconf: str | None, prefix: str) -> str:
    """Return the path of a page, looked up once: a list names a hundred of them."""
    return reverse(name, urlconf=urlconf, args=args or None)


def with_query(request: HttpRequest, **changes: object) -> str:
    """Return the current address with some query parameters replaced; None or an empty list drops one.

    `with_query(request, page=2)` keeps every filter and changes the page.
    """
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None or value in ([], ""):
            query.pop(name, None)
        elif isinstance(value, list | tuple):
            query.setlist(name, [str(item) for item in value])
        else:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def without_filter(request: HttpRequest, name: str, value: object | None = None) -> str:
    """Return the current address without one filter value (or without the whole filter), from the first page."""
    left = [] if value is None else [item for item in request.GET.getlist(name) if item != str(value)]
    return with_query(request, **{name: left, "page": None})


def sort_header(
    text: str, name: str, current: str, request: HttpRequest, *, numeric: bool = False, nowrap: bool = False
) -> dict[str, object]:
    """Return a table column whose heading sorts on the server by `?sort=name` or `?sort=-name`.

    `current` is the sort in force. A second press turns the direction round.
    """
    is_current = current.lstrip("-") == name
    descending = is_current and current.startswith("-")
    next_sort = name if not is_current or descending else f"-{name}"
    return {
        "text": text,
        "numeric": numeric,
        "nowrap": nowrap,
        "sort_href": with_query(request, sort=next_sort, page=None),
        "sorted": ("descending" if descending else "ascending") if is_current else None,
    }


def page_items(page: Page[Any], request: HttpRequest) -> list[dict[str, object]]:
    """Return what GOV.UK pagination shows for a page: numbers around the current one, first, last and gaps."""
    items: list[dict[str, object]] = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if isinstance(number, int):
            items.append(
                {
                    "number": number,
                    "href": with_query(request, page=number if number > 1 else None),
                    "current": number == page.number,
                }
            )
        else:
            items.append({"ellipsis": True})
    return items


def _local(value: dt.date | dt.datetime) -> dt.date | dt.datetime:
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def format_date(value: dt.date | dt.datetime | None, missing: str = NOT_RECORDED) -> str:
    """Write a date as `2 October 2026`, a time in the time zone of the site."""
    if value is None or value == "":
        return missing
    value = _local(value)
    return f"{value.day} {value:%B %Y}"


def format_short_date(value: dt.date | dt.datetime | None, missing: str = DASH) -> str:
    """Write a date as `2 Oct 2026`, for tables."""
    if value is None or value == "":
        return missing
    value = _local(value)
    return f"{value.day} {value:%b %Y}"


def format_time(value: dt.datetime | None, missing: str = NOT_RECORDED) -> str:
    """Write the time of day as `14:02`."""
    if value is None or value == "":
        return missing
    return f"{_local(value):%H:%M}"


def format_datetime(value: dt.datetime | None, missing: str = NOT_RECORDED) -> str:
    """Write a moment as `2 October 2026 at 14:02`."""
    if value is None or value == "":
        return missing
    return f"{format_date(value)} at {format_time(value)}"


def format_iso(value: dt.date | dt.datetime) -> str:
    """Write a date or time for the `datetime` attribute of a `time` element."""
    return _local(value).isoformat()


def format_number(value: Number | None, decimals: int = 0, missing: str = DASH) -> str:
    """Write a number as `2,677`, rounded half away from zero (domain.md S0)."""
    if value is None or value == "":
        return missing
    return f"{_rounded(value, decimals):,.{decimals}f}"


def format_signed(value: Number | None, decimals: int = 0, missing: str = DASH) -> str:
    """Write a difference as `+12`, `−3` or `0`, with a true minus sign."""
    if value is None or value == "":
        return missing
    rounded = _rounded(value, decimals)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{decimals}f}"


def format_percent(value: Number | None, decimals: int = 0, signed: bool = False, missing: str = DASH) -> str:
    """Write a percentage that is already times one hundred as `62%`, or as `+33%` where it is a change."""
    if value is None or value == "":
        return missing
    return f"{format_signed(value, decimals) if signed else format_number(value, decimals)}%"


def format_money(value: Number | None, missing: str = NOT_RECORDED) -> str:
    """Write pounds as `£12,500`, with pence only where there are some."""
    if value is None or value == "":
        return missing
    amount = _rounded(value, 2)
    return f"£{amount:,.0f}" if amount == amount.to_integral_value() else f"£{amount:,.2f}"


def _rounded(value: Number, decimals: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def format_count(value: int, noun: str, plural: str | None = None) -> str:
    """Write a number with its noun: `1 record`, `2,677 records`; `plural` where adding an s is wrong."""
    return f"{format_number(value)} {noun if value == 1 else plural or noun + 's'}"


def format_paragraphs(value: str | None, missing: str = NOT_RECORDED) -> Markup:
    """Turn plain text into escaped paragraphs, with its line breaks kept."""
    text = (value or "").replace("\r\n", "\n").strip()
    if not text:
        return escape(missing)
    paragraphs = (Markup("<br>").join(block.split("\n")) for block in text.split("\n\n") if block.strip())
    return Markup("").join(Markup('<p class="govuk-body">{}</p>').format(block) for block in paragraphs)


def sentence_list(values: Iterable[object], missing: str = NOT_RECORDED) -> str:
    """Join values as in a sentence: `Kent, Surrey and Sussex`."""
    items = [str(value) for value in values]
    if not items:
        return missing
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def lower_first(text: str) -> str:
    """Lower the first letter unless the word is an abbreviation: `Change date of disruption`, `Change OCG`."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def errors_of(*forms: BaseForm) -> list[dict[str, str]]:
    """Return the error summary's entries for one or several forms, in the order of their fields."""
    return [entry for form in forms for entry in form_errors(form)]


def department_sign_in() -> str:
    """Return the name of the department whose sign-in can be used, or nothing where none is set up."""
    providers: Mapping[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    apps = providers.get("openid_connect", {}).get("APPS", [])
    return str(apps[0]["name"]) if apps else ""


def environment(**options: Any) -> jinja2.Environment:
    """Build the environment: our templates first, then `govuk_frontend_jinja/...`.

    `indent` is switched off: upstream macros use it for neat HTML, and it would add spaces to the second line of
    whatever somebody typed into a text area.
    """
    options["undefined"] = PageUndefined
    options["loader"] = jinja2.ChoiceLoader(
        [
            options["loader"],
            jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    options.setdefault("extensions", ["jinja2.ext.do"])
    env = PageEnvironment(**options)  # Django passes autoescape=True
    env.globals.update(
        url=url,
        static=static,
        with_query=with_query,
        without_filter=without_filter,
        page_items=page_items,
        sort_header=sort_header,
        field_from=field_from,
        govuk_field=govuk_field,
        errors_of=errors_of,
        department_sign_in=department_sign_in,
        status_words=status_words,
        level_words=level_words,
        role_words=role_words,
        marking_words=marking_words,
    )
    env.filters.update(
        date=format_date,
        short_date=format_short_date,
        time=format_time,
        datetime=format_datetime,
        iso=format_iso,
        number=format_number,
        signed=format_signed,
        percent=format_percent,
        money=format_money,
        count_of=format_count,
        paragraphs=format_paragraphs,
        sentence_list=sentence_list,
        lower_first=lower_first,
        indent=_as_it_is,
    )
    return env


def _as_it_is(value: Any, *_args: object, **_kwargs: object) -> Any:
    return value
