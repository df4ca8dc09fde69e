"""`make test`: every gate in one command. Style and types first, then all tests; pytest's own closing line is the last
line printed.

`ARGS` of make go to pytest. Tests run in two processes; those that share what is costly to make (a browser and its server,
a planted demonstration) stay together in one of them. With `COVERAGE=1 make test` it is measured which lines are run, which
takes half as long again.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable


def main(arguments: list[str]) -> int:
    for words in (["ruff", "check", "."], ["mypy"]):
        print("$", *words, flush=True)
        code = subprocess.run([PYTHON, "-m", *words], cwd=ROOT).returncode
        if code:
            return code
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    pytest = ["-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "--durations=5", *arguments]
    measured = ["-m", "coverage", "run"] if os.environ.get("COVERAGE") else []
    print("$ pytest", *pytest[2:], flush=True)
    code, closing = _run_but_hold_the_last_line([PYTHON, *measured, *pytest])
    if measured:
        subprocess.run([PYTHON, "-m", "coverage", "combine", "-q"], cwd=ROOT)
        subprocess.run([PYTHON, "-m", "coverage", "report", "--sort=cover", "--skip-covered"], cwd=ROOT)
    print(closing, end="", flush=True)
    return code


def _run_but_hold_the_last_line(command: list[str]) -> tuple[int, str]:
    """Passes the output on as it comes; returns the exit code and the last line, not yet printed."""
    held = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(held, end="", flush=True)
            held = line
    return process.returncode, held


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
