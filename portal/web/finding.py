"""The search: one question from a form, the few services that fit, and what to leave out when none does.

Our own forms post to `/search/ask`, which answers with the address of the question, to share and to go back to: unless
it is about abuse. Then the page is answered at once, and neither the address nor the browser's history ever held a word
of it; every further step from such a page is a POST too. `GET /search` and `POST /search` are the two ways for programs.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from portal.accounts.permissions import may
from portal.directory import Listing
from portal.directory.terms import NEEDS
from portal.geo import PlaceAmbiguous, PlaceUnknown
from portal.search import Answer, Question, find_services, relax, tally
from portal.search.ranking import WEIGHTS
from portal.search.suggest import says_abuse
from portal.store import Refused
from portal.web.asking import Bar, bar
from portal.web.filters import Counts, filter_groups
from portal.web.gates import actor, opened, without_token
from portal.web.hits import cards

blueprint = Blueprint("finding", __name__)

ABUSE, SURVIVORS = "victim_service", "abuse_survivors"
# What a part of a score is, for the page that explains an order.
PART_WORDS = {
    "text": _l("Its words match"),
    "near": _l("Near"),
    "serves": _l("Serves this place"),
    "outside": _l("Says it serves another area"),
    "open": _l("Open"),
    "room": _l("Room for one person"),
    "yes": _l("Room: yes"),
    "limited": _l("Room: limited"),
    "no": _l("Room: no"),
    "confirmed": _l("Confirmed not long ago"),
    "language": _l("Speaks the language of the question"),
}


def register_filters(app: Flask) -> None:
    app.jinja_env.filters["asked"] = urlencode


@blueprint.route("/search", methods=["GET", "POST"])
@opened("anybody may look for help")
@without_token  # writes no more than a tally, and a page left open since yesterday must still find help
def search() -> ResponseReturnValue:
    """One page of services. 422 with suggestions for a place that is not known or not clear. Counts the search.

    `explain=1` shows a steward what each score is made of; from anybody else it is not read.
    """
    found = _found()
    if not isinstance(found, tuple):
        return found
    tally(*found)
    return _page(*found)


@blueprint.route("/search/ask", methods=["GET", "POST"])
@opened("anybody may look for help")
@without_token
def ask() -> ResponseReturnValue:
    """Where our forms send a question: 303 to its address, or the page itself when it is about abuse or cannot be asked."""
    if request.method == "GET":
        return redirect("/", 303)
    found = _found()
    if not isinstance(found, tuple):
        return found
    question, answer = found
    if not is_about_abuse(question, answer):
        more = [("explain", "1")] if request.form.get("explain") == "1" else []
        return redirect(f"/search?{urlencode([*question.as_args(), *more])}", 303)
    tally(question, answer)
    return _page(question, answer)


def _found() -> "tuple[Question, Answer] | Response":
    """The question as asked and its answer; the form again, 422, where there is none."""
    args = asked()
    try:
        question = Question.from_args(args)
    except Refused as refused:
        return _again(Question.readable(args), refused)
    try:
        return question, find_services(question, counts=True)
    except PlaceUnknown as unknown:
        return _again(question, unknown, unknown.suggestions)
    except PlaceAmbiguous as unclear:
        return _again(question, unclear, unclear.choices)


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
    may_explain = may(actor(), "search.explain")
    counts = answer.counts if answer.index_state == "ready" else {}  # the database looks at too few to count
    frame, need_of = _frame(question, _is_quiet(question, answer), counts), _need_of(answer)
    ask = _bar(answer, need_of) if frame["may_send"] else None
    return render_template(
        "public/search.html",
        **frame,
        answer=answer,
        typed={},
        place=_place_words(answer),
        before=replace(question, page=question.page - 1) if question.page > 1 else None,
        after=replace(question, page=question.page + 1) if question.page < answer.pages else None,
        sorted=_other_order(question, answer),
        relaxed=relax(answer),
        need_of=need_of,
        card=cards(frame["may_send"], need_of, ask.ticked if ask else None),
        ask=ask,
        may_explain=may_explain,
        explained=may_explain and request.values.get("explain") == "1",
        explain=[("explain", "1")],
        weights=WEIGHTS,
        part_words=PART_WORDS,
    )


def _again(question: Question, refused: Refused, choices: list[str] | None = None) -> Response:
    """The form again, 422, as it was filled in, with what is wrong and the places that may be meant."""
    page = render_template(
        "public/search.html",
        **_frame(question, request.method == "POST", {}),
        page_error=True,
        trouble=refused.reason,
        blamed=refused.field,
        typed={name: request.values.get(name, "")[:200] for name in ("near", "within", "open", "open_at")},
        choices=[replace(question, near=choice, page=1) for choice in choices or []],
    )
    return make_response(page, 422)


def _frame(question: Question, quiet: bool, counts: Counts) -> dict[str, Any]:
    return {
        "question": question,
        "quiet": quiet,
        "groups": filter_groups(question, counts),
        "open_now": counts.get("open", {}).get("now"),
        "may_send": may(actor(), "offer.send"),
    }


def _is_quiet(question: Question, answer: Answer) -> bool:
    """Whether the question was posted, or is about help after abuse: then nothing more of it goes into an address."""
    return request.method == "POST" or is_about_abuse(question, answer)


def is_about_abuse(question: Question, answer: Answer) -> bool:
    """Whether it says so, was understood or guessed so, or asks for whom abuse was done to."""
    return ABUSE in answer.care or SURVIVORS in question.for_ or says_abuse(question.words)


def _need_of(answer: Answer) -> Callable[[Listing], str]:
    """The need to pre-fill on the referral of a hit: one that was asked for, else the first that the service answers."""
    wanted = [code for code, (_label, cares) in NEEDS.items() if set(cares) & set(answer.care)]

    def need_of(found: Listing) -> str:
        return next((code for code in wanted if code in found.needs), next(iter(found.needs), ""))

    return need_of


def _bar(answer: Answer, need_of: Callable[[Listing], str]) -> Bar | None:
    """What asks several services of this page at once."""
    found = [hit.listing for hit in answer.hits if not hit.partly]
    first = next((listing for listing in found if listing.how == "refer"), None)
    return bar(found, need_of(first), answer.place) if first else None


def _other_order(question: Question, answer: Answer) -> tuple[str, Question] | None:
    """The other order in one tap, where there is a place to be near to and something to sort."""
    if answer.place is None or answer.place.lat is None or answer.total < 2:
        return None
    if question.sort == "near":
        return _("Best first"), replace(question, sort="", page=1)
    return _("Nearest first"), replace(question, sort="near", page=1)


def _place_words(answer: Answer) -> str:
    place = answer.place
    if place is None:
        return ""
    town = ", ".join(filter(None, (place.city, place.state)))
    if place.kind == "point":
        return _("where you are")
    return " ".join(filter(None, (town, place.zip))) or place.text
