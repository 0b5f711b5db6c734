"""A body with files is refused by its length, before any of it is written to disk.

The form's token is read from the body before it is known who sent it, so this holds for everybody. A body without a
length has none here: Django reads no more of a body than its length says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

BESIDE_THE_FILE: Final = 1024 * 1024
"""How many bytes the other fields of a form may take, beside the largest file."""


class BodyLimit(FileUploadHandler):
    """The first of the handlers: refuses, and leaves the rest to those that follow."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],  # noqa: N803 - Django names it
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raise ``RequestDataTooBig``, which is answered with 413, for a body over the limit."""
        if content_length > settings.UPLOAD_MEGABYTES * 1024 * 1024 + BESIDE_THE_FILE:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand on every piece."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Keep nothing."""
