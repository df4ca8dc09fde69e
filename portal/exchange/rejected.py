"""The CSV of rejected rows: `file, row, reason`, safe to open in a spreadsheet."""

import csv
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from portal.exchange.intake.records import Rejected

RISKY = "=+-@\t\r\n|%"


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before a risky first character, full-width ones too.

    Taking that one apostrophe away gives the text back.
    """
    first = unicodedata.normalize("NFKC", text.lstrip())[:1] if text else ""
    return (
        f"'{text}" if text[:1] in tuple(RISKY) or (first and first in RISKY) or text.startswith("'") else text
    )


def write_report(path: Path, rejected: Iterable[Rejected]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "row", "reason"])
        writer.writerows([safe_cell(row.file), row.row, safe_cell(row.reason)] for row in rejected)
