"""A body that is too long is refused before it is written anywhere, whoever sends it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from oic.body_limit import BESIDE_THE_FILE

pytestmark = pytest.mark.django_db
TOKEN = "a" * 32


@pytest.mark.parametrize(("bytes_over", "status"), [(BESIDE_THE_FILE, 413), (-1000, 403)])
def test_somebody_who_is_not_signed_in_leaves_nothing_on_disk(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bytes_over: int, status: int
) -> None:
    settings.UPLOAD_MEGABYTES = 1
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    written: list[object] = []
    made = tempfile.NamedTemporaryFile

    def note(*args: Any, **options: Any) -> Any:
        written.append(1)
        return made(*args, **options)

    monkeypatch.setattr(
        "django.core.files.uploadedfile.tempfile.NamedTemporaryFile",
        note,
    )
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    file = SimpleUploadedFile("big.csv", b"x" * (1024 * 1024 + bytes_over), content_type="text/csv")
    answer = client.post("/uploads/new/", {"file": file})
    assert answer.status_code == status
    assert bool(written) == (
        status == 403 and file.size is not None and file.size > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    )
