"""From what a text said to the lines of a schedule: days off taken out, breaks cut, seasons laid beside each other. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from portal.directory.hours.holidays import clean_codes
from portal.directory.hours.lines import APPOINTMENT, DAYS, Interval, Line
from portal.directory.hours.phrases import Days, Unread

LEAP = [date(2000, 1, 1) + timedelta(days=step) for step in range(366)]


@dataclass
class Group:
    """Some days and what holds on them. `spans` None: nothing said; empty: closed."""

    days: Days
    spans: list[Interval] | None = None
    appointment: bool = False
    season: str = ""
    dates: tuple[date | None, date | None] = (None, None)


@dataclass
class Page:
    """What was gathered from a text: groups, weekdays off, holiday codes, breaks within the day; `besides`: other times by
    appointment. season and dates hold for what comes next, `headed` beyond its line; `full`: its times are of the 24-hour clock."""

    groups: list[Group] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    holidays: list[str] = field(default_factory=list)
    breaks: list[Interval] = field(default_factory=list)
    besides: bool = False
    season: str = ""
    dates: tuple[date | None, date | None] = (None, None)
    headed: bool = False  # they stand on a line of their own
    full: bool = False


def lines_from(page: Page) -> tuple[Line, ...]:
    """One line for each set of days that share an interval; what has no season of its own holds outside the others'. Raises Unread where the text contradicts itself, or says when it
    is closed and never when it is open."""
    seasons = [group.season for group in page.groups if group.season]
    gaps = between_seasons(seasons)
    found: dict[Line, list[str]] = {}
    for group in page.groups:
        for base in _bases(page, group, seasons, gaps):
            for line, codes in _of_group(page, group, base):
                found.setdefault(line, []).extend(code for code in codes if code not in found.get(line, []))
    made = [
        line._replace(byday=",".join(_ordered(codes))) if codes else line for line, codes in found.items()
    ]
    if not made:
        raise Unread("closed, and never open")
    _check_overlaps(made)
    if page.breaks:
        made = _cut(made, page.breaks)
    if page.besides:
        made.append(Line("", attending_type=APPOINTMENT))
    return tuple(made)


def _bases(page: Page, group: Group, seasons: list[str], gaps: list[str]) -> list[Line]:
    """An empty line with all but days and times: one, or one for each part of the year that no other season has."""
    first, last = group.dates
    base = Line(
        "",
        valid_from=first,
        valid_to=last,
        season=group.season,
        closed_on=clean_codes(",".join(page.holidays)),
        attending_type=APPOINTMENT if group.appointment else "",
    )
    if group.season or not seasons:
        return [base]
    if not gaps:
        raise Unread("hours beside seasons that fill the year")
    return [base._replace(season=gap) for gap in gaps]


def _of_group(page: Page, group: Group, base: Line) -> Iterable[tuple[Line, list[str]]]:
    days = group.days
    if days.other:
        if base.valid_from is None or days.nth or days.mdays:
            raise Unread("every other week, beginning when?")
        base = base._replace(interval=2, dtstart=base.valid_from)
    if days.mdays:
        base = base._replace(freq="MONTHLY", bymonthday=",".join(map(str, sorted(days.mdays))))
    if days.nth:
        if {code[-2:] for code in days.nth} & page.closed:
            raise Unread("open and closed on one day")
        base = base._replace(freq="MONTHLY")
    codes = days.nth or [code for code in days.weekly if code not in page.closed]
    if not codes and not days.mdays:
        return
    if group.spans is None:
        yield base, codes
    for opens, closes in group.spans or ():
        yield base._replace(opens_at=opens, closes_at=closes), codes


def _ordered(codes: Iterable[str]) -> list[str]:
    return sorted(set(codes), key=lambda code: (code[:-2], DAYS.index(code[-2:])))


def between_seasons(seasons: Iterable[str]) -> list[str]:
    """The parts of the year in none of these; none when there are no seasons, or they fill it."""
    taken = [_is_in(seasons, f"{day:%m-%d}") for day in LEAP]
    if not any(taken) or all(taken):
        return []
    starts = [at for at in range(366) if not taken[at] and taken[at - 1]]
    found = []
    for start in starts:
        end = start
        while not taken[(end + 1) % 366]:
            end = (end + 1) % 366
        found.append(f"{LEAP[start]:%m-%d}/{LEAP[end]:%m-%d}")
    return found


def _is_in(seasons: Iterable[str], day: str) -> bool:
    ends = (season.split("/") for season in seasons)
    return any(first <= day <= last if first <= last else day >= first or day <= last for first, last in ends)


def _check_overlaps(lines: Iterable[Line]) -> None:
    """Two times of one day must not run into each other: one of them is a slip."""
    kept: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    for line in lines:
        if line.opens_at is None or line.closes_at is None:
            continue
        start, end = _minutes(line.opens_at), _minutes(line.closes_at)
        for code in line.byday.split(","):
            spans = kept.setdefault((code, line.bymonthday, line.season, line[3:5], line.interval), [])
            own = (start, end if end > start else end + 24 * 60)
            if any(own[0] < other[1] and other[0] < own[1] for other in spans):
                raise Unread("two times of one day overlap")
            spans.append(own)


def _cut(lines: list[Line], breaks: list[Interval]) -> list[Line]:
    """The lines without the breaks; each must lie inside some opening."""
    for begins, ends in breaks:
        cut, hit = [], False
        for line in lines:
            inside = line.opens_at and line.closes_at and line.opens_at < begins < ends < line.closes_at
            if inside:
                hit = True
                cut += [line._replace(closes_at=begins), line._replace(opens_at=ends)]
            else:
                cut.append(line)
        if not hit or begins >= ends:
            raise Unread("a break outside the hours")
        lines = cut
    return lines


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
