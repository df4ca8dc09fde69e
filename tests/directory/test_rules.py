"""How true a listing is, in words that fade. No database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.directory.rules import age_words, freshness, shown_availability

NOW = datetime(2026, 7, 13, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stored", "age", "source", "value", "words"),
    [
        ("yes", timedelta(minutes=14), "desk", "yes", "Yes, as of 14 min ago by the desk"),
        ("yes", timedelta(0), "desk", "yes", "Yes, as of just now by the desk"),
        (
            "limited",
            timedelta(hours=3, minutes=59),
            "steward",
            "limited",
            "Limited room, as of 3 hours ago by a steward",
        ),
        ("no", timedelta(hours=23, minutes=59), "desk", "no", "No room, as of 23 hours ago by the desk"),
        ("yes", timedelta(hours=24), "desk", "unknown", "Not confirmed for 1 day: call first"),
        ("limited", timedelta(days=3), "desk", "unknown", "Not confirmed for 3 days: call first"),
        ("no", timedelta(days=70), "desk", "unknown", "Not confirmed for 2 months: call first"),
        ("unknown", timedelta(minutes=1), "desk", "unknown", "Not known: call first"),
        ("yes", timedelta(hours=-1), "seed", "yes", "Yes, as of just now by the directory"),
    ],
)
def test_availability_fades_to_call_first(
    stored: str, age: timedelta, source: str, value: str, words: str
) -> None:
    shown = shown_availability(stored, NOW - age, NOW, source)
    assert (shown.value, shown.words) == (value, words)


def test_never_told_is_not_known() -> None:
    assert shown_availability("yes", None, NOW).value == "unknown"
    assert shown_availability("", NOW, NOW).words == "Not known: call first"


def test_a_declined_referral_cannot_be_told_from_the_desk_s_own_word() -> None:
    at = NOW - timedelta(minutes=5)
    assert shown_availability("no", at, NOW, "decline") == shown_availability("no", at, NOW, "desk")


@pytest.mark.parametrize(
    ("days", "words", "stale"),
    [
        (0, "Confirmed today", False),
        (3, "Confirmed 3 days ago", False),
        (180, "Confirmed 5 months ago", False),
        (181, "Not confirmed for 5 months: call first", True),
        (430, "Not confirmed for 14 months: call first", True),
        (800, "Not confirmed for 2 years: call first", True),
        (-1, "Confirmed today", False),
    ],
)
def test_a_listing_nobody_confirmed_says_call_first(days: int, words: str, stale: bool) -> None:
    today = date(2026, 7, 13)
    seen = freshness(today - timedelta(days=days), today)
    assert (seen.words, seen.stale) == (words, stale)


def test_never_confirmed() -> None:
    assert freshness(None, date(2026, 7, 13)).words == "Never confirmed: call first"


def test_ages_are_rounded_down() -> None:
    assert age_words(timedelta(seconds=20)) == "1 min"
    assert age_words(timedelta(minutes=119)) == "1 hour"
    assert age_words(timedelta(days=60)) == "60 days"
