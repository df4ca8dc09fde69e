"""The search: one question from a form, the few services that fit, and what to leave out when none does.

GET keeps the question in the address, to share and to go back to; POST answers the same page without it. Words about
abuse are always asked by POST from our own forms (static/find.js, the button on the start page), and once an answer is
about that, every further step from it is a POST too.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from flask import Blueprint, Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.accounts.permissions import may
from portal.directory import Listing
from portal.directory.terms import GROUPS, NEEDS
from portal.geo import PlaceAmbiguous, PlaceUnknown
from portal.search import Answer, Question, find_services, tally
from portal.store import Refused
from portal.web.gates import actor, opened

blueprint = Blueprint("finding", __name__)

LANGUAGES = ("es", "ase", "ar", "so", "ku", "vi", "zh")
# How far to look when nothing is near, in miles.
FAR = 100
MOST_WIDER = 4
ABUSE = "victim_service"


@dataclass(frozen=True)
class Wider:
    """A question that asks for less, and how many services it finds."""

    words: str
    question: Question
    total: int


def register_filters(app: Flask) -> None:
    app.jinja_env.filters["asked"] = urlencode


@blueprint.route("/search", methods=["GET", "POST"])
@opened("anybody may look for help")
def search() -> ResponseReturnValue:
    """One page of services. 422 with suggestions for a place that is not known or not clear. Counts the search."""
    args = asked()
    try:
        question = Question.from_args(args)
    except Refused as refused:
        return _again(_readable(args), refused)
    try:
        answer = find_services(question)
    except PlaceUnknown as unknown:
        return _again(question, unknown, unknown.suggestions)
    except PlaceAmbiguous as unclear:
        return _again(question, unclear, unclear.choices)
    tally(question, answer)
    return _page(question, answer)


@blueprint.get("/search.json")
@opened("the same for programs")
def search_json() -> ResponseReturnValue:
    """The same answer as JSON; the names of its fields are a promise to other programs."""
    try:
        question = Question.from_args(asked())
        answer = find_services(question)
    except PlaceUnknown as unknown:
        return jsonify(error="place_unknown", understood=unknown.text, did_you_mean=unknown.suggestions), 422
    except PlaceAmbiguous as unclear:
        return jsonify(error="place_ambiguous", understood=unclear.text, did_you_mean=unclear.choices), 422
    except Refused as refused:
        return jsonify(error="refused", detail=refused.reason, field=refused.field), 422
    tally(question, answer)
    return jsonify(answer.as_json())


def asked() -> "MultiDict[str, str]":
    """The question's fields, with `need` (a button of the start page) turned into the kinds of care that answer it."""
    args = MultiDict(request.form if request.method == "POST" else request.args)
    need = args.pop("need", None)
    if need in NEEDS:
        for care in NEEDS[need][1]:
            args.add("care", care)
    return args


def _page(question: Question, answer: Answer) -> ResponseReturnValue:
    return render_template(
        "public/search.html",
        **_frame(question, is_quiet(answer)),
        answer=answer,
        place=_place_words(answer),
        before=replace(question, page=question.page - 1) if question.page > 1 else None,
        after=replace(question, page=question.page + 1) if question.page < answer.pages else None,
        wider=[] if answer.hits else wider(question, answer),
        need_of=_need_of(answer),
    )


def _again(question: Question, refused: Refused, choices: list[str] | None = None) -> ResponseReturnValue:
    """The form again, 422, with what is wrong and the places that may be meant."""
    page = render_template(
        "public/search.html",
        **_frame(question, request.method == "POST"),
        page_error=True,
        trouble=refused.reason,
        blamed=refused.field,
        choices=[replace(question, near=choice, page=1) for choice in choices or []],
    )
    return page, 422


def _frame(question: Question, quiet: bool) -> dict[str, Any]:
    return {
        "question": question,
        "quiet": quiet,
        "groups": GROUPS,
        "languages": [
            (code, language_name(code)) for code in dict.fromkeys((*LANGUAGES, *question.language))
        ],
        "filters": sum(
            len(getattr(question, name)) for name in ("care", "for_", "pay", "language", "access")
        ),
        "may_send": may(actor(), "offer.send"),
    }


def is_quiet(answer: Answer) -> bool:
    """Whether the question was posted, or is about help after abuse: then nothing more of it goes into an address."""
    return request.method == "POST" or ABUSE in answer.care


def wider(question: Question, answer: Answer) -> list[Wider]:
    """What to leave out of a question that finds nothing, best first: only what does find something."""
    others = [
        (_("Without: %(part)s", part=part.sentence), part.without)
        for part in answer.understood
        if part.without
    ]
    if question.words:
        without_words = replace(question, words="", page=1)
        others.append((_("Without the words “%(words)s”", words=question.words), without_words))
    if question.near and question.within < FAR:
        others.append((_("Within %(miles)s miles", miles=FAR), replace(question, within=FAR, page=1)))
    found = [Wider(words, other, find_services(other).total) for words, other in others[:MOST_WIDER]]
    return sorted((each for each in found if each.total), key=lambda each: each.total)


def language_name(code: str) -> str:
    """The language in the page's own; the code itself when Babel does not know it."""
    if code == "ase":
        return _("American Sign Language")
    names = (get_locale() or Locale("en")).languages
    return str(names.get(code, code))


def _need_of(answer: Answer) -> Callable[[Listing], str]:
    """The need to pre-fill on the referral of a hit: one that was asked for, else the first that the service answers."""
    wanted = [code for code, (_label, cares) in NEEDS.items() if set(cares) & set(answer.care)]

    def need_of(found: Listing) -> str:
        return next((code for code in wanted if code in found.needs), next(iter(found.needs), ""))

    return need_of


def _place_words(answer: Answer) -> str:
    place = answer.place
    if place is None:
        return ""
    town = ", ".join(filter(None, (place.city, place.state)))
    if place.kind == "point":
        return _("where you are")
    return " ".join(filter(None, (town, place.zip))) or place.text


def _readable(args: "MultiDict[str, str]") -> Question:
    """What can be kept of a question that cannot be asked."""
    kept = MultiDict([(name, args.get(name, "")) for name in ("q", "near")])
    try:
        return Question.from_args(kept)
    except Refused:
        return Question()
