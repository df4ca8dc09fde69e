"""Times as people write them: `9`, `9am`, `9:30 p.m.`, `17:00`, `0800`, `noon`. Morning or evening is read, never assumed.

`9-5` is nine to five and nobody means else; `6-9` may be breakfast or supper, and is not read at all.
"""

import re
from datetime import time
from typing import NamedTuple

DAY = 24 * 60  # minutes
LONGEST_SHIFT = 16 * 60  # minutes: hours that would run longer were meant otherwise

_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*([ap])?m?")
_FOUR = re.compile(r"([01]\d|2[0-4])([0-5]\d)")


class Clock(NamedTuple):
    """A time as written. half: "a" or "p" where it was said. full: it can only be of the 24-hour clock (`17:00`, `09:00`)."""

    hour: int
    minute: int
    half: str
    full: bool

    @property
    def minutes(self) -> int:
        """Of the day; 12 is noon unless it was called am."""
        if self.half:
            return (self.hour % 12 + (12 if self.half == "p" else 0)) * 60 + self.minute
        return self.hour * 60 + self.minute


def clock_of(text: str) -> Clock | None:
    """None for what is no time of day."""
    word = {"noon": (12, "p"), "mediodia": (12, "p"), "midnight": (12, "a"), "medianoche": (12, "a")}.get(
        text
    )
    if word:
        return Clock(word[0], 0, word[1], False)
    four = _FOUR.fullmatch(text)
    if four:
        return _checked(int(four[1]), int(four[2]), "", True)
    found = _CLOCK.fullmatch(text)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3] or ""
    padded = len(found[1]) == 2 and found[1][0] == "0" and found[2] is not None
    return _checked(hour, minute, half, not half and (hour > 12 or hour == 0 or padded))


def _checked(hour: int, minute: int, half: str, full: bool) -> Clock | None:
    if minute > 59 or hour > 24 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        return None
    return Clock(hour, minute, half, full)


def span_of(opens: Clock, closes: Clock, full: bool) -> tuple[time, time] | None:
    """The two as they were meant; `full` says that the text is of the 24-hour clock elsewhere. None when it may be either."""
    found = _meant(opens, closes, full or opens.full or closes.full)
    if found is None or (found[0] == found[1] and found[0] % DAY):
        return None
    return _time(found[0]), _time(found[1])


def _meant(opens: Clock, closes: Clock, full: bool) -> tuple[int, int] | None:
    if opens.half and closes.half:
        return opens.minutes, closes.minutes
    if opens.half:
        return opens.minutes, opens.minutes + min(_after(opens.minutes, end) for end in _both(closes))
    if closes.half:
        start = min(_both(opens), key=lambda start: _after(start, closes.minutes))
        return start, closes.minutes
    if full and (opens.full or closes.full or _after(opens.minutes, closes.minutes) <= LONGEST_SHIFT):
        return opens.minutes, closes.minutes
    return _bare(opens, closes)


def _bare(opens: Clock, closes: Clock) -> tuple[int, int] | None:
    """Two numbers and nothing said: office hours are plain, an hour or two about breakfast or supper is not."""
    hour = opens.hour
    if hour in (6, 7):
        start, least = opens.minutes, 5 * 60
    elif 8 <= hour <= 12:
        start, least = opens.minutes, 30
    elif 1 <= hour <= 4:
        start, least = opens.minutes + DAY // 2, 30
    else:
        return None
    length = min(_after(start, end) for end in _both(closes))
    return (start, start + length) if length >= least else None


def _both(clock: Clock) -> tuple[int, ...]:
    """In the morning and in the evening; of the 24-hour clock the one that it is."""
    if clock.full or clock.half:
        return (clock.minutes,)
    morning = clock.hour % 12 * 60 + clock.minute
    return morning, morning + DAY // 2


def _after(start: int, end: int) -> int:
    """Minutes from start to end, a whole day when they are the same."""
    return (end - start) % DAY or DAY


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
