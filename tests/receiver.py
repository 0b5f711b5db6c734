"""A partner's system that takes webhooks: it keeps what comes, and answers what a test tells it to."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass
class Receiver:
    """What came, and what is answered next: a status, or a function that is given the handler."""

    url: str = ""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    otherwise: Any = 204

    def verified(self, secret: str) -> list[Any]:
        """Return every message, each with a signature of the secret that holds."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.came]

    @property
    def ids(self) -> list[str]:
        """The id of each message that came."""
        return [headers["webhook-id"] for headers, _ in self.came]


def slowly(seconds: float, status: int = 204) -> Any:
    """Return an answer that is begun late."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        handler.send_response(status)
        handler.end_headers()

    return answer


def with_headers(status: int, headers: Mapping[str, str], body: bytes = b"") -> Any:
    """Return an answer with headers and a body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def raw(*pieces: bytes, pause: float = 0.0) -> Any:
    """Return an answer of these very bytes, with a pause after each piece."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            time.sleep(pause)
        handler.close_connection = True

    return answer


@contextmanager
def receiving(*, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listen on a free port of this machine while the block runs; over TLS with a context that has a certificate."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            answer = receiver.answers.pop(0) if receiver.answers else receiver.otherwise
            try:
                if callable(answer):
                    answer(self)
                else:
                    self.send_response(answer)
                    self.end_headers()
            except OSError:
                # The other side did not wait for the end.
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhooks/oic"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        receiver.url = f"https://localhost:{server.server_port}/webhooks/oic"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
