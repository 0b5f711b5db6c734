"""The OpenAPI description made fit to generate a client from: names for code lists, tags, links between operations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

SUFFIX: Final = "Enum"
KIND: Final = "Kind"
NOTHING: Final = "Null"
TAGS: Final[Mapping[str, str]] = {
    "agencies": "Who takes part.",
    "assessments": "How SOC threats are graded.",
    "changes": "What changed, in order, to follow.",
    "disruptions": "The records.",
    "me": "The client that asks.",
    "ocgs": "Organised crime groups.",
    "statistics": "The counted figures.",
    "threats": "The SOC master list.",
    "views": "Saved filters of the lists.",
    "vocabulary": "Code lists.",
    "webhooks": "Changes that are sent to you.",
}
PROMISED_NAMES: Final = {"pnd_tier": "OcgsPndTier"}
"""Names of code lists of parameters that were given when they stood at another operation."""
IDENTITIES: Final = ("reference", "id")
STEPS: Final = ("post", "patch", "put", "get")


def name_what_is_shared(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Give code lists one name each, say what may be null so that every tool reads it, and link the operations."""
    _shorten_names(result)
    for part in _objects(result):
        _say_null(part)
    result["components"]["schemas"].setdefault(NOTHING, {"enum": [None]})
    _name_parameters(result)
    _require_bodies(result)
    _link(result)
    used = {tag for _, _, operation in _operations(result) for tag in operation["tags"]}
    result["tags"] = [{"name": tag, "description": TAGS[tag]} for tag in sorted(used)]
    return result


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _objects(each)


def _operations(result: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _shorten_names(result: dict[str, Any]) -> None:
    """Take the suffix off the names that the generator of the schema made up; another one where the name is taken."""
    shapes = result["components"]["schemas"]
    names = {}
    for name in shapes:
        if name.endswith(SUFFIX):
            short = name.removesuffix(SUFFIX)
            names[name] = f"{short}{KIND}" if short in shapes else short
    result["components"]["schemas"] = {names.get(name, name): shape for name, shape in shapes.items()}
    moved = {_reference(old)["$ref"]: _reference(new)["$ref"] for old, new in names.items()}
    for part in _objects(result):
        if part.get("$ref") in moved:
            part["$ref"] = moved[part["$ref"]]


def _say_null(part: dict[str, Any]) -> None:
    """Put null among the choices where there is no type beside it: OpenAPI 3.0 reads ``nullable`` with a type only."""
    if part.get("nullable") is not True or "type" in part:
        return
    del part["nullable"]
    choices = part.pop("allOf", None) or part.get("oneOf")
    # What may be anything may be null.
    if choices:
        part["oneOf"] = choices if _reference(NOTHING) in choices else [*choices, _reference(NOTHING)]


def _name_parameters(result: dict[str, Any]) -> None:
    """Point parameters at the code list that they take, made a shape if it is none; no text is empty in an address."""
    shapes = result["components"]["schemas"]
    known = {_codes(shape): name for name, shape in reversed(shapes.items()) if "enum" in shape}
    for _, _, operation in _operations(result):
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            one = schema.get("items", schema)
            if parameter["in"] == "query" and one.get("type") == "string" and not {"enum", "format"} & set(one):
                one.setdefault("minLength", 1)
            if "enum" not in one:
                continue
            codes, name = _codes(one), _camel(parameter["name"])
            if parameter["name"] in PROMISED_NAMES:
                name = PROMISED_NAMES[parameter["name"]]
            elif name in shapes:
                name = _camel(operation["tags"][0]) + name
            if codes not in known and name not in shapes:
                shapes[name] = dict(one)
                known[codes] = name
            if codes in known:
                reference = _reference(known[codes])
                parameter["schema"] = schema | {"items": reference} if "items" in schema else reference
    result["components"]["schemas"] = dict(sorted(shapes.items()))


def _codes(schema: dict[str, Any]) -> tuple[str, frozenset[Any]]:
    return str(schema.get("type")), frozenset(schema["enum"])


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _require_bodies(result: dict[str, Any]) -> None:
    """Say that a body is needed where it is one of several shapes."""
    shapes = result["components"]["schemas"]
    for _, _, operation in _operations(result):
        for media in operation.get("requestBody", {}).get("content", {}).values():
            name = media["schema"].get("$ref", "").rpartition("/")[2]
            if "oneOf" in shapes.get(name, ()):
                operation["requestBody"]["required"] = True


def _link(result: dict[str, Any]) -> None:
    """Say how the answer that holds one entry leads to the operations on it: its own name, and its ETag."""
    places: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for path, method, operation in _operations(result):
        found = re.match(r"(.*/)\{(\w+)\}/", path)
        if found and method in STEPS and found[2] in IDENTITIES:
            places.setdefault(found[1], []).append((found[2], operation))
    for path, method, operation in _operations(result):
        start, _, rest = path.partition("{")
        one = rest.partition("}/")[2] == "" and (bool(rest) or method == "post")
        for status in ("200", "201"):
            response = operation["responses"].get(status)
            if not one or response is None or method not in STEPS:
                continue
            links = {
                target["operationId"]: _way(identity, target)
                for identity, target in places.get(start, ())
                if target is not operation
            }
            if links and (status == "201" or rest):
                response["links"] = links


def _way(identity: str, target: dict[str, Any]) -> dict[str, Any]:
    parameters = {f"path.{identity}": f"$response.body#/{identity}"}
    if any(each["name"] == "If-Match" for each in target.get("parameters", ())):
        parameters["header.If-Match"] = "$response.header.ETag"
    return {"operationId": target["operationId"], "parameters": parameters}
