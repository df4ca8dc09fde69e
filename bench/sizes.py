"""Search over made-up directories of several sizes: written, indexed, asked in process and over HTTP, indexed again.

.venv/bin/python -m bench.sizes 2k,20k
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import building, in_process, served
from bench.apart import apart
from bench.generator import count_of
from bench.goals import Row, at_most, closing, show

GROWTH = 8  # p95 of ten times the listings, at most so many times as long


def run(home: Path, named: str) -> Iterator[Row]:
    """Rows as they are measured; each size in a folder of its own, smallest first."""
    p95: dict[int, float] = {}
    for size in sorted(count_of(name) for name in named.split(",") if name.strip()):
        place = home / f"{size // 1000}k"
        place.mkdir(parents=True)
        yield Row(f"-- {size:,} listings", "")
        yield from building.prepare(place, size)
        rows, p95[size] = apart(in_process.measure, place, size)
        yield from rows
        yield from in_process.two_processes(place)
        yield from served.measure(place, size)
        yield from building.again(place, size)
    if 20_000 in p95 and 200_000 in p95:
        yield at_most("search p95 at 200k / at 20k", p95[200_000] / p95[20_000], GROWTH)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(closing(show(run(Path(folder), sys.argv[1] if len(sys.argv) > 1 else "2k"))))
