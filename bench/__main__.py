"""`make bench`: every measurement on this machine, in one table. `BENCH=search,memory` runs some of them."""

import importlib
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from bench import memory, referrals, search
from portal import create_app
from portal.config import read_settings
from seed import plant

Rows = list[tuple[str, str]]


def importing(app: Flask) -> Rows:
    """The official workbooks into this app, where they are at hand; leaves the listings for the search to be measured on."""
    return list(importlib.import_module("bench.importing").run(app))


def main() -> int:
    """One part that fails says so and does not stop the others; then exit 1."""
    wanted = os.environ.get("BENCH", "importing,search,referrals,memory").split(",")
    failed = False
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {time.strftime('%F')}"
    )
    with tempfile.TemporaryDirectory() as home:
        app = create_app(read_settings({"PORTAL_HOME": str(Path(home))}))
        with app.app_context():
            upgrade()
            plant(None, "only for measuring")
        parts: dict[str, Callable[[], Rows]] = {
            "importing": lambda: importing(app),
            "search": lambda: search.run(app),
            "referrals": referrals.run,
            "memory": memory.run,
        }
        for name in wanted:
            print(f"\n{name}", flush=True)
            try:
                for what, figure in parts[name]():
                    print(f"  {what:58} {figure}", flush=True)
            except Exception as error:
                failed = True
                print(f"  not measured: {type(error).__name__}: {error}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
