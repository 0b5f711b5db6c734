"""Full text as the database has it: the words of records, threats and groups, and how what was typed is asked of them.

What a search holds is one condition, made here, so that list, facets, export and API find the same records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Any, Final, cast

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import connection, transaction
from django.db.models import BooleanField, Case, F, FloatField, Func, Model, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Col, Combinable, Expression
from django.db.models.functions import Upper

from disruptions.searching import Atom, Search, most_alike, read_search

RANKED_AT_MOST: Final = 1_000
"""Among how many of the latest records found the best are put first; the rest follow by date."""

THREAT_WORTH: Final = 0.5
"""What it is worth, in rank, that a word stands in the name of a record's threat."""

ALIKE_FROM: Final = 0.3
"""How alike a name must be to a misspelt word, in trigrams, to be looked at letter by letter."""

OPERATION_ALIKE_FROM: Final = 0.34
"""The same of operations, which are far more: at a third alike, half the names of a million records are looked at."""

NAMES_AT_MOST: Final = 500

LOOKED_AT_FIRST: Final = 200
"""In how many of the latest records a word is looked for before the index is asked: a common word is among them."""

_PLANS: Final = "SELECT set_config('enable_seqscan', %s, true), set_config('enable_indexscan', %s, true)"

_WORDS: Final = SearchVectorField(null=False)
_WORDS.set_attributes_from_name("search")
_WORDS.model = None  # type: ignore[assignment]  # of no model, so that none reads it

_PARTS: Final = ("operation", "agency_reference", "oic_identifier_code", "reference", "summary", "impact")


class _StoredWords(F):
    """The column of words that the database keeps beside a record; no model reads it, so no page carries it."""

    def __init__(self) -> None:
        super().__init__("pk")

    def resolve_expression(self, *args: Any, **options: Any) -> Any:
        """Resolve as the row's key is, then name the other column."""
        key: Any = super().resolve_expression(*args, **options)
        return Col(key.alias, _WORDS)


def words_of(model: type[Model]) -> Combinable:
    """Return the words of a record: the stored column, or for a past state the same made anew, which has an index."""
    if model.__name__ == "Disruption":
        return _StoredWords()
    return Func(*map(F, _PARTS), function="disruption_search", output_field=_WORDS)


def words_of_names(name: str, others: str) -> Func:
    """Return the words of a threat's or group's names, by its columns."""
    return Func(F(name), F(others), function="names_search", output_field=_WORDS)


class Holds(Func):
    """Whether words hold what is sought."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


def _sought(atom: Atom) -> Any:
    if not atom.begun:
        return Func(Value(atom.text), function="words_sought", output_field=SearchQueryField())
    *before, last = atom.text.split()
    begun = Func(Value(last), function="word_begun", output_field=SearchQueryField())
    if not before:
        return begun
    phrase = Func(Value(" ".join(before)), function="words_sought", output_field=SearchQueryField())
    return _combined(" <-> ", [phrase, begun])


def _combined(sign: str, parts: Sequence[Any]) -> Any:
    if len(parts) == 1:
        return parts[0]
    return Func(*parts, template="(%(expressions)s)", arg_joiner=sign, output_field=SearchQueryField())


@dataclass(frozen=True, slots=True)
class Searched:
    """A search as it was put to the database: what was looked for, and which words were taken for others."""

    search: Search
    threats: Mapping[str, Sequence[int]]
    """By word or phrase, the keys of the threats whose names hold it."""

    corrections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By word that no record holds, the words that were looked for instead."""

    def finds_nothing(self, text: str) -> bool:
        """Whether a text has signs in it and no word: no record holds such a thing."""
        return bool(text.strip()) and not self.search.groups

    def condition(self, model: type[Model]) -> Q:
        """Return the condition that a record meets.

        Words that no threat is named by are asked for at once, in one question to the index.
        """
        together, conditions = [], []
        for group in self.search.groups:
            if any(self.threats.get(atom.text) for atom in group):
                conditions.append(reduce(lambda one, other: one | other, (self._holds(model, atom) for atom in group)))
            else:
                together.append(_combined(" || ", [_negated(atom) for atom in group]))
        if together:
            conditions.append(Q(Holds(words_of(model), _combined(" && ", together))))
        return reduce(and_, conditions, Q())

    def united(self, model: type[Model]) -> Q:
        """Return the same of words that threats are named by, as keys by text and keys by threat, put together."""
        rows = model._default_manager.order_by()
        condition = Q()
        for group in self.search.groups:
            named = sorted({key for atom in group for key in self.threats.get(atom.text, ())})
            if not named or any(atom.negative for atom in group):
                continue
            sought = _combined(" || ", [_sought(atom) for atom in group])
            by_text = rows.filter(Holds(words_of(model), sought)).values("pk")
            condition &= Q(pk__in=by_text.union(rows.filter(threat_id__in=named).values("pk"), all=True))
        return condition

    def _holds(self, model: type[Model], atom: Atom) -> Q:
        named = self.threats.get(atom.text)
        held = Q(Holds(words_of(model), _sought(atom)))
        if named:
            held |= Q(threat_id__in=named)
        return ~held if atom.negative else held

    def rank(self, model: type[Model]) -> Expression | None:
        """Return how well a record meets the search: words in names and references first, then summary, then impact.

        Nothing where a search only excludes: none is better than another.
        """
        positive = [atom for atom in self.search.atoms if not atom.negative]
        if not positive:
            return None
        asked = _combined(" || ", [_sought(atom) for atom in positive])
        worth: Any = Func(words_of(model), asked, function="ts_rank", output_field=FloatField())
        for atom in positive:
            if named := self.threats.get(atom.text):
                worth += Case(
                    When(threat_id__in=named, then=Value(THREAT_WORTH)),
                    default=Value(0.0),
                    output_field=FloatField(),
                )
        return worth  # type: ignore[no-any-return]  # a sum of expressions is one

    def marked(self, column: str) -> Func | None:
        """Return the part of a column that holds what was sought, each such word between ``MARKS``; none to look for.

        The marks are taken out of what was written first, so that only the search puts them there. Where they stand
        nowhere in the text as written, its signs that part words are put aside, as in ``disruption_search``.
        """
        positive = [atom for atom in self.search.atoms if not atom.negative]
        if not positive:
            return None
        written = Func(F(column), Value("".join(MARKS)), Value(""), function="translate", output_field=TextField())
        return Func(
            written,
            _combined(" || ", [_sought(atom) for atom in positive]),
            Value(_HEADLINE),
            template=_MARKED,
            output_field=TextField(),
        )


MARKS: Final = ("\ue000", "\ue001")
"""Signs of no script, around each word that was found."""

_HEADLINE: Final = f'StartSel="{MARKS[0]}", StopSel="{MARKS[1]}", MaxFragments=1, MaxWords=28, MinWords=14'
_OF_WORDS: Final = "ts_headline('oic_english'::regconfig, {}, sought, options)"
# Constants alone; what was written and what is sought go in as parameters.
_ANEW: Final = _OF_WORDS.format("words_parted(written)")
_PLAIN: Final = _OF_WORDS.format("written")
_GIVEN: Final = "(VALUES (%(expressions)s)) AS given(written, sought, options) OFFSET 0"
_LOOKED: Final = f"(SELECT written, sought, options, {_PLAIN} AS plain FROM {_GIVEN}) AS looked"  # nosec B608
_MARKED: Final = f"(SELECT CASE WHEN strpos(plain, '{MARKS[0]}') > 0 THEN plain ELSE {_ANEW} END FROM {_LOOKED})"  # nosec B608

SHOWN_IN: Final = (("summary", "what happened"), ("impact", "evidence of impact"), ("operation", "operation"))
"""Where a match is looked for to be shown, in this order: column, and its name in words."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a record holds what was sought: the field in words, and its text in pieces, the found ones marked."""

    where: str
    pieces: tuple[tuple[str, bool], ...]


def match_in(marked: Iterable[tuple[str, str | None]]) -> Match | None:
    """Return the first of some fields that has marks, by its name in words and its marked text."""
    begin, end = MARKS
    for where, text in marked:
        if not text or begin not in text:
            continue
        before, *rest = text.split(begin)
        pieces = [(before, False)] if before else []
        for part in rest:
            found, _, after = part.partition(end)
            pieces += [(found, True), (after, False)] if after else [(found, True)]
        return Match(where, tuple(pieces))
    return None


def _negated(atom: Atom) -> Any:
    sought = _sought(atom)
    if not atom.negative:
        return sought
    return Func(sought, template="(!! %(expressions)s)", output_field=SearchQueryField())


def search_records(text: str, *, rows: Any, names_among: Any | None, begun: bool = False) -> Searched:
    """Put a search of records; ``rows``: all that the reader may open, or any where nobody reads.

    A word that none of these rows and no threat's name holds is taken for the most similar words of names, where there
    are any: of operations of ``names_among`` (records that the reader may open as they are now), of threats and of
    groups. Nothing that is hidden helps: it is neither looked into nor offered. ``begun``: still being typed, so the
    last word may go on and none is corrected.
    """
    search = read_search(text, begun=begun)
    threats = _model_of(rows.model, "threat")
    found = Searched(search, threats_holding(search.atoms, threats))
    if begun or names_among is None:
        return found
    return _corrected(
        found,
        is_held=lambda part: _any_meets(rows, Searched(part, found.threats).condition(rows.model)),
        names_like=lambda word: _names_like(word, threats, operations=names_among),
        holding=lambda atoms: threats_holding(atoms, threats),
    )


def _any_meets(rows: Any, condition: Q) -> bool:
    """Say whether any record meets a condition on words: first among the latest, then by the index and nothing else.

    For a word that nobody wrote the database would read the whole table: it takes such a word for rare, not for absent.
    """
    latest = rows.order_by("-occurred_on", "-id").values("pk")[:LOOKED_AT_FIRST]
    if rows.model._default_manager.filter(condition, pk__in=latest).exists():
        return True
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PLANS, ["off", "off"])
        found: bool = rows.filter(condition).order_by().exists()
        cursor.execute(_PLANS, ["on", "on"])
    return found


def search_names(text: str, *, model: type[Model], begun: bool = False) -> Searched:
    """Put a search of threats, or of groups, by their names; ``Searched.threats`` has the keys found by each word."""
    search = read_search(text, begun=begun)
    holding = threats_holding if model.__name__.startswith("SOCThreat") else ocgs_holding
    found = Searched(search, holding(search.atoms, model))
    return _corrected(
        found,
        is_held=lambda part: all(any(found.threats.get(atom.text) for atom in group) for group in part.groups),
        names_like=lambda word: _names_like(word, model, operations=None),
        holding=lambda atoms: holding(atoms, model),
    )


def names_condition(searched: Searched) -> Q:
    """Return the condition that a threat or group meets, by the keys that were found."""
    condition = Q()
    for group in searched.search.groups:
        alternatives = Q(pk__in=())
        for atom in group:
            named = Q(pk__in=searched.threats.get(atom.text, ()))
            alternatives |= ~named if atom.negative else named
        condition &= alternatives
    return condition


def _corrected(
    found: Searched,
    *,
    is_held: Callable[[Search], bool],
    names_like: Callable[[str], Iterable[str]],
    holding: Callable[[Sequence[Atom]], Mapping[str, Sequence[int]]],
) -> Searched:
    """Return the search with the words that nothing holds taken for others. Asks no more than it must."""
    unnamed = {atom.text: None for atom in found.search.atoms if atom.is_word and not found.threats.get(atom.text)}
    if not unnamed or is_held(found.search.positive()):
        return found
    corrections = {}
    for word in unnamed:
        if len(unnamed) == 1 == len(found.search.atoms) or not is_held(Search(((Atom(word),),))):
            others = most_alike(word, names_like(word))
            if others:
                corrections[word] = others
    if not corrections:
        return found
    search = found.search.with_replaced(corrections)
    return Searched(search, holding(search.atoms), corrections)


def threats_holding(atoms: Sequence[Atom], threats: type[Model]) -> dict[str, list[int]]:
    """Return, by word or phrase, the keys of the threats that are called so, or whose group is; one query."""
    groups = _model_of(threats, "ocg")

    def named(atom: Atom) -> Iterable[QuerySet[Any]]:
        sought = _sought(atom)
        yield threats._default_manager.filter(Holds(words_of_names("title", "aliases"), sought))
        ocgs = groups._default_manager.filter(Holds(words_of_names("name", "aliases"), sought))
        yield threats._default_manager.filter(ocg__in=ocgs.order_by().values("pk"))

    return _keys(atoms, named)


def ocgs_holding(atoms: Sequence[Atom], groups: type[Model]) -> dict[str, list[int]]:
    """Return, by word or phrase, the keys of the groups that are called so; one query."""
    return _keys(
        atoms,
        lambda atom: [groups._default_manager.filter(Holds(words_of_names("name", "aliases"), _sought(atom)))],
    )


def _keys(atoms: Sequence[Atom], named: Callable[[Atom], Iterable[QuerySet[Any]]]) -> dict[str, list[int]]:
    by_text = {atom.text: atom for atom in atoms}
    parts = [rows.order_by().values_list(Value(text), "pk") for text, atom in by_text.items() for rows in named(atom)]
    if not parts:
        return {}
    found: dict[str, set[int]] = {}
    for text, key in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        found.setdefault(text, set()).add(key)
    return {text: sorted(keys) for text, keys in found.items()}


def _names_like(word: str, master_list: type[Model], *, operations: Any | None) -> list[str]:
    """Return names with a word in them that is like another, by trigrams: of threats, groups and operations."""
    queries: list[tuple[float, Any]] = []
    if operations is not None:
        like = Func(
            Upper("operation"),
            Value(word.upper()),
            arg_joiner=" %%> ",
            template="%(expressions)s",
            output_field=BooleanField(),
        )
        named = operations.filter(~Q(operation=""), like).order_by().values_list("operation").distinct()
        queries.append((OPERATION_ALIKE_FROM, named))
    models = [master_list]
    if master_list.__name__.startswith("SOCThreat"):
        models.append(_model_of(master_list, "ocg"))
    for model in models:
        names = _names_of(model)
        like = Func(names, Value(word), arg_joiner=" %%> ", template="%(expressions)s", output_field=BooleanField())
        queries.append((ALIKE_FROM, model._default_manager.filter(like).order_by().values_list(names)))
    found: list[str] = []
    with transaction.atomic(), connection.cursor() as cursor:
        for likeness, rows in queries:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(likeness)])
            found += [name for (name,) in rows[:NAMES_AT_MOST]]
    return found


def _names_of(model: type[Model]) -> Func:
    name = "title" if model.__name__.startswith("SOCThreat") else "name"
    return Func(F(name), F("aliases"), function="names_written", output_field=TextField())


def _model_of(model: type[Model], relation: str) -> type[Model]:
    related = model._meta.get_field(relation).related_model
    return cast(type[Model], related)
