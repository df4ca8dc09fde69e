"""Imports only go downstairs. The dict is docs/architecture.md's picture; change both together."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PORTAL = ROOT / "portal"
FLOORS = {
    "store": 0,
    "geo": 1,
    "messages": 1,
    "directory": 2,
    "accounts": 3,
    "search": 3,
    "referrals": 4,
    "programs": 5,
    "outcomes": 6,
    "exchange": 6,
    "config": 6,
    "logs": 6,
    "web": 7,
    "worker": 7,
    "serve": 8,
    "cli": 9,
}
# The two places that see every floor, and what they need of the top one.
SEES_ALL = {"portal/__init__.py", "portal/store/migrations/env.py"}
# Settings are read before anything stands; sealed keys are parsed there.
FORBIDDEN_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "services",
    "manager",
    "managers",
    "common",
    "misc",
}


def sources() -> list[Path]:
    return sorted(path for path in PORTAL.rglob("*.py") if "versions" not in path.parts)


def room_of(path: Path) -> str:
    return path.relative_to(PORTAL).parts[0].removesuffix(".py")


def imported_rooms(node: ast.AST) -> list[str]:
    """Rooms of the portal that one import statement names."""
    if isinstance(node, ast.Import):
        return [name.name.split(".")[1] for name in node.names if name.name.startswith("portal.")]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        if node.module == "portal":
            return [name.name for name in node.names if name.name in FLOORS]
        if node.module.startswith("portal."):
            return [node.module.split(".")[1]]
    return []


def test_rooms_import_only_rooms_below_them() -> None:
    wrong = []
    for path in sources():
        name = str(path.relative_to(ROOT))
        if name in SEES_ALL:
            continue
        here = room_of(path)
        for node in ast.walk(ast.parse(path.read_text())):
            for room in imported_rooms(node):
                if room != here and FLOORS[room] >= FLOORS[here]:
                    wrong.append(
                        f"{name}:{node.lineno} imports {room} (floor {FLOORS[room]}) from floor {FLOORS[here]}"
                    )  # type: ignore[attr-defined]
    assert not wrong, "imports go downstairs only; move the verb down, or hand the value in:\n" + "\n".join(
        wrong
    )


def test_every_room_stands_on_a_floor() -> None:
    rooms = {room_of(path) for path in sources() if path.parent != PORTAL or path.name != "__init__.py"}
    assert rooms <= set(FLOORS), (
        f"give these a floor in FLOORS and in docs/architecture.md: {rooms - set(FLOORS)}"
    )


def test_no_import_of_the_portal_hides_inside_a_function() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if imported_rooms(node)
    ]
    assert not hidden, "an import inside a function hides a cycle; change the design:\n" + "\n".join(hidden)


def touches_database(parts: list[str]) -> bool:
    """Whether the file of this dotted name reads or writes: it has the session, or `write`, from the store."""
    path = ROOT.joinpath(*parts)
    text = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
    return bool(re.search(r"^from portal\.store import .*\b(db|write)\b", text, re.MULTILINE))


def test_a_room_is_entered_by_its_front_door_or_its_models() -> None:
    """From another room: `portal.<room>`, `portal.<room>.models`, and files that touch no database (words, rules)."""
    open_rooms = {"store", "config", "logs"}
    wrong = []
    for path in sources():
        name = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("portal."):
                continue
            parts = str(node.module).split(".")
            if name in SEES_ALL or parts[1] in open_rooms or parts[1] == room_of(path) or len(parts) == 2:
                continue
            if parts[2] != "models" and touches_database(parts):
                wrong.append(f"{name}:{node.lineno} reaches into {node.module}")
    assert not wrong, "list the verb in the room's __init__.py and import it from there:\n" + "\n".join(wrong)


def test_the_database_is_opened_by_one_library() -> None:
    """Two SQLites in one process take each other's locks away: closing a file lets go of all that the process held on it."""
    own_file = {
        "portal/store/database.py",
        "portal/exchange/intake/spool.py",
    }  # chooses the library; never opens ours
    others = [
        str(path.relative_to(ROOT))
        for path in [*sources(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
        if re.search(r"^\s*(import|from) (sqlite3|pysqlite3)\b", path.read_text(), re.MULTILINE)
    ]
    assert set(others) <= own_file, f"ask store.sqlite_module(): {others}"


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [str(path.relative_to(ROOT)) for path in sources() if path.stem in FORBIDDEN_NAMES]
    assert not vague, f"name the file after what it holds: {vague}"


def test_files_and_functions_fit_in_a_head() -> None:
    """A function fits a screen (60 lines), a file holds one story (400). The yardsticks are the house's own."""
    long = []
    for path in sources():
        text = path.read_text()
        if len(text.splitlines()) > 400:
            long.append(f"{path.relative_to(ROOT)}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 60:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines")
    assert not long, "split these where they hold two stories:\n" + "\n".join(long)
