"""`make bench`: every measurement on this machine, in one table; each goal with "pass" or "falls short".

`SIZES=2k,20k,200k` names the sizes of made-up directories (2k,20k), `BENCH=sizes,memory` runs some of the parts, `LOAD=1`
keeps one processor busy beside, to see what remains of it on a machine that others use; `CALLS=` how many calls the part
`figures` reports on (1,000,000).
"""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from bench import (
    exchange,
    facilities,
    figures,
    importing,
    memory,
    packages,
    pages,
    referrals,
    relevance,
    search,
    second,
    sizes,
)
from bench.apart import Beside, busy
from bench.goals import Row, closing, show

PARTS = "importing,exchange,packages,search,facilities,sizes,second,relevance,pages,referrals,figures,memory"


def main() -> int:
    """One part that fails says so and does not stop the others; then exit 1. A goal that is missed is only said."""
    wanted = os.environ.get("BENCH") or PARTS
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {time.strftime('%F')}, "
        f"load {os.getloadavg()[0]:.1f}{', one busy process beside' if _loaded() else ''}"
    )
    held: list[Row] = []
    failed = False
    with tempfile.TemporaryDirectory() as folder, _load():
        parts = _parts(Path(folder))
        for name in wanted.split(","):
            began = time.perf_counter()
            print(f"\n{name}", flush=True)
            try:
                held += show(parts[name]())
            except Exception as error:
                failed = True
                print(f"  not measured: {type(error).__name__}: {error}", flush=True)
            print(f"  ({time.perf_counter() - began:.0f} s)", flush=True)
    print(closing(held), flush=True)
    return int(failed)


def _parts(home: Path) -> dict[str, Callable[[], Iterable[tuple[str, ...]]]]:
    return {
        "importing": lambda: importing.run(home),
        "packages": lambda: packages.run(home / "packages"),
        "exchange": lambda: exchange.run(home),
        "search": lambda: search.run(home),
        "facilities": lambda: facilities.run(home),
        "sizes": lambda: sizes.run(home / "sizes", os.environ.get("SIZES") or "2k,20k"),
        "second": lambda: second.run(home / "second"),
        "relevance": lambda: relevance.run(home / "relevance"),
        "pages": lambda: pages.run(home),
        "referrals": referrals.run,
        "figures": lambda: figures.run(home / "figures"),
        "memory": memory.run,
    }


def _loaded() -> bool:
    return os.environ.get("LOAD", "") not in ("", "0")


def _load() -> AbstractContextManager[Any]:
    return Beside(busy) if _loaded() else nullcontext()


if __name__ == "__main__":
    sys.exit(main())
