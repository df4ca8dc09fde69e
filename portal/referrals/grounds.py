"""On what ground a unit may send at all, by what kind of organization it is."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.directory.models import Organization
from portal.store import Actor, Refused, db

# In the order in which a form offers them.
SCHOOL = ("written_consent", "health_or_safety", "none_needed")
OTHERS = ("verbal_consent", "written_consent", "emergency", "none_needed")
POLICE = "law_enforcement"
MINORS = ("under_13", "13_17")


def grounds_of(kind: str) -> tuple[str, ...]:
    """The grounds that a sender of this kind may name. A school's records stand under FERPA: they leave it with a signed
    consent, or when health or safety is in danger; without a name nothing of them leaves."""
    return SCHOOL if kind == "school" else OTHERS


def check_ground(session: Session, organization_id: UUID, basis: str) -> None:
    """Refused when this unit may not send on this ground."""
    sender = session.get_one(Organization, organization_id)
    if basis in grounds_of(sender.kind):
        return
    if sender.kind == "school":
        raise Refused(
            _(
                "A school needs a signed consent, or a danger to health or safety. Else give no name and no phone."
            ),
            "basis",
        )
    raise Refused(_("This reason is for schools alone. Choose another one."), "basis")


def sending_unit(actor: Actor) -> Organization | None:
    """The unit for which this actor sends; None for somebody who sends for nobody."""
    homes = sorted(actor.organizations("responder", "dispatcher", "supervisor"), key=str)
    return db.session.get(Organization, homes[0]) if homes else None


def grounds_for(actor: Actor) -> tuple[str, ...]:
    """The grounds that this actor's unit may name, for a form."""
    unit = sending_unit(actor)
    return grounds_of(unit.kind if unit is not None else "")


def folded(kind: str, age_band: str) -> bool:
    """Whether a list leaves this need out until its reader asks for it: one of a minor, in a police unit's list."""
    return kind == POLICE and age_band in MINORS
