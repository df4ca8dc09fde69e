"""Which partner takes over who was met: one that speaks the person's language and knows whom they want, before one that does not."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.programs.dispatch.options import options_for
from portal.programs.models import Encounter, ProgramPartner, ResponseProgram

ENGLISH = "en"


def speaks(partner: ProgramPartner, language: str) -> bool:
    """Whether the person's language is spoken there. A partner that lists none speaks English; a person who was not asked is met by
    every partner."""
    return not language or language in (partner.languages or [ENGLISH])


def best_partner(partners: list[ProgramPartner], language: str, culture: str = "") -> ProgramPartner | None:
    """By language first, then by whom it knows, then by rank and name. None without partners."""
    return min(
        partners,
        key=lambda each: (
            not speaks(each, language),
            bool(culture) and culture not in each.cultures,
            each.rank,
            each.organization.name,
        ),
        default=None,
    )


def partners_of(session: Session, program: ResponseProgram, day: date) -> list[ProgramPartner]:
    """The partners of a program on this day, by rank and name."""
    rows = session.scalars(
        select(ProgramPartner).where(
            ProgramPartner.program_id == program.id,
            ProgramPartner.since <= day,
            or_(ProgramPartner.until.is_(None), ProgramPartner.until > day),
        )
    )
    return sorted(rows, key=lambda each: (each.rank, each.organization.name))


def partner_for(
    session: Session, program: ResponseProgram, row: Encounter, day: date
) -> ProgramPartner | None:
    """The partner that this encounter goes to; None where the program has none."""
    options = options_for(program)
    field = options.culture_field if options is not None else ""
    culture = row.facts.get(field) if field else ""
    return best_partner(
        partners_of(session, program, day), row.language, culture if isinstance(culture, str) else ""
    )
