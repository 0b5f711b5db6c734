"""Read pages as a person does: where they lead, what they say, what is wrong and where; fill in and send steps."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from disruptions.models import Disruption

STEP_NAMES = ("what", "threat", "role", "impact", "outcomes", "reference")

WHAT = {
    "occurred_on_day": "30",
    "occurred_on_month": "9",
    "occurred_on_year": "2026",
    "summary": "Three people were arrested while moving engines.",
    "operation": "Teal Lantern",
    "country": "GB",
}
ROLE = {"role": "lead", "uk_led": "yes", "initiation": "proactive", "strand": "pursue"}
IMPACT = {"impact": "The group cannot launch.", "extent": "notable", "duration": "medium", "level": "moderate"}
OUTCOMES = {"outcomes-0-type": "arrest", "outcomes-0-count": "3", "msht_indicators": "no"}
REFERENCE = {"marking": "official_sensitive", "sharing": "all_agencies", "agency_reference": "N/2026/1"}


def text_of(response: Any) -> str:
    """Return the words of a page, without its tags."""
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def summary_of(response: Any) -> dict[str, tuple[str, str]]:
    """Return the error summary: code to target and message. Every target on the page is there."""
    page = response.content.decode()
    found = re.search(r'(?s)<div class="govuk-error-summary".*?</ul>', page)
    if found is None:
        return {}
    links = re.findall(r'(?s)<a href="([^"]*)"\s+data-code="([^"]*)">(.*?)</a>', found.group())
    for target, _, _ in links:
        if target.startswith("#"):
            assert f'id="{target[1:]}"' in page, target
    return {code: (target, unescape(text).strip()) for target, code, text in links}


def value_of(response: Any, name: str) -> str:
    """Return what an input or a text area holds."""
    page = response.content.decode()
    area = re.search(rf'(?s)<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page)
    if area:
        return unescape(area.group(1))
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag, name
    value = re.search(r'value="([^"]*)"', tag.group())
    return unescape(value.group(1)) if value else ""


def chosen_of(response: Any, name: str) -> list[str]:
    """Return the radios or boxes of a name that are ticked."""
    tags = re.findall(rf'<input[^>]*name="{name}"[^>]*>', response.content.decode())
    return [found.group(1) for tag in tags if " checked" in tag and (found := re.search(r'value="([^"]*)"', tag))]


def step_address(record: Disruption, step: str) -> str:
    return reverse("disruption_step", args=[record.reference, step])


def save_step(client: Client, record: Disruption, step: str, data: dict[str, Any], **more: Any) -> Any:
    """Send a step as the page of the record's present version would."""
    record.refresh_from_db()
    return client.post(step_address(record, step), {"version": record.version, "action": "next", **data, **more})


def start(client: Client, data: dict[str, Any] | None = None, *, role: str = "lead", **more: Any) -> Any:
    """Open the start page and send its first step with the key that it gave."""
    query = {"role": role, **({"lead": more["lead"]} if "lead" in more else {})}
    page = client.get(reverse("disruption_new"), query, follow=True)
    sent = {"role": role, "key": value_of(page, "key"), "action": "next", **(WHAT if data is None else data), **more}
    return client.post(reverse("disruption_new"), sent)
