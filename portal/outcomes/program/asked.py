"""Requests to a team: who asked, what became of them, how long each step took, and what the card kept out. The unit is the
request. As known at the cut: a step that was taken later has not been taken yet.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.outcomes.measures import Row
from portal.outcomes.program.calls import part
from portal.outcomes.program.metric import Block, Metric, ProgramScope, share, value
from portal.outcomes.statistics import percentile
from portal.programs.dispatch.options import DispatchOptions, options_in
from portal.programs.dispatch.rules import OPEN, STATES
from portal.programs.models import TeamRequest
from portal.programs.preset import length
from portal.programs.rules import SOURCES
from portal.store import db

FIRST = date(2026, 1, 1)
COLUMNS = (
    "way", "source", "state", "why", "means", "assigned_to", "task_id", "asked_at", "accepted_at", "en_route_at",
    "on_scene_at", "returned_at", "taken_back_at", "custody_at", "ended_at",
)  # fmt: skip
ENDED = ("done", "refused", "withdrawn", "nobody")


@dataclass(frozen=True)
class Asked:
    """One request as it stood at the cut. state: one of STATES; what came later is None."""

    way: str
    source: str
    state: str
    why: str
    means: str
    named: bool
    held: bool
    asked_at: datetime
    accepted_at: datetime | None
    en_route_at: datetime | None
    on_scene_at: datetime | None
    returned_at: datetime | None
    taken_back_at: datetime | None
    custody_at: datetime | None
    ended_at: datetime | None


def requests(scope: ProgramScope, way: str) -> tuple[Asked, ...]:
    """The scope's requests of one way; one SELECT, once a report."""
    known = scope.known.get("requests")
    if known is None:
        rows = db.session.execute(
            select(*(getattr(TeamRequest, name) for name in COLUMNS)).where(
                TeamRequest.program_id == scope.program.id,
                TeamRequest.asked_at >= scope.start,
                TeamRequest.asked_at < scope.end,
                TeamRequest.asked_at <= scope.cut,
            )
        )
        scope.known["requests"] = known = tuple(_as_known(row, scope.cut) for row in rows)
    return tuple(each for each in known if each.way == way)


def ends(metric: Metric, scope: ProgramScope) -> list[Block]:
    """What became of those that passed the card."""
    passed = [each for each in requests(scope, "dispatch") if each.state != "kept_out"]
    over = [each for each in passed if each.state not in OPEN]
    rows = tuple(
        share(
            metric,
            str(STATES[state]),
            _number(over, lambda each, state=state: each.state == state),  # type: ignore[misc]
            len(over),
            unknown=len(passed) - len(over),
        )
        for state in ENDED
    )
    return [Block(metric.id, str(metric.name), rows, adds_up=True)]


def sources(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Who asked, each once."""
    everybody = requests(scope, "dispatch")
    rows = tuple(
        part(metric, str(SOURCES[code]), number, len(everybody))
        for code in scope.preset.sources or SOURCES
        if (number := _number(everybody, lambda each, code=code: each.source == code)) or scope.preset.sources  # type: ignore[misc]
    )
    return [Block(metric.id, str(metric.name), rows, adds_up=True)]


def refusals(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Why the team said no: each reason as a share of its noes."""
    said_no = [each for each in requests(scope, "dispatch") if each.state == "refused"]
    rows = _by_reason(metric, said_no, [(each.code, each.label) for each in _options(scope).refusals])
    return [Block(metric.id, str(metric.name), rows, adds_up=True)]


def kept(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Calls that an answer of the card kept from the team, of all calls that were asked about; then by the question."""
    everybody = [each for way in ("dispatch", "transfer") for each in requests(scope, way)]
    out = [each for each in everybody if each.state == "kept_out"]
    questions = [(each.code, each.label) for each in _options(scope).card]
    return [
        Block(metric.id, str(metric.name), (share(metric, str(metric.name), len(out), len(everybody)),)),
        Block(
            metric.id, _("By the question that kept it out"), _by_reason(metric, out, questions), adds_up=True
        ),
    ]


def specialist(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Whether somebody by name could be sent."""
    everybody = [each for each in requests(scope, "dispatch") if each.state != "kept_out"]
    row = share(metric, str(metric.name), _number(everybody, lambda each: each.named), len(everybody))
    return [Block(metric.id, str(metric.name), (row,))]


def steps(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Minutes from asking: median and the middle half, of those that took the step; and those on scene within the aim."""
    everybody = requests(scope, "dispatch")
    rows = []
    for name, label in (
        ("on_scene_at", _("Asked to on scene")),
        ("accepted_at", _("Asked to accepted")),
        ("en_route_at", _("Asked to on the way")),
    ):
        rows.append(minutes_row(metric, label, [_since(each, getattr(each, name)) for each in everybody]))
    aim = next((each.within for each in scope.preset.timers if each.end == "on_scene"), "")
    if aim:
        came = [m for each in everybody if (m := _since(each, each.on_scene_at)) is not None]
        most = length(aim).total_seconds() / 60
        label = _("On scene within %(minutes)s minutes", minutes=int(most))
        rows.append(share(metric, label, sum(m <= most for m in came), len(came)))
    return [Block(metric.id, str(metric.name), tuple(rows))]


def custody(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Requests in which the asker had the person, and whether the team took over; then the minutes until it did."""
    held = [each for each in requests(scope, "dispatch") if each.held]
    taken = [each for each in held if each.custody_at is not None]
    over = [each for each in held if each.custody_at is not None or each.state not in OPEN]
    row = share(metric, str(metric.name), len(taken), len(over), unknown=len(held) - len(over))
    waited = minutes_row(metric, _("Asked to taken over"), [_since(each, each.custody_at) for each in taken])
    return [Block(metric.id, str(metric.name), (row, waited))]


def consults(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Somebody on call was tried by phone or video, because nobody was there: whether they answered."""
    tried = requests(scope, "consult")
    rows = [share(metric, str(metric.name), _number(tried, _answered), len(tried))]
    for code, label in (("phone", _("By phone")), ("video", _("By video"))):
        these = [each for each in tried if each.means == code]
        rows.append(share(metric, label, _number(these, _answered), len(these)))
    return [Block(metric.id, str(metric.name), tuple(rows))]


def minutes_row(metric: Metric, label: str, minutes: Iterable[float | None]) -> Row:
    """The median of these minutes with the middle half; None is left out."""
    known = [each for each in minutes if each is not None]
    return value(
        metric,
        label,
        "minutes",
        percentile(known, 0.5),
        len(known),
        percentile(known, 0.25),
        percentile(known, 0.75),
    )


def _as_known(row: Sequence[object], cut: datetime) -> Asked:
    have = dict(zip(COLUMNS, row, strict=True))
    times = {
        name: moment if isinstance(moment, datetime) and moment <= cut else None
        for name, moment in have.items()
        if name.endswith("_at")
    }
    state = str(have["state"])
    if times["ended_at"] is None:
        state = "returned" if times["returned_at"] else "accepted" if times["accepted_at"] else "asked"
    asked_at = have["asked_at"]
    assert isinstance(asked_at, datetime)  # noqa: S101 - the column is never empty
    return Asked(
        way=str(have["way"]),
        source=str(have["source"]),
        state=state,
        why=str(have["why"]) if times["ended_at"] or times["returned_at"] else "",
        means=str(have["means"]),
        named=have["assigned_to"] is not None and state != "nobody",
        held=have["task_id"] is not None,
        **{**times, "asked_at": asked_at},  # type: ignore[arg-type]
    )


def _since(each: Asked, moment: datetime | None) -> float | None:
    return (moment - each.asked_at).total_seconds() / 60 if moment is not None else None


def _by_reason(metric: Metric, these: Sequence[Asked], words: Sequence[tuple[str, str]]) -> tuple[Row, ...]:
    return tuple(
        part(metric, label, _number(these, lambda each, code=code: each.why == code), len(these))  # type: ignore[misc]
        for code, label in words
    )


def _answered(each: Asked) -> bool:
    return each.state == "done"


def _number(these: Iterable[Asked], chosen: Callable[[Asked], bool]) -> int:
    return sum(chosen(each) for each in these)


def _options(scope: ProgramScope) -> DispatchOptions:
    return options_in(scope.preset)


_REQUESTS = _l("Requests to the team, without those that the card kept out")
_STILL = _l("Requests that were still open at the data cut stand apart as unknown")
METRICS = (
    Metric(
        "request_ends", 1, FIRST, _l("What became of requests"), "request",
        _l("Requests that ended so"), _REQUESTS, _STILL, ends,
    ),
    Metric(
        "request_sources", 1, FIRST, _l("Who asked"), "request",
        _l("Requests by who asked"), _l("All requests to the team"), _l("Nothing"), sources,
    ),
    Metric(
        "request_refusals", 1, FIRST, _l("Why the team said no"), "request",
        _l("Noes with this reason"), _l("Requests that the team said no to"), _l("Nothing"), refusals,
    ),
    Metric(
        "kept_out", 1, FIRST, _l("Kept out by the card"), "request",
        _l("Calls that an answer of the card kept from the team"), _l("All calls for which the card was asked"),
        _l("Nothing"), kept,
    ),
    Metric(
        "specialist_sent", 1, FIRST, _l("A specialist was sent"), "request",
        _l("Requests that were given to somebody of the roster by name"), _REQUESTS, _l("Nothing"), specialist,
    ),
    Metric(
        "request_steps", 1, FIRST, _l("Minutes from asking"), "request",
        _l("Median minutes from asking to the step, with the middle half"), _l("Requests that took the step"),
        _l("Requests that did not take it, or not by the data cut"), steps,
    ),
    Metric(
        "custody", 1, FIRST, _l("Taken over from who asked"), "request",
        _l("Requests in which the team took over, so that the asker's task closed"),
        _l("Requests in which the asker had the person, and that ended or were taken over"), _STILL, custody,
    ),
    Metric(
        "consults", 1, FIRST, _l("Reached when nobody was on shift"), "request",
        _l("Times that somebody on call answered, by phone or video"), _l("Times that somebody on call was tried"),
        _l("Nothing"), consults,
    ),
)  # fmt: skip
