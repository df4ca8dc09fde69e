"""A table of somebody else's, for a steward: its columns picked once, looked at, kept, and used with every new file."""

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import exchange
from portal.store import Refused
from portal.web.gates import actor, gate

blueprint = Blueprint("tables", __name__)

LARGEST = (
    1024 * 1024
)  # bytes; what a form may hold elsewhere is a sixteenth of it, and a file is read through the same buffer
SHOWN = 20  # rejected rows on the page; all of them are with the import
PICKS = {
    "key": _l("The row's own key (needed)"),
    "organization": _l("Organization (needed)"),
    "site": _l("Name of the place"),
    "service": _l("Name of the service"),
    "description": _l("What they do"),
    "eligibility": _l("Who can come"),
    "fees": _l("What it costs"),
    "street": _l("Street"),
    "suite": _l("Suite"),
    "city": _l("City"),
    "state": _l("State"),
    "zip": _l("ZIP code"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "phone": _l("Phone"),
    "email": _l("E-mail"),
    "website": _l("Website"),
    "hours": _l("Hours"),
}


@blueprint.url_value_preprocessor
def take_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A table may be larger than any other form."""
    if endpoint == "tables.table":
        request.max_form_memory_size = LARGEST


@blueprint.get("/steward/tables")
@gate("table.import")
def tables() -> ResponseReturnValue:
    """Kept mappings, and a file to begin with."""
    return _page()


@blueprint.post("/steward/tables")
@gate("table.import")
def table() -> ResponseReturnValue:
    """look: the file's columns and first rows; check: what would come of it; keep: the mapping; take: take it in."""
    press, file = request.form.get("press", "look"), request.files.get("file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(file.read() if file else b"")
        try:
            seen = exchange.look_at(path)
            if press == "look":
                return _page(seen=seen, picked=exchange.guess_columns(seen.header))
            text = _mapping()
            if press == "keep":
                flash(
                    _(
                        "Kept. Use it with the next file too: %(name)s",
                        name=exchange.keep_mapping(actor(), text),
                    )
                )
                return redirect(url_for("tables.tables"), 303)
            result = exchange.import_table(
                actor(), path, exchange.read_mapping(text), dry_run=press != "take"
            )
        except exchange.BadPackage as bad:
            return _page(page_error=str(bad), picked=_picked()), 422
        except Refused as refused:
            return _page(page_error=refused.reason, picked=_picked(), seen=seen), 422
    if press == "take":
        flash(_("Taken in: %(created)s new, %(updated)s changed, %(rejected)s refused.", **result.counts))
        return redirect(url_for("steward.rejected", run_id=result.run_id), 303)
    return _page(seen=seen, picked=_picked(), result=result)


def _mapping() -> str:
    """The kept one that was chosen, else made from the picked columns."""
    kept = request.form.get("kept", "")
    if not kept:
        return exchange.build_mapping(" ".join(request.form.get("name", "").split())[:100], _picked())
    text = exchange.mapping_text(kept)
    if text is None:
        raise Refused(_("There is no such mapping any more."), "kept")
    return text


def _picked() -> dict[str, str]:
    return {pick: request.form.get(f"column-{pick}", "")[:200] for pick in PICKS}


def _page(**more: object) -> str:
    values = {"seen": None, "picked": {}, "result": None, **more}
    return render_template(
        "steward/tables.html",
        kept=exchange.kept_mappings(),
        picks=PICKS,
        name=request.form.get("name", ""),
        chosen=request.form.get("kept", ""),
        most=SHOWN,
        **values,
    )
