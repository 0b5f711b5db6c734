"""The network address that a request came from, behind the proxies that are trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network

from django.conf import settings


def client_address(meta: Mapping[str, str]) -> str | None:
    """Return the caller's address, or ``None`` where there is none that can be trusted (a socket, a forged header).

    Each of ``TRUSTED_PROXY_COUNT`` proxies adds the address it saw at the right of ``X-Forwarded-For``; what stands
    further left is the caller's own claim.
    """
    proxies = int(getattr(settings, "TRUSTED_PROXY_COUNT", 0))
    if proxies:
        hops = [hop.strip() for hop in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
        text = hops[-proxies] if len(hops) >= proxies else ""
    else:
        text = str(meta.get("REMOTE_ADDR", ""))
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError:
        return None


def is_network(text: str) -> bool:
    """Say whether the text is an address or a network in CIDR form, such as ``192.0.2.0/24``."""
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def is_within(address: str | None, networks: Iterable[str]) -> bool:
    """Say whether an address lies in one of the networks; without any network every address does."""
    wanted = [ip_network(text) for text in networks]
    if not wanted:
        return True
    if address is None:
        return False
    return any(ip_address(address) in network for network in wanted)
