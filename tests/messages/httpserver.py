"""A real HTTP server on this machine that stands in for a provider of texts or a push service, and can misbehave."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.ports import free_port


@dataclass
class Asked:
    """One request, as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class HttpServer:
    """Answers each POST with the next of `answers`, then always with `usual`.

    An answer is (status, body), or `drop` (hangs up), `wait` (silent until the end of the test), `drip` (a byte now and then),
    `flood` (a body without end), `away` (a redirect to this server's /elsewhere).
    """

    usual: tuple[int, str] = (200, "{}")
    answers: list[Any] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> "HttpServer":
        self.port = free_port()
        self.over = threading.Event()
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                mine.asked.append(Asked(self.path, dict(self.headers), body))
                mine.answer(self, mine.answers.pop(0) if mine.answers else mine.usual)

            def log_message(self, *_said: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, to: BaseHTTPRequestHandler, how: Any) -> None:
        if how == "drop":
            to.connection.close()
        elif how == "wait":
            self.over.wait(30)
        elif how == "away":
            to.send_response(302)
            to.send_header("Location", f"{self.url}/elsewhere")
            to.send_header("Content-Length", "0")
            to.end_headers()
        elif how in ("drip", "flood"):
            self._endless(to, b"x" if how == "drip" else b"x" * 65536)
        else:
            status, text = how
            to.send_response(status)
            to.send_header("Content-Type", "application/json")
            to.send_header("Content-Length", str(len(text)))
            to.end_headers()
            to.wfile.write(text.encode())

    def _endless(self, to: BaseHTTPRequestHandler, part: bytes) -> None:
        to.send_response(200)
        to.end_headers()
        try:
            while not self.over.wait(0.05 if len(part) == 1 else 0):
                to.wfile.write(part)
        except OSError:
            return
