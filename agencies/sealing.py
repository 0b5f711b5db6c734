"""Text that goes out of our hands, or into the database, and comes back: nobody else can read or make it."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

_LABEL: Final = b"oic-disruptions sealed text 1: "


def seal(text: str, *, purpose: str) -> str:
    """Return the text encrypted and signed for one purpose: letters, digits, ``-`` and ``_`` only.

    A purpose is a name such as ``cursor of <client id>``; what was sealed for one cannot be opened for another.
    """
    return _box(purpose).encrypt(text.encode()).decode().rstrip("=")


def unseal(sealed: str, *, purpose: str) -> str | None:
    """Return what was sealed for this purpose, under the site's key or an older one that it still takes, or nothing."""
    if not sealed.isascii():
        return None
    try:
        return _box(purpose).decrypt(sealed + "=" * (-len(sealed) % 4)).decode()
    except InvalidToken:
        return None


def _box(purpose: str) -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(_LABEL + f"{purpose}\n{key}".encode()).digest()))
            for key in keys
        ]
    )
