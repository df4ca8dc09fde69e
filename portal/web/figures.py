"""Published figures: for anybody, without an account and without a cookie, where a program's figures are public."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from portal.outcomes import (
    ProgramReport,
    Published,
    has_simulated,
    program_csv,
    program_workbook,
    public_programs,
    published,
    published_quarters,
    trends_of,
)
from portal.outcomes.charts import draw
from portal.outcomes.models import Snapshot
from portal.web.gates import actor, opened

blueprint = Blueprint("figures", __name__)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
QUARTER = "/figures/<uuid:program_id>/<string(minlength=7,maxlength=7):quarter_text>"


@blueprint.get("/figures")
@opened("published figures are for everybody")
def programs() -> str:
    """The programs that publish."""
    return render_template("figures/all.html", programs=public_programs())


@blueprint.get(QUARTER)
@opened("published figures are for everybody")
def page(program_id: UUID, quarter_text: str) -> str:
    """The newest version of a published quarter."""
    return _page(_found(program_id, quarter_text))


@blueprint.get(QUARTER + "/<int:revision>")
@opened("published figures are for everybody")
def revision(program_id: UUID, quarter_text: str, revision: int) -> str:
    """One version of it, for good."""
    return _page(_found(program_id, quarter_text, revision))


@blueprint.get(QUARTER + "/<int:revision>.csv")
@opened("published figures are for everybody")
def table(program_id: UUID, quarter_text: str, revision: int) -> ResponseReturnValue:
    found = _found(program_id, quarter_text, revision)
    return table_file(found.report, revision)


@blueprint.get(QUARTER + "/<int:revision>.xlsx")
@opened("published figures are for everybody")
def workbook(program_id: UUID, quarter_text: str, revision: int) -> ResponseReturnValue:
    found = _found(program_id, quarter_text, revision)
    return excel_file(found.report, revision)


def as_file(body: str | bytes, kind: str, name: str) -> Response:
    """A download of this name."""
    answer = Response(body, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def table_file(report: ProgramReport, revision: int | None = None) -> Response:
    """The report as CSV."""
    return as_file(program_csv(report), "text/csv", _name(report, revision, "csv"))


def excel_file(report: ProgramReport, revision: int | None = None) -> Response:
    """The report as an Excel file."""
    made = program_workbook(report, simulated=has_simulated(report.program.id))
    return as_file(made, EXCEL, _name(report, revision, "xlsx"))


def _name(report: ProgramReport, revision: int | None, ending: str) -> str:
    """Of a download; that calls were simulated stands in it, as a table has no place to say so."""
    parts = [report.program.preset, report.quarter]
    if revision is not None:
        parts.append(str(revision))
    if has_simulated(report.program.id):
        parts.append("simulated")
    return "-".join(parts) + f".{ending}"


def drawn_of(report: ProgramReport, quarters: Sequence[Snapshot]) -> dict[str, Any]:
    """The charts beside the tables of each section, its line over the published quarters, and whether calls were simulated."""
    charts = {
        section.code: [
            draw(table, f"{section.name}: {table.heading}", section.target if number == 0 else None)
            for number, table in enumerate(section.tables)
        ]
        for section in report.sections
    }
    return {
        "charts": charts,
        "trends": trends_of(report, quarters),
        "simulated": has_simulated(report.program.id),
    }


def wall_times(report: ProgramReport) -> dict[str, Any]:
    """The report's moments on the community's clock."""
    zone = ZoneInfo(report.time_zone)
    names = ("start", "end", "cut", "fixed_cut")
    return {name: getattr(report, name).astimezone(zone) for name in names}


def _page(found: Published) -> str:
    report, quarters = found.report, published_quarters(found.snapshot.program_id)
    return render_template(
        "figures/quarter.html",
        found=found,
        report=report,
        quarters=quarters,
        **drawn_of(report, [row for row in quarters if row.quarter <= report.quarter]),
        **wall_times(report),
    )


def _found(program_id: UUID, text: str, revision: int | None = None) -> Published:
    found = published(actor(), program_id, text, revision)
    if found is None:
        abort(404)
    return found
