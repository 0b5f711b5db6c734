"""The kinds of change that a partner can be told of, as they are named on the wire, and the scope that each needs."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from agencies.vocabulary import ApiScope
from disruptions.vocabulary import CHANGES_OF

NAME_OF_SUBJECT: Final = MappingProxyType({"disruption": "disruption", "soc_threat": "threat", "ocg": "ocg"})
"""What each kind of thing is called on the wire."""

ENTERED_VIEW: Final = "disruption.entered_view"
LEFT_VIEW: Final = "disruption.left_view"
PING: Final = "ping"
"""The kind of a test message, which no feed holds."""

_SCOPES: Final = {
    "disruption": ApiScope.DISRUPTIONS_READ,
    "soc_threat": ApiScope.THREATS_READ,
    "ocg": ApiScope.THREATS_READ,
}

FEED_TYPES: Final = MappingProxyType(
    {
        **{
            f"{NAME_OF_SUBJECT[subject]}.{change.value}": _SCOPES[subject].value
            for subject, changes in CHANGES_OF.items()
            for change in changes
        },
        ENTERED_VIEW: ApiScope.DISRUPTIONS_READ.value,
        LEFT_VIEW: ApiScope.DISRUPTIONS_READ.value,
    }
)
"""Every kind of change, with the scope that a client needs to be told of it."""


def scope_of(name: str) -> str:
    """Return the scope that a kind of change needs. Raises ``KeyError`` for one that there is not."""
    return FEED_TYPES[name]
