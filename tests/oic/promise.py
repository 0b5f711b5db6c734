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
LIMITS = ("maxLength", "maxItems", "maximum")


def statements(description: dict[str, Any]) -> set[str]:
    """Return what a description promises: nothing of it may go while the version lasts."""
    shapes = description["components"]["schemas"]
    return {*_of_operations(description), *(line for name, shape in shapes.items() for line in _of_shape(name, shape))}


def broken(promised: Iterable[str], present: set[str]) -> list[str]:
    """Return the promises that are not kept; a limit may grow."""
    limits = dict(_limit(line) for line in present if _limit(line)[1])
    return sorted(
        line for line in promised if line not in present and limits.get(_limit(line)[0], -1.0) < _limit(line)[1]
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
            for parameter in operation.get("parameters", ()):
                yield f"{place} takes {parameter['in']} {parameter['name']}"
                if not parameter.get("required"):
                    yield f"{place} does without {parameter['in']} {parameter['name']}"
            for status, response in operation["responses"].items():
                if status < "400":
                    yield from (f"{place} answers {status} with {_kind(each['schema'])}"
                                for each in response.get("content", {}).values())  # fmt: skip
            body = operation.get("requestBody")
            if not (body and body.get("required")):
                yield f"{place} does without a body"


def _of_shape(name: str, shape: dict[str, Any]) -> Iterator[str]:
    # What is sent refuses names that it does not know; what is read may say more one day.
    sent = shape.get("additionalProperties") is False
    required = set(shape.get("required", ()))
    for code in shape.get("enum", ()):
        yield f"{name} has the code {code!r}"
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
        for limit in LIMITS:
            if sent and limit in schema:
                yield f"{name}.{field} {limit} {schema[limit]}"


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    several = schema.get("oneOf") or schema.get("allOf")
    if several:
        return " or ".join(sorted(kind for kind in map(_kind, several) if kind not in {"Null", "Blank"}))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return " ".join(filter(None, (schema.get("type", "anything"), schema.get("format"))))


def _may_be_null(schema: dict[str, Any]) -> bool:
    return bool(schema.get("nullable")) or {"$ref": "#/components/schemas/Null"} in schema.get("oneOf", ())


def _limit(line: str) -> tuple[str, float]:
    found = re.fullmatch(rf"(.+ (?:{'|'.join(LIMITS)})) (\d+)", line)
    return (found[1], float(found[2])) if found else (line, 0.0)


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
