"""The shape of a definition, and the sources that the catalogue of measures stands on."""

from dataclasses import dataclass
from datetime import date

from flask_babel.speaklater import LazyString

LAG_DAYS = 7  # reporting lag: a window counts as closed this long after its end
FIRST = date(2026, 1, 1)

FUM = "HEDIS FUM and FUA: windows in calendar days, the same day counts"
SAMHSA = "SAMHSA, National Guidelines for Behavioral Health Crisis Care: share of referrals accepted"
I_SERV = "SAMHSA, CCBHC quality measures, I-SERV: business days, hours for crisis care"
GRAVITY = "Gravity Project, social care referral: capacity as a reason of refusal"
JSAT = "Post-overdose outreach as published (Journal of Substance Abuse Treatment): the whole chain"
OWN = "Handrail's catalogue of measures"


@dataclass(frozen=True)
class Definition:
    """What one measure counts, in words. `valid_from`: the first day of the quarter from which it is used; before that day the
    version before it was. `window_days` is the time a need gets before it is judged; None where only the reporting lag applies.
    unit: what is counted, of encounter, need, offer, person, listing."""

    id: str
    version: int
    valid_from: date
    name: LazyString
    numerator: LazyString
    denominator: LazyString
    left_out: LazyString
    window_days: int | None
    unit: str = "need"
    source: str = OWN

    @property
    def measure(self) -> str:
        """The row of the catalogue that it belongs to: M12 of M12-7."""
        return self.id.partition("-")[0]
