"""A phone number is used for texts only after a code that was sent there has been typed here."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import update

from portal.messages.channels import text_mode
from portal.messages.models import NumberCheck, TextNumber
from portal.messages.numbers import let_go, masked, number_id, number_of
from portal.messages.rules import phone_number
from portal.messages.texts import Text, enqueue_text
from portal.store import Refused, TooMany, clock, db, limits, write

LIFE = timedelta(minutes=10)
TRIES = 5  # typed codes a sent one
CODES_AN_HOUR = 3  # by one owner, and to one number


@dataclass(frozen=True)
class Waiting:
    """A number whose code has been sent and not yet been typed."""

    number: str  # masked


def send_code(owner: UUID, number: str) -> None:
    """Send a code to a number that `owner` (an account, a desk) wants to use. An earlier code of this owner is dead.

    Refused for what is not a number, for one that said STOP, and where no texts leave this install; TooMany after
    CODES_AN_HOUR.
    """
    plain = phone_number(number)
    if plain is None:
        raise Refused(_("Write a mobile number like 615-555-0123."), "number")
    if text_mode() == "off":
        raise Refused(_("Text messages are not set up here."), "number")
    with write() as session:
        row = number_id(plain, let_go=True)
        found = number_of(row)
        if found is not None and found.stopped_at is not None:
            raise Refused(_("This number has told us STOP. Text START from it first."), "number")
        for whose in (str(owner), str(row)):
            if not limits.tried("number code", whose, most=CODES_AN_HOUR, seconds=3600):
                raise TooMany(_("Too many codes. Wait an hour."), 3600)
        code = f"{secrets.randbelow(1_000_000):06d}"
        session.merge(
            NumberCheck(
                owner=owner,
                number_id=row,
                code_hash=_hash(owner, code),
                expires_at=clock.now() + LIFE,
                tries=0,
            )
        )
        text = _(
            "Handrail: your code is %(code)s. It works for 10 minutes. If you did not ask for it, ignore this text.",
            code=code,
        )
        enqueue_text(Text("texts/code", row, text, f"code:{owner}:{secrets.token_hex(8)}", owner))


def confirm_code(owner: UUID, code: str, use: Callable[[UUID], None]) -> None:
    """The code is right: it is used up, and `use` is called with the number's row, in one transaction. Refused for a wrong or
    old code; after TRIES wrong ones it is dead. Not to be called inside a transaction: a wrong try must stay counted."""
    typed = "".join(letter for letter in code if letter in "0123456789")
    refused = Refused(_("This code is not right, or too old. Ask for a new one."), "code")
    with write() as session:
        counted = session.execute(
            update(NumberCheck)
            .where(
                NumberCheck.owner == owner, NumberCheck.tries < TRIES, NumberCheck.expires_at > clock.now()
            )
            .values(tries=NumberCheck.tries + 1)
        )
    if getattr(counted, "rowcount", 0) != 1:
        raise refused
    with write() as session:
        check = session.get(NumberCheck, owner)
        if check is None or not hmac.compare_digest(check.code_hash, _hash(owner, typed)):
            raise refused
        found = session.get_one(TextNumber, check.number_id)
        session.delete(check)
        found.let_go_at = found.failed_at = None
        found.failed_code = ""
        use(found.id)


def waiting_number(owner: UUID) -> Waiting | None:
    """The number that still wants its code."""
    check = db.session.get(NumberCheck, owner)
    if check is None or check.expires_at <= clock.now() or check.tries >= TRIES:
        return None
    found = number_of(check.number_id)
    return Waiting(masked(found.number)) if found else None


def forget_code(owner: UUID) -> None:
    """The owner does not want the number after all."""
    with write() as session:
        check = session.get(NumberCheck, owner)
        if check is not None:
            let_go(check.number_id)
            session.delete(check)


def _hash(owner: UUID, code: str) -> str:
    key = hmac.digest(str(current_app.secret_key).encode(), b"number code", "sha256")
    return hmac.new(key, f"{owner}:{code}".encode(), hashlib.sha256).hexdigest()
