"""Pure decisions: numbers, lengths, quiet hours, which addresses are public."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from portal.config import LONGEST_TEXTED
from portal.messages import keywords
from portal.messages.posting import is_public
from portal.messages.rules import is_one_text, phone_number, quiet_until, text_length

CHICAGO = "America/Chicago"


@pytest.mark.parametrize(
    ("typed", "dialed"),
    [
        ("615-555-0123", "+16155550123"),
        ("(615) 555-0123", "+16155550123"),
        ("1 615.555.0123", "+16155550123"),
        ("+1 615 555 0123", "+16155550123"),
        ("+44 20 7946 0018", "+442079460018"),
        ("615 555 0123 x12", None),
        ("555-0123", None),
        ("22395", None),
        ("", None),
        ("+", None),
        ("+0123456789", None),
        ("٦١٥٥٥٥٠١٢٣", None),
        ("1" * 5000, None),
        ("HANDRAIL", None),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, dialed: str | None) -> None:
    assert phone_number(typed) == dialed


def test_one_text_is_160_signs_of_its_alphabet() -> None:
    assert is_one_text("x" * 160)
    assert not is_one_text("x" * 161)
    assert text_length("a[b]") == 6  # brackets take the room of two
    assert not is_one_text("x" * 159 + "€")
    assert text_length("“quoted”") is None
    assert not is_one_text("")


@pytest.mark.parametrize(
    ("at", "begin", "end", "until"),
    [
        ("2026-06-10 23:00", "22:00", "07:00", "2026-06-11 07:00"),
        ("2026-06-10 06:59", "22:00", "07:00", "2026-06-10 07:00"),
        ("2026-06-10 07:00", "22:00", "07:00", None),
        ("2026-06-10 21:59", "22:00", "07:00", None),
        ("2026-06-10 13:00", "12:00", "14:00", "2026-06-10 14:00"),
        ("2026-06-10 14:00", "12:00", "14:00", None),
        ("2026-06-10 14:00", "12:00", "12:00", None),
        ("2026-03-07 23:00", "22:00", "07:00", "2026-03-08 07:00"),  # the night in which clocks go forward
        ("2026-10-31 23:00", "22:00", "07:00", "2026-11-01 07:00"),  # and back
    ],
)
def test_quiet_hours_end_at_the_clock_time_of_the_reader(
    at: str, begin: str, end: str, until: str | None
) -> None:
    zone = ZoneInfo(CHICAGO)
    now = datetime.fromisoformat(at).replace(tzinfo=zone).astimezone(UTC)
    found = quiet_until(now, time.fromisoformat(begin), time.fromisoformat(end), CHICAGO)
    assert found == (until and datetime.fromisoformat(until).replace(tzinfo=zone).astimezone(UTC))


def test_quiet_hours_in_the_night_of_the_changed_clock_last_an_hour_less_or_more() -> None:
    night = time(22), time(7)
    for day, hours in (("2026-03-07", 8), ("2026-06-10", 9), ("2026-10-31", 10)):
        begins = datetime.fromisoformat(f"{day} 22:00").replace(tzinfo=ZoneInfo(CHICAGO)).astimezone(UTC)
        ends = quiet_until(begins, *night, CHICAGO)
        assert ends is not None
        assert (ends - begins).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "nonsense",
    ],
)
def test_an_inner_address_is_not_public_in_any_clothes(address: str) -> None:
    assert not is_public(address)


def test_an_address_of_the_open_internet_is_public() -> None:
    assert is_public("8.8.8.8")
    assert is_public("2606:4700:4700::1111")


@pytest.mark.sqlite_only
def test_every_required_line_is_one_text_under_the_longest_addresses(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    for mail in ("a" * 32 + "@example.org", "a" * 64 + "@example.org"):
        monkeypatch.setitem(
            app.extensions,
            "settings",
            replace(
                app.extensions["settings"], mail_from=mail, base_url="https://" + "h" * (LONGEST_TEXTED - 8)
            ),
        )
        for word, language in keywords.LINES:
            line = keywords.line(word, language)
            assert is_one_text(line), line
            assert line.startswith("Handrail:")
