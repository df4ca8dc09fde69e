"""Each person says by which channel they want to be told, and when not to be woken. What they are told stays the same."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import available_timezones

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from portal.messages.actions import Letter, put
from portal.messages.channels import push_mode, text_mode
from portal.messages.confirming import confirm_code, forget_code
from portal.messages.models import READER_CHANNELS, PushSubscription, Reader
from portal.messages.numbers import let_go, masked, number_of, reachable
from portal.messages.rules import is_one_text, quiet_until
from portal.store import Actor, Refused, audit, clock, db, write


@dataclass(frozen=True)
class Choice:
    """What a person chose. number: masked, empty when there is none; number_fault: `stopped`, `failed` or empty."""

    channel: str
    number: str
    number_fault: str
    quiet_from: time | None
    quiet_to: time | None
    zone: str
    holds_urgent: bool
    browsers: int


def choice_of(reader: UUID, zone: str) -> Choice:
    """The person's choice; by mail and at any hour of `zone` when they never chose."""
    row = db.session.get(Reader, reader) or Reader(id=reader, channel="mail", zone=zone, holds_urgent=False)
    number = number_of(row.number_id)
    fault = ""
    if number is not None:
        fault = "stopped" if number.stopped_at else "failed" if number.failed_at else ""
    return Choice(
        channel=row.channel,
        number=masked(number.number) if number else "",
        number_fault=fault,
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        zone=row.zone,
        holds_urgent=row.holds_urgent,
        browsers=_browsers(reader),
    )


def choose(
    actor: Actor,
    *,
    channel: str,
    quiet_from: time | None,
    quiet_to: time | None,
    zone: str,
    holds_urgent: bool,
) -> None:
    """The actor's own choice. Audited. Refused for a channel that cannot reach them yet, for half a pair of quiet hours, for an
    unknown zone. Messages already on their way keep theirs."""
    assert actor.account_id is not None  # noqa: S101 - the door's gate lets accounts in alone
    if channel not in READER_CHANNELS:
        raise Refused(_("Choose one."), "channel")
    if (quiet_from is None) != (quiet_to is None):
        raise Refused(_("Write both times, or none."), "quiet_to" if quiet_from else "quiet_from")
    if zone not in available_timezones():
        raise Refused(_("Choose a time zone of the list."), "zone")
    with write():
        row = _row(actor.account_id, zone)
        if channel == "sms" and row.number_id is None:
            raise Refused(
                _("First add a mobile number below, and type the code that we send there."), "channel"
            )
        if channel == "push" and not _browsers(actor.account_id):
            raise Refused(_("First turn notices on in a browser, below."), "channel")
        row.channel, row.zone, row.holds_urgent = channel, zone, holds_urgent
        row.quiet_from, row.quiet_to = quiet_from, quiet_to
        audit.append(actor, "choose_messages", "account", actor.account_id)


def use_number(actor: Actor, code: str, zone: str) -> None:
    """The code that was sent to the actor's number is right: texts may go there, and do from now on. Audited."""
    owner = actor.account_id
    assert owner is not None  # noqa: S101 - the door's gate lets accounts in alone

    def use(number: UUID) -> None:
        row = _row(owner, zone)
        if row.number_id != number:
            let_go(row.number_id)
        row.number_id, row.channel = number, "sms"
        audit.append(actor, "use_number", "account", owner)

    confirm_code(owner, code, use)


def drop_number(actor: Actor) -> None:
    """The actor's number is no longer used. Audited. What would go there goes by mail."""
    with write() as session:
        row = session.get(Reader, actor.account_id)
        if row is None or row.number_id is None:
            return
        let_go(row.number_id)
        row.number_id = None
        if row.channel == "sms":
            row.channel = "mail"
        audit.append(actor, "drop_number", "account", row.id)


def forget_reader(reader: UUID) -> None:
    """Nothing of how this person wanted to be reached is kept: choice, number, browsers. In the caller's transaction; for an
    account that has ended."""
    with write() as session:
        session.execute(delete(PushSubscription).where(PushSubscription.reader == reader))
        forget_code(reader)
        row = session.get(Reader, reader)
        if row is not None:
            let_go(row.number_id)
            session.delete(row)
            session.flush()


def enqueue_for(
    reader: UUID,
    letter: Letter,
    page: str,
    *,
    urgent: bool,
    not_before: datetime | None = None,
) -> None:
    """Put a letter to a person into the outbox, by the channel that they chose; by mail where that cannot reach them now.

    A text says one line and `page`, a path behind sign-in; a push says nothing. Quiet hours hold it until their end;
    something urgent only when the person said so. The same key again changes nothing.
    """
    with write() as session:
        row = session.get(Reader, reader)
        due = not_before
        if row is not None and (row.holds_urgent or not urgent):
            at = not_before or clock.now()
            due = quiet_until(at, row.quiet_from, row.quiet_to, row.zone) or not_before
        short = _line(page)
        channel = _way(row, short)
        put(
            {
                "key": letter.key,
                "about": letter.about,
                "letter": letter.name,
                "channel": channel,
                "reader": reader,
                "number_id": row.number_id if row is not None and channel == "sms" else None,
                "to_address": letter.to,
                "subject": letter.subject,
                "text": letter.text,
                "html": letter.html,
                "short": short if channel == "sms" else "",
            },
            due,
        )


def _way(row: Reader | None, short: str) -> str:
    if row is None:
        return "mail"
    if row.channel == "sms" and text_mode() != "off" and reachable(row.number_id) and is_one_text(short):
        return "sms"
    if row.channel == "push" and push_mode() == "on" and _browsers(row.id):
        return "push"
    return "mail"


def _line(page: str) -> str:
    base: str = current_app.extensions["settings"].base_url
    return _("You have a new item in Handrail. %(link)s", link=f"{base}{page}")


def _row(reader: UUID, zone: str) -> Reader:
    with write() as session:
        row = session.get(Reader, reader)
        if row is None:
            row = Reader(id=reader, channel="mail", zone=zone, holds_urgent=False)
            session.add(row)
            session.flush()
        return row


def _browsers(reader: UUID) -> int:
    counted = select(func.count()).select_from(PushSubscription).where(PushSubscription.reader == reader)
    return int(db.session.scalar(counted) or 0)
