"""Names of states and counties: one key for all the ways in which people write the same county. Pure.

Counties carry many last names (parish, borough, census area, municipio) and the gazetteer itself spells some twice. A city
that is its own county keeps the word "city": Baltimore and Baltimore city are two.
"""

from functools import lru_cache

from portal.geo.rules import STATES, fold, split_state

_BY_NAME = {name: code for code, name in STATES.items()}
_BEFORE = ("city and borough of", "municipality of", "municipio de", "county of", "parish of", "borough of")
_AFTER = ("city and borough", "census area", "planning region", "municipality", "municipio", "borough", "county",
          "parish", "cnty", "co")  # fmt: skip
_CALLED_CITY = ("charles city", "james city")  # two counties of Virginia


def state_code(text: str) -> str | None:
    """`TN` for "TN", "tn." or "Tennessee"; None for what is no state (territories and military mail count as states)."""
    folded = fold(text)
    return folded.upper() if folded.upper() in STATES else _BY_NAME.get(folded)


@lru_cache(maxsize=8192)
def county_key(name: str) -> str:
    """What two spellings of one county share within a state: "St. Mary's County" and "Saint Marys" are `saintmarys`."""
    folded = fold(name)
    for word in _BEFORE:
        if folded.startswith(word + " "):
            return folded.removeprefix(word).replace(" ", "")
    for word in _AFTER:
        if folded.endswith(" " + word):
            return folded.removesuffix(word).replace(" ", "")
    return folded.replace(" ", "")


@lru_cache(maxsize=8192)
def county_in(extent: str) -> tuple[str, str] | None:
    """(key, state) of a county written out: "Davidson County, TN", "Davidson, Tennessee", "davidson county tn". None when
    it names no state, or nothing but a state."""
    name, comma, rest = extent.rpartition(",")
    state = state_code(rest) if comma else None
    if state is None:
        name, state = split_state(fold(extent))
    key = county_key(name)
    return (key, state) if key and state else None


def county_words(name: str, state: str) -> str:
    """For a page: `Davidson County, TN`, but `Orleans Parish, LA` and `Norfolk city, VA`."""
    folded = fold(name)
    whole = (
        state == "PR"
        or folded == "district of columbia"
        or folded.endswith(tuple(" " + word for word in _AFTER))
        or folded.startswith(tuple(word + " " for word in _BEFORE))
        or (folded.endswith(" city") and folded not in _CALLED_CITY)
    )
    return f"{name}, {state}" if whole else f"{name} County, {state}"
