"""Hours as people write them: what they mean, what is not read at all, and the way back to words."""

import csv
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.directory.hours import Line, hours_lines, hours_words, lines_of, read_hours
from portal.directory.hours.holidays import CODES, clean_codes, closed_in_english, closed_on_in
from portal.directory.hours.rows import schedules_of
from portal.directory.hours.typed import written_out
from tests.conftest import SHARED

WEEK, ALL = "MO,TU,WE,TH,FR", "MO,TU,WE,TH,FR,SA,SU"


def told(text: str) -> str:
    """The lines in short: `MO 09:00-17:00 season=...; ...`, or `?` where the words are not read."""
    reading = read_hours(text)
    if not reading.understood:
        return "?"
    return "; ".join(_short(line) for line in reading.lines)


def _short(line: Line) -> str:
    times = f" {line.opens_at:%H:%M}-{line.closes_at:%H:%M}" if line.opens_at and line.closes_at else ""
    empty = Line(line.byday, line.opens_at, line.closes_at)
    more = [
        f" {name}={value}"
        for name, value, same in zip(line._fields, line, empty, strict=True)
        if value != same
    ]
    return f"{line.byday}{times}{''.join(more)}"


SAID = [
    ("Mon-Fri 9-5, Sat by appointment, closed holidays",
     f"{WEEK} 09:00-17:00 closed_on=state; SA closed_on=state attending_type=by appointment"),
    ("Monday - Friday: 8:30 a.m. – 4:30 p.m.", f"{WEEK} 08:30-16:30"),
    ("9:00am-5:00pm, Mon-Fri", f"{WEEK} 09:00-17:00"),
    ("M-F 8-4:30", f"{WEEK} 08:00-16:30"),
    ("MWF 9-12", "MO,WE,FR 09:00-12:00"),
    ("T/Th 1-5", "TU,TH 13:00-17:00"),
    ("24/7", f"{ALL} 00:00-00:00"),
    ("Open 24 hours a day, 7 days a week", f"{ALL} 00:00-00:00"),
    ("Fri-Sun 8pm-4am", "FR,SA,SU 20:00-04:00"),
    ("Weekdays 9 to 5, weekends 10 to 2", f"{WEEK} 09:00-17:00; SA,SU 10:00-14:00"),
    ("Mon and Wed 9-1, Tue and Thu 1-5", "MO,WE 09:00-13:00; TU,TH 13:00-17:00"),
    ("8-12, 1-5 Mon-Fri", f"{WEEK} 08:00-12:00; {WEEK} 13:00-17:00"),
    ("Mon-Fri 0800-1700", f"{WEEK} 08:00-17:00"),
    ("Mon-Thu 6-9pm", "MO,TU,WE,TH 18:00-21:00"),
    ("Sunday: Closed Monday: 8:30-12:00 , 13:00-17:00  Saturday: Closed", "MO 08:30-12:00; MO 13:00-17:00"),
    ("Sunday: Closed Monday: 9:00-5:00  Tuesday: 9:00-17:00", "MO,TU 09:00-17:00"),
    ("Monday-Friday 8:00am to 5:00pm<br>Saturday 9:00am to 12:00pm", f"{WEEK} 08:00-17:00; SA 09:00-12:00"),
    ("4:00pmGÇô5:00pm Mon", "MO 16:00-17:00"),
    # lunch, days off
    ("Mon-Fri 9-5 (closed 12-1 for lunch)", f"{WEEK} 09:00-12:00; {WEEK} 13:00-17:00"),
    ("Daily 6am-9pm except Sunday", "MO,TU,WE,TH,FR,SA 06:00-21:00"),
    # months
    ("2nd Tuesday of the month 5-7pm", "2TU 17:00-19:00 freq=MONTHLY"),
    ("1st and 3rd Saturday 9am-11am", "1SA,3SA 09:00-11:00 freq=MONTHLY"),
    ("last Friday of each month, 6 pm to 8 pm", "-1FR 18:00-20:00 freq=MONTHLY"),
    ("the 1st and 15th of each month 9-12", " 09:00-12:00 freq=MONTHLY bymonthday=1,15"),
    ("every other Tuesday 5pm-7pm starting January 5, 2027",
     "TU 17:00-19:00 valid_from=2027-01-05 interval=2 dtstart=2027-01-05"),
    # seasons and dates
    ("Jun-Aug: Mon-Fri 8-4\nMon-Fri 9-5", f"{WEEK} 08:00-16:00 season=06-01/08-31; {WEEK} 09:00-17:00 season=09-01/05-31"),
    ("June-August\nMon-Fri 8-4\nSeptember-May\nMon-Fri 9-5",
     f"{WEEK} 08:00-16:00 season=06-01/08-31; {WEEK} 09:00-17:00 season=09-01/05-31"),
    ("Nov 15 to Mar 15: daily 6pm-8am", f"{ALL} 18:00-08:00 season=11-15/03-15"),
    ("Dec 1, 2026 - Feb 28, 2027: daily 7pm-7am", f"{ALL} 19:00-07:00 valid_from=2026-12-01 valid_to=2027-02-28"),
    ("Mon-Fri 10-6 through December 20, 2026", f"{WEEK} 10:00-18:00 valid_to=2026-12-20"),
    # appointments
    ("By appointment only", f"{ALL} attending_type=by appointment"),
    ("Mon-Fri 9-5, Sat 10-2 by appointment", f"{WEEK} 09:00-17:00; SA 10:00-14:00 attending_type=by appointment"),
    ("Mon-Fri 9-5 or by appointment", f"{WEEK} 09:00-17:00;  attending_type=by appointment"),
    # holidays
    ("Mon-Fri 9-5 except holidays", f"{WEEK} 09:00-17:00 closed_on=state"),
    ("Mon-Fri 9-5, closed on federal holidays", f"{WEEK} 09:00-17:00 closed_on=federal"),
    ("Mon-Fri 9-5. Closed July 4th, Thanksgiving and the day after Thanksgiving.",
     f"{WEEK} 09:00-17:00 closed_on=independence,thanksgiving,day_after_thanksgiving"),
    ("24/7, including holidays", f"{ALL} 00:00-00:00"),
    # Spanish
    ("lunes a viernes 9 a 5, sábado con cita, cerrado días feriados",
     f"{WEEK} 09:00-17:00 closed_on=state; SA closed_on=state attending_type=by appointment"),
]  # fmt: skip
NOT_READ = [
    "always", "Call for hours", "Hours vary", "closed", "Sun closed", "9-5", "Mon-Fri", "Mon 9", "Mon 6-9", "Mon 25:00-26:00",
    "Mon 13pm-2pm", "Mon 09:00-09:00", "Money 9-5", "Mon-Fri 9-5 EST", "Mon-Fri 9-5 615-555-0123", "Mon-Fri 9-5 (Wed until 7)",
    "24/7 mobile team, clinic Mon-Fri 9-5", "Mon-Fri 9-5, Wed 9-7", "Mon-Fri 9-5, closed most holidays",
    "every other Tuesday 5pm-7pm", "every 2nd Tuesday 5pm-7pm", "Mon-Fri 9-5, closed 1st Friday", "Sept 31 - Oct 5: Mon 9-5",
    "Jan-Dec Mon-Fri 9-5\nSat 9-12", "Thanksgiving 9-12", "Mon-Fri 9-5 starting in spring", "Mon-Fri 9-5 until March 3",
    "Mon 09:00-12:00, 11:00-13:00", "Mon 20:00-04:00, 22:00-23:00", "\x00", "Mon-Fri 9-5 " * 600,
]  # fmt: skip


@pytest.mark.parametrize(("text", "lines"), SAID)
def test_hours_are_read_as_they_were_meant(text: str, lines: str) -> None:
    assert told(text) == lines


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_not_understood_whole_is_not_read_at_all(text: str) -> None:
    reading = read_hours(text)
    assert not reading.understood
    assert reading.lines == ()
    assert reading.left


@given(
    st.lists(
        st.sampled_from(
            [
                "mon",
                "fri",
                "sat",
                "9",
                "5",
                "9am",
                "17:00",
                "-",
                "to",
                ",",
                ";",
                "\n",
                "and",
                "closed",
                "holidays",
                "by",
                "appointment",
                "24/7",
                "1st",
                "of",
                "the",
                "month",
                "jun",
                "aug",
                "2027-01-05",
                "until",
                "starting",
                "every",
                "other",
                "lunch",
                "noon",
                "except",
                "<",
                "(",
                "'",
            ]
        ),
        max_size=12,
    )
    | st.text(max_size=40).map(lambda text: [text])
)
def test_any_words_are_read_or_left_and_never_fail(words: list[str]) -> None:
    reading = read_hours(" ".join(words))
    assert not (reading.lines and reading.left)
    assert all(line.timed or line.appointment for line in reading.lines)
    assert lines_of(schedules_of(" ".join(words))) == lines_of(reading.lines) or not reading.lines


@pytest.mark.parametrize(("text", "_lines"), SAID)
def test_typed_words_stay_while_they_mean_the_rows_and_rows_can_be_written_out(
    text: str, _lines: str
) -> None:
    rows = schedules_of(text)
    assert hours_words(rows) == text
    assert lines_of(read_hours(written_out(lines_of(rows))).lines) == lines_of(rows)
    rows[0].byday = "SU"
    assert hours_words(rows) != text, "who changed the rows did not change the words"


def test_words_that_cannot_be_read_are_kept_as_they_are() -> None:
    [row] = schedules_of("Call for hours")
    assert (row.description, row.opens_at, row.byday) == ("Call for hours", None, None)
    assert hours_words([row]) == "Call for hours"
    assert hours_lines([row]) == ()
    assert schedules_of("  ") == []


def test_more_than_a_week_in_words() -> None:
    lines = hours_lines(
        read_hours(
            "Jun-Aug: Mon-Fri 8-4\n2nd Tuesday, last Fri 5-7pm\nthe 1st of the month 9-12\nSat by appointment\nClosed holidays"
        ).lines
    )
    assert [f"{line.days}: {line.words}" for line in lines] == [
        "June 1 to August 31, Monday to Friday: 8 am to 4 pm",
        "June 1 to August 31, Saturday to Sunday: Closed",
        "September 1 to May 31, Saturday: by appointment",
        "September 1 to May 31, Day 1 of the month: 9 am to noon",
        "September 1 to May 31, Last Friday, second Tuesday of the month: 5 pm to 7 pm",
        "Public holidays: Closed",
    ]


@pytest.mark.parametrize("code", CODES)
def test_holidays_are_written_into_notes_and_read_from_them(code: str) -> None:
    assert closed_on_in(closed_in_english(code)) == code


def test_words_beside_schedules_say_the_holidays_too() -> None:
    assert (
        closed_on_in("The service is available weekdays. The service is not available on public holidays.")
        == "state"
    )
    assert closed_on_in("Closed for lunch. Open on holidays.") == ""
    assert clean_codes("christmas,nothing,thanksgiving,christmas") == "thanksgiving,christmas"


BOOK = SHARED / "data" / "ilao_illinois_legal"


@pytest.mark.skipif(not BOOK.is_dir(), reason="the Illinois book is not on this machine")
def test_a_real_book_of_hours_is_read_as_another_reader_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the Illinois book, against what an independent converter made of it: weekday, opens, closes of each place."""
    wanted = Counter(
        (row["location_id"], row["weekday"][:2].upper(), _clock(row["opens_at"]), _clock(row["closes_at"]))
        for row in _rows("hsds1_output/regular_schedules.csv")
        if row["location_id"] and row["opens_at"]
    )
    texts = {row["Location_id"]: row["Hours of operation"] for row in _rows("input/locations.csv")}
    read = {place: read_hours(text) for place, text in texts.items() if text.strip()}
    left = [place for place, reading in read.items() if not reading.understood]
    differ = []
    for place, reading in read.items():
        mine = {
            (place, code, _at(line.opens_at), _at(line.closes_at))
            for line in reading.lines
            for code in line.byday.split(",")
        }
        theirs = {each for each in wanted if each[0] == place}
        if reading.understood and mine != theirs:
            differ.append((place, texts[place], sorted(mine ^ theirs)))
    with capsys.disabled():
        print(f"\n{len(read)} texts: {len(read) - len(left)} read, {len(left)} left, {len(differ)} otherwise")
    assert len(left) <= 2, "those say two times that overlap"
    # The converter keeps one opening a day, and took 10:00-4:00 for eighteen hours: nothing else is read otherwise.
    for place, text, other in differ:
        mine = {(code, _at(line.opens_at)) for line in read[place].lines for code in line.byday.split(",")}
        assert all((code, opens) in mine for _place, code, opens, _closes in other), text


def _rows(name: str) -> list[dict[str, str]]:
    with (BOOK / name).open(encoding="utf-8", errors="replace", newline="") as file:
        return list(csv.DictReader(file))


def _clock(text: str) -> str:
    hour, _colon, minute = text.strip().partition(":")
    return f"{int(hour):02d}:{minute}"


def _at(at: object) -> str:
    return f"{at:%H:%M}" if at else ""
