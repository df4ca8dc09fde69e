"""What a question means before any engine sees it, and that each thing understood can be taken out again."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from flask import Flask

from portal.geo import PlaceUnknown
from portal.geo.models import Place
from portal.search import Question
from portal.search.understand import Meaning, understand
from portal.search.whereabouts import asks_near_me
from portal.search.words import MOST_WORDS, fold
from portal.store import write

pytestmark = pytest.mark.sqlite_only

PLACES = [
    ("zip", "37203", "Nashville", "TN", "Davidson", 36.15, -86.79),
    ("zip", "37013", "Antioch", "TN", "Davidson", 36.06, -86.66),
    ("zip", "37207", "Nashville", "TN", "Davidson", 36.22, -86.77),
    ("zip", "38103", "Memphis", "TN", "Shelby", 35.147, -90.055),
    ("zip", "38339", "Guys", "TN", "McNairy", 35.0, -88.5),
    ("zip", "60601", "Chicago", "IL", "Cook", 41.89, -87.62),
    ("zip", "97201", "Portland", "OR", "Multnomah", 45.5, -122.69),
    ("city", "Nashville", "Nashville", "TN", "Davidson", 36.1657, -86.785),
    ("city", "Antioch", "Antioch", "TN", "Davidson", 36.06, -86.66),
    ("city", "Antioch", "Antioch", "CA", "Contra Costa", 37.99, -121.8),
    ("city", "Guys", "Guys", "TN", "McNairy", 35.0, -88.5),
    ("city", "Franklin", "Franklin", "TN", "Williamson", 35.9, -86.87),
    ("city", "Mount Juliet", "Mount Juliet", "TN", "Wilson", 36.2, -86.5),
    ("city", "Oxford", "Oxford", "TN", "Wilson", 36.2, -86.5),
    ("city", "Chicago", "Chicago", "IL", "Cook", 41.89, -87.62),
    ("city", "Portland", "Portland", "OR", "Multnomah", 45.5, -122.69),
    ("city", "Miami", "Miami", "FL", "Miami-Dade", 25.77, -80.19),
    ("city", "Miami", "Miami", "OK", "Ottawa", 36.87, -94.87),
    ("city", "Springfield", "Springfield", "IL", "Sangamon", 39.8, -89.6),
    ("city", "Springfield", "Springfield", "MO", "Greene", 37.2, -93.3),
]  # fmt: skip
PLACES += [("zip", f"331{n:02d}", "Miami", "FL", "Miami-Dade", 25.77, -80.19) for n in range(1, 10)]
PLACES += [("zip", "74354", "Miami", "OK", "Ottawa", 36.87, -94.87)]
PLACES += [("zip", f"627{n:02d}", "Springfield", "IL", "Sangamon", 39.8, -89.6) for n in range(1, 10)]
PLACES += [("zip", f"658{n:02d}", "Springfield", "MO", "Greene", 37.2, -93.3) for n in range(1, 10)]


@pytest.fixture
def gazetteer(app: Flask) -> None:
    with write() as session:
        for kind, code, city, state, county, lat, lon in PLACES:
            session.add(
                Place(
                    kind=kind, code=code, folded=city.lower(), state=state, county=county,
                    latitude=lat, longitude=lon, time_zone="America/Chicago",
                )
            )  # fmt: skip


def mean(words: str, **more: object) -> Meaning:
    return understand(replace(Question(words=words), **more), "TN")  # type: ignore[arg-type]


def where(meaning: Meaning) -> str:
    place = meaning.place
    return "" if place is None else place.zip or f"{place.city}, {place.state}"


def looked_for(meaning: Meaning) -> list[str]:
    return [part.text for part in meaning.parts]


SAID = [
    # what is typed, the place, what is looked for, open now
    ("shelter near 37013", "37013", ["shelter"], False),
    ("detox in Antioch tonight", "Antioch, TN", ["detox"], True),
    ("desintoxicación cerca de Nashville", "Nashville, TN", ["desintoxicacion"], False),
    ("food 37207 please", "37207", ["food"], False),
    ("37207", "37207", [], False),
    ("food 37207-1234", "37207", ["food"], False),
    ("zip code 37207 detox", "37207", ["detox"], False),
    ("detox Antioch TN", "Antioch, TN", ["detox"], False),
    ("detox, Antioch, CA", "Antioch, CA", ["detox"], False),
    ("Antioch TN", "Antioch, TN", [], False),
    ("nashville shelter", "Nashville, TN", ["shelter"], False),
    ("Nashville TN shelter", "Nashville, TN", ["shelter"], False),
    ("shelter nashville", "Nashville, TN", ["shelter"], False),
    ("detox Nashville Tennessee", "Nashville, TN", ["detox"], False),
    ("detox mt juliet", "Mount Juliet, TN", ["detox"], False),
    ("food pantry in Davidson County", "Davidson County, TN", ["food pantry"], False),
    ("davidson county food", "Davidson County, TN", ["food"], False),
    ("comida condado de Davidson", "Davidson County, TN", ["comida"], False),
    ("rehab Cook County Illinois", "Cook County, IL", ["rehab"], False),
    ("rehab Cook County IL", "Cook County, IL", ["rehab"], False),
    ("detox near Chicago", "Chicago, IL", ["detox"], False),
    ("detox Chicago", "", ["detox", "chicago"], False),  # not of this state, and nothing announces it
    ("shelter for guys", "", ["shelter"], False),  # Guys, Tennessee
    ("Oxford house", "", ["oxford house"], False),
    ("in crisis", "", ["crisis"], False),
    ("portland or food", "", ["portland", "food"], False),
    ("detox 99999", "", ["detox", "99999"], False),
    ("shelter near me open late", "", ["shelter"], True),
    ("abierto ahora comida", "", ["comida"], True),
    ("24/7 crisis line", "", ["crisis line"], True),
    ("my son is off his meds and hearing voices", "", ["off his meds", "hearing voices"], False),
    ("my 16 year old daughter is cutting", "", ["16 year old", "cutting"], False),
    ("mi hija tiene 15 años y se corta", "", ["15 anos", "se corta"], False),
    ("detox center for a man, 45 yo", "", ["detox", "man"], False),
    ("cumberland cris", "", ["cumberland", "cris"], False),
    ("brothers keeper", "", ["brothers", "keeper"], False),
    ("habla español", "", ["habla espanol"], False),
    ("detox bed tonight", "", ["detox bed"], True),
    ("dopesick and needs a bed", "", ["dopesick"], False),
    ("a bed for tonight", "", ["a bed"], True),
    ("eating disorders clinic", "", ["eating disorders"], False),
    ("spanish clinic", "", ["spanish", "clinic"], False),
    ("phoenix house", "", ["phoenix", "house"], False),
    ("rehab in Miami", "Miami, FL", ["rehab"], False),
    ("rehab in Springfield", "", ["rehab", "springfield"], False),
    ("addicted to speed", "", ["addicted", "speed"], False),
    ("mcnabb center", "", ["mcnabb"], False),
    ("a the of", "", [], False),
    ("", "", [], False),
]  # fmt: skip


@pytest.mark.usefixtures("gazetteer")
@pytest.mark.parametrize(("words", "place", "parts", "open_now"), SAID)
def test_places_moments_and_needs_are_found_among_the_words(
    words: str, place: str, parts: list[str], open_now: bool
) -> None:
    meaning = mean(words)
    assert (where(meaning), looked_for(meaning), meaning.open_now) == (place, parts, open_now)


@pytest.mark.usefixtures("gazetteer")
def test_each_thing_understood_is_said_and_can_be_taken_out() -> None:
    for words in [said[0] for said in SAID]:
        meaning = mean(words, near="")
        kinds = {note.code for note in meaning.understood}
        assert ("near" in kinds) == (meaning.place is not None)
        assert ("open" in kinds) == meaning.open_now
        assert kinds >= {part.text for part in meaning.parts if part.codes}
        for note in meaning.understood:
            assert note.sentence
            assert note.without is not None
            assert len(fold(note.without.words)) < len(fold(words))
            rest = {other.sentence for other in understand(note.without, "TN").understood}
            assert note.sentence not in rest
    note = mean("desintoxicación cerca de Nashville esta noche").understood[0]
    assert note.sentence == "Within 25 miles of Nashville, TN"
    assert note.without
    assert note.without.words == "desintoxicación esta noche"


@pytest.mark.usefixtures("gazetteer")
def test_a_place_in_its_own_field_leaves_the_words_alone() -> None:
    meaning = mean("nashville shelter", near="37013")
    assert where(meaning) == "37013"
    assert looked_for(meaning) == ["nashville", "shelter"]
    with pytest.raises(PlaceUnknown):
        mean("detox", near="Nowhere at all")


@pytest.mark.usefixtures("gazetteer")
def test_a_county_has_its_zips_and_the_middle_of_them() -> None:
    place = mean("food in davidson county").place
    assert place is not None
    assert (place.kind, place.county, place.state, place.approximate) == ("county", "Davidson", "TN", True)
    assert place.lat == pytest.approx((36.15 + 36.06 + 36.22) / 3)
    assert place.zips == ("37013", "37203", "37207")
    assert place.counties == ("Davidson, TN",)


@pytest.mark.usefixtures("gazetteer")
def test_a_city_in_a_name_is_no_place_and_one_after_in_only_in_a_whole_name() -> None:
    def is_name(words: Sequence[str], whole: bool) -> bool:
        said = " ".join(words)
        return said == "sanctuary at franklin" or (not whole and "franklin recovery".startswith(said))

    assert where(mean("Franklin Recov")) == "Franklin, TN"
    for words, place in (
        ("Franklin Recovery", ""),
        ("Franklin Recov", ""),
        ("Sanctuary at Franklin", ""),
        ("in Franklin", "Franklin, TN"),
        ("sanctuary in Franklin", "Franklin, TN"),
        ("Franklin", "Franklin, TN"),
        ("recovery 37203", "37203"),
    ):
        assert (words, where(understand(Question(words=words), "TN", is_name))) == (words, place)


@pytest.mark.usefixtures("gazetteer")
def test_a_name_is_said_and_taken_back_its_place_is_one() -> None:
    said = understand(Question(words="Nashville Rescue Mission"), "TN", lambda _words, _whole: True)
    assert said.guessed == ()
    note = next(note for note in said.understood if note.code == "name")
    assert note.sentence == "“Nashville Rescue Mission” as a name"
    assert note.without == Question(words="Rescue Mission", near="Nashville, TN")
    assert where(understand(note.without, "TN", lambda _words, _whole: True)) == "Nashville, TN"


@pytest.mark.usefixtures("gazetteer")
def test_what_is_only_guessed_is_told_so() -> None:
    said = (
        "nashville shelter tonight",
        "shelter in nashville",
        "shelter 37203",
        "shelter nashville",
        "shelter open now",
    )
    assert [mean(words).guessed for words in said] == [("place", "open"), (), (), ("place",), ("open",)]
    assert mean("shelter tonight", open_now=True).guessed == ()
    assert mean("gambling").parts[0].loosely


def test_without_a_gazetteer_nothing_is_a_place_and_one_that_comes_later_is_used(app: Flask) -> None:
    assert mean("shelter near 37203").place is None
    with write() as session:
        session.add(
            Place(kind="zip", code="37203", folded="nashville", state="TN", county="Davidson", latitude=36.1,
                  longitude=-86.7, time_zone="America/Chicago")
        )  # fmt: skip
    assert where(mean("shelter near 37203")) == "37203"


def test_words_of_a_language_ask_for_it_and_spanish_prefers_it(app: Flask) -> None:
    assert ("language", "es") in mean("counseling spanish speaking").parts[1].codes
    assert [part.codes for part in mean("consejero que hable español").parts] == [
        (("care", "outpatient"), ("field", "mental_health")), (("language", "es"),),
    ]  # fmt: skip
    prefers = {words: mean(words).prefer_language for words in
               ("necesito detox", "comida", "detox", "crisis", "albergue para mujeres", "Casa Esperanza", "la mission")}  # fmt: skip
    assert [words for words, code in prefers.items() if code == "es"] == [
        "necesito detox", "comida", "albergue para mujeres",
    ]  # fmt: skip
    assert mean("spanish speaking counselor").understood[0].sentence == "“spanish speaking” as: Spanish"


def test_near_me_is_noticed_and_is_no_word(app: Flask) -> None:
    for words in ("detox near me", "nearest detox", "detox cerca de mí"):
        meaning = mean(words)
        assert meaning.asks_near_me
        assert looked_for(meaning) == ["detox"]
    assert not mean("detox").asks_near_me
    assert not asks_near_me(fold("nearly free"))


def test_a_part_has_a_stem_for_each_word_and_at_most_eight_are_asked(app: Flask) -> None:
    for words in ("order of protection", "walk-in clinic", "a bed for tonight", "place to sleep with my dog"):
        for part in mean(words).parts:
            assert len(part.words) == len(part.stems)
            assert part.text
    assert len(mean("zebra lion tiger wolf bear fox owl crow hawk swan").parts) == MOST_WORDS


WORDS = {
    "psychiatric emergency": {"crisis_center", "inpatient", "mobile_crisis"},
    "5150": {"crisis_center", "inpatient"},
    "needs a 6-404": {"crisis_center", "inpatient"},
    "danger to himself": {"crisis_center", "mobile_crisis", "inpatient", "crisis_line"},
    "se quiere morir": {"crisis_line", "crisis_center", "mobile_crisis"},
    "ataque de nervios": {"crisis_line", "crisis_center", "mobile_crisis"},
    "dope sick": {"detox", "moud"},
    "nodding out on blues": {"harm_reduction", "detox", "moud"},
    "fetty": {"moud", "detox"},
    "DT's": {"detox", "medical"},
    "me pega mi esposo": {"victim_service"},
    "borracho": {"crisis_center", "detox"},
    "food stamps": {"food", "case_management"},
    "Section 8": {"housing"},
    "acta de nacimiento": {"case_management", "legal"},
    "DUI classes": {"outpatient"},
    "CCBHC": {"outpatient", "crisis_center", "case_management"},
    "IOP & PHP": {"intensive_outpatient"},
    "hermana adicta": {"detox", "residential", "intensive_outpatient", "outpatient", "moud"},
}


def test_the_words_of_those_who_ask_mean_kinds_of_care(app: Flask) -> None:
    assert {words: set(mean(words).care) for words in WORDS} == WORDS


HOSTILE = ["in " * 66, "near near near 99999", "cerca de " * 20, "county " * 28, "condado de " * 18, "1 yo " * 40,
           " ".join(["tn"] * 60), "37203 " * 33, "𝟛𝟟𝟚𝟘𝟛", "in\u202eantioch", "٣٧٢٠٣", "a" * 200, "é" * 200]  # fmt: skip


@pytest.mark.usefixtures("gazetteer")
def test_hostile_words_are_only_words() -> None:
    for words in HOSTILE:
        meaning = mean(words[:200])
        assert len(meaning.parts) <= MOST_WORDS
        assert all(note.without is None or len(note.without.words) <= 200 for note in meaning.understood)


SUICIDE = {"crisis_line", "crisis_center", "mobile_crisis"}
THREAT = {"victim_service"}
OTHERS = SUICIDE | THREAT
WHO_WANTS_WHAT = {
    "me quiere matar": THREAT,
    "mi esposo me quiere matar": THREAT,
    "quiere matarme": THREAT,
    "me quieren matar": THREAT,
    "me va a matar": THREAT,
    "dice que me va a matar": THREAT,
    "me quiero matar": SUICIDE,
    "quiero matarme": SUICIDE,
    "me voy a matar": SUICIDE,
    "mi hijo se quiere matar": SUICIDE,
    "mi hijo quiere matarse": SUICIDE,
    "quiere suicidarse": SUICIDE,
    "quiero suicidarme": SUICIDE,
    "me pega": THREAT,
    "me pegó": THREAT,
    "le pega": THREAT,
    "me pego un tiro": SUICIDE,
    "me corto": SUICIDE,
    "se corta": SUICIDE,
    "me corta": THREAT,
    "quiero hacerme daño": SUICIDE,
    "quiere hacerme daño": THREAT,
    "me lastimo": SUICIDE,
    "me lastima": THREAT,
    "lo quiero matar": OTHERS,
    "quiere matar a su hermano": OTHERS,
    "he wants to kill me": THREAT,
    "he said he would kill me": THREAT,
    "I want to kill him": OTHERS,
    "he wants to kill her": OTHERS,
    "kill myself": SUICIDE,
    "he wants to kill himself": SUICIDE,
    "tried to kill herself": SUICIDE,
    "he tried to kill me": THREAT,
    "he tried to kill her": OTHERS,
}


def test_who_is_in_danger_is_told_by_a_letter(app: Flask) -> None:
    assert {words: set(mean(words).care) for words in WHO_WANTS_WHAT} == WHO_WANTS_WHAT
