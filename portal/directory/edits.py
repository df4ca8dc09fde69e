"""Verbs of an edit: propose it, and decide what waits. One version a listing: a stale one is refused, both texts kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.actions import keeps_desk, own_listing
from portal.directory.areas import FIELD as AREAS
from portal.directory.areas import known_areas, typed_text
from portal.directory.feed import record_change
from portal.directory.fields import FIELDS, clean_text, tidy, waiting_fields
from portal.directory.said import split_name
from portal.directory.texts import PLACE_TEXTS, areas_of, put_text, texts_of, touched
from portal.store import Actor, Conflict, Refused, audit, clock, write
from portal.store.language import gettext as _

REPLACED = "replaced by a newer edit"


@dataclass(frozen=True)
class EditResult:
    """Which fields changed at once, and which wait for a steward."""

    live: list[str]
    waiting: list[str]


@dataclass(frozen=True)
class BothTexts:
    """What a stale edit finds: the version that stands, and for each field that differs what stands and what was typed."""

    version: int
    stands: dict[str, str]
    typed: dict[str, str]


def propose_edit(actor: Actor, sal_id: UUID, version: int, changes: Mapping[str, str]) -> EditResult | None:
    """Change a listing's fields. A steward's edit is live at once; of a provider's the crisis phone, address and name wait, of
    an editor's, for whom only a mailbox speaks, phones, web addresses and who can come as well (fields.waiting_fields).

    `version` is the listing's when the page was opened; another one raises Conflict with BothTexts and writes nothing.
    Writes the rows, a history row each, the version of every listing that shows the field, the change feed, the audit
    trail; a waiting field becomes a Proposal and replaces an older one. Raises Refused for text that cannot be kept.
    None: not theirs, or not there. Tells nobody.
    """
    with write() as session:
        row = own_listing(session, actor, sal_id)
        if row is None:
            return None
        stands = texts_of(session, row)
        vouched = keeps_desk(actor, row.service.organization_id)
        if "desk_email" in changes and not vouched:
            raise Refused(_("Only somebody who answers requests there can change this."), "desk_email")
        if unknown := next((name for name in changes if "@" in name and name not in stands), None):
            raise Refused(_("There is no such field."), unknown)
        typed = {name: text for name, text in changes.items() if tidy(text) != tidy(stands.get(name, ""))}
        if row.version != version:
            raise Conflict(
                _("Somebody changed this listing while you were typing. Nothing of yours was saved yet."),
                BothTexts(row.version, {name: stands.get(name, "") for name in typed}, typed),
            )
        secret = row.location.address_confidential
        wanted = {name: clean_text(name, text, secret) for name, text in typed.items()}
        if AREAS in wanted:
            wanted[AREAS] = _known_areas(actor, row, wanted[AREAS])
        wanted = {name: text for name, text in wanted.items() if text != stands.get(name, "")}
        names = [name for base in FIELDS for name in sorted(wanted) if split_name(name)[0] == base]
        risky = frozenset() if actor.has("steward") else waiting_fields(vouched)
        waiting = [name for name in names if split_name(name)[0] in risky]
        live = [name for name in names if name not in waiting]
        for name in waiting:
            _propose(session, actor, row, name, stands.get(name, ""), wanted[name])
        if live:
            _make_live(session, actor, row, {name: (stands.get(name, ""), wanted[name]) for name in live})
        if names:
            audit.append(actor, "propose_edit", "service_at_location", sal_id, reason=", ".join(names))
    return EditResult(live, waiting)


def decide_proposal(actor: Actor, proposal_id: UUID, approve: bool, stands: str | None = None) -> str | None:
    """A steward agrees to a waiting edit, or refuses it. Returns `approved` or `refused`; None: not theirs, not there.

    Approving writes the value as propose_edit does. Raises Conflict when it was decided or replaced already, or when the
    field no longer holds `stands`, the old value that the steward was shown; then nothing is written.
    """
    with write() as session:
        proposal = session.get(d.Proposal, proposal_id)
        row = own_listing(session, actor, proposal.service_at_location_id) if proposal else None
        if proposal is None or row is None or not actor.has("steward"):
            return None
        state = "approved" if approve else "refused"
        claimed = session.execute(
            update(d.Proposal)
            .where(d.Proposal.id == proposal_id, d.Proposal.state == "waiting")
            .values(state=state, decided_by=actor.name or actor.kind, decided_at=clock.now())
        )
        if getattr(claimed, "rowcount", 0) != 1:
            raise Conflict(_("This edit was decided or replaced already."), proposal.state)
        old = texts_of(session, row).get(proposal.field, "")
        if stands is not None and tidy(stands) != tidy(old):
            raise Conflict(_("The listing changed since this page was opened. Look again, then decide."), old)
        if approve:
            new = clean_text(proposal.field, proposal.new_value, row.location.address_confidential)
            _make_live(session, actor, row, {proposal.field: (old, new)})
        audit.append(actor, "decide_proposal", "proposal", proposal_id, reason=state)
    return state


def _known_areas(actor: Actor, row: d.ServiceAtLocation, text: str) -> str:
    """The areas in the gazetteer's words; a pasted map area, which only a steward may bring, stays as pasted."""
    standing = areas_of(row)
    return typed_text(known_areas(text, standing, may_draw=actor.has("steward")), standing)


def _propose(session: Session, actor: Actor, row: d.ServiceAtLocation, name: str, old: str, new: str) -> None:
    """One waiting row a field: an older one is closed, never rewritten, so that no steward agrees to unseen words."""
    same = [
        d.Proposal.service_at_location_id == row.id,
        d.Proposal.field == name,
        d.Proposal.state == "waiting",
    ]
    if session.scalar(select(d.Proposal.id).where(*same, d.Proposal.new_value == new).limit(1)):
        return
    now = clock.now()
    session.execute(
        update(d.Proposal).where(*same).values(state="refused", decided_by=REPLACED, decided_at=now)
    )
    session.add(
        d.Proposal(
            service_at_location_id=row.id,
            field=name,
            old_value=old,
            new_value=new,
            proposed_by=actor.name or actor.kind,
            proposed_at=now,
        )
    )


def _make_live(
    session: Session, actor: Actor, row: d.ServiceAtLocation, edits: Mapping[str, tuple[str, str]]
) -> None:
    for name, (old, new) in edits.items():
        if split_name(name)[0] in PLACE_TEXTS and row.location.address_confidential:
            raise Refused(_("This place is confidential. Its address is not kept here at all."), name)
        put_text(session, actor, row, name, old, new)
    row.service.last_modified = clock.now()
    session.flush()
    shown_by = touched(session, row, set(edits))
    session.execute(
        update(d.ServiceAtLocation)
        .where(d.ServiceAtLocation.id.in_(shown_by))
        .values(version=d.ServiceAtLocation.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    numbers = session.scalars(
        select(d.ServiceAtLocation.number).where(d.ServiceAtLocation.id.in_(shown_by)).order_by("number")
    )
    record_change(session, *numbers)
