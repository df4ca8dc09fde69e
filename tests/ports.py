"""Ports that a test may name before anybody listens there.

They lie below those that the system hands out by itself: between the choice and the server's start no outgoing connection
can take one, nor can one that is freed for a moment by a restart. Each process of a run has a stretch of its own.
"""

import os
import re
import socket
from collections.abc import Iterator

FIRST, A_STRETCH, STRETCHES = 20_000, 500, 20


def _ports() -> Iterator[int]:
    worker = re.search(r"\d+$", os.environ.get("PYTEST_XDIST_WORKER", ""))
    stretch = (int(worker[0]) + 1 if worker else 0) % STRETCHES
    start = FIRST + stretch * A_STRETCH
    at = os.getpid()  # two runs on one machine do not begin at the same
    while True:
        yield start + at % A_STRETCH
        at += 1


_next = _ports()


def free_port(host: str = "127.0.0.1") -> int:
    """A port on which nobody listens now and which is not given twice until all others of the stretch were."""
    for _try in range(A_STRETCH):
        port = next(_next)
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
        return port
    raise OSError(f"no free port among {A_STRETCH}")
