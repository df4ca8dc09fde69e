"""A light browser: requests made beforehand, raw keep-alive sockets, one thread. Run it in a process of its own.

It answers with what it measured and with what it cost itself, so that the client is never mistaken for the server.
"""

import selectors
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple

ENOUGH = 65536
GOOD = (200, 422)  # an answer, or a place that is not known


class Driven(NamedTuple):
    """Milliseconds of every request in the order finished, seconds in all, seconds of the client's own processor."""

    times: list[float]
    seconds: float
    own: float
    errors: int

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds


def drive(
    port: int, paths: Sequence[str], clients: int = 1, rounds: int = 1, encoding: str = "identity"
) -> Driven:
    """Each client asks all paths, `rounds` times, each from another place in the list, one request after the other."""
    requests = [request_of(port, path, encoding) for path in paths]
    lines = [_Line(port, requests, at * len(paths) // clients, rounds * len(paths)) for at in range(clients)]
    began, own = time.perf_counter(), time.process_time()
    if clients == 1:
        lines[0].run()
    else:
        _run_all(lines)
    seconds, own = time.perf_counter() - began, time.process_time() - own
    for line in lines:
        line.socket.close()
    return Driven([t for line in lines for t in line.times], seconds, own, sum(line.errors for line in lines))


def drive_until(stop, port: int, paths: Sequence[str], pause: float = 0.0) -> Driven:  # type: ignore[no-untyped-def]
    """One client until `stop` is set. A connection that breaks is an error and is made anew."""
    requests = [request_of(port, path) for path in paths]
    times: list[float] = []
    errors, at, line = 0, 0, None
    began, own = time.perf_counter(), time.process_time()
    while not stop.is_set():
        try:
            line = line or _Line(port, requests, 0, 0)
            started = time.perf_counter()
            errors += line.ask(requests[at % len(requests)]) not in GOOD
            times.append((time.perf_counter() - started) * 1000)
        except OSError:
            errors, line = errors + 1, None
            time.sleep(0.01)
        at += 1
        if pause:
            time.sleep(pause)
    return Driven(times, time.perf_counter() - began, time.process_time() - own, errors)


def request_of(port: int, path: str, encoding: str = "identity") -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: {encoding}\r\nAccept: */*\r\n\r\n"
    ).encode()


class _Line:
    """One connection and how far its client has come."""

    def __init__(self, port: int, requests: Sequence[bytes], first: int, count: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests, self.at, self.left = requests, first, count
        self.times: list[float] = []
        self.errors = 0
        self.got = bytearray()
        self.began = 0.0

    def run(self) -> None:
        while self.left:
            self.send()
            while not self.take():
                pass

    def send(self) -> None:
        self.began = time.perf_counter()
        self.socket.sendall(self.requests[self.at % len(self.requests)])
        self.at += 1
        self.left -= 1

    def take(self) -> bool:
        """Read what has come; True when the answer is whole."""
        self._read()
        end = _end_of(self.got)
        if end is None:
            return False
        self.times.append((time.perf_counter() - self.began) * 1000)
        self.errors += _status(self.got) not in GOOD
        del self.got[:end]
        return True

    def ask(self, request: bytes) -> int:
        """One request apart from the list; its status."""
        self.socket.sendall(request)
        while (end := _end_of(self.got)) is None:
            self._read()
        status = _status(self.got)
        del self.got[:end]
        return status

    def _read(self) -> None:
        some = self.socket.recv(ENOUGH)
        if not some:
            raise ConnectionError("the server closed the connection")
        self.got += some


def _run_all(lines: list[_Line]) -> None:
    with selectors.DefaultSelector() as selector:
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.send()
        busy = len(lines)
        while busy:
            for key, _events in selector.select():
                line: _Line = key.data
                if line.take():
                    if line.left:
                        line.send()
                    else:
                        selector.unregister(line.socket)
                        busy -= 1


def _status(got: bytearray) -> int:
    return int(got[9:12])


def _end_of(got: bytearray) -> int | None:
    """Where the answer ends, None while more must come. Raises ValueError where the server does not say how long it is."""
    head = got.find(b"\r\n\r\n")
    if head < 0:
        return None
    at = bytes(got[:head]).lower().find(b"content-length:")
    if at < 0:
        raise ValueError("an answer without a length")
    end = head + 4 + int(got[at + 15 : got.find(b"\r\n", at)])
    return end if len(got) >= end else None
