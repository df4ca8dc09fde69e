"""Calls put through inside the room: settled by phone, a team sent, or back to 911; and how long callers waited in all. The unit
is the request."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from portal.outcomes.program.asked import Asked, minutes_row, requests
from portal.outcomes.program.calls import part
from portal.outcomes.program.metric import Block, Metric, ProgramScope, share, value
from portal.outcomes.statistics import percentile
from portal.programs.dispatch.options import options_in
from portal.programs.dispatch.rules import hold
from portal.programs.models import Encounter, TeamRequest
from portal.store import db

FIRST = date(2026, 1, 1)
NOT_OVER = ("asked", "accepted")


def diverted(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Calls that were put through and are over: kept from the patrol by phone or by a team, or not."""
    over = [each for each in requests(scope, "transfer") if each.state not in (*NOT_OVER, "kept_out")]
    still = sum(each.state in NOT_OVER for each in requests(scope, "transfer"))
    sent = _sent(scope)
    done = sum(each.state == "done" for each in over)
    back = sum(_went_back(each) for each in over)
    rows = tuple(
        share(metric, label, number, len(over), unknown=still)
        for label, number in (
            (_("Settled by phone"), done - sent),
            (_("A team was sent"), sent),
            (_("Back to 911"), back),
            (_("The caller hung up while waiting"), sum(each.state == "dropped" for each in over)),
            (_("Ended by 911 for another reason"), len(over) - done - back - _dropped(over)),
        )
    )
    return [Block(metric.id, str(metric.name), rows, adds_up=True)]


def returns(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Why calls went back, each reason as a share of those that did."""
    back = [each for each in requests(scope, "transfer") if _went_back(each)]
    words = [(each.code, each.label) for each in options_in(scope.preset).returns]
    words.append(("refused", _("The caller did not want it, before a clinician picked up")))
    rows = tuple(
        part(metric, label, sum(each.why == code for each in back), len(back)) for code, label in words
    )
    return [Block(metric.id, str(metric.name), rows, adds_up=True)]


def waiting(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Minutes that a caller waited in all: until somebody picked up, and on the way back to 911."""
    put_through = [each for each in requests(scope, "transfer") if each.state != "kept_out"]
    waits = [
        hold(
            each.asked_at, each.accepted_at, each.returned_at, each.taken_back_at, each.ended_at, scope.cut
        ).total_seconds()
        / 60
        for each in put_through
        if each.state != "asked" and (each.state != "returned" or each.taken_back_at)
    ]
    aim = next((each.target for each in scope.preset.metrics if each.code == metric.id), None)
    rows = [
        minutes_row(metric, _("Median"), waits),
        value(metric, _("9 of 10 waited no longer than"), "minutes", percentile(waits, 0.9), len(waits)),
    ]
    if aim is not None:
        within = sum(minutes <= aim for minutes in waits)
        label = _("Waited no longer than %(minutes)s minutes", minutes=f"{aim:g}")
        rows.append(share(metric, label, within, len(waits)))
    return [Block(metric.id, str(metric.name), tuple(rows))]


def _sent(scope: ProgramScope) -> int:
    """Calls that ended with a team being asked to go."""
    sent = options_in(scope.preset).sent
    found = db.session.scalar(
        select(func.count())
        .select_from(TeamRequest)
        .join(Encounter, Encounter.id == TeamRequest.encounter_id)
        .where(
            TeamRequest.program_id == scope.program.id,
            TeamRequest.way == "transfer",
            TeamRequest.state == "done",
            TeamRequest.asked_at >= scope.start,
            TeamRequest.asked_at < scope.end,
            TeamRequest.ended_at <= scope.cut,
            Encounter.outcome == sent,
        )
    )
    return found or 0


def _went_back(each: Asked) -> bool:
    """911 has it again, or is to pick it up; also where the caller said no before anybody picked up."""
    return each.state in ("returned", "taken_back") or (each.state == "withdrawn" and each.why == "refused")


def _dropped(over: list[Asked]) -> int:
    return sum(each.state == "dropped" for each in over)


METRICS = (
    Metric(
        "calls_diverted", 1, FIRST, _l("What became of calls put through"), "request",
        _l("Calls that ended so"), _l("Calls put through to a clinician that are over"),
        _l("Calls that the card kept with 911; those still open at the data cut stand apart as unknown"), diverted,
    ),
    Metric(
        "call_returns", 1, FIRST, _l("Why calls went back to 911"), "request",
        _l("Returned calls with this reason"), _l("Calls that went back to 911"), _l("Nothing"), returns,
    ),
    Metric(
        "caller_hold", 1, FIRST, _l("How long callers waited in all"), "request",
        _l("Minutes until somebody picked up, and on the way back until 911 had the caller"),
        _l("Calls put through that were picked up, or ended"), _l("Calls that the card kept with 911"), waiting,
    ),
)  # fmt: skip
