"""Hours as people write them, read into lines: `Mon-Fri 9-5, Sat by appointment, closed holidays`. Pure.

All or nothing: what is not understood whole is not read at all, is shown in its own words, and says "call to confirm".
Nobody is sent through the night on half a sentence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.directory.hours.building import Group, Page, lines_from
from portal.directory.hours.lines import DAYS, MOST_WORDS, WHOLE_DAY, Interval, Line
from portal.directory.hours.phrases import Clause, Days, Phrase, Unread
from portal.directory.hours.tokens import Token, folded, tokens
from portal.directory.hours.typed_times import span_of


@dataclass(frozen=True)
class Reading:
    """`lines`: what the words say; none when they cannot be read. `left`: what was not understood, as it stands there (folded);
    empty when all was."""

    lines: tuple[Line, ...]
    left: str = ""

    @property
    def understood(self) -> bool:
        return not self.left


@lru_cache(5000)
def read_hours(text: str) -> Reading:
    """The lines that these words mean. Never raises: what cannot be read is `left`. No words at all are no hours."""
    plain = folded(text)
    if not plain:
        return Reading(())
    if len(plain) > 10 * MOST_WORDS:
        return Reading((), plain[:80])
    page, now = Page(), ""
    try:
        parsed = []
        for clause, begins in _clauses(tokens(plain)):
            now = _said(plain, clause)
            parsed.append((now, begins, Clause(clause).phrases()))
        page.full = any(_is_full(phrases) for _now, _begins, phrases in parsed)
        for now, begins, phrases in parsed:  # noqa: B007 - said where it ends
            _add(page, phrases, begins)
        now = plain[:80]
        return Reading(lines_from(page))
    except Unread:
        return Reading((), now)


def _clauses(found: Iterable[Token]) -> Iterable[tuple[list[Token], bool]]:
    """Each clause, and whether it begins a line or a sentence."""
    clause: list[Token] = []
    fresh, begins = True, True
    for token in found:
        if token.kind != "break":
            clause.append(token)
            continue
        if clause:
            yield clause, begins
            clause, fresh = [], False
        fresh = fresh or token.text in "\n.•*"
        begins = fresh
    if clause:
        yield clause, begins


def _said(text: str, clause: Sequence[Token]) -> str:
    return text[clause[0].at : clause[-1].at + len(clause[-1].text)][:80].strip()


def _is_full(phrases: Sequence[Phrase]) -> bool:
    spans = [span for phrase in phrases if phrase.kind == "times" for span in phrase.spans]
    return any(clock.full for span in spans for clock in span)


def _add(page: Page, phrases: list[Phrase], begins: bool) -> None:
    """One clause. What it says of holidays, breaks and days off is taken out first; days and times are left.

    A season or dates hold to the end of their line; those that stand on a line of their own hold until the next.
    """
    heading = all(phrase.kind in ("season", "dates") for phrase in phrases)
    if begins and not page.headed:
        page.season, page.dates = "", (None, None)
    phrases = _aside(page, phrases)
    if heading:
        page.headed = True
    elif any(phrase.kind == "days" for phrase in phrases):
        made = _paired(page, phrases)
        for group in made:
            group.season, group.dates = page.season, page.dates
        page.groups += made
    elif phrases:
        page.groups += _paired(page, phrases)


def _aside(page: Page, phrases: list[Phrase]) -> list[Phrase]:
    """Takes in everything but days, times and appointments, and returns those."""
    rest: list[Phrase] = []
    at = 0
    while at < len(phrases):
        phrase, after = phrases[at], phrases[at + 1] if at + 1 < len(phrases) else None
        before = rest[-1] if rest else None
        at += 1
        if phrase.kind == "season":
            page.season, page.dates = phrase.text, (None, None)
        elif phrase.kind == "dates":
            page.dates = (phrase.dates[0] or page.dates[0], phrase.dates[1] or page.dates[1])
        elif phrase.kind == "otherappt":
            page.besides = True
        elif phrase.kind == "openholiday":
            continue
        elif phrase.kind in ("closed", "except", "lunch"):
            at = _off(page, phrases, at, phrase, before, rest)
        elif phrase.kind == "holiday":
            at = _named_holidays(page, phrases, at - 1)
            if at >= len(phrases) or phrases[at].kind != "closed":
                raise Unread("open or closed on a holiday?")
            at += 1
        elif phrase.kind == "times" and after is not None and after.kind == "lunch":
            page.breaks += _spans(page, phrase)
            at += 1
        else:
            rest.append(phrase)
    return rest


def _off(
    page: Page, phrases: list[Phrase], at: int, phrase: Phrase, before: Phrase | None, rest: list[Phrase]
) -> int:
    """What stands after "closed", "except" or "lunch"; returns where to go on."""
    after = phrases[at] if at < len(phrases) else None
    if phrase.kind == "closed" and before is not None and before.kind == "days" and not _valued(rest):
        rest.append(Phrase("off"))
        return at
    if after is not None and after.kind == "lunch":
        at, phrase = at + 1, after
        after = phrases[at] if at < len(phrases) else None
    if after is None:
        raise Unread(phrase.kind)
    if after.kind == "holiday" and phrase.kind != "lunch":
        return _named_holidays(page, phrases, at)
    if after.kind == "times" and phrase.kind != "except":
        page.breaks += _spans(page, after)
        return at + 2 if at + 1 < len(phrases) and phrases[at + 1].kind == "lunch" else at + 1
    if after.kind == "days" and phrase.kind != "lunch":
        days = after.days
        if days.nth or days.mdays or days.other:
            raise Unread("closed on some of them")
        page.closed |= set(days.weekly)
        return at + 1
    raise Unread(phrase.kind)


def _valued(rest: Sequence[Phrase]) -> bool:
    """Whether the last days already have their hours."""
    return bool(rest) and rest[-1].kind != "days"


def _named_holidays(page: Page, phrases: Sequence[Phrase], at: int) -> int:
    while at < len(phrases) and phrases[at].kind == "holiday":
        page.holidays.append(phrases[at].text)
        at += 1
    return at


def _paired(page: Page, phrases: list[Phrase]) -> list[Group]:
    """Days with their values, in whichever order the clause has them."""
    made: list[Group] = []
    if phrases[0].kind in ("apptonly", "appt") and len(phrases) == 1:
        if not page.groups:
            return [Group(Days(list(DAYS)), None, True)]
        for group in page.groups:
            group.appointment = True
        return []
    if phrases[0].kind == "days":
        for phrase in phrases:
            if phrase.kind == "days":
                made.append(Group(phrase.days))
            else:
                _value(page, made, phrase)
        return _told(made)
    waiting: list[Phrase] = []
    for phrase in phrases:
        if phrase.kind != "days" and phrase.kind != "appt" and made and phrase.kind == "apptonly":
            _value(page, made, phrase)
        elif phrase.kind != "days":
            waiting.append(phrase)
        else:
            made.append(Group(phrase.days))
            for value in waiting:
                _value(page, made, value)
            waiting = []
    for phrase in waiting:
        if phrase.kind != "appt" or not made:
            if [each.kind for each in phrases] == ["allday"]:
                return [Group(Days(list(DAYS)), [WHOLE_DAY])]
            raise Unread("hours without a day")
        _value(page, made, phrase)
    return _told(made)


def _value(page: Page, made: list[Group], phrase: Phrase) -> None:
    group = made[-1]
    if phrase.kind == "times":
        group.spans = [*(group.spans or []), *_spans(page, phrase)]
    elif phrase.kind == "allday":
        group.spans = [*(group.spans or []), WHOLE_DAY]
    elif phrase.kind == "off":
        group.spans = []
    elif phrase.kind in ("appt", "apptonly"):
        several = phrase.comma and group.spans is not None
        for each in made if several else [group]:
            each.appointment = True
    else:
        raise Unread(phrase.kind)


def _told(made: list[Group]) -> list[Group]:
    """Days that stand before the next days without a value of their own share that value: `Mon, Wed: Fri 9-5` is not read."""
    if any(group.spans is None and not group.appointment for group in made):
        raise Unread("days without hours")
    return made


def _spans(page: Page, phrase: Phrase) -> list[Interval]:
    spans = []
    for opens, closes in phrase.spans:
        span = span_of(opens, closes, page.full)
        if span is None:
            raise Unread("morning or evening?")
        spans.append(span)
    return spans
