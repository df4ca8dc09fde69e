"""Who keeps an organization's listings here: what the directory's letters need to know, and it lives below accounts."""

from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import Account, Membership
from portal.store import db

KEEPERS = ("provider", "editor")


def keepers_of(organization_id: UUID) -> list[str]:
    """Addresses of the people who may edit this organization's listings, those who answer for its desk first."""
    found = db.session.execute(
        select(Account.email, Membership.role)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.organization_id == organization_id,
            Membership.role.in_(KEEPERS),
            Account.disabled_at.is_(None),
        )
    )
    ranked = sorted((KEEPERS.index(role), email) for email, role in found)
    return list(dict.fromkeys(email for _rank, email in ranked))
