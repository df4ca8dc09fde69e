"""What is written down: settings in the README, letters in two forms, nothing of anybody's machine in the source."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LETTERS = ROOT / "portal" / "templates" / "letters"


def tracked() -> list[Path]:
    """Text files under version control; in an unpacked archive, every source file."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        paths = [ROOT / name for name in listed.stdout.splitlines()]
    else:
        paths = [
            path
            for folder in ("portal", "tests", "docs", "seed", "bench")
            for path in (ROOT / folder).rglob("*")
        ]
    return [
        path for path in paths if path.is_file() and path.suffix not in (".png", ".jpg", ".ico", ".woff2")
    ]


def test_every_setting_is_documented_in_the_readme() -> None:
    used = set()
    for path in (ROOT / "portal").rglob("*.py"):
        used |= set(re.findall(r'"(PORTAL_[A-Z_]+|PORT)"', path.read_text()))
    readme = (ROOT / "README.md").read_text()
    missing = {name for name in used if f"`{name}`" not in readme}
    assert used
    assert not missing, f"add these to the README's table of settings: {sorted(missing)}"


def test_every_letter_has_text_and_html() -> None:
    texts = {path.with_suffix("") for path in LETTERS.rglob("*.txt")}
    pages = {
        path.with_suffix("") for path in LETTERS.rglob("*.html") if not path.name.startswith(("base", "_"))
    }
    assert texts
    assert texts ^ pages == set() or all(path.name == "base" for path in texts ^ pages), (
        f"write the other half of: {sorted(str(path.relative_to(LETTERS)) for path in texts ^ pages)}"
    )


def test_nothing_in_the_source_points_outside_it() -> None:
    """No path of a machine, no folder beside the checkout but the one named for test data, no registry's address."""
    forbidden = re.compile(r"/(?:home|root|Users|work|farm)/\w|\bindex-url\b|\.\./shared\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if forbidden.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_generated_or_private_file_is_tracked() -> None:
    private = re.compile(r"(^|/)(var|\.venv)/|\.(db|db-wal|db-shm|key|keys|pem)$|(^|/)\.env$")
    names = [str(path.relative_to(ROOT)) for path in tracked()]
    assert not [name for name in names if private.search(name)]
