"""The words and closed lists of a consent: what may be named, who may sign, and the texts that people read. No database.

A text is a file by version and language, in parts; `{discloser}`, `{recipient}` and `{until}` are filled in with names of
organizations and a day, never with anything of a person. A version that was signed once is never changed: a new one is added.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from babel.dates import format_date
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KINDS = (
    "scene",
    "signed",
)  # scene: the ground given at the send. signed: a consent with all elements of 42 CFR 2.31
SIGNATURES = ("electronic", "paper")  # a spoken yes is recorded as the ground of the need; it signs nothing
LANGUAGES = ("en", "es")
TEXT_VERSION = "2026-11"
NOTICE = (
    "42 CFR part 2 prohibits unauthorized use or disclosure of these records."  # 2.32 (a)(2), the short form
)

# What a consent lets go out, and by whom: from the program back to the sender, or from the sender to the program.
SCOPES: dict[str, LazyString] = {
    "status": _l("If the service said yes or no, and if the person got there"),
    "request": _l("The request: what is needed, name, phone, notes for the staff"),
}
PURPOSES: dict[str, LazyString] = {
    "handoff": _l("To help the person get there, and to find other help if it is a no"),
    "treatment": _l("Treatment, payment and running the care"),
}
SIGNERS: dict[str, LazyString] = {
    "person": _l("The person"),
    "person_and_parent": _l("A person under 18 and a parent or guardian"),
    "parent_guardian": _l("A parent or guardian"),
    "representative": _l("Somebody whom a court or the person named for this"),
}
# How long it lasts: days, or None where the law lets a consent for treatment, payment and running the care say "none".
LASTS: dict[str, int | None] = {"30_days": 30, "90_days": 90, "year": 365, "no_end": None}
LASTS_WORDS: dict[str, LazyString] = {
    "30_days": _l("30 days"),
    "90_days": _l("90 days"),
    "year": _l("One year"),
    "no_end": _l("No end, until it is taken back"),
}
# What the ledger writes down, and its short description for an accounting.
DISCLOSED: dict[str, LazyString] = {
    "request": _l("The request: what is needed, age group, area"),
    "identity": _l("Name, phone and notes for the staff"),
    "information": _l("An answer to the service's question"),
    "question": _l("A question about the request"),
    "status": _l("What became of the request"),
    "handoff": _l("How the person was handed over"),
    "follow_up": _l("What a follow-up found, or a try to reach the person"),
    "emergency": _l("Opened in a medical emergency"),
}

_FOLDER = Path(__file__).parent / "consent_texts"
_PART = re.compile(r"^\[(\w+)\]$", re.MULTILINE)
# For a status back, and for a request that goes out: the parts in the order in which a person reads them.
ORDER = (
    "who",
    "what_{scope}",
    "not_{scope}",
    "intermediary",
    "purpose_{purpose}",
    "revoke",
    "redisclosure_{purpose}",
    "refusal_{scope}",
    "signer",
)
# What each scope may be signed for; and of these, what is named when the recipient treats people.
PURPOSES_OF = {"status": ("handoff",), "request": ("handoff", "treatment")}


@dataclass(frozen=True)
class ConsentTerms:
    """What was filled in when a consent was signed. initials: as typed. signer, lasts, language, signature_kind: of the lists
    above. signed_on: the day on the paper; empty where it was signed here and now. version: of the text that was shown."""

    initials: str
    signer: str = "person"
    lasts: str = "90_days"
    language: str = "en"
    signature_kind: str = "electronic"
    signed_on: date | None = None
    version: str = TEXT_VERSION


@cache
def text_parts(version: str, language: str) -> dict[str, str]:
    """The parts of one text, by name. KeyError for a version or a language that there is no file of."""
    path = _FOLDER / f"{version}.{language}.txt"
    if not re.fullmatch(r"\d{4}-\d{2}", version) or language not in LANGUAGES or not path.is_file():
        raise KeyError(f"no text {version}.{language}")
    names = _PART.split(path.read_text(encoding="utf-8"))
    return {name: " ".join(words.split()) for name, words in zip(names[1::2], names[2::2], strict=True)}


@dataclass(frozen=True)
class Shown:
    """A consent's text as it stands before a person: with the organizations' names, in one language."""

    title: str
    lines: tuple[str, ...]
    end: str  # on a form the day is chosen: it stands beside the choice
    sign: str
    revoke: str
    statements: str
    language: str
    version: str

    @property
    def text(self) -> str:
        return "\n".join((self.title, *self.lines, self.end))


def shown_text(
    scope: str,
    purpose: str,
    discloser: str,
    recipient: str,
    until: date | None,
    *,
    language: str = "en",
    version: str = TEXT_VERSION,
    intermediary: str = "",
    members: str = "",
) -> Shown:
    """The text for one discloser and one recipient. until None: it has no end."""
    parts = text_parts(version, language)
    names = {
        "discloser": discloser,
        "recipient": recipient,
        "until": format_date(until, "long", locale=language) if until else "",
        "intermediary": intermediary,
        "members": members,
    }
    keys = [
        key.format(scope=scope, purpose=purpose) for key in ORDER if key != "intermediary" or intermediary
    ]
    said = {key: words.format(**names) for key, words in parts.items()}
    return Shown(
        parts["title"],
        tuple(said[key] for key in keys),
        said["until" if until else "no_end"],
        said["sign"],
        said["revoke"],
        " ".join((said[f"redisclosure_{purpose}"], said[f"refusal_{scope}"])),
        language,
        version,
    )


def versions() -> list[str]:
    """Every version that there is a text of, oldest first."""
    return sorted({path.name.split(".")[0] for path in _FOLDER.glob("*.txt")})
