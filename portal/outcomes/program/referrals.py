"""What became of a program's referrals: M04 of its calls, and the measures of needs, of those that its calls were tied to."""

from collections import Counter
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.directory import community
from portal.outcomes.definitions import VERSIONS, definition
from portal.outcomes.ground import read_ground
from portal.outcomes.measures import MEASURES, Ground, Measure
from portal.outcomes.program.metric import Block, Metric, ProgramScope, Unit, share
from portal.outcomes.program.tally import cells, corrected, places, standing
from portal.programs.models import Encounter, EncounterNeed
from portal.referrals.models import Need
from portal.store import db

NOT_REFERRED = ("hospital", "involuntary_evaluation_transport", "arrest")  # calls of which M04 asks nothing


def ground_of(scope: ProgramScope) -> Ground:
    """Of the needs sent in the scope's time that came of the program's calls, as known at the cut. Read once a report."""
    held = scope.known.get("needs")
    if held is None:
        tied = (
            select(EncounterNeed.need_id)
            .join(Encounter, Encounter.id == EncounterNeed.encounter_id)
            .where(Encounter.program_id == scope.program.id, EncounterNeed.at <= scope.cut)
        )
        held = scope.known["needs"] = read_ground(
            community(), scope.start, scope.end, scope.cut, only=(Need.id.in_(tied),)
        )
    return held


def offered(metric: Metric, scope: ProgramScope) -> list[Block]:
    """M04: of the calls that ended elsewhere than in a hospital or an arrest, by district where there are several."""
    asked, had = Counter[UUID | None](), _tied(scope)
    for cell in cells(scope):
        if _asks(cell.disposition) and cell.meets_criteria:
            asked[cell.district_id] += cell.number
            had[cell.district_id] += cell.number * (cell.referral_refused == "refused")
    total = share(metric, str(metric.name), had.total(), asked.total())
    possible = {outcome.disposition for outcome in scope.preset.outcomes}
    less = " - ".join(("ended", *(f"ended.{code}" for code in NOT_REFERRED if code in possible)))
    blocks = [Block(metric.id, str(metric.name), (total,), of=less)]
    districts = tuple(
        share(metric, label, had[district], asked[district]) for district, label in places(scope).items()
    )
    return [*blocks, Block(metric.id, _("By district"), districts)] if districts else blocks


def _asks(disposition: str) -> bool:
    return disposition not in ("", *NOT_REFERRED)


def _tied(scope: ProgramScope) -> Counter[UUID | None]:
    """By district, the calls of M04 of which a referral came, and that nobody refused."""
    sent = select(EncounterNeed.encounter_id).where(EncounterNeed.at <= scope.cut)
    rows = db.session.execute(
        select(Encounter.district_id, func.count().label("number"))
        .where(
            *standing(scope),
            Encounter.id.in_(sent),
            Encounter.meets_criteria.is_(True),
            Encounter.disposition.not_in(("", *NOT_REFERRED)),
            Encounter.referral_refused != "refused",
        )
        .group_by(Encounter.district_id)
    )
    found = Counter[UUID | None]({row.district_id: row.number for row in rows})
    before = {
        values["id"]: values["district_id"]
        for values in corrected(scope)
        if values["meets_criteria"]
        and _asks(values["disposition"])
        and values["referral_refused"] != "refused"
    }
    if before:
        found.update(
            before[key] for key in set(db.session.scalars(sent.where(EncounterNeed.encounter_id.in_(before))))
        )
    return found


def _metric(measure: Measure) -> Metric:
    """The measure of needs as a program's own; its words are those of its widest window."""
    words = definition(measure.ids[-1], measure.version)
    unit: Unit = "offer" if words.unit == "offer" else "need"
    return Metric(
        words.measure,
        measure.version,
        words.valid_from,
        words.name,
        unit,
        words.numerator,
        words.denominator,
        words.left_out,
        lambda _metric, scope: measure.blocks(ground_of(scope)),
        source=words.source,
        closed=True,
        counted_by=measure.code,
    )


_M04 = VERSIONS["M04"][0]
METRICS = (
    Metric(
        _M04.id,
        _M04.version,
        _M04.valid_from,
        _M04.name,
        "encounter",
        _M04.numerator,
        _M04.denominator,
        _M04.left_out,
        offered,
        source=_M04.source,
    ),
    *(_metric(measure) for measure in MEASURES),
)
