"""What ``/api/v1/`` has promised, a line each. ``python -m tests.oic.promise`` adds what is new and takes nothing away.

``promised.txt`` is what partners build on. Whoever takes a line out of it takes something from a partner: that is for a
``/api/v2/``, or for the end of a deprecation (docs/partner.md).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.source import ROOT

PROMISED = Path(__file__).with_name("promised.txt")
UPPER = ("maxLength", "maxItems", "maximum")
LOWER = ("minLength", "minItems", "minimum")
LIMITS_OF = {
    "string": ("maxLength", "minLength", "pattern"),
    "integer": ("maximum", "minimum"),
    "number": ("maximum", "minimum"),
    "array": ("maxItems", "minItems"),
}
NONE = "none"


def statements(description: dict[str, Any]) -> set[str]:
    """Return what a description promises: nothing of it may go while the version lasts."""
    shapes = description["components"]["schemas"]
    bodies = {
        _kind(content["schema"])
        for operations in description["paths"].values()
        for operation in operations.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    }
    return {
        *_of_operations(description),
        *(line for name, shape in shapes.items() for line in _of_shape(name, shape, sent=name in bodies)),
    }


def broken(promised: Iterable[str], present: set[str]) -> list[str]:
    """Return the promises that are not kept; a limit may grow or go, and so may a pattern and a list of codes."""
    limits = dict(found for line in present if (found := _limit(line)))
    return sorted(
        line
        for line in promised
        if line not in present and not _is_wider(line, limits) and not _takes_all_codes(line, present)
    )


def kept_description() -> dict[str, Any]:
    """Return the description that the repository keeps."""
    found: dict[str, Any] = yaml.load((ROOT / "docs/openapi.yaml").read_text(), yaml.CSafeLoader)
    return found


def read_promised() -> list[str]:
    """Return the lines of the file."""
    return PROMISED.read_text().splitlines() if PROMISED.exists() else []


def _of_operations(description: dict[str, Any]) -> Iterator[str]:
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            place = f"{method.upper()} {path}"
            yield f"{place} is {operation['operationId']}"
            for way in operation.get("security", ()):
                scopes = " and ".join(sorted(scope for several in way.values() for scope in several))
                yield f"{place} is open to tokens with {scopes or 'any scope'}"
            for parameter in operation.get("parameters", ()):
                yield from _of_parameter(place, parameter)
            for status, response in operation["responses"].items():
                if status < "400":
                    yield from (f"{place} answers {status} with the header {name}"
                                for name in response.get("headers", {}))  # fmt: skip
                    yield from (f"{place} answers {status} with {_kind(each['schema'])} as {media}"
                                for media, each in response.get("content", {}).items())  # fmt: skip
            body = operation.get("requestBody")
            if not (body and body.get("required")):
                yield f"{place} does without a body"
            for media, each in (body or {}).get("content", {}).items():
                yield f"{place} takes {_kind(each['schema'])} as {media}"


def _of_parameter(operation: str, parameter: dict[str, Any]) -> Iterator[str]:
    name, schema = f"{parameter['in']} {parameter['name']}", parameter["schema"]
    yield f"{operation} takes {name} as {_kind(schema)}"
    if not parameter.get("required"):
        yield f"{operation} does without {name}"
    if "default" in schema:
        yield f"{operation} takes {name} as {schema['default']!r} where it is left out"
    yield from _limits(f"{operation} {name}", schema)


def _of_shape(name: str, shape: dict[str, Any], *, sent: bool) -> Iterator[str]:
    # What is sent refuses names that it does not know; what is read may say more one day.
    sent = sent or shape.get("additionalProperties") is False
    required = set(shape.get("required", ()))
    for code in shape.get("enum", ()):
        yield f"{name} has the code {code!r}"
    for each in shape.get("oneOf", ()) if sent else ():
        yield f"{name} may be {_kind(each)}"
    if "oneOf" in shape and not sent:
        yield f"{name} is {_kind(shape)}"
    if sent:
        yield from _limits(name, shape)
    for field, schema in shape.get("properties", {}).items():
        yield f"{name}.{field} is {_kind(schema)}"
        if sent and field not in required:
            yield f"{name}.{field} may be left out"
        if not sent and field in required:
            yield f"{name}.{field} always comes"
        if not sent and not _may_be_null(schema):
            yield f"{name}.{field} is never null"
        if sent and _may_be_null(schema):
            yield f"{name}.{field} may be null"
        if sent:
            yield from _limits(f"{name}.{field}", schema)


def _limits(place: str, schema: dict[str, Any]) -> Iterator[str]:
    """Say each limit of what is sent, also where there is none: a new one would narrow it."""
    for name in LIMITS_OF.get(schema.get("type", ""), ()):
        yield f"{place} {name} {schema.get(name, NONE)}"
    yield from (f"{place} has the code {code!r}" for code in schema.get("enum", ()))
    if "items" in schema:
        yield from _limits(f"{place}, each", schema["items"])
    for each in (*schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _limits(f"{place}, {_kind(each)}", each)


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    several = schema.get("oneOf") or schema.get("allOf")
    if several:
        return " or ".join(sorted(kind for kind in map(_kind, several) if kind not in {"Null", "Blank"}))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    more = schema.get("additionalProperties")
    return " ".join(
        filter(
            None,
            (
                schema.get("type", "anything"),
                schema.get("format"),
                "code" if "enum" in schema else "",
                f"with values of {_kind(more)}" if more and isinstance(more, dict) else "",
            ),
        )
    )


def _may_be_null(schema: dict[str, Any]) -> bool:
    return bool(schema.get("nullable")) or {"$ref": "#/components/schemas/Null"} in schema.get("oneOf", ())


def _limit(line: str) -> tuple[str, str] | None:
    found = re.fullmatch(rf"(.+? (?:{'|'.join((*UPPER, *LOWER, 'pattern'))})) (.+)", line)
    return (found[1], found[2]) if found else None


def _is_wider(line: str, limits: dict[str, str]) -> bool:
    """Say whether a limit that was promised is there and lets through at least as much."""
    promised = _limit(line)
    if promised is None or promised[0] not in limits:
        return False
    now = limits[promised[0]]
    if now == NONE or promised[1] == NONE or promised[0].endswith(" pattern"):
        return now == NONE
    if promised[0].rpartition(" ")[2] in UPPER:
        return float(now) >= float(promised[1])
    return float(now) <= float(promised[1])


def _takes_all_codes(line: str, present: set[str]) -> bool:
    """Say whether a parameter that was promised to take one code list takes another now that has all its codes."""
    found = re.fullmatch(r"(.+ takes query \w+ as )(\w+)", line)
    if found is None:
        return False
    taken = [each.removeprefix(found[1]) for each in present if each.startswith(found[1])]
    codes = _codes_of(found[2], present)
    return bool(codes) and any(codes <= _codes_of(name, present) for name in taken)


def _codes_of(name: str, present: set[str]) -> set[str]:
    start = f"{name} has the code "
    return {line.removeprefix(start) for line in present if line.startswith(start)}


def main() -> int:
    """Add what is new; say what was promised and is not there, and change nothing then."""
    promised, present = read_promised(), statements(kept_description())
    gone = broken(promised, present)
    for line in gone:
        sys.stderr.write(f"promised, and not there: {line}\n")
    if not gone:
        PROMISED.write_text("\n".join(sorted(present)) + "\n")
    return int(bool(gone))


if __name__ == "__main__":
    sys.exit(main())
