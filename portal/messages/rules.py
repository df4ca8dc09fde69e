"""When a message is tried again, how long quiet hours hold it, what a phone number looks like, what fits into one text."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Minutes after the first, second, ... failure. The last wait ends some 23 hours after the first try; then it is parked.
WAITS = (1, 5, 15, 60, 120, 240, 480, 480)
# A text or a push that could also be a letter becomes one after so many tries: some six minutes.
TRIES_BEFORE_MAIL = 3

ONE_TEXT = 160  # characters of the GSM alphabet; one more and it becomes two texts
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€")  # each takes the room of two


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after this many tries; None when it is time to park the letter.

    >>> wait_after(1), wait_after(9)
    (datetime.timedelta(seconds=60), None)
    """
    return timedelta(minutes=WAITS[attempts - 1]) if attempts <= len(WAITS) else None


def quiet_until(now: datetime, quiet_from: time | None, quiet_to: time | None, zone: str) -> datetime | None:
    """The end of the quiet hours that `now` (UTC) lies in, in UTC; None outside them. They may run past midnight; both
    ends are clock times of `zone`, also on the days when its clocks change."""
    if quiet_from is None or quiet_to is None or quiet_from == quiet_to:
        return None
    here = now.astimezone(ZoneInfo(zone))
    at = here.time()
    overnight = quiet_to < quiet_from
    if overnight:
        quiet = at >= quiet_from or at < quiet_to
    else:
        quiet = quiet_from <= at < quiet_to
    if not quiet:
        return None
    day = here.date() + timedelta(days=1 if overnight and at >= quiet_from else 0)
    return datetime.combine(day, quiet_to, here.tzinfo).astimezone(UTC)


def phone_number(text: str) -> str | None:
    """A number as it is dialed from anywhere, or None when it is not one. Ten digits are of the US and Canada.

    >>> phone_number("(615) 555-0123"), phone_number("+44 20 7946 0018"), phone_number("555-0123")
    ('+16155550123', '+442079460018', None)
    """
    plain = text.strip()
    digits = "".join(letter for letter in plain if letter in "0123456789")
    rest = plain.removeprefix("+")
    if len(plain) > 30 or any(letter not in "0123456789 ().-/\u00a0\u2011\u2013" for letter in rest):
        return None
    if plain.startswith("+"):
        return f"+{digits}" if 8 <= len(digits) <= 15 and digits[0] != "0" else None
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    return f"+1{digits}" if len(digits) == 10 and digits[0] in "23456789" else None


def text_length(text: str) -> int | None:
    """How much room a text takes, in GSM characters; None when it holds one that would turn it into another alphabet."""
    if any(letter not in _GSM and letter not in _GSM_TWICE for letter in text):
        return None
    return len(text) + sum(letter in _GSM_TWICE for letter in text)


def is_one_text(text: str) -> bool:
    length = text_length(text)
    return length is not None and 0 < length <= ONE_TEXT
