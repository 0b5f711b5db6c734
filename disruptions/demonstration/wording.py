"""Write the words and numbers of fictional records: what was done, what came of it, what it did to the group.

Everything is drawn from the loader's own random numbers, so the same demonstration comes out everywhere.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agencies.vocabulary import AgencyKind
from disruptions.demonstration.bodies import PLACES
from disruptions.demonstration.master_list import OPERATION_NAMES, Theme
from disruptions.demonstration.stories import Kind, Story
from disruptions.vocabulary import OutcomeType

Outcomes = list[dict[str, Any]]

NUMBERS: Final = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


def spelled(number: int) -> str:
    """Return a number in words up to twelve."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


@dataclass(frozen=True, slots=True)
class Action:
    """A kind of disruptive activity: sentences for it, its outcomes and where it fits."""

    code: str
    sentences: tuple[str, ...]
    outcomes: tuple[str, ...]
    strand: str = "pursue"
    themes: frozenset[str] = frozenset()
    weights: tuple[int, int, int] = (10, 10, 10)
    """How often among minor, moderate and major ones."""
    only: frozenset[str] = frozenset()
    """Agencies that do it; empty for all."""


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HOME_OFFICE: Final = _of("immigration-enforcement border-force home-office-intelligence")
_ON_THE_MOVE: Final = _of("boats lorries vans vessels borderlands flights")

ACTIONS: Final = (
    Action(
        "arrests_on_the_move",
        (
            (
                "{Officers} stopped a vehicle near {place} that was collecting people after {route}. {Arrests} were "
                "arrested on suspicion of assisting unlawful immigration."
            ),
            (
                "A vehicle linked to {group} was stopped at {place}. {Arrests} were arrested and {people} were "
                "handed to immigration officers."
            ),
            (
                "After a call from the public, {officers} found {people} in a vehicle at {place}. The driver and those "
                "with him, {arrests} in all, were arrested."
            ),
            "A planned stop near {place} led to the arrest of {arrests} who were moving people for {group}.",
        ),
        ("arrest",),
        themes=_of("boats lorries vans vessels borderlands"),
        weights=(30, 12, 4),
    ),
    Action(
        "warrant",
        (
            "Warrants were carried out at {addresses} in {place}. {Arrests} were arrested and {devices} were seized.",
            (
                "{Officers} searched {addresses} in {place} in the early morning. {Arrests} were arrested; {devices} "
                "are being examined."
            ),
            "Following {source}, {addresses} in {place} were searched. {Arrests} were held on suspicion of conspiracy.",
            "{Arrests} were arrested in {place} after {source}. Ledgers and {devices} were recovered.",
        ),
        ("arrest", "equipment_devices"),
        weights=(22, 26, 18),
    ),
    Action(
        "cash",
        (
            "{Officers} seized {cash} in cash at {addresses} in {place}, believed to be fees paid to {group}.",
            (
                "A courier for {group} was stopped at {place} with {cash} in a holdall. The cash was detained under "
                "the Proceeds of Crime Act."
            ),
            "A search in {place} found {cash} behind a false wall. One person was arrested.",
        ),
        ("cash_seizure",),
        weights=(9, 22, 12),
    ),
    Action(
        "accounts",
        (
            (
                "Account freezing orders were obtained over {count} accounts holding {cash}, used by {group} to pay "
                "for {route}."
            ),
            "Magistrates granted orders freezing {cash} in {count} accounts that received crossing fees.",
        ),
        ("account_freezing",),
        weights=(4, 14, 12),
    ),
    Action(
        "charges",
        (
            "{Charged} were charged with conspiracy to assist unlawful immigration after an investigation in {place}.",
            "Following arrests earlier in the year, {charged} connected to {group} were charged and remanded.",
        ),
        ("charge",),
        weights=(12, 16, 10),
    ),
    Action(
        "sentence",
        (
            "{Convicted} who worked for {group} were sentenced to a total of {months} months for {offence}.",
            (
                "At the Crown Court, {convicted} from {place} were convicted of {offence} and given {months} months "
                "between them."
            ),
            (
                "An organiser based in {place} and those who worked with him, {convicted} in all, were sentenced: "
                "{months} months for {offence}."
            ),
        ),
        ("conviction", "sentence"),
        weights=(5, 18, 46),
    ),
    Action(
        "boats_and_engines",
        (
            "{Count} inflatable boats and {engines} outboard engines meant for {group} were seized at {place}.",
            (
                "A storage unit near {place} was searched. {Count} boats, {engines} engines and life jackets unfit "
                "for use were taken."
            ),
            "A delivery of {engines} engines, declared as garden machinery, was stopped at {place}.",
        ),
        ("vessel_engine_seizure",),
        strand="protect",
        themes=_of("boats vessels"),
        weights=(10, 14, 12),
    ),
    Action(
        "vehicles",
        (
            "{Count} vehicles that {group} used for night collections were seized in {place}.",
            "A hire company in {place} handed over {count} vehicles rented on false licences for {route}.",
            "A lorry with a built-in hide was found and seized at {place}; {people} were inside.",
        ),
        ("vehicle_seizure",),
        themes=_of("lorries vans borderlands vessels"),
        weights=(12, 10, 5),
    ),
    Action(
        "documents",
        (
            "{Documents} forged documents were seized at {place}, with a printer and blank cards.",
            "Parcels addressed to {group} were opened at {place}: {documents} counterfeit permits and passports.",
            "{Officers} found {documents} lookalike passports in a bag left at {place}.",
            "A search in {place} recovered {documents} false right-to-work documents ready for sale.",
        ),
        ("document_seizure",),
        themes=_of("flights forgery visas marriages"),
        weights=(22, 18, 12),
    ),
    Action(
        "takedown",
        (
            "{Posts} posts and accounts that advertised {route} were taken down within days of referral.",
            "Working with the platforms, {officers} had {posts} posts of {group} removed.",
            "{Posts} advertisements for forged documents and crossings were removed from three platforms.",
        ),
        ("online_takedown",),
        strand="prevent",
        themes=_of("boats forgery lorries visas"),
        weights=(10, 8, 2),
        only=_of("nca home-office-intelligence serocu nwrocu rocuwm yhrocu metropolitan kent"),
    ),
    Action(
        "illegal_working",
        (
            (
                "A visit to {premises} in {place} found {people} working without permission. A civil penalty of "
                "{cash} was issued."
            ),
            (
                "{Premises} in {place} were visited with partners. {People} were found working illegally and the "
                "owner was served with a penalty of {cash}."
            ),
            "Acting on {source}, {officers} visited {premises} in {place}; a civil penalty of {cash} followed.",
        ),
        ("civil_penalty",),
        strand="protect",
        themes=_of("working visas"),
        weights=(34, 16, 3),
        only=_of("immigration-enforcement"),
    ),
    Action(
        "closure",
        (
            "A closure order was granted for {premises} in {place} that {group} used to house and control workers.",
            "With the council, {officers} closed {premises} in {place}, where people were kept between journeys.",
        ),
        ("premises_closure",),
        strand="protect",
        themes=_of("working vans visas marriages"),
        weights=(16, 12, 3),
    ),
    Action(
        "sponsors",
        (
            "{Count} sponsor licences held by companies with no trade in {place} were revoked.",
            "The licence of a sponsor in {place} that sold {documents} certificates was suspended, then revoked.",
        ),
        ("sponsor_licence_action",),
        strand="protect",
        themes=_of("visas"),
        weights=(10, 24, 20),
        only=_of("immigration-enforcement nca"),
    ),
    Action(
        "removals",
        (
            "{People} brought by {group} were removed after administrative decisions.",
            "Following a visit in {place}, {people} were detained and removed within the month.",
        ),
        ("admin_removal",),
        themes=_ON_THE_MOVE | _of("working marriages"),
        weights=(16, 4, 0),
        only=_of("immigration-enforcement"),
    ),
    Action(
        "refusals",
        (
            "{People} with lookalike passports, escorted by a member of {group}, were refused entry at {place}.",
            "Officers at {place} refused entry to {people} whose visas {group} had arranged.",
        ),
        ("entry_refusal",),
        strand="protect",
        themes=_of("flights visas forgery borderlands"),
        weights=(34, 12, 2),
        only=_of("border-force"),
    ),
    Action(
        "interception",
        (
            "{Officers} found {people} concealed in a trailer at {place} behind a load of {load}. The driver was held.",
            "A search of freight at {place} found {people} behind {load}; the haulier is linked to {group}.",
            "A yacht making for {place} was met at sea and {people} were brought ashore safely.",
        ),
        ("interception",),
        strand="protect",
        themes=_of("lorries vessels vans"),
        weights=(26, 14, 6),
        only=_of("border-force nca kent essex humberside"),
    ),
    Action(
        "orders",
        (
            (
                "Serious crime prevention orders were made against {convicted} linked to {group}: no boats, no "
                "engines, one telephone each."
            ),
            "The court made orders that bar {convicted} from {place} from organising travel for five years.",
        ),
        ("scpo",),
        strand="prevent",
        weights=(2, 8, 14),
    ),
    Action(
        "confiscation",
        (
            "A confiscation order of {cash} was made against an organiser of {group}.",
            "The Crown Court ordered the leader in {place} to pay back {cash} or serve two more years.",
        ),
        ("confiscation",),
        weights=(1, 7, 18),
    ),
    Action(
        "safeguarding",
        (
            "{People}, among them two children, were found at {addresses} in {place} and taken to safety.",
            "{Officers} and social services removed {people} from a house in {place} run by {group}.",
        ),
        ("safeguarding",),
        strand="protect",
        themes=_of("vans working boats lorries marriages"),
        weights=(9, 5, 1),
    ),
    Action(
        "prevent_visit",
        (
            (
                "{Officers} visited {count} hauliers in {place} whose drivers {group} had approached; all agreed to "
                "new checks."
            ),
            "Boat sellers around {place} were visited and told what to look for; {count} reports followed in a month.",
            "A cease and desist notice was served on a registered driver in {place} before he could work again.",
        ),
        ("prevent_intervention",),
        strand="prevent",
        weights=(9, 3, 0),
    ),
    Action(
        "preparation",
        (
            (
                "A joint exercise with port staff at {place} rehearsed a landing; the gap in night cover that "
                "{group} used was closed."
            ),
            "Debriefs of {people} gave the telephone numbers of {group}, which were shared with {count} partners.",
        ),
        ("protect_advice",),
        strand="prepare",
        themes=_of("boats vessels lorries flights"),
        weights=(5, 3, 1),
    ),
    Action(
        "abroad",
        (
            "With partners in {country}, {arrests} were arrested who supplied {group}.",
            (
                "An operation in {country}, planned with {officers}, stopped a supply of boats bound for the coast: "
                "{arrests} held."
            ),
            "Arrest warrants were carried out in {country} against {arrests} who organised {route}.",
        ),
        ("overseas_arrest",),
        only=_of("abroad"),
        weights=(10, 16, 20),
    ),
)

_ROUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "boats": ("a small-boat crossing", "crossings from the French coast", "launches east of Calais"),
    "lorries": ("a journey in a trailer", "runs in lorries from Zeebrugge", "concealed journeys through Dover"),
    "vans": ("onward travel by van", "night runs from the coast", "journeys inland"),
    "vessels": ("a landing by yacht", "a landing on a quiet beach", "flights to a farm strip"),
    "flights": ("flights on lookalike passports", "a flight with swapped boarding cards"),
    "forgery": ("the sale of forged permits", "the supply of identity cards"),
    "visas": ("sham sponsorship", "the sale of certificates of sponsorship"),
    "marriages": ("a sham marriage", "marriages for payment"),
    "working": ("illegal work", "placing workers in car washes"),
    "borderlands": ("travel through the Common Travel Area", "ferry crossings on false papers"),
}
_OFFENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "forgery": ("making false identity documents", "possessing false documents with intent"),
    "flights": ("assisting unlawful immigration by air", "possessing false documents with intent"),
    "visas": ("conspiracy to defraud the Home Office", "assisting unlawful immigration"),
    "marriages": ("arranging sham marriages",),
    "working": ("facilitating illegal work", "assisting unlawful immigration"),
}
_OFFICERS: Final[Mapping[str, tuple[str, ...]]] = {
    "nca": ("NCA officers", "investigators"),
    "immigration-enforcement": ("CFI officers", "immigration officers"),
    "border-force": ("Border Force officers", "officers at the port"),
    "home-office-intelligence": ("liaison officers", "intelligence officers"),
    "hmrc": ("HMRC officers",),
    "btp": ("British Transport Police officers",),
}
_POLICE: Final = (
    "officers",
    "detectives",
    "roads policing officers",
    "the serious crime team",
    "neighbourhood officers",
)
_ROCU: Final = ("regional officers", "the regional unit", "ROCU detectives")
_SOURCES: Final = (
    "a referral from another force",
    "intelligence from a debrief",
    "information from the public",
    "a report by a landlord",
    "analysis of a seized telephone",
    "a lead from Border Force",
)
_PREMISES: Final = ("a car wash", "a barber shop", "a nail bar", "a takeaway", "a vape shop", "a warehouse")
_LOADS: Final = ("tinned food", "furniture", "tyres", "frozen fish", "mattresses", "flowers", "floor tiles")
_COUNTRY_NAMES: Final = {
    "FR": "France",
    "BE": "Belgium",
    "NL": "the Netherlands",
    "DE": "Germany",
    "TR": "Türkiye",
    "IT": "Italy",
    "ES": "Spain",
    "AL": "Albania",
    "RO": "Romania",
    "BG": "Bulgaria",
    "IQ": "Iraq",
    "VN": "Vietnam",
}

_IMPACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "minor": (
        "{Group} lost {asset} for some days and has to find a replacement.",
        "The loss is small: {group} is expected to work again within weeks. Messages seized show annoyance, no more.",
        "One collection failed and those who had paid asked for their money back.",
        "A lower-level member is out of the way. No change in how {group} works has been seen so far.",
        "It cost {group} {asset} and a few days. Calls between its members stopped for a week.",
        "{Group} changed its telephones afterwards, which set it back a little.",
        "Two journeys planned for the following week did not take place, as {source} shows.",
        "{Group} moved its meeting point away from {place}; it is short of {asset} for now.",
        "Customers were told of a delay. The price asked has not changed.",
    ),
    "moderate": (
        "{Group} stopped taking customers for about two months. {Source} puts this down to the loss of {asset}.",
        "Its main way of being paid has gone. It now works through a second broker at a higher cost.",
        "Departures linked to {group} fell by half in the quarter that followed.",
        "Two of its coordinators are in custody and nobody has taken over {asset}.",
        "{Group} owes its supplier for what was taken and has had to break off {route}.",
        "It has lost its base in {place}. Members have left for other areas and no longer meet.",
        "The price asked for {route} rose by a third, by intercepted offers, and the number of journeys fell.",
    ),
    "major": (
        (
            "{Group} has been taken apart: its leader and both deputies are in prison and no journey has been linked "
            "to it since."
        ),
        (
            "With its organiser sentenced and its money confiscated, {group} can no longer work. No sign of a "
            "successor in six months."
        ),
        "The supply on which {group} and two others relied has ended. {Source} shows no replacement.",
        "Its leadership is remanded and its assets are restrained. The threat is being reviewed for closure.",
        "{Group} has dissolved. Former members say so in interview, and its accounts have been silent since.",
    ),
    "none": (
        "No effect on {group} was seen: work went on the same day with other vehicles.",
        "Those arrested turned out to have no part in {group}. It carries on as before.",
        "No change could be shown in how {group} works, so no effect is claimed.",
    ),
    "negative": (
        "{Group} learned from it how it is watched: it has changed its routes and is harder to follow.",
        "A rival took over the customers of {group} within weeks and has grown by it.",
    ),
}
_ASSETS: Final[Mapping[str, tuple[str, ...]]] = {
    "boats": ("a boat and its engine", "its store of life jackets", "a driver for night collections"),
    "lorries": ("a driver and his lorry", "a lorry park it relied on", "a haulier"),
    "vans": ("its van", "a driver", "its safe house"),
    "vessels": ("its skipper", "a mooring", "its yacht"),
    "flights": ("an escort", "a batch of passports", "its contact at the airport"),
    "forgery": ("its printer", "its stock of blank cards", "its online shop"),
    "visas": ("a licence it used", "its adviser", "two of its companies"),
    "marriages": ("an interpreter", "its go-between"),
    "working": ("a shop it worked behind", "its workers", "a house for its workers"),
    "borderlands": ("a ferry contact", "a driver", "its ticket seller"),
}
_SUPPORT: Final = (
    "{Own} supported {lead}: {help}. {Result}",
    "In support of {lead}, {own} gave {help}. {Result}",
    "{Lead} led. {Own} provided {help}. {Result}",
    "At the request of {lead}, {own} provided {help}. {Result}",
)
_HELP: Final = (
    "surveillance for three days",
    "search officers and a dog",
    "the examination of telephones",
    "a financial investigator",
    "immigration checks on those found",
    "an interpreter and interview officers",
    "number-plate enquiries",
    "custody places and transport",
    "intelligence on the route",
    "officers for the entry",
    "forensic work on documents",
    "checks at the port",
)
_CLOSINGS: Final = (
    "Enquiries continue.",
    "A partner agency was told on the day.",
    "The files have been shared with the regional unit.",
    "Those found were screened for signs of modern slavery.",
    "The property is being examined.",
    "Interviews gave further lines of enquiry.",
    "A summary went to the OCG coordinator.",
    "The press office has been briefed.",
    "No force was used.",
    "The lead responsible officer has updated the 4P plan.",
)


class Writer:
    """Writes the payload of a record as a partner's system would send it."""

    def __init__(self, rng: random.Random, agencies: Mapping[str, tuple[str, str]]) -> None:
        """Take the short name and kind of each agency by its code."""
        self.rng = rng
        self.agencies = agencies
        self.numbers: dict[tuple[str, int], int] = {}
        self.operations: dict[str, str] = {}

    def payload(self, story: Story) -> dict[str, Any]:
        """Return the record by wire names, as JSON gives them."""
        rng, theme = self.rng, story.threat.theme
        if story.same_event_as is not None:
            theme = story.same_event_as.threat.theme
        action = self._action(story, theme)
        words = self._words(story, theme)
        outcomes = [] if story.is_support and rng.random() < 0.6 else self._outcomes(action, words)
        payload: dict[str, Any] = {
            "role": "support" if story.is_support else "lead",
            "threat": story.threat.reference,
            "occurred_on": story.day.isoformat(),
            "level": story.level,
            "initiation": "proactive" if rng.random() < _PROACTIVE[story.level] else "reactive",
            "strand": action.strand,
            "sub_threat": theme.sub_threat,
            "entry_method": rng.choice(theme.methods),
            "enablers": rng.sample(theme.enablers, rng.randint(0, min(2, len(theme.enablers)))),
            "uk_led": story.uk_led,
            "country": story.country,
            "summary": self._summary(story, action, words),
            "impact": _filled(rng.choice(_IMPACTS[story.level]), words),
            "marking": "official" if rng.random() < 0.22 else "official_sensitive",
            "sharing": story.sharing,
            "outcomes": outcomes,
            "submit": not story.draft,
        }
        if story.area:
            payload["force_area"] = story.area
        if story.shared_with:
            payload["shared_with"] = list(story.shared_with)
        if story.lead is not None:
            payload["lead"] = story.lead.reference
        elif story.lead_agency:
            payload["lead_agency"] = story.lead_agency
        self._add_optional(payload, story, action)
        for name in story.left_out:
            payload.pop(name, None)
        return payload

    def _add_optional(self, payload: dict[str, Any], story: Story, action: Action) -> None:
        rng = self.rng
        if rng.random() < 0.8:
            payload["extent"], payload["duration"] = rng.choice(_SCALES[story.level])
        if rng.random() < 0.72:
            payload["agency_reference"] = self._own_reference(story)
        if story.lead is None and rng.random() < 0.45:
            payload["operation"] = self._operation(story)
        if rng.random() < 0.4 and not any(step.day for step in story.steps):
            latest = (story.born.date() - story.day).days
            recorded = story.day.toordinal() + min(latest, rng.randint(0, 9))
            payload["source_recorded_on"] = type(story.day).fromordinal(recorded).isoformat()
        if rng.random() < 0.62:
            payload["oic_identifier_code"] = "DEMO-OIC"
        if rng.random() < 0.8:
            payload["msht_indicators"] = action.code == "safeguarding" or rng.random() < 0.06
            payload["safeguarding_referral"] = action.code == "safeguarding" or rng.random() < 0.04

    def _action(self, story: Story, theme: Theme) -> Action:
        if not story.area:
            return ACTIONS[-1]
        column = {"minor": 0, "moderate": 1, "major": 2}.get(story.level, 0)
        fitting = [
            action
            for action in ACTIONS
            if (not action.themes or theme.code in action.themes) and (not action.only or story.agency in action.only)
        ]
        weights = [action.weights[column] * (3 if action.only else 1) for action in fitting]
        return self.rng.choices(fitting, weights=weights)[0]

    def _words(self, story: Story, theme: Theme) -> dict[str, Any]:
        rng = self.rng
        scale = {"major": 3, "moderate": 2}.get(story.level, 1)
        arrests = rng.randint(2, 2 + 2 * scale)
        group = story.threat.name if story.threat.group_name and rng.random() < 0.5 else "the group"
        place = rng.choice(PLACES[story.area]) if story.area else _COUNTRY_NAMES.get(story.country, "Europe")
        convicted = rng.randint(2, 2 + 2 * scale)
        cash = round(rng.lognormvariate((8.6, 10.3, 11.6)[scale - 1], 0.7), -1)
        return {
            "officers": rng.choice(self._officers(story.agency)),
            "place": place,
            "route": rng.choice(_ROUTES[theme.code]),
            "group": group,
            "source": rng.choice(_SOURCES),
            "country": _COUNTRY_NAMES.get(story.country, "France"),
            "premises": rng.choice(_PREMISES),
            "load": rng.choice(_LOADS),
            "offence": rng.choice(_OFFENCES.get(theme.code, ("assisting unlawful immigration",))),
            "asset": rng.choice(_ASSETS[theme.code]),
            "addresses": rng.choice(
                ("an address", "two addresses", "three addresses", "a flat", "a house and a lock-up")
            ),
            "devices": rng.choice(("four telephones", "a laptop and six telephones", "nine telephones", "two ledgers")),
            "arrests": f"{spelled(arrests)} {'person' if arrests == 1 else 'people'}",
            "charged": f"{spelled(convicted)} people",
            "convicted": f"{spelled(convicted)} men" if rng.random() < 0.7 else f"{spelled(convicted)} people",
            "people": f"{spelled(rng_people := rng.randint(2, 6 + 6 * scale))} people",
            "count": spelled(how_many := rng.randint(2, 3 + 2 * scale)),
            "engines": spelled(engines := rng.randint(2, 4 + 4 * scale)),
            "documents": spelled(documents := rng.randint(8, 30 * scale * scale)),
            "posts": spelled(posts := rng.randint(15, 160 * scale)),
            "cash": f"£{cash:,.0f}",
            "months": (months := rng.randint(14, 40 + 45 * scale) * convicted // 2),
            "_": {
                "arrest": arrests,
                "charge": convicted,
                "conviction": convicted,
                "people": rng_people,
                "count": how_many,
                "engines": engines,
                "documents": documents,
                "posts": posts,
                "cash": cash,
                "months": months,
            },
        }

    def _outcomes(self, action: Action, words: Mapping[str, Any]) -> Outcomes:
        rng, numbers = self.rng, words["_"]
        cash = f"{numbers['cash']:.2f}"
        built: dict[str, dict[str, Any]] = {
            "arrest": {"count": numbers["arrest"]},
            "overseas_arrest": {"count": numbers["arrest"]},
            "charge": {"count": numbers["charge"]},
            "conviction": {"count": numbers["conviction"]},
            "sentence": {"count": numbers["conviction"], "months": numbers["months"]},
            "cash_seizure": {"value_gbp": cash},
            "confiscation": {"value_gbp": cash},
            "civil_penalty": {"value_gbp": cash, "count": 1},
            "account_freezing": {"value_gbp": cash, "count": numbers["count"]},
            "vessel_engine_seizure": {"count": numbers["engines"], "item": "Boats and outboard engines"},
            "vehicle_seizure": {
                "count": numbers["count"],
                "value_gbp": f"{rng.randint(3, 40) * 500 * numbers['count']}.00",
            },
            "document_seizure": {"count": numbers["documents"], "item": rng.choice(_DOCUMENT_ITEMS)},
            "online_takedown": {
                "count": numbers["posts"],
                "item": rng.choice(("Posts", "Posts and accounts", "Videos")),
            },
            "admin_removal": {"count": numbers["people"]},
            "entry_refusal": {"count": numbers["people"]},
            "interception": {"count": 1},
            "premises_closure": {"count": 1},
            "sponsor_licence_action": {"count": numbers["count"]},
            "scpo": {"count": numbers["conviction"]},
            "safeguarding": {"count": numbers["people"]},
            "prevent_intervention": {"count": numbers["count"]},
            "protect_advice": {"count": numbers["count"]},
        }
        outcomes = []
        for kind in action.outcomes:
            if kind == "equipment_devices":
                if rng.random() < 0.4:
                    outcomes.append({"type": "equipment_seizure", "count": rng.randint(2, 9), "item": "Telephones"})
                continue
            outcomes.append({"type": OutcomeType(kind).value, **built[kind]})
        return outcomes

    def _summary(self, story: Story, action: Action, words: dict[str, Any]) -> str:
        rng = self.rng
        sentence = _filled(rng.choice(action.sentences), words)
        if story.is_support:
            lead = self._name(story.lead.agency if story.lead else story.lead_agency)
            words |= {"own": self._name(story.agency), "lead": lead, "help": rng.choice(_HELP), "result": sentence}
            return _filled(rng.choice(_SUPPORT), words)
        closing = f" {rng.choice(_CLOSINGS)}" if rng.random() < 0.55 else ""
        return sentence + closing

    def _name(self, code: str) -> str:
        return self.agencies[code][0]

    def _officers(self, code: str) -> Sequence[str]:
        if code in _OFFICERS:
            return _OFFICERS[code]
        return _ROCU if self.agencies[code][1] == AgencyKind.REGIONAL_UNIT else _POLICE

    def _own_reference(self, story: Story) -> str:
        key = story.agency, story.born.year
        self.numbers[key] = self.numbers.get(key, 0) + 1
        stem = "".join(word[:2] for word in story.agency.upper().split("-"))
        return f"{stem}/{story.born.year}/{self.numbers[key]:05d}"

    def _operation(self, story: Story) -> str:
        """Return an operation's name: the same one for a while for what an agency does to one threat."""
        key = f"{story.agency} {story.threat.title} {story.day.year}"
        if key not in self.operations:
            self.operations[key] = self.rng.choice(OPERATION_NAMES)
        return self.operations[key]


_PROACTIVE: Final = {"major": 0.6, "moderate": 0.42, "minor": 0.24, "none": 0.2, "negative": 0.3}
_SCALES: Final = {
    "major": (("significant", "long"), ("significant", "medium"), ("notable", "long")),
    "moderate": (("notable", "medium"), ("notable", "short"), ("minimal", "medium")),
    "minor": (("minimal", "short"),),
    "none": (("minimal", "short"),),
    "negative": (("minimal", "short"),),
}
_DOCUMENT_ITEMS: Final = ("Forged identity cards", "Passports", "Residence permits", "Blank cards", "Driving licences")


def _filled(sentence: str, words: Mapping[str, Any]) -> str:
    """Fill a sentence; a name with a capital in it begins a sentence."""
    return sentence.format_map(_Capitals(words))


class _Capitals(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        text = str(self[name.lower()])
        return text[:1].upper() + text[1:]


class Reasons:
    """Words for why something was returned, regraded, corrected or withdrawn."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.offset = 0

    def begin(self) -> None:
        """Begin another sitting: within one, the same thing is said in the same words, so that it is one set."""
        self.offset = self.rng.randrange(60)

    def of_regrade(self, *, raised: bool) -> str:
        """Return why a level was raised or lowered."""
        return self._of_sitting(_RAISED if raised else _LOWERED)

    def of_decision(self, kind: Kind) -> str:
        """Return why a moderator decided as they did."""
        return self._of_sitting(_DECISIONS[kind])

    def _of_sitting(self, choices: Sequence[str]) -> str:
        return choices[self.offset % len(choices)]

    def of_change(self, kind: Kind) -> tuple[str, str]:
        """Return why a record was corrected, and the class of that reason."""
        return self.rng.choice(_CHANGES[kind])

    def of_withdrawal(self) -> str:
        """Return why a record was withdrawn."""
        return self.rng.choice(_WITHDRAWALS)

    def of_return(self) -> tuple[str, str]:
        """Return the field that has to be put right in a returned record, and what has to be done."""
        return self.rng.choice(_RETURNS)


_RAISED: Final = (
    "The sentence since passed shows a lasting effect on the leadership.",
    "Two more partners confirm that the group stopped working. The evidence supports the higher level.",
    "The money taken was most of the group's working capital.",
    "Judged against this threat, the loss is larger than the agency claimed.",
)
_LOWERED: Final = (
    "The group was working again within a fortnight. The effect was short.",
    "The impact describes activity, not an effect on the group.",
    "Those arrested were on its edge; nothing shows that the group lost capacity.",
    "The claim rests on what is expected. It may be looked at again once the case is over.",
    "The extent is minimal when judged against this threat.",
)
_DECISIONS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.REGRADED: ("",),
    Kind.UPHELD: ("", "The evidence supports the level.", "Sampled for quality. Nothing to change."),
    Kind.DUPLICATE: (
        "The same arrests are recorded already. Record your part as a support of it.",
        "This repeats another record of the same event.",
        "Entered twice: once in the browser and once by the system.",
    ),
    Kind.NOT_A_DISRUPTION: (
        "Information was passed on; no action with an effect on the group is described.",
        "A welfare check without any link to the threat.",
        "The planned action did not take place.",
    ),
    Kind.THREAT_CHANGED: (
        "The subject is graded under another threat. Moved to it.",
        "Primary criminality is that of the other threat, as the OCG coordinator confirms.",
        "Linked to the wrong group of a similar name.",
    ),
}
_CHANGES: Final[Mapping[Kind, tuple[tuple[str, str], ...]]] = {
    Kind.DATE_CORRECTED: (
        ("The date of entry was given instead of the date of the event.", "date_correction"),
        ("Day and month were exchanged.", "date_correction"),
        ("The custody record gives another day.", "date_correction"),
    ),
    Kind.LED_ABROAD: (
        ("The partner abroad led; our part was support.", "other_correction"),
        ("The action was planned and led by the other country.", "other_correction"),
    ),
    Kind.LED_HERE: (("A UK agency led this; the answer was given by mistake.", "other_correction"),),
    Kind.JOINED_LEAD: (("The lead has now been recorded.", ""),),
}
_WITHDRAWALS: Final = (
    "Recorded against the wrong force; it is theirs to record.",
    "The case was discontinued and no effect remains.",
    "Entered by mistake while testing our own system's export.",
    "Our records section had already sent it under another reference.",
    "On review the link to the group could not be shown.",
)
_RETURNS: Final = (
    ("impact", "Say what the group can no longer do, and how you know."),
    ("impact", "This says what you did. What did it change for the group?"),
    ("level", "Moderate needs a notable effect. Explain it or claim minor."),
    ("summary", "Take out the name of the person who has not been convicted."),
    ("occurred_on", "The date is before the warrant was issued. Check it."),
    ("outcomes", "The summary speaks of arrests, but none is given."),
)
