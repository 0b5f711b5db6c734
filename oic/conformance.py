"""Check a partner system's test submissions against the service: ``python -m oic.conformance --help``.

Needs Python 3.11 and nothing else: a partner copies this one file. It sends each record as a dry run. With a sandbox
client it then records them, and tries what a partner system must get right: retries, own references, versions, the
change feed. Nothing of a sandbox counts. Ends with 0 if nothing failed, 1 if something failed, 2 if it could not start.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import re
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

PASS, FAIL, NOT_TRIED = "pass", "FAIL", "not tried"
SECRET: Final = "OIC_CLIENT_SECRET"  # noqa: S105 - the name of a variable
ROWS: Final = 1_000
ATTEMPTS: Final = 5
SECONDS: Final = 60
SHOWN: Final = 5
READ: Final = "disruptions:read"
BUSY: Final = frozenset({429, 500, 502, 503, 504})
COUNTED: Final = ("major", "moderate", "minor")
WAS_BEFORE: Final = "disruption_agency_reference_unique"
MISREAD: Final = str.maketrans("OI", "01")
NEEDS_SANDBOX: Final = "This writes, so it needs a sandbox client. Ask your administrator for one."
NEEDS_FILES: Final = "Name the JSON files with your test submissions."


class CannotStart(Exception):
    """The checks cannot begin; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found, and what to do about it."""

    name: str
    outcome: str
    found: str = ""
    to_do: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """Return the JSON of the answer, or nothing where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def header(self, name: str) -> str:
        """Return a header, however a proxy on the way wrote its name; nothing where it is not there."""
        return next((value for each, value in self.headers.items() if each.lower() == name.lower()), "")

    @property
    def words(self) -> str:
        """Say in one line what went wrong."""
        data = self.data if isinstance(self.data, dict) else {}
        faults = [f"{each.get('pointer', '')} {each['message']}".strip() for each in data.get("errors", ())]
        return f"{self.status} {data.get('code', '')}: {'; '.join(faults) or data.get('detail', '')}"


@dataclass(frozen=True, slots=True)
class Sent:
    """One record of a file."""

    place: str
    record: dict[str, Any]


class Service:
    """The API, for one client."""

    def __init__(self, site: str, client: str, secret: str) -> None:
        parts = urlsplit(site)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise CannotStart("Give the address of the site with --site, such as https://oic.example.")
        self.secure = parts.scheme == "https"
        self.place = parts.netloc.rpartition("@")[2]
        self.root = parts.path.rstrip("/")
        basic = base64.b64encode(f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()).decode()
        form = urlencode({"grant_type": "client_credentials"}).encode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._send("POST", f"{self.root}/oauth/token/", form, headers)
        if answer.status != 200:
            raise CannotStart(f"No token was given ({answer.status}). Check --client-id and the secret.")
        self.token = str(answer.data["access_token"])

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request, again where the service is busy; a name like ``If_Match`` is a header."""
        given = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = None
        if method != "GET":
            data = b"" if body is None else json.dumps(body).encode()
            given["Content-Type"] = "application/json"
        address = path if path.startswith("/") else f"{self.root}/api/v1/{path}"
        return self._send(method, address, data, given)

    def walk(self, path: str) -> Iterator[dict[str, Any]]:
        """Give every row of a list."""
        address: str | None = path
        while address:
            answer = self.call("GET", address)
            if answer.status != 200:
                raise CannotStart(f"{address} cannot be read: {answer.words}")
            yield from answer.data["results"]
            following = answer.data["next"]
            address = urlsplit(following)._replace(scheme="", netloc="").geturl() if following else None

    def _send(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        for attempt in range(ATTEMPTS):
            kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
            connection = kind(self.place, timeout=SECONDS)
            try:
                connection.request(method, address, body, dict(headers))
                response = connection.getresponse()
                answer = Answer(response.status, dict(response.getheaders()), response.read())
            except (OSError, http.client.HTTPException) as error:
                if attempt == ATTEMPTS - 1:
                    raise CannotStart(f"{self.place} does not answer: {error}") from error
                time.sleep(2**attempt)
                continue
            finally:
                connection.close()
            if answer.status not in BUSY or attempt == ATTEMPTS - 1:
                return answer
            wanted = answer.header("Retry-After")
            time.sleep(int(wanted) if wanted.isdecimal() else 2**attempt)
        raise AssertionError("the last attempt returns or raises")


@dataclass(slots=True)
class Run:
    """One run: who asks, what is checked, what was found."""

    service: Service
    me: dict[str, Any]
    codes: dict[str, set[str]]
    fields: dict[str, dict[str, Any]]
    sent: list[Sent] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    recorded: dict[str, str] = field(default_factory=dict)
    fresh: list[str] = field(default_factory=list)

    def add(self, name: str, faults: Sequence[str], *, found: str = "", to_do: str = "") -> bool:
        """Keep a check: it passes where there are no faults."""
        if not faults:
            self.checks.append(Check(name, PASS, found))
            return True
        more = f" ({len(faults)} in all)" if len(faults) > SHOWN else ""
        self.checks.append(Check(name, FAIL, f"{faults[0]}{more}", to_do, tuple(faults)))
        return False

    def skip(self, name: str, why: str) -> None:
        """Keep a check that was not tried, and why."""
        self.checks.append(Check(name, NOT_TRIED, why))

    @property
    def writes(self) -> bool:
        """Whether the client may write what never counts."""
        return bool(self.me["sandbox"]) and "disruptions:write" in self.me["scopes"]


# ------------------------------------------------------------------------------------------ what is said of the records


def check_codes(run: Run) -> None:
    """Check names and codes against the vocabulary of the service."""
    faults = []
    for each in run.sent:
        for name, value in each.record.items():
            if name in {"outcomes", "submit"} or value in (None, "", []):
                continue
            if name not in run.fields:
                faults.append(f"{each.place}: there is no field called {name}")
                continue
            known = run.codes.get(run.fields[name]["codes"] or "")
            given = value if isinstance(value, list) else [value]
            kind = run.fields[name]["kind"]
            faults += [
                f"{each.place}: {name} is {code!r}"
                for code in given
                if known and not _is_one_of(_plain(code, kind), known)
            ]
        types = [outcome.get("type") for outcome in _outcomes(each.record)]
        faults += [
            f"{each.place}: type of outcome {code!r}"
            for code in types
            if not _is_one_of(_plain(code), run.codes["outcome_type"])
        ]
    to_do = "Map your own words to the codes that vocabulary/ lists."
    run.add("Names and codes are those of the vocabulary", faults, to_do=to_do)


def check_dates(run: Run) -> None:
    """Check that days are days, and not after today."""
    faults = []
    for each in run.sent:
        for name in ("occurred_on", "source_recorded_on"):
            value = each.record.get(name)
            if value in (None, ""):
                continue
            day = _day(value)
            if day is None:
                faults.append(f"{each.place}: {name} is {value!r}")
            elif day > date.today():  # noqa: DTZ011 - the partner's own day
                faults.append(f"{each.place}: {name} is in the future")
    to_do = "Send days as YYYY-MM-DD, without a time: the day it happened in the United Kingdom."
    run.add("Days are days", faults, to_do=to_do)


def check_references(run: Run, records: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Check that each record carries the agency's own reference, used once."""
    seen: dict[str, str] = {}
    faults = []
    for place, record in records:
        own = _plain(record.get("agency_reference"))
        if not own:
            faults.append(f"{place}: no agency_reference")
        elif not isinstance(own, str):
            faults.append(f"{place}: agency_reference is {own!r}, which is no text")
        elif own in seen:
            faults.append(f"{place}: {own} is that of {seen[own]}")
        else:
            seen[own] = place
    to_do = "Send the number that your system knows the record by, once for each record: it stops doubles."
    run.add("Each record has a reference of your own", faults, found=f"{len(seen)} references", to_do=to_do)


def check_coverage(run: Run, records: Sequence[Mapping[str, Any]]) -> None:
    """Say which of what a partner system must manage the records try out."""
    roles = {str(each.get("role")) for each in records}
    waiting = [each for each in records if each.get("role") == "support" and each.get("lead_agency")]
    levels = {str(each.get("level")) for each in records}
    measures = {name for each in records for outcome in _outcomes(each) for name in outcome if outcome[name]}
    wanted = {
        "A lead is among them": "lead" in roles,
        "A support is among them": "support" in roles,
        "A support names the agency whose lead is not recorded yet": bool(waiting),
        "Each level that counts is among them": levels >= set(COUNTED),
        "A level that does not count (none, negative) is among them": bool(levels & {"none", "negative"}),
        "An outcome with a number is among them": "count" in measures,
        "An outcome with an amount is among them": "value_gbp" in measures,
    }
    for name, there in wanted.items():
        if there:
            run.checks.append(Check(name, PASS))
        else:
            run.skip(name, "Add one to your test submissions.")


# ------------------------------------------------------------------------------------------------ what the service says


def check_dry_run(run: Run) -> bool:
    """Let the service judge every record, and write nothing."""
    faults = []
    for start in range(0, len(run.sent), ROWS):
        part = run.sent[start : start + ROWS]
        answer = run.service.call("POST", "disruptions/?dry_run=true", [each.record for each in part])
        if answer.status not in {200, 207}:
            faults.append(f"{part[0].place} and after: {answer.words}")
            continue
        faults += _row_faults(part, answer.data["results"], accepted=200)
    to_do = "Each line names the record, the place in it, and the rule. The table of codes is in partner-reference.md."
    return run.add("The service would accept each record", faults, found=f"{len(run.sent)} records", to_do=to_do)


def record_all(run: Run) -> None:
    """Record everything with keys, send it again, and read it back."""
    changed, lost, faults, cursor = [], [], [], _latest(run)
    for start in range(0, len(run.sent), ROWS):
        part = run.sent[start : start + ROWS]
        body, key = [each.record for each in part], str(uuid.uuid4())
        first = run.service.call("POST", "disruptions/", body, Idempotency_Key=key)
        again = run.service.call("POST", "disruptions/", body, Idempotency_Key=key)
        if first.status not in {201, 207}:
            faults.append(f"{part[0].place} and after: {first.words}")
            continue
        faults += _row_faults(part, first.data["results"], accepted=201)
        if (first.status, first.body) != (again.status, again.body):
            lost.append(f"{part[0].place} and after: the second answer was {again.words}")
        other = run.service.call("POST", "disruptions/", [*body, {"role": "lead"}], Idempotency_Key=key)
        if other.status != 422:
            changed.append(f"the same key with another list was answered with {other.words}")
        for each, result in zip(part, first.data["results"], strict=True):
            reference = result.get("reference") or _was_before(result)
            if reference:
                run.recorded[each.place] = reference
            if result["status"] == 201:
                run.fresh.append(result["reference"])
    found = f"{len(run.fresh)} now, {len(run.recorded) - len(run.fresh)} before"
    run.add("Each record is recorded, or was before", faults, found=found)
    run.add("A retry with the same key brings the same answer", lost)
    run.add("The same key for something else is refused", changed, to_do="Make a new key for each new thing.")
    if READ in run.me["scopes"]:
        check_read_back(run)
        check_feed(run, cursor)
    else:
        run.skip("Reading back, and the change feed", f"Your token needs the scope {READ}.")


def check_read_back(run: Run) -> None:
    """Check that what is read is what was sent."""
    faults = []
    for each in run.sent:
        reference = run.recorded.get(each.place)
        if reference is None:
            continue
        answer = run.service.call("GET", f"disruptions/{reference}/")
        if answer.status != 200:
            faults.append(f"{each.place}: {reference} cannot be read: {answer.words}")
            continue
        if answer.data["version"] == 1:
            faults += [f"{each.place}: {fault}" for fault in _differences(run, each.record, answer.data)]
    to_do = "The service keeps text as it is sent; look for characters that your system changes on the way."
    run.add("What is read back is what was sent", faults, to_do=to_do)


def check_feed(run: Run, cursor: str) -> None:
    """Check that the change feed shows once what was recorded since the cursor."""
    name = "The change feed shows what was recorded"
    seen: list[str] = []
    more = True
    while more:
        answer = run.service.call("GET", f"changes/?{urlencode({'after': cursor, 'page_size': ROWS})}")
        if answer.status != 200:
            run.add(name, [answer.words])
            return
        seen += [each["reference"] for each in answer.data["results"] if each["type"] == "disruption.recorded"]
        cursor, more = answer.data["cursor"], answer.data["more"]
    faults = [f"{each} came {seen.count(each)} times" for each in run.fresh if seen.count(each) != 1]
    run.add(name, faults, found=f"{len(run.fresh)} records")


def check_protocol(run: Run, example: Mapping[str, Any]) -> None:
    """Try versions, own references and the steps of a record on a copy of one of the partner's leads."""
    own = f"CONFORMANCE/{uuid.uuid4()}"
    draft = {**example, "agency_reference": own, "submit": False}
    made = run.service.call("POST", "disruptions/", draft, Idempotency_Key=str(uuid.uuid4()))
    if not run.add("A draft can be recorded", [] if made.status == 201 else [made.words]):
        return
    reference, tag = made.data["reference"], made.header("ETag")
    if not run.add("An answer with a record has its ETag", [] if tag else ["there is none: does a proxy take it out?"]):
        return
    address = f"disruptions/{reference}/"
    twin = run.service.call("POST", "disruptions/", draft, Idempotency_Key=str(uuid.uuid4()))
    named = (twin.data or {}).get("existing")
    faults = [] if (twin.status, named) == (409, reference) else [twin.words]
    run.add("A reference of your own is used once, and the answer names the first record", faults)
    change = {"operation": "Conformance", "reason": "Trying a change."}
    without = run.service.call("PATCH", address, change)
    run.add("A change without If-Match is refused", [] if without.status == 428 else [without.words])
    right = run.service.call("PATCH", address, change, If_Match=tag, Idempotency_Key=str(uuid.uuid4()))
    run.add("A change with the ETag that was read is accepted", [] if right.status == 200 else [right.words])
    stale = run.service.call("PATCH", address, change, If_Match=tag)
    told = (stale.data or {}).get("current_version")
    faults = [] if (stale.status, told) == (412, 2) else [stale.words]
    run.add("A change with an old ETag is refused, and the answer names the version now", faults)
    tag = right.header("ETag") or tag
    submitted = run.service.call("POST", f"{address}submit/", None, If_Match=tag, Idempotency_Key=str(uuid.uuid4()))
    run.add("A draft can be submitted", [] if submitted.status == 200 else [submitted.words])
    tag = submitted.header("ETag") or tag
    reason = {"reason": "Recorded to try it out.", "reason_class": "other_correction"}
    key = str(uuid.uuid4())
    withdrawn = run.service.call("POST", f"{address}withdraw/", reason, If_Match=tag, Idempotency_Key=key)
    run.add("A record can be withdrawn", [] if withdrawn.status == 200 else [withdrawn.words])
    absent = run.service.call("GET", "disruptions/D-0000-0000/")
    run.add("A record that is not there is 404", [] if absent.status == 404 else [absent.words])


def check_recorded(run: Run) -> None:
    """Check what the client's agency recorded already."""
    rows = list(run.service.walk(f"disruptions/?{urlencode({'agency': run.me['agency'], 'page_size': ROWS})}"))
    rows = [row for row in rows if not str(row["agency_reference"]).startswith("CONFORMANCE/")]
    found = f"{len(rows)} records"
    run.add("There are records", [] if rows else ["none"], found=found, to_do="Send your test submissions first.")
    check_references(run, ((row["reference"], row) for row in rows))
    check_coverage(run, rows)
    steps = {
        "A record was submitted": [row for row in rows if row["submitted_at"]],
        "A record was changed": [row for row in rows if row["version"] > 1],
        "A record was withdrawn": [row for row in rows if row["status"] == "withdrawn"],
    }
    for name, those in steps.items():
        if those:
            run.checks.append(Check(name, PASS, those[0]["reference"]))
        else:
            run.skip(name, "Let your system do it once.")
    left = [row["reference"] for row in rows if row["status"] == "returned"]
    to_do = "Amend it as the reviewer asks and submit it again."
    run.add("No record that was returned is left lying", [f"{each} was returned" for each in left], to_do=to_do)


# ------------------------------------------------------------------------------------------------------------- the rest


def begin(site: str, client: str, secret: str) -> Run:
    """Ask for a token, and read who the client is and which words the service knows. Raises ``CannotStart``."""
    service = Service(site, client, secret)
    me, words = service.call("GET", "me/"), service.call("GET", "vocabulary/")
    if me.status != 200 or words.status != 200:
        raise CannotStart(f"The service cannot be read: {me.words} {words.words}")
    codes = {name: {each["code"] for each in codes} for name, codes in words.data["codes"].items()}
    return Run(service, me.data, codes, {each["name"]: each for each in words.data["fields_of_a_disruption"]})


def read_files(paths: Sequence[str]) -> list[Sent]:
    """Read the submissions: one record or a list in each file. Raises ``CannotStart``."""
    sent = []
    for path in paths:
        try:
            data = json.loads(Path(path).read_bytes().decode("utf-8"))
        except (OSError, ValueError) as error:
            raise CannotStart(f"{path} cannot be read as JSON in UTF-8: {error}") from error
        rows = data if isinstance(data, list) else [data]
        if not all(isinstance(row, dict) for row in rows):
            raise CannotStart(f"{path} holds something else than a record or a list of records.")
        sent += [Sent(f"{Path(path).name} record {number}", row) for number, row in enumerate(rows, 1)]
    return sent


def check(run: Run, *, recorded: bool) -> None:
    """Make every check."""
    if recorded:
        check_recorded(run)
        return
    check_references(run, ((each.place, each.record) for each in run.sent))
    check_codes(run)
    check_dates(run)
    check_coverage(run, [each.record for each in run.sent])
    sound = check_dry_run(run)
    example = next((each.record for each in run.sent if each.record.get("role") == "lead"), None)
    if not run.writes:
        run.skip("Records, retries, versions and the change feed", NEEDS_SANDBOX)
    elif not sound:
        run.skip("Records, retries, versions and the change feed", "Mend what failed first; nothing was written.")
    else:
        record_all(run)
        if example is None:
            run.skip("Versions, submitting and withdrawing", "Add a lead to your test submissions.")
        else:
            check_protocol(run, example)


def table(checks: Sequence[Check]) -> str:
    """Return the checks as lines to read."""
    lines = []
    for each in checks:
        lines.append(f"{each.outcome.ljust(9)}  {each.name}{f': {each.found}' if each.found else ''}")
        lines += [f"{' ' * 11}{detail}" for detail in each.details[1:SHOWN]]
        if each.outcome == FAIL and each.to_do:
            lines.append(f"{' ' * 11}What to do: {each.to_do}")
    counts = {outcome: sum(each.outcome == outcome for each in checks) for outcome in (PASS, FAIL, NOT_TRIED)}
    lines.append(f"{counts[PASS]} passed, {counts[FAIL]} failed, {counts[NOT_TRIED]} not tried.")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checks and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m oic.conformance", description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", help="JSON files, each with one record or a list of records")
    parser.add_argument("--site", required=True, help="such as https://oic.example")
    parser.add_argument("--client-id", required=True, help="of a sandbox client, so that records can be written")
    parser.add_argument("--secret-file", help=f"a file with the secret; without it, the variable {SECRET}")
    parser.add_argument("--recorded", action="store_true", help="check what your agency recorded already instead")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    options = parser.parse_args(arguments)
    try:
        secret = Path(options.secret_file).read_text().strip() if options.secret_file else os.environ.get(SECRET, "")
        if not secret:
            raise CannotStart(f"Give the secret in the variable {SECRET}, or in a file with --secret-file.")
        if not options.files and not options.recorded:
            raise CannotStart(NEEDS_FILES)
        sent = read_files(options.files)
        run = begin(options.site, options.client_id, secret)
        run.sent = sent
        check(run, recorded=options.recorded)
    except (CannotStart, OSError) as error:
        print(f"Cannot start: {error}", file=sys.stderr)
        return 2
    print(json.dumps([asdict(each) for each in run.checks], indent=2) if options.json else table(run.checks))
    return int(any(each.outcome == FAIL for each in run.checks))


def _latest(run: Run) -> str:
    """Return where the change feed ends now; nothing where the client may not read it."""
    answer = run.service.call("GET", "changes/?after=latest")
    return str(answer.data["cursor"]) if answer.status == 200 else ""


def _row_faults(part: Sequence[Sent], results: Sequence[Mapping[str, Any]], *, accepted: int) -> list[str]:
    """Return a line per fault; a record that was recorded in an earlier run is none."""
    faults = []
    for each, result in zip(part, results, strict=True):
        if result["status"] != accepted and not _was_before(result):
            for fault in result["errors"]:
                pointer = "/".join(str(fault.get("pointer", "")).split("/")[2:])
                faults.append(f"{each.place}: {pointer or 'the record'}: {fault['message']} ({fault['code']})")
    return faults


def _was_before(result: Mapping[str, Any]) -> str | None:
    """Return the reference of the record that has this one's own reference already; nothing where there is none."""
    if result["status"] != 409:
        return None
    return next((each.get("existing") for each in result["errors"] if each["code"] == WAS_BEFORE), None)


def _is_one_of(code: Any, known: set[str]) -> bool:
    return isinstance(code, str) and code in known


def _outcomes(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    outcomes = record.get("outcomes")
    return [each for each in outcomes if isinstance(each, dict)] if isinstance(outcomes, list) else []


def _day(value: Any) -> date | None:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _differences(run: Run, sent: Mapping[str, Any], read: Mapping[str, Any]) -> list[str]:
    """Return the fields that came back otherwise.

    Order in a list means nothing, nor does space around text, nor how a reference, a country or an agency is written.
    """
    faults = []
    for name, value in sent.items():
        if name in {"submit", "outcomes"} or value in (None, "", []):
            continue
        there, kind = read.get(name), run.fields[name]["kind"]
        if _plain(value, kind) != _plain(there, kind):
            faults.append(f"{name} was sent as {value!r} and is {there!r}")
    ours, theirs = _measured(sent), _measured(read)
    if len(ours) != len(theirs):
        faults.append(f"{len(ours)} outcomes were sent and {len(theirs)} are there")
    elif ours != theirs:
        faults.append(f"outcomes were sent as {sent['outcomes']!r} and are {read['outcomes']!r}")
    return faults


def _measured(record: Mapping[str, Any]) -> list[str]:
    """Return what each outcome says, the same however it is written."""
    names = ("type", "count", "value_gbp", "months", "item")
    return sorted(
        repr([_amount(each.get(name)) if name == "value_gbp" else _plain(each.get(name) or "") for name in names])
        for each in _outcomes(record)
    )


def _amount(value: Any) -> str:
    try:
        return f"{Decimal(str(value)):.2f}" if value not in (None, "") else ""
    except InvalidOperation:
        return str(value)


def _plain(value: Any, kind: str = "") -> Any:
    """Return a value as the service keeps it."""
    if isinstance(value, list):
        return sorted({str(_plain(each, kind)) for each in value})
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if kind in {"threat", "disruption"}:
        return "".join(sign for sign in text.upper() if sign.isalnum()).translate(MISREAD)
    if kind == "country":
        return text.upper()
    return text.lower() if kind == "agency" else text


if __name__ == "__main__":
    sys.exit(main())
