"""Which addresses messages may be sent to: a webhook must not reach into the networks that this service stands in."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

IPAddress = IPv4Address | IPv6Address

# Global unicast is 2000::/3; within it these lead elsewhere: tunnels to an IPv4 address, and documentation.
_GLOBAL: Final = IPv6Network("2000::/3")
_NOT_GLOBAL: Final = (IPv6Network("2001::/23"), IPv6Network("2002::/16"), IPv6Network("3fff::/20"))
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a network writes them that itself has IPv6 only (RFC 6052)."""
_NAME: Final = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_INNER_ENDINGS: Final = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa", ".invalid", ".test")


class PrivateAddress(Exception):
    """A host leads to an address that is not open to the world."""


def fault_of(url: str) -> str | None:
    """Return the code of what is wrong with a webhook's address as it is written, or ``None``.

    What a name leads to is looked up, and judged, at each sending: it may change at any time.
    """
    parts = _split(url)
    if parts is None or not parts.hostname or not url.isascii() or any(sign <= " " for sign in url):
        return "webhook_url_well_formed"
    if parts.username is not None or parts.password is not None or "#" in url or not _is_host(parts.hostname):
        return "webhook_url_well_formed"
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOK_PRIVATE_ADDRESSES):
        return "webhook_url_https"
    if settings.WEBHOOK_PRIVATE_ADDRESSES:
        return None
    if port_of(parts) not in settings.WEBHOOK_PORTS:
        return "webhook_url_port"
    return None if _may_be_public(parts.hostname) else "webhook_url_public"


def port_of(parts: SplitResult) -> int:
    """Return the port of an address, the scheme's own where none is written."""
    usual = 443 if parts.scheme == "https" else 80
    return usual if parts.port is None else parts.port


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Look a host up and return its addresses. Raises ``PrivateAddress`` if any must not be sent to, or ``OSError``.

    Whoever connects uses what is returned here and does not look the name up again.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    texts = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not texts or not all(may_be_sent_to(text) for text in texts):
        raise PrivateAddress
    return texts


def may_be_sent_to(text: str) -> bool:
    """Say whether messages may go to an address: one of the world; one's own machine and network only by a setting."""
    try:
        address = _inner(ip_address(text))
    except ValueError:
        # An address with a zone is of one network only.
        return False
    if is_public(address):
        return True
    return bool(settings.WEBHOOK_PRIVATE_ADDRESSES) and _is_of_ones_own(address)


def is_public(address: IPAddress) -> bool:
    """Say whether an address is open to the world, whichever way it is written."""
    address = _inner(address)
    if address.is_multicast or not address.is_global:
        return False
    if isinstance(address, IPv6Address):
        return address in _GLOBAL and not any(address in network for network in _NOT_GLOBAL)
    return True


def _inner(address: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 one stands for, where it stands for one."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_of_ones_own(address: IPAddress) -> bool:
    unusable = address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved
    return address.is_loopback or (address.is_private and not unusable)


def _is_host(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return len(text) <= 253 and _NAME.fullmatch(text) is not None
    # With a zone it is one of this machine's own links.
    return getattr(address, "scope_id", None) is None


def _may_be_public(host: str) -> bool:
    try:
        return is_public(ip_address(host))
    except ValueError:
        pass
    name = host.lower()
    last = name.rpartition(".")[2]
    # 127.1, 2130706433 and 0x7f000001 are read as addresses by some: no name of the world ends like them.
    return "." in name and not last[:1].isdigit() and not name.endswith(_INNER_ENDINGS)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        port_of(parts)
    except ValueError:
        return None
    return parts
