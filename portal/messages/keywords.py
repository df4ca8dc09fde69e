"""STOP, START and HELP: heard at once, answered once, remembered by the number.

The words are those that carriers and 47 CFR 64.1200(a)(10) name, and their Spanish. A line of ours is answered in the language
of the word.
"""

from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from portal.messages.models import TextReceived
from portal.messages.numbers import known_number, number_id, number_started, number_stopped
from portal.messages.rules import phone_number
from portal.messages.sms import TextIn
from portal.messages.texts import Text, enqueue_text
from portal.store import clock, limits, write

WORDS = {
    "stop": ("stop", "en"),
    "stopall": ("stop", "en"),
    "stop all": ("stop", "en"),
    "unsubscribe": ("stop", "en"),
    "cancel": ("stop", "en"),
    "end": ("stop", "en"),
    "quit": ("stop", "en"),
    "revoke": ("stop", "en"),
    "optout": ("stop", "en"),
    "opt out": ("stop", "en"),
    "alto": ("stop", "es"),
    "parar": ("stop", "es"),
    "start": ("start", "en"),
    "unstop": ("start", "en"),
    "help": ("help", "en"),
    "info": ("help", "en"),
    "ayuda": ("help", "es"),
}
# What must be said, by law and by the carriers' rules: who we are, what happens now, whom to ask, how to stop. No accents that
# the GSM alphabet lacks. `help` is filled with the install's own addresses.
LINES = {
    ("stop", "en"): "Handrail: you will get no more texts from us. Reply START to get them again.",
    ("stop", "es"): "Handrail: ya no le enviamos mensajes. Responda START para recibirlos otra vez.",
    (
        "start",
        "en",
    ): "Handrail: you will get texts again when there is something for you. Reply HELP for help, STOP to end.",
    (
        "help",
        "en",
    ): "Handrail: texts about requests to your desk. Help: %(help)s. Msg & data rates may apply. Reply STOP to end.",
    (
        "help",
        "es",
    ): "Handrail: mensajes sobre pedidos a su servicio. Ayuda: %(help)s. Puede haber cargos. Responda ALTO para terminar.",
}
NAMES = {"stop": "texts/stopped", "start": "texts/started", "help": "texts/help"}
HELPS_AN_HOUR = 3  # two machines that answer each other would never end


@dataclass(frozen=True)
class Heard:
    """What a text was: `again` (its id was heard before), `stop`, `start`, `help`, `nobody` (not a phone), or `words`, which
    the room above may understand; then `number_id` is the row of a number that we know."""

    what: str
    number_id: UUID | None = None


def hear(text: TextIn) -> Heard:
    """Take in one text, in the caller's transaction: once by its provider's id; STOP, START and HELP are done and answered
    here. Writes its id, what it was, and nothing of what it said."""
    number = phone_number(text.number)
    with write() as session:
        seen = session.scalar(select(TextReceived.id).where(TextReceived.id == text.id[:255]))
        if seen is not None:
            return Heard("again")
        word, language = WORDS.get(
            " ".join(text.words.casefold().strip(" .!?\"'\n\r\t").split()), ("words", "")
        )
        session.add(TextReceived(id=text.id[:255], at=clock.now(), what=word if number else "nobody"))
        session.flush()
        if number is None:
            return Heard("nobody")
        if word == "words":
            known = known_number(number)
            return Heard("words", known.id if known else None)
        row = number_id(number, let_go=True)
        if _obey(word, row) and not text.answered:
            _answer(word, language, row, text.id)
    return Heard(word, row)


def _obey(word: str, row: UUID) -> bool:
    """Do it; True when it wants an answer. One answer to one STOP, however often it is said."""
    if word == "stop":
        return number_stopped(row, clock.now())
    if word == "start":
        return number_started(row)
    hour = int(timedelta(hours=1).total_seconds())
    return limits.tried("text help", str(row), most=HELPS_AN_HOUR, seconds=hour)


def _answer(word: str, language: str, row: UUID, received: str) -> None:
    enqueue_text(Text(NAMES[word], row, line(word, language), f"answer:{received}"))


def line(word: str, language: str = "en") -> str:
    """The required line. Whom to ask is the mail address of this install's letters, or where that is too long, its pages."""
    text = LINES.get((word, language)) or LINES[word, "en"]
    settings = current_app.extensions["settings"]
    address = parseaddr(settings.mail_from)[1]
    return text % {"help": address if 0 < len(address) <= LONGEST_HELP else settings.base_url}


LONGEST_HELP = 44  # characters: as long as PORTAL_BASE_URL may be where texts are sent
