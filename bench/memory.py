"""What an idle install holds in memory, how fast it is up, and how heavy a page is on the wire.

Memory is PSS (shared pages counted once) summed over all processes of `portal serve --demo`, the worker included.
"""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.ports import free_port

PAGES = ("/", "/search?q=shelter&near=37203", "/search?care=detox&pay=medicaid&near=37203")
COMMAND = [sys.executable, "-m", "portal.cli", "serve", "--demo"]


def run() -> list[tuple[str, str]]:
    """Rows of (what, figure)."""
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        environ = os.environ | {"PORTAL_HOME": home, "PORT": str(port), "PORTAL_DATABASE_URL": ""}
        rows = []
        for what in ("first start, planting the demonstration", "second start"):
            began = time.perf_counter()
            with (Path(home) / "log").open("ab") as log:
                process = subprocess.Popen(COMMAND, env=environ, stdout=log, stderr=log)
            try:
                wait_until_up(port, process)
                rows.append((what, f"{time.perf_counter() - began:.1f} s"))
                if what == "second start":
                    rows += measure(process, port)
            finally:
                process.terminate()
                process.wait(30)
    return rows


def measure(process: subprocess.Popen[bytes], port: int) -> list[tuple[str, str]]:
    time.sleep(5)  # the worker has had its first turn
    idle = memory(process.pid)
    rows = [(f"memory idle, {len(idle)} processes (PSS)", f"{sum(idle) / 1e6:.0f} MB")]
    for page in PAGES:
        plain, packed = fetch(port, page, "identity"), fetch(port, page, "br")
        rows.append(
            (
                f"page {page.partition('?')[0]} ({page.partition('?')[2] or 'start'})",
                f"{packed:,} B brotli, {plain:,} B plain",
            )
        )
    used = memory(process.pid)
    rows.append(("memory after these pages (PSS)", f"{sum(used) / 1e6:.0f} MB"))
    return rows


def memory(pid: int) -> list[int]:
    """PSS in bytes of a process and all below it."""
    parent = psutil.Process(pid)
    return [each.memory_full_info().pss for each in (parent, *parent.children(recursive=True))]


def wait_until_up(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            fetch(port, "/health", "identity")
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the server ended")


def fetch(port: int, path: str, encoding: str) -> int:
    """Bytes of the body as they travel."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": encoding})
    size = len(connection.getresponse().read())
    connection.close()
    return size


if __name__ == "__main__":
    for what, figure in run():
        print(f"{what:60} {figure}")
