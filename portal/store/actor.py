"""Who is acting: a frozen value made once at the door and handed down, so that no room asks accounts."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Kind = Literal["anonymous", "account", "link", "clock", "terminal"]


@dataclass(frozen=True)
class Actor:
    """A person signed in, an answer link, the clock, a terminal, or nobody.

    `memberships` are (role, organization id) pairs; an organization id of None means the whole community
    (steward, evaluator, privacy officer, admin). `offer_id` and `offer_version` are set for the answer link of an
    offer alone, `ask_id` and `ask_version` for that of a question whether there is room.
    """

    kind: Kind
    community_id: UUID | None = None
    account_id: UUID | None = None
    name: str = ""
    email: str = ""
    memberships: frozenset[tuple[str, UUID | None]] = field(default_factory=frozenset)
    offer_id: UUID | None = None
    offer_version: int | None = None
    ask_id: UUID | None = None
    ask_version: int | None = None
    channel: str = ""  # by which way an answer link was used, when not by its page: sms

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(role for role, _ in self.memberships)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def organizations(self, *roles: str) -> frozenset[UUID]:
        """Organizations where this actor holds one of the roles (any role when none is named)."""
        return frozenset(
            organization
            for role, organization in self.memberships
            if organization is not None and (not roles or role in roles)
        )


ANONYMOUS = Actor(kind="anonymous")
CLOCK = Actor(kind="clock", name="clock")
TERMINAL = Actor(kind="terminal", name="terminal")
