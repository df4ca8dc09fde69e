"""The portal's own words as rows: one taxonomy, one term a code."""

from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import insert, select

from portal.directory.models import Taxonomy, TaxonomyTerm
from portal.directory.terms import EVERY, TAXONOMY
from portal.store import write

# The same ids in every install, so that what one gives out means the same in the next.
OURS = uuid5(NAMESPACE_URL, "urn:handrail:taxonomy")


def write_terms() -> dict[str, int]:
    """Make sure that every code of terms.EVERY has its row; code -> number. Codes are unique across the groups.

    Adds what is missing and changes nothing else, so it is called by every migration, restore, seed and import.
    """
    with write() as session:
        taxonomy = session.scalar(select(Taxonomy).where(Taxonomy.name == TAXONOMY))
        if taxonomy is None:
            taxonomy = Taxonomy(id=OURS, name=TAXONOMY, description="Search words of the portal")
            session.add(taxonomy)
            session.flush()
        numbers = select(TaxonomyTerm.code, TaxonomyTerm.number).where(
            TaxonomyTerm.taxonomy_id == taxonomy.id
        )
        known = {row.code: row.number for row in session.execute(numbers)}
        missing = [
            {
                "id": uuid5(OURS, code),
                "taxonomy_id": taxonomy.id,
                "category": group,
                "code": code,
                "name": code.replace("_", " "),
            }
            for group, codes in EVERY.items()
            for code in codes
            if code not in known
        ]
        if not missing:
            return known
        session.execute(insert(TaxonomyTerm), missing)
        return {row.code: row.number for row in session.execute(numbers)}
