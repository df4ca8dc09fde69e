"""The steward's lists of terms: a file taken in, and what each term stands for in the words that people search by."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.directory import taxonomies as t
from portal.directory.terms import EVERY
from portal.exchange.taxonomy import BadTaxonomy, import_taxonomy
from portal.search import codes_of
from portal.store import Refused
from portal.web.forms_taxonomies import CODE_WORDS, GROUP_WORDS, ListFileForm, TermForm
from portal.web.gates import actor, gate

blueprint = Blueprint("taxonomies", __name__)

SHOWS: dict[str, t.Show] = {"all": "all", "used": "used", "open": "open"}


@blueprint.route("/steward/taxonomies", methods=["GET", "POST"])
@gate("taxonomy.manage")
def lists() -> ResponseReturnValue:
    """Every list; POST takes a file in, or says what would come of it. 422 with the rows to mend."""
    form = ListFileForm()
    if request.method == "GET":
        return _lists_page(ListFileForm(formdata=None))
    if not form.validate():
        return _lists_page(form), 422
    only_check = request.form.get("press") == "check"
    file = request.files.get("file")
    try:
        result = import_taxonomy(
            actor(),
            file.read() if file else b"",
            name=form.name.data or "",
            notice=form.notice.data or "",
            dry_run=only_check,
        )
    except BadTaxonomy as bad:
        form.refuse(Refused(bad.reason, "file"))
        return _lists_page(form), 422
    except Refused as refused:
        form.refuse(refused)
        return _lists_page(form), 422
    if only_check:
        return _lists_page(form, checked=result)
    flash(_("Taken in. Now say what its terms stand for."))
    if len(result.lists) == 1:
        return redirect(url_for("taxonomies.terms", taxonomy_id=result.lists[0].taxonomy_id), 303)
    return redirect(url_for("taxonomies.lists"), 303)


@blueprint.route("/steward/taxonomies/<uuid:taxonomy_id>", methods=["GET", "POST"])
@gate("taxonomy.manage")
def terms(taxonomy_id: UUID) -> ResponseReturnValue:
    """The terms of one list, fifty a page; POST gives the ticked ones the words that were suggested beside them."""
    if request.method == "GET" or t.taxonomy_terms(taxonomy_id) is None:
        return _terms_page(taxonomy_id)
    try:
        changed = t.decide_meanings(actor(), dict(map(_suggested, request.form.getlist("accept"))))
    except Refused as refused:
        return _terms_page(taxonomy_id, page_error=refused.reason), 422
    flash(ngettext("%(num)s term has its words now.", "%(num)s terms have their words now.", changed))
    asked: dict[str, Any] = {name: request.form.get(name) or None for name in ("words", "show", "page")}
    return redirect(url_for("taxonomies.terms", taxonomy_id=taxonomy_id, **asked), 303)


@blueprint.route("/steward/terms/<uuid:term_id>", methods=["GET", "POST"])
@gate("taxonomy.manage")
def term(term_id: UUID) -> ResponseReturnValue:
    """What one term stands for, and all below it that say nothing themselves."""
    found = t.taxonomy_term(term_id)
    if found is None:
        abort(404)
    listed, one = found
    form = TermForm()
    if request.method == "GET":
        form.words.data = list(one.own)
        return _term_page(listed, one, form)
    chosen = form.words.data or []
    try:
        if not form.validate():
            return _term_page(listed, one, form), 422
        if t.NOTHING in chosen and len(chosen) > 1:
            raise Refused(_("Choose words, or “None of our words”, not both."), "words")
        t.decide_meanings(actor(), {term_id: chosen})
    except Refused as refused:
        form.refuse(refused)
        return _term_page(listed, one, form), 422
    flash(_("Saved. Search knows it in a few seconds."))
    return redirect(url_for("taxonomies.terms", taxonomy_id=listed.id), 303)


def _suggested(pressed: str) -> tuple[UUID, list[str]]:
    """`id:code,code` of a tick box: what was shown is what is accepted. Raises Refused."""
    key, _colon, codes = pressed.partition(":")
    try:
        return UUID(key), [code for code in codes.split(",") if code]
    except ValueError as error:
        raise Refused(_("This term is no longer here."), "accept") from error


def _lists_page(form: ListFileForm, checked: Any = None) -> str:
    return render_template("taxonomies/lists.html", lists=t.taxonomies(), form=form, checked=checked)


def _terms_page(taxonomy_id: UUID, **more: Any) -> str:
    words, show = request.values.get("words", "")[:200], SHOWS.get(request.values.get("show", ""), "all")
    found = t.taxonomy_terms(
        taxonomy_id, words=words, show=show, page=request.values.get("page", 1, type=int)
    )
    if found is None:
        abort(404)
    suggested = {each.id: codes_of(each.name) for each in found.terms if not each.own and not each.inherited}
    return render_template(
        "taxonomies/terms.html",
        found=found,
        words=words,
        show=show,
        suggested=suggested,
        code_words=CODE_WORDS,
        **more,
    )


def _term_page(listed: t.TaxonomyView, one: t.TermView, form: TermForm) -> str:
    groups = [(label, EVERY[group]) for group, label in GROUP_WORDS.items()]
    return render_template(
        "taxonomies/term.html",
        listed=listed, term=one, form=form, groups=groups, nothing=t.NOTHING, code_words=CODE_WORDS, suggested=codes_of(one.name),
    )  # fmt: skip
