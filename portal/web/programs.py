"""The programs that the reader works in, and the page of one with all that it has for them."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal import programs as p
from portal.programs.models import ResponseProgram
from portal.web.gates import actor, gate

blueprint = Blueprint("programs", __name__)


@dataclass(frozen=True)
class Module:
    """A part of a program with pages of its own. endpoint: of its first page; it takes `program_id`, unless `alone`. kinds: who is
    led there, as `programs.seen_as` says (empty: everybody who works in the program). Who may is asked again behind the door."""

    label: LazyString
    endpoint: str
    kinds: frozenset[str] = frozenset()
    alone: bool = False
    words: LazyString | str = ""


WATCHING = frozenset(("steward", "evaluator"))  # who sees a program without working in it
# The modules that a preset names (`modules:`), and three that each has by what is in it: tasks (it has follow-ups), reports (it
# has metrics), and setup. In the order of the page.
MODULES: dict[str, tuple[Module, ...]] = {
    "encounters": (Module(_l("Calls"), "encounters.encounters"),),
    "dispatch": (
        Module(_l("Send or ask the team"), "dispatching.card"),
        Module(_l("Requests"), "dispatching.of_team"),
        Module(_l("Roster"), "rosters.roster"),
        Module(
            _l("Places on the card"),
            "rosters.places",
            frozenset(("supervisor", "dispatch", "liaison", "steward")),
        ),
    ),
    "drop_off": (Module(_l("At the door"), "drop_offs.drop_offs"),),
    "care_watch": (Module(_l("Care watch"), "care_watch.care_watch"),),
    "tasks": (Module(_l("Tasks"), "tasks.of_program"),),
    "flags": (Module(_l("For a social worker"), "outreach.flags", frozenset(("police", "supervisor"))),),
    "outreach": (Module(_l("Outreach days"), "outreach.days"),),
    "lone": (Module(_l("Out alone"), "check_ins.check_ins", alone=True),),
    "composer": (
        Module(_l("Liaison's inbox"), "program_liaison.inbox", frozenset(("liaison", "supervisor"))),
    ),
    "weather": (
        Module(
            _l("Extreme weather"), "program_liaison.weather", frozenset(("dispatch", "liaison", "supervisor"))
        ),
    ),
    "cases": (
        Module(_l("Cases"), "cases.cases", frozenset(("case_manager", "health"))),
        Module(_l("Met often"), "cases.frequent", frozenset(("case_manager", "health", "supervisor"))),
    ),
    "family": (Module(_l("Family line"), "family_line.notes", frozenset(("advocate", "liaison", "peer"))),),
    "care_requests": (Module(_l("Requests of services"), "care_requests.requests"),),
    "engagement": (Module(_l("From the scene into care"), "engagements.engagements"),),
    "conference": (Module(_l("Case conference"), "conferences.conferences"),),
    "profiles": (
        Module(_l("Profile of a call"), "profile_looks.looks", frozenset(("dispatch", "police"))),
        Module(_l("Delete a profile"), "profile_looks.removals", frozenset(("liaison", "supervisor"))),
    ),
    "victims": (Module(_l("What was needed"), "victims.needs", frozenset(("advocate",))),),
    "advocates": (
        Module(_l("Advocates"), "victims.calls", frozenset(("police", "advocate", "supervisor"))),
        Module(_l("What we counted"), "victims.counts", frozenset(("advocate",))),
    ),
    "readiness": (
        Module(
            _l("Readiness"),
            "readiness.readiness",
            frozenset(("liaison", "health", "supervisor", "evaluator")),
        ),
        Module(_l("Training roster"), "readiness.roster"),
        Module(_l("Monthly totals"), "readiness.totals"),
    ),
    "reports": (
        Module(_l("Now"), "program_board.board", frozenset(("supervisor",))),
        Module(
            _l("Figures by quarter"),
            "program_reports.newest",
            frozenset(("supervisor", "evaluator", "steward")),
        ),
        Module(_l("Tables"), "program_board.tables", frozenset(("supervisor", "evaluator"))),
    ),
    "setup": (
        Module(_l("Settings"), "program_setup.settings", frozenset(("steward",))),
        Module(_l("Districts"), "program_places.districts", frozenset(("steward",))),
        Module(_l("People of the program"), "program_places.members", frozenset(("steward",))),
    ),
}


@blueprint.get("/programs")
@gate("program.read")
def programs() -> ResponseReturnValue:
    """Every program of the reader; a steward sees those that were turned off too."""
    steward = actor().has("steward")
    rows = p.programs_for(actor(), off_too=steward)
    return render_template(
        "programs/programs.html",
        rows=[(row, p.effective(row)) for row in rows],
        steward=steward,
        missing_words=p.missing_words,
    )


@blueprint.get("/programs/<uuid:program_id>")
@gate("program.read")
def program(program_id: UUID) -> ResponseReturnValue:
    """One program: what it has for this reader. 404 for who has nothing to do with it."""
    row = p.program_for(actor(), program_id)
    if row is None:
        abort(404)
    seen_as = p.seen_as(actor(), row)
    return render_template(
        "programs/program.html",
        program=row,
        preset=p.effective(row),
        modules=[each for each in modules_of(row) if each.kinds & seen_as or _works(each, seen_as)],
        roles=_roles(row),
        closed=p.redirect_words(row) if row.turned_off_at else "",
        weather=p.weather_is_on(row),
        missing=p.missing_words(row) if p.is_missing(row) else "",
    )


def modules_of(row: ResponseProgram) -> list[Module]:
    """What the program has, in the order of MODULES."""
    preset = p.effective(row)
    has = {"setup", *preset.modules}
    has |= {"tasks"} if preset.follow_ups else set()
    has |= {"reports"} if preset.metrics else set()
    return [module for code, found in MODULES.items() if code in has for module in found]


def _works(module: Module, seen_as: frozenset[str]) -> bool:
    return not module.kinds and bool(seen_as - WATCHING)


def _roles(row: ResponseProgram) -> list[str]:
    """The reader's roles here, in the program's own words."""
    mine = p.roles_in(actor(), row)
    return [role.label for role in p.effective(row).roles if role.code in mine]
