"""Differences between groups (M21), what could not be found (M22), who tells what happened (M24). Small groups stand together."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.directory.terms import NEEDS
from portal.outcomes.definitions import Definition
from portal.outcomes.facts import NeedFacts
from portal.outcomes.measures.answers import URGENCY_WORDS, canceled_unseen
from portal.outcomes.measures.joining import Counts, joined, tells
from portal.outcomes.measures.rows import Block, Ground, Row, difference_row, is_mature, share_row
from portal.outcomes.measures.staying import told
from portal.outcomes.statistics import newcombe
from portal.programs.rules import RACES

FAST = timedelta(minutes=60)
FIELDS = {
    "race": _l("Race or ethnicity, as the person says it"),
    "age_band": _l("Age"),
    "language": _l("Language"),
    "urgency": _l("Urgency"),
    "area": _l("Area"),
}
AGES = {
    "under_13": _l("Under 13"),
    "13_17": _l("13 to 17"),
    "18_24": _l("18 to 24"),
    "25_64": _l("25 to 64"),
    "65_plus": _l("65 and over"),
}


def equity(ground: Ground, on: Definition) -> list[Block]:
    """M21: of each field, how many were asked; and of each measure, how far each group lies from all others."""
    ripe = [sheet for sheet in ground.facts if is_mature(sheet.sent_at, ground.cut, on.window_days or 0)]
    immature = len(ground.facts) - len(ripe)
    groups = {sheet.need_id: _groups_of(sheet, ground) for sheet in ripe}
    missing = tuple(
        share_row(
            on,
            _("Not asked: %(field)s", field=label),
            sum(not groups[sheet.need_id][place] for sheet in ripe),
            len(ripe),
            immature,
        )
        for place, (field, label) in enumerate(FIELDS.items())
        if field != "urgency"
    )
    blocks = [
        Block(on.measure, _("What was not asked"), missing, closed=True, of="needs.ripe", everybody="needs")
    ]
    for heading, chosen in _measured(ripe, ground):
        alike = Counter((groups[sheet.need_id], yes) for sheet, yes in chosen)
        for place, (field, label) in enumerate(FIELDS.items()):
            counts: dict[str, Counts] = {}
            for (said, yes), number in alike.items():
                had, of = counts.get(said[place], (0, 0))
                counts[said[place]] = (had + number * yes, of + number)
            named = {_words(field, group): each for group, each in counts.items()}
            rows = _differences(on, label=str(label), heading=heading, counts=named)
            if rows:
                blocks.append(Block(on.measure, f"{heading}: {label}", rows, closed=True, drawing="dots"))
    return blocks


def _measured(ripe: Iterable[NeedFacts], ground: Ground) -> list[tuple[str, list[tuple[NeedFacts, bool]]]]:
    """The measures that are compared: who is in, and whether it was a yes."""
    sheets = list(ripe)
    known = [s for s in sheets if s.permitted and s.outcome_known and not s.other_end]

    def within(sheet: NeedFacts) -> bool:
        on = sheet.connected_on
        return on is not None and (on - ground.day(sheet.sent_at)).days <= 30

    return [
        (
            _("First choice said yes"),
            [(s, s.offers[0].accepted_at is not None) for s in sheets if not canceled_unseen(s.offers[0])],
        ),
        (_("Connected within 30 days"), [(s, within(s)) for s in known]),
        (
            _("A yes or no within 60 minutes"),
            [
                (s, s.decided_at is not None and s.decided_at - s.sent_at <= FAST)
                for s in sheets
                if not s.by_phone
            ],
        ),
    ]


def _differences(
    on: Definition, *, label: str, heading: str, counts: Mapping[str, Counts]
) -> tuple[Row, ...]:
    """Each group's share less that of all others, whatever these said of themselves or not."""
    shown = joined(counts, _("All others together"))
    if len(shown) < 2 or any(tells(each) for each in shown.values()):
        return ()
    yes, of = (sum(each[i] for each in shown.values()) for i in (0, 1))
    return tuple(
        difference_row(on, f"{heading}, {label}: {name}", *mine, newcombe(*mine, yes - mine[0], of - mine[1]))
        for name, mine in shown.items()
    )


def _groups_of(sheet: NeedFacts, ground: Ground) -> tuple[str, ...]:
    """The group of a need in each of FIELDS, as its code; empty where it was not asked, or not said."""
    said = sheet.asked_of
    race = said.get("race", "")
    return (
        "" if race == "declined" else race,
        said.get("age_band", ""),
        said.get("language", ""),
        sheet.urgency,
        said.get("district", "") or ground.coarse(sheet.area),
    )


def _words(field: str, group: str) -> str:
    if not group:
        return _("Not asked, or not said")
    if field == "race":
        return str(RACES.get(group, group))
    if field == "age_band":
        return str(AGES.get(group, group))
    if field == "urgency":
        return _(URGENCY_WORDS[group])
    locale = get_locale() if field == "language" else None
    return str(locale.languages.get(group, group)) if locale is not None else group


def unmet(ground: Ground, on: Definition) -> list[Block]:
    """M22: needs without any yes, by kind and coarse area, of all of them."""
    ripe = [sheet for sheet in ground.facts if is_mature(sheet.sent_at, ground.cut, on.window_days or 0)]
    without = [sheet for sheet in ripe if sheet.accepted_at is None]
    kinds = Counter((sheet.code, ground.coarse(sheet.area)) for sheet in without)
    counts: dict[str, Counts] = {}
    for (code, area), number in kinds.items():
        kind = str(NEEDS[code][0]) if code in NEEDS else code
        counts[f"{kind}, {area or _('no area said')}"] = (number, number)
    rows = [
        share_row(on, name, number, len(without))
        for name, (number, _of) in joined(counts, _("All other kinds and areas")).items()
    ]
    ordered = tuple(sorted(rows, key=lambda row: (-row.numerator, row.label)))
    return (
        [Block(on.measure, str(on.name), ordered, adds_up=True, closed=True, of="needs.unmet")]
        if ordered
        else []
    )


def telling(ground: Ground, on: Definition) -> list[Block]:
    """M24: of all requests, and of those to each service."""
    requests = told(ground, on)
    by_service: dict[str, Counts] = {}
    for offer, said in requests:
        name = ground.names.get(offer.organization_id, "")
        yes, of = by_service.get(name, (0, 0))
        by_service[name] = (yes + said, of + 1)
    total = share_row(on, str(on.name), sum(said for _offer, said in requests), len(requests))
    blocks = [Block(on.measure, str(on.name), (total,), closed=True)]
    services = joined(by_service, _("All other services"))
    if len(services) > 1:
        rows = _rows(on, services, lambda name: _("Told by %(service)s", service=name))
        blocks.append(Block(on.measure, _("By service"), rows, closed=True, drawing="dots"))
    return blocks


def _rows(on: Definition, groups: Mapping[str, Counts], words: Callable[[str], str]) -> tuple[Row, ...]:
    return tuple(share_row(on, words(name), yes, of) for name, (yes, of) in groups.items())
