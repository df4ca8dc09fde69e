"""`make bench`: every measurement on this machine, in one table. `BENCH=search,memory` runs some of them."""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask_migrate import upgrade

from bench import importing, memory, pages, referrals, relevance, search
from portal import create_app
from seed import plant
from tests.conftest import settings_for

Rows = list[tuple[str, str]]


def main() -> int:
    """One part that fails says so and does not stop the others; then exit 1."""
    wanted = os.environ.get("BENCH", "importing,search,relevance,pages,referrals,memory").split(",")
    failed = False
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {time.strftime('%F')}, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        parts: dict[str, Callable[[], Rows]] = {
            "importing": lambda: importing.run(home),
            "search": lambda: searching(home),
            "relevance": lambda: relevance.run(home / "relevance"),
            "pages": lambda: pages.run(home),
            "referrals": referrals.run,
            "memory": memory.run,
        }
        for name in wanted:
            began = time.perf_counter()
            print(f"\n{name}", flush=True)
            try:
                for what, figure in parts[name]():
                    print(f"  {what:58} {figure}", flush=True)
            except Exception as error:
                failed = True
                print(f"  not measured: {type(error).__name__}: {error}", flush=True)
            print(f"  ({time.perf_counter() - began:.0f} s)", flush=True)
    return int(failed)


def searching(home: Path) -> Rows:
    """The questions asked of what was imported; without the workbooks, of the demonstration."""
    app = create_app(settings_for(home))
    with app.app_context():
        upgrade()
        if not importing.books():
            plant(None, "only for measuring")
    return search.run(app)


if __name__ == "__main__":
    sys.exit(main())
