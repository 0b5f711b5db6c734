"""Files in the database: what goes in comes out, in parts; past its time it is forgotten and says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest

from agencies.models import User, oic_now
from disruptions.models import StoredFile, StoredFilePart
from disruptions.models.stored_file import PART_BYTES
from disruptions.services.stored_files import FileForgotten, forget_files, keep_file, parts_of
from disruptions.vocabulary import Marking
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def _keep(chunks: Iterator[bytes], *, owner: User, hours: int = 1) -> StoredFile:
    return keep_file(
        chunks,
        acting_user=owner,
        name="list.csv",
        content_type="text/csv",
        marking=Marking.OFFICIAL,
        expires_at=oic_now() + timedelta(hours=hours),
    )


@pytest.mark.parametrize("size", [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES])
def test_what_is_kept_is_given_back(size: int) -> None:
    content = bytes(place % 251 for place in range(min(size, 1000))) * (size // 1000 + 1)
    content = content[:size]
    file = _keep(iter([content[:7], content[7:]]), owner=make_user())
    file.refresh_from_db()
    assert b"".join(parts_of(file)) == content
    assert (file.size, file.sha256) == (size, sha256(content).hexdigest())
    assert file.parts.count() == -(-size // PART_BYTES)


def test_a_source_that_breaks_off_leaves_no_file() -> None:
    def broken() -> Iterator[bytes]:
        yield b"a" * (PART_BYTES + 1)
        raise OSError("the disk is gone")

    owner = make_user()
    with pytest.raises(OSError, match="disk"):
        _keep(broken(), owner=owner)
    assert not StoredFile.objects.exists()
    assert not StoredFilePart.objects.exists()


def test_only_what_is_past_its_time_is_forgotten() -> None:
    owner = make_user()
    past, kept = _keep(iter([b"old"]), owner=owner, hours=-1), _keep(iter([b"new"]), owner=owner)
    assert forget_files() == 1
    past.refresh_from_db()
    assert past.forgotten_at is not None
    with pytest.raises(FileForgotten):
        list(parts_of(past))
    assert list(parts_of(kept)) == [b"new"]
    assert forget_files() == 0
