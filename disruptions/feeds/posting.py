"""Send one message to one address: to the very address that was looked up and judged, and never anywhere else.

No redirect is followed, nothing of an answer is kept but its status, and an attempt ends at its time-out however
slowly the other side speaks.
"""

from __future__ import annotations

import logging
import re
import socket
import ssl
from collections.abc import Mapping
from time import monotonic
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from disruptions.services.webhook_deliveries import Outcome
from disruptions.vocabulary import DeliveryError
from disruptions.webhook_addresses import PrivateAddress, addresses_of, fault_of, port_of

logger = logging.getLogger(__name__)

ANSWER_LIMIT: Final = 16 * 1024
"""How much of an answer is read at most."""
DRAINED_FOR: Final = 1.0
"""Seconds for which the rest of an answer is read, so that the other side can finish saying it."""
ADDRESSES_TRIED: Final = 3

_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n")


class _NotHttp(Exception):
    """What was answered is not HTTP."""


def post(url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Send a body and return how it went; never raises for what the other side does."""
    began = monotonic()
    status, error = _post(url, headers, body, began + settings.WEBHOOK_TIMEOUT_SECONDS)
    return Outcome(status, error, round((monotonic() - began) * 1000))


def _post(url: str, headers: Mapping[str, str], body: bytes, deadline: float) -> tuple[int | None, str]:
    if fault_of(url) is not None:
        # The rules have changed since it was added.
        return None, DeliveryError.ADDRESS_NOT_ALLOWED
    parts = urlsplit(url)
    try:
        with _connected(parts, deadline) as connection:
            connection.settimeout(_left(deadline))
            connection.sendall(_request(parts, headers, body))
            return _status_of(connection, deadline), ""
    except PrivateAddress:
        # The same as for a name that there is not: which names lead inside is told to nobody outside.
        logger.warning("webhooks: %s leads to an address that is not open to the world", parts.hostname)
        return None, DeliveryError.HOST_NOT_FOUND
    except socket.gaierror:
        return None, DeliveryError.HOST_NOT_FOUND
    except ssl.SSLError:
        return None, DeliveryError.NO_SECURE_CONNECTION
    except TimeoutError:
        return None, DeliveryError.TIMED_OUT
    except _NotHttp:
        return None, DeliveryError.NOT_HTTP
    except OSError:
        return None, DeliveryError.NO_CONNECTION


def _connected(parts: SplitResult, deadline: float) -> socket.socket:
    """Connect to one of the addresses that the host has now, having judged them all."""
    host = str(parts.hostname)
    failure: OSError | None = None
    for address in addresses_of(host, port_of(parts))[:ADDRESSES_TRIED]:
        try:
            plain = socket.create_connection((address, port_of(parts)), timeout=_left(deadline))
        except OSError as error:
            failure = error
            continue
        if parts.scheme == "http":
            return plain
        try:
            plain.settimeout(_left(deadline))
            # Closing what it returns closes the plain connection too.
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise
    raise failure or OSError


def _request(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # The host as it was written, with the port if there was one.
    lines = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("ascii") + body


def _status_of(connection: socket.socket, deadline: float) -> int:
    """Read the answer's status, past any interim one, then let the other side finish."""
    read = b""
    while True:
        found = _STATUS.match(read)
        if found is not None and found[1][:1] != b"1":
            break
        end = read.find(b"\r\n\r\n") if found is not None else -1
        if end >= 0:
            read = read[end + 4 :]
            continue
        if found is None and (b"\n" in read or len(read) > ANSWER_LIMIT):
            raise _NotHttp
        if len(read) > ANSWER_LIMIT:
            raise _NotHttp
        connection.settimeout(_left(deadline))
        piece = connection.recv(4096)
        if not piece:
            raise _NotHttp
        read += piece
    _drain(connection, min(deadline, monotonic() + DRAINED_FOR))
    return int(found[1])


def _drain(connection: socket.socket, deadline: float) -> None:
    read = 0
    try:
        while read < ANSWER_LIMIT:
            connection.settimeout(_left(deadline))
            piece = connection.recv(4096)
            if not piece:
                return
            read += len(piece)
    except OSError:
        # The status is all that was wanted.
        return


def _left(deadline: float) -> float:
    """Return the seconds until the deadline. Raises ``TimeoutError`` when there are none."""
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
