"""JSON as RFC 8259 has it: UTF-8, no NaN, not deeper than a machine can follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class StrictJSONParser(BaseParser):
    """Read a JSON body. What cannot be read is a 400 that says where."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what the body says. The body is read whole, within Django's limit of its size."""
        body: bytes = parser_context["request"].body if parser_context else stream.read()
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ParseError(f"Send the body in UTF-8. Byte {error.start} is not.", "not_utf8") from None
        try:
            return json.loads(text, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise ParseError(f"The body is not JSON: {error.msg}, {where}.", "not_json") from None
        except RecursionError:
            raise ParseError("The body is nested too deep.", "too_deep") from None
        except ValueError:
            raise ParseError("The body holds a number with too many digits.", "not_json") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is not JSON. Send a number, or null.", "not_json")
