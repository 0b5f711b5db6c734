"""A labelled set of records for judging the search for duplicates: fictional, deterministic, hard on purpose.

A true pair is one event told twice: by two agencies or twice by one, in other words, in another order, with facts left
out, a day or two out, the operation spelt otherwise or left out, the threat or the place missing or another. What only
looks alike is there as well: another event of the same threat in the same week, of the same operation on another day,
and large national operations in which many agencies lead events of their own on the same days.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

FIRST_DAY: Final = date(2025, 1, 6)
DAYS: Final = 500

COLOURS: Final = (
    "Amber",
    "Azure",
    "Coral",
    "Ebony",
    "Fawn",
    "Indigo",
    "Jade",
    "Lilac",
    "Mauve",
    "Ochre",
    "Pewter",
    "Russet",
    "Sable",
    "Scarlet",
    "Teal",
    "Umber",
)
BIRDS: Final = (
    "Bittern",
    "Curlew",
    "Dunlin",
    "Egret",
    "Fulmar",
    "Godwit",
    "Heron",
    "Kestrel",
    "Lapwing",
    "Martin",
    "Osprey",
    "Plover",
    "Redwing",
    "Wren",
)
TOWNS: Final = (
    "Aldermere",
    "Brackwell",
    "Calderby",
    "Dunstow",
    "Eastlow",
    "Farnleigh",
    "Greywick",
    "Harrowden",
    "Inglesham",
    "Kelbrook",
    "Lowmoor",
    "Marshgate",
    "Netherby",
    "Oakhampton",
    "Penwick",
    "Quarley",
    "Ravensea",
    "Stonebeck",
    "Thornby",
    "Ulverstow",
    "Wexcombe",
    "Yarmsley",
)
SITES: Final = (
    "a lorry park", "a storage yard", "a car wash", "a nail bar", "a marina", "a farm track", "a service station",
    "a terraced house", "an industrial unit", "a ferry terminal", "a beach car park", "a removals firm",
)  # fmt: skip
THINGS: Final = (
    "outboard engines", "inflatable boats", "life jackets", "forged passports", "residence cards", "mobile phones",
    "fuel drums", "hire vans", "tractor units", "bundles of cash", "SIM cards", "blank visas",
)  # fmt: skip
PEOPLE: Final = ("organiser", "driver", "recruiter", "document supplier", "money handler", "engine supplier", "skipper")
FROM: Final = ("an intelligence report", "a routine stop", "a call from the public", "a surveillance team", "a tip-off")

OPENINGS: Final = (
    "Officers went to {site} in {town} after {lead_in} and arrested {arrests}.",
    "Following {lead_in}, {arrests_n} suspects were detained at {site}, {town}.",
    "A warrant was executed at {site} ({town}). {arrests_n} held.",
    "{town}: {arrests} arrested at {site} on the strength of {lead_in}.",
    "Acting on {lead_in} we entered {site} near {town}; {arrests_n} persons are in custody.",
    "In an early morning strike at {town}, {arrests} were taken from {site}.",
)
FINDS: Final = (
    "{count} {things} were seized.",
    "Recovered at the scene: {things} x{count}.",
    "The team took away {count} {things} for examination.",
    "{count} {things} found and removed from circulation.",
    "Exhibits include {count} {things}.",
    "We seized {things} ({count}).",
)
CASH: Final = (
    "£{value} in cash was taken.",
    "Cash of £{value} seized under POCA.",
    "Also found was money amounting to {value} pounds.",
    "A cash seizure of £{value} followed.",
)
WHOSE: Final = (
    "One of those held is the network's {person}.",
    "Among the arrested: the group's {person}.",
    "The {person} for the group was present and is charged.",
    "They include the main {person}.",
)
ENDINGS: Final = (
    "The premises have been closed.",
    "Enquiries continue with partners.",
    "Bail was refused.",
    "Phones are being downloaded.",
    "A file has gone to the CPS.",
    "Immigration colleagues attended.",
    "No further offences disclosed.",
    "Debrief held the next day.",
)


@dataclass(frozen=True)
class Event:
    """What happened, whoever tells it."""

    operation: str
    threat: int
    day: date
    area: int
    town: str
    site: str
    lead_in: str
    arrests: int
    things: str
    count: int
    value: int | None
    person: str


@dataclass(frozen=True)
class Told:
    """One agency's record of an event. ``threat``, ``area`` and ``agency`` are places in lists of them."""

    event: int
    agency: int
    threat: int | None
    day: date
    area: int | None
    operation: str
    summary: str
    outcomes: tuple[tuple[str, int | None, Decimal | None], ...] = field(default=())


def labelled_set(*, seed: int, size: int, agencies: int, threats: int) -> list[Told]:
    """Return records in a random order. Two with the same ``event`` are a true pair, and no others."""
    chance = random.Random(seed)
    told: list[Told] = []
    events = 0

    def add(*tellings: Told) -> None:
        nonlocal events
        told.extend(replace(each, event=events) for each in tellings)
        events += 1

    for _ in range(size // 8):
        event = _event(chance, agencies, threats)
        first = _tell(event, chance, agencies)
        add(first, _tell_again(event, first, chance, agencies, threats))
    for _ in range(size // 7):
        event = _event(chance, agencies, threats)
        week = _event(chance, agencies, threats, threat=event.threat, day=_near(event.day, 4, chance))
        if chance.random() < 0.5:
            week = replace(week, area=event.area)
        add(_tell(event, chance, agencies))
        add(_tell(week, chance, agencies))
    for _ in range(size // 7):
        event = _event(chance, agencies, threats)
        days = chance.choice([1, 2, 5, 9, 20, 45])
        other = _event(chance, agencies, threats, operation=event.operation, day=event.day + timedelta(days=days))
        if chance.random() < 0.6:
            other = replace(other, threat=event.threat)
        add(_tell(event, chance, agencies))
        add(_tell(other, chance, agencies))
    for _ in range(max(1, size // 400)):
        name, threat = _operation(chance), chance.randrange(threats)
        start = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        for _ in range(60 if size >= 1000 else 20):
            same = chance.random() < 0.7
            day = _near(start, 2, chance)
            event = _event(chance, agencies, threats, operation=name, day=day, threat=threat if same else None)
            add(_tell(event, chance, agencies))
    while len(told) < size:
        add(_tell(_event(chance, agencies, threats), chance, agencies))
    chance.shuffle(told)
    return told


def true_pairs(told: Sequence[Told]) -> set[frozenset[int]]:
    """Return the pairs, by place in the set, that tell one event."""
    by_event: dict[int, list[int]] = {}
    for place, each in enumerate(told):
        by_event.setdefault(each.event, []).append(place)
    return {frozenset(places) for places in by_event.values() if len(places) == 2}


def _event(
    chance: random.Random,
    agencies: int,
    threats: int,
    *,
    operation: str | None = None,
    threat: int | None = None,
    day: date | None = None,
) -> Event:
    named = operation if operation is not None else _operation(chance) if chance.random() < 0.6 else ""
    return Event(
        operation=named,
        threat=chance.randrange(threats) if threat is None else threat,
        day=day or FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
        area=chance.randrange(agencies),
        town=chance.choice(TOWNS),
        site=chance.choice(SITES),
        lead_in=chance.choice(FROM),
        arrests=chance.choices([1, 2, 3, 4, 5, 7, 9], [6, 6, 4, 3, 2, 1, 1])[0],
        things=chance.choice(THINGS),
        count=chance.choices(range(1, 30), [30 - each for each in range(1, 30)])[0],
        value=chance.randrange(5, 900) * 50 if chance.random() < 0.4 else None,
        person=chance.choice(PEOPLE),
    )


def _operation(chance: random.Random) -> str:
    return f"{chance.choice(COLOURS)} {chance.choice(BIRDS)}"


def _near(day: date, days: int, chance: random.Random) -> date:
    return day + timedelta(days=chance.randint(-days, days))


def _tell(event: Event, chance: random.Random, agencies: int) -> Told:
    """Tell an event as the agency of its area, or now and then another."""
    agency = event.area if chance.random() < 0.7 else chance.randrange(agencies)
    return Told(
        event=-1,
        agency=agency,
        threat=event.threat,
        day=event.day,
        area=event.area if chance.random() < 0.85 else None,
        operation=event.operation,
        summary=_account(event, chance),
        outcomes=_outcomes(event),
    )


def _tell_again(event: Event, first: Told, chance: random.Random, agencies: int, threats: int) -> Told:
    slip = chance.choices([0, 1, -1, 2, 3], [60, 17, 8, 10, 5])[0]
    operation = chance.choices(
        [event.operation, f"Op {event.operation.upper()}", _misspelt(event.operation, chance), "", _operation(chance)],
        [50, 20, 10, 15, 5],
    )[0]
    threat = chance.choices([event.threat, None, chance.randrange(threats)], [78, 12, 10])[0]
    area = chance.choices([event.area, None, chance.randrange(agencies)], [74, 19, 7])[0]
    outcomes = list(_outcomes(event))
    if chance.random() < 0.2:
        del outcomes[chance.randrange(len(outcomes))]
    if outcomes and chance.random() < 0.2:
        kind, count, value = outcomes[0]
        outcomes[0] = (kind, None if count is None else count + 1, value)
    return Told(
        event=-1,
        agency=first.agency if chance.random() < 0.2 else (first.agency + chance.randrange(1, agencies)) % agencies,
        threat=threat,
        day=event.day + timedelta(days=slip),
        area=area,
        operation=operation if event.operation else "",
        summary=_account(event, chance),
        outcomes=tuple(outcomes),
    )


def _misspelt(name: str, chance: random.Random) -> str:
    if len(name) < 4:
        return name
    place = chance.randrange(1, len(name) - 2)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _outcomes(event: Event) -> tuple[tuple[str, int | None, Decimal | None], ...]:
    found: Iterator[tuple[str, int | None, Decimal | None]] = iter(
        (
            ("arrest", event.arrests, None),
            ("equipment_seizure", event.count, None),
            *((("cash_seizure", None, Decimal(event.value)),) if event.value else ()),
        )
    )
    return tuple(found)


def _account(event: Event, chance: random.Random) -> str:
    """Return an account: facts in one of several wordings each, in varying order, some left out."""
    arrests = f"{event.arrests} {'man' if event.arrests == 1 else 'men'}"
    opening = chance.choice(OPENINGS).format(
        site=event.site, town=event.town, lead_in=event.lead_in, arrests=arrests, arrests_n=event.arrests
    )
    rest = [chance.choice(ENDINGS) for _ in range(chance.randrange(3))]
    if chance.random() < 0.8:
        rest.append(chance.choice(FINDS).format(count=event.count, things=event.things))
    if event.value and chance.random() < 0.8:
        rest.append(chance.choice(CASH).format(value=f"{event.value:,}" if chance.random() < 0.5 else event.value))
    if chance.random() < 0.5:
        rest.append(chance.choice(WHOSE).format(person=event.person))
    chance.shuffle(rest)
    return " ".join([opening, *dict.fromkeys(rest)])
