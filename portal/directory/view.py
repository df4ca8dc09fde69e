"""The listing as anybody may see it: a card at one moment, in the words of the reader's language. Reads nothing.

A page of hits makes twenty and asks few things of each, so that whatever takes time is worked out when first asked for.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, Generic, NamedTuple, TypeVar, cast
from uuid import UUID

from portal.directory.areas import area_words
from portal.directory.card import Card
from portal.directory.freshness.kinds import Pace
from portal.directory.hours import HoursLine, OpenState, Timetable, zone
from portal.directory.opening import ClosureWords, closure_at, lines_at, open_at, timetable_of
from portal.directory.rooms import room_words
from portal.directory.rules import Freshness, How, ShownAvailability, freshness, shown_availability
from portal.directory.terms import GROUPS, needs_for
from portal.store.language import gettext as _
from portal.store.language import locale

Value = TypeVar("Value")

KEPT = 20_000  # different weeks, days and words that are remembered

VOICES = ("crisis", "hotline", "intake", "voice")  # phones that a person answers

_ORIGINAL: dict[str, str] = {}


class Coded(NamedTuple):
    code: str
    label: str


class PhoneLine(NamedTuple):
    """A number as written, and the digits that a `tel:` link dials."""

    number: str
    extension: str
    type: str
    description: str

    @property
    def tel(self) -> str:
        digits = "".join(letter for letter in self.number if letter.isdigit())
        dial = ("+" if self.number.startswith("+") else "") + digits
        return dial + (f",{self.extension}" if self.extension.isdigit() else "")


class lazy(Generic[Value]):  # noqa: N801 - used like a property
    """functools.cached_property without the lock that it has before Python 3.12: a page asks two hundred of them."""

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self.make = make
        self.name = make.__name__

    def __get__(self, of: Any, _owner: type) -> Value:
        value = of.__dict__[self.name] = self.make(of)
        return value


class Listing:
    """A service at a location at `now`; not to be changed. `latitude`, `longitude` and `point_kind` are None where
    confidential. What depends on the language is in that of the request which first asks."""

    def __init__(self, card: Card, now: datetime) -> None:
        self.card = card
        self.now = now
        self.number = card["number"]
        self.version = card["version"]
        self.organization = card["organization"]
        self.organization_kind = card["organization_kind"]
        self.joined = card["joined"]
        self.name = card["name"]
        self.eligibility = card["eligibility"]
        self.fees = card["fees"]
        self.application_process = card["application_process"]
        self.interpretation = card["interpretation"]
        self.alert = card["alert"]
        self.status = card["status"]
        self.url = card["url"]
        self.minimum_age, self.maximum_age = card["ages"]
        self.confidential = card["confidential"]
        self.virtual = card["virtual"]
        self.transportation = card["transportation"]
        self.area_text = card["area_text"]
        self.latitude = card["lat"]
        self.longitude = card["lon"]
        self.point_kind = card["point_kind"]
        self.time_zone = card["time_zone"]
        self.spoken = _ORIGINAL  # field of the card -> language, of what is not the original
        self.written: Card = card  # as it was before it was said in another language

    def __repr__(self) -> str:
        return f"Listing({self.card!r}, {self.now!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Listing) and (self.card, self.now) == (other.card, other.now)

    def __hash__(self) -> int:
        return hash(self.number)

    def in_language(self, language: str) -> "Listing":
        """The same listing with the words that a human wrote in this language, where there are any; the rest as it was
        written, which `lang_of` says. A notice that has changed since is not said in its old words."""
        told = self.card["said"].get(language, {})
        words: dict[str, Any] = {}
        for field, (text, _day, original) in told.items():
            if field != "alert" or original == self.card["alert"]:
                words[field] = text.split("\n") if field == "documents" else text
        if not words:
            return self
        found = Listing(cast(Card, {**self.card, **words}), self.now)
        found.spoken = dict.fromkeys(words, language)
        found.written = self.card
        return found

    def lang_of(self, field: str) -> str:
        """The language of these words, by their name on the card."""
        return self.spoken.get(field, self.card["language"])

    @lazy
    def translated_on(self) -> date | None:
        """The day of the oldest translation shown; None where nothing is."""
        days = [self.card["said"][spoken][field][1] for field, spoken in self.spoken.items()]
        return date.fromisoformat(min(days)) if days else None

    @lazy
    def outdated(self) -> bool:
        """Whether the original of something shown has changed since it was translated."""
        return any(
            self.card["said"][spoken][field][2] != _as_text(dict(self.written)[field])
            for field, spoken in self.spoken.items()
        )

    @lazy
    def free_places(self) -> tuple[str, ...]:
        """What somebody counted today, in words with its age."""
        return room_words(self.card["rooms"], self.now)

    @lazy
    def languages_said(self) -> tuple[str, ...]:
        """The languages in which it can be read: that of the original first."""
        return (self.card["language"], *sorted(self.card["said"].keys() - {self.card["language"]}))

    @lazy
    def id(self) -> UUID:
        return UUID(self.card["id"])

    @lazy
    def service_id(self) -> UUID:
        return UUID(self.card["service_id"])

    @lazy
    def organization_id(self) -> UUID:
        return UUID(self.card["organization_id"])

    @lazy
    def description(self) -> str:
        return "\n\n".join(filter(None, (self.card["description"], self.card["more"])))

    @lazy
    def description_parts(self) -> tuple[tuple[str, str], ...]:
        """What it does, and what is special at this place: each with its language."""
        parts = ((self.card["description"], "description"), (self.card["more"], "more"))
        return tuple((text, self.lang_of(name)) for text, name in parts if text)

    @lazy
    def phones(self) -> tuple[PhoneLine, ...]:
        return tuple(PhoneLine(*phone) for phone in self.card["phones"])

    @lazy
    def address(self) -> tuple[str, ...]:
        return envelope(self.card["address"])

    @lazy
    def _language(self) -> Any:
        return locale()

    @lazy
    def timetable(self) -> Timetable:
        return timetable_of(self.card)

    @lazy
    def hours(self) -> tuple[HoursLine, ...]:
        return lines_at(self.timetable, self._language)

    @lazy
    def hours_said(self) -> str:
        """In the words of who typed them, which are all there is where they could not be read."""
        return self.card["hours_said"]

    @lazy
    def hours_unread(self) -> bool:
        """Whether some of the hours are words that only a person can read."""
        return any(line.words_alone for line in self.timetable.lines)

    @lazy
    def hours_words(self) -> str:
        words = "; ".join(f"{line.days}: {line.words}" for line in self.hours)
        if self.hours_unread:
            return "; ".join(filter(None, (words, _("Call to confirm the hours"))))
        return words or _("Hours unknown: call first")

    @lazy
    def open(self) -> OpenState:
        """As of the minute in which `now` lies: hours begin and end with one."""
        minute = self.now.replace(second=0, microsecond=0)
        return open_at(self.timetable, minute, self._language)

    def open_at(self, moment: datetime) -> OpenState:
        """At a moment that was asked for (aware), which its words name."""
        return self.timetable.open_then(moment, self.now)

    @lazy
    def how(self) -> How:
        """How it may be asked now: under a closure nobody is there to answer, and it can only be called."""
        closed = self.card["how"] == "refer" and self.card["closures"] and self.closure and self.closure.now
        return "call" if closed else self.card["how"]

    @lazy
    def closure(self) -> ClosureWords | None:
        """The one that holds now; failing that, the first that begins within two weeks."""
        return closure_at(self.timetable, self.now, self._language)

    @lazy
    def availability(self) -> ShownAvailability:
        told = self.card["availability_at"]
        if not told:
            return _never_told(self._language)
        at = datetime.fromtimestamp(told, UTC)
        return shown_availability(
            self.card["availability"], at, self.now, self.card["availability_source"], self.pace
        )

    @lazy
    def assured_date(self) -> date | None:
        told = self.card["assured"]
        return date.fromisoformat(told) if told else None

    @lazy
    def pace(self) -> Pace:
        days, half_life = self.card["pace"]
        return _pace(int(days), half_life)

    @lazy
    def freshness(self) -> Freshness:
        today = self.now.astimezone(zone(self.time_zone) or UTC).date()
        told = self.card["used"]
        used = date.fromisoformat(told) if told else None
        return _freshness(
            self.assured_date, today, self.pace.days, used, self.card["doubted"], self._language
        )

    @property
    def assured_words(self) -> str:
        return self.freshness.words

    @lazy
    def languages(self) -> tuple[Coded, ...]:
        return tuple(Coded(code, name) for code, name in self.card["languages"])

    @property
    def care(self) -> tuple[Coded, ...]:
        return self._coded("care")

    @property
    def for_(self) -> tuple[Coded, ...]:
        return self._coded("for")

    @property
    def pay(self) -> tuple[Coded, ...]:
        return self._coded("pay")

    @property
    def access(self) -> tuple[Coded, ...]:
        return self._coded("access")

    @property
    def care_words(self) -> str:
        return _label_words("care", self._terms, self._language)

    @property
    def for_words(self) -> str:
        return _label_words("for", self._terms, self._language)

    @lazy
    def voice(self) -> PhoneLine | None:
        """The number that a person answers: what "Call" dials."""
        return next((phone for phone in self.phones if phone.type in VOICES), None)

    def _coded(self, group: str) -> tuple[Coded, ...]:
        """Codes with their labels, in the order in which the lists are written."""
        return _held(group, self._terms, self._language)

    @lazy
    def _terms(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(tuple, self.card["terms"]))

    def codes(self, group: str) -> set[str]:
        """The codes of one group of directory.terms, without their labels."""
        return {code for held, code in self.card["terms"] if held == group}

    @lazy
    def documents(self) -> tuple[str, ...]:
        return tuple(self.card["documents"])

    @lazy
    def service_areas(self) -> tuple[str, ...]:
        return tuple(area_words(kind, extent, name) for kind, extent, name in self.card["areas"])

    @property
    def area(self) -> str:
        """Where, when no address may be said: the area in words, or the areas served."""
        return self.area_text or ", ".join(self.service_areas)

    @lazy
    def needs(self) -> tuple[str, ...]:
        return tuple(needs_for(self.codes("care")))


@lru_cache(KEPT)
def _held(group: str, terms: tuple[tuple[str, ...], ...], language: Any) -> tuple[Coded, ...]:
    return tuple(coded for coded in _labels(language)[group] if (group, coded.code) in terms)


@lru_cache(KEPT)
def _label_words(group: str, terms: tuple[tuple[str, ...], ...], language: Any) -> str:
    return ", ".join(coded.label for coded in _held(group, terms, language))


def _as_text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def listing_of(card: Card, now: datetime) -> Listing:
    """What anybody may see of this card at `now` (aware)."""
    return Listing(card, now)


def envelope(address: Iterable[str]) -> tuple[str, ...]:
    """[line 1, line 2, city, state, ZIP] as the lines of an envelope; none from none."""
    parts = list(address)
    if not parts:
        return ()
    line_1, line_2, city, state, code = parts
    return tuple(filter(None, (line_1, line_2, f"{city}, {state} {code}".strip())))


# The same few weeks, days and words come again and again on a page: each is worked out once for a language.
# `_locale` is the present one, which the words below are looked up in.


@lru_cache(KEPT)
def _freshness(
    assured: date | None, today: date, days: int, used: date | None, doubted: bool, _locale: Any
) -> Freshness:
    return freshness(assured, today, days, used=used, doubted=doubted)


@cache
def _pace(days: int, half_life: float) -> Pace:
    return Pace(days, half_life)


@lru_cache
def _never_told(_locale: Any) -> ShownAvailability:
    return shown_availability("unknown", None, datetime.min.replace(tzinfo=UTC))


@cache
def _labels(_locale: Any) -> dict[str, tuple[Coded, ...]]:
    return {
        group: tuple(Coded(code, str(label)) for code, label in codes.items())
        for group, codes in GROUPS.items()
    }
