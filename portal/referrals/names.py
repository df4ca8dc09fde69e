"""One person typed in many ways, brought to one spelling before it is compared. Decisions only; no database.

The way of thinking: a miss counts one person twice, which a report survives; a false match shows one person's record to
another, which nothing mends. So what many people type differently by habit is folded (case, accents, apostrophes, hyphens,
order, spaces, suffixes), and what tells people apart is kept: nicknames, second given names, a middle initial (twins).
"""

import re
import unicodedata
from datetime import date

from portal.referrals.rules import AGE_BANDS

# What Unicode does not take apart into a letter and its mark.
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
JOINED = re.compile("['`´‘’‛ʼʻ′.]")  # O'Brien is obrien, J.R. is jr
TITLES = frozenset(("mr", "mrs", "ms", "mx", "miss", "dr"))
SUFFIXES = {
    "jr": "jr",
    "junior": "jr",
    "sr": "sr",
    "senior": "sr",
    "ii": "ii",
    "2nd": "ii",
    "iii": "iii",
    "3rd": "iii",
    "iv": "iv",
    "4th": "iv",
}
PARTICLES = (
    "o",
    "mc",
    "mac",
    "de",
    "del",
    "la",
    "las",
    "los",
    "van",
    "von",
    "der",
    "den",
    "di",
    "da",
    "al",
    "el",
    "st",
)
EXTENSION = re.compile(r"\b(?:x|ext|extension)\b|#|(?<=\d)x(?=\d)", re.IGNORECASE)
OLDEST = date(1900, 1, 1)


def spelled(name: str, *, with_suffix: bool = False) -> str:
    """The one spelling of a full name; empty when it is too little to tell people apart: fewer than two words of two letters,
    as with initials or a given name alone. (In scripts where one sign is a whole name, one sign is a word.)

    with_suffix keeps Jr and Sr: where no date of birth stands beside it, they are what tells a father from his son.
    """
    words = _words(name)
    suffixes = {SUFFIXES[word] for word in words if word in SUFFIXES}
    words = [word for word in words if word not in SUFFIXES and word not in TITLES]
    parts = sorted(_with_particles(words))
    if sum(len(part) > 1 or not part.isascii() for part in parts) < 2:
        return ""
    return " ".join([*parts, *(sorted(suffixes) if with_suffix else ())])


def _words(name: str) -> list[str]:
    """Lower case, without marks; hyphens, commas and whatever is no letter part the words."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(LETTERS)
    plain = JOINED.sub("", plain)
    return re.findall(r"(?:2nd|3rd|4th)\b|[^\W\d_]+", plain)


def _with_particles(words: list[str]) -> list[str]:
    """`de la cruz` is one word however it is parted, and so are `o brien` and `mc donald`: the order of words is not kept, and
    a particle must not lose its name. Of two words alone none is a particle: Al Green, Van Morrison."""
    found: list[str] = []
    for word in reversed(words):
        if word in PARTICLES and found and len(words) > 2:
            found[-1] = word + found[-1]
        else:
            found.append(word)
    return found


def dialled(phone: str) -> str:
    """The digits of a phone number, without the country's 1 and without an extension; empty for fewer than seven."""
    digits = "".join(letter for letter in EXTENSION.split(phone)[0] if letter.isdigit())
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    return digits if len(digits) >= 7 else ""


def age_band_of(born: date, today: date) -> str:
    """The age band of rules.AGE_BANDS that somebody born then is in today."""
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    bounds = ((13, "under_13"), (18, "13_17"), (25, "18_24"), (65, "25_64"))
    band = next((band for bound, band in bounds if age < bound), "65_plus")
    assert band in AGE_BANDS  # noqa: S101
    return band
