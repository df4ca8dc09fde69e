"""Typed text: short, and free of what a referral must never hold (charges, criminal records, social security numbers)."""

import re

from flask_babel import gettext as _

from portal.store import Refused

LONGEST = 280
_RECORDS = re.compile(
    r"\b(?:warrants?|probation|parole|parolee|rap sheet|criminal (?:record|history)|felon(?:y|ies)?|misdemeanou?rs?"
    r"|convict(?:ed|ion|ions)|indict(?:ed|ment)|charged with|priors|sex offender|ncic|cjis)\b",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"\b(?:ORI|NIC|FBI|UCN|SID|OCA)\b(?:\s*(?:no\.?|number|#|:))?\s*[A-Z]{0,2}\d", re.IGNORECASE
)
_SSN = re.compile(r"(?<!\d)(?:\d{3}[- ]\d{2}[- ]\d{4}|\d{9})(?!\d)")
# What no service may ask a sender: it would make them say what a referral must never hold.
_NEVER_ASKED = re.compile(
    r"\b(?:diagnos(?:is|es|ed|tic)|ssn|social security|charges?|charged|arrest(?:s|ed)?|crimes?|offen[cs]es?|jail record"
    r"|immigration|citizen(?:ship)?|undocumented|hiv|date of birth|birth ?date|dob|last name|full name|home address)\b",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"^\s*\d{1,6}[a-z]?\s+.*\b(?:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|ct|court|pl|place|pike|hwy|way)\b",
    re.IGNORECASE,
)


def checked(text: str, field: str, most: int = LONGEST) -> str:
    """The text, trimmed. Raises Refused when it is too long, or names a charge, a criminal record or an SSN.

    The sentence says what to leave out, and never repeats it.
    """
    plain = " ".join(text.split())
    if len(plain) > most:
        raise Refused(_("Use %(most)s characters or fewer.", most=most), field)
    if _SSN.search(plain):
        raise Refused(_("This looks like a social security number. Take it out, then send again."), field)
    if _RECORDS.search(plain) or _NUMBERS.search(plain):
        raise Refused(
            _(
                "Leave out charges, warrants, probation and criminal records. Write only what keeps people safe now."
            ),
            field,
        )
    return plain


def checked_question(text: str, field: str, most: int) -> str:
    """A question of a service to a sender, trimmed. Raises Refused when it asks for a diagnosis, charges, an SSN or who the person
    is: the name goes its own, sealed way."""
    plain = checked(text, field, most)
    if _NEVER_ASKED.search(plain):
        raise Refused(
            _(
                "Do not ask for a name, a diagnosis, charges, an SSN or papers. Ask only what you need to say yes."
            ),
            field,
        )
    return plain


def checked_area(text: str) -> str:
    """A ZIP or a city. Raises Refused for a street address."""
    plain = " ".join(text.split())
    if len(plain) > 60:
        raise Refused(_("Use 60 characters or fewer."), "area")
    if _STREET.search(plain):
        raise Refused(_("Give a ZIP or a city, never a street address."), "area")
    return plain
