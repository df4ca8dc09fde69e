"""Saying a listing in another language, field beside field; a human's words, each with its own day."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField, TextAreaField

from portal import directory
from portal.store import Conflict, Refused
from portal.web.forms import PageForm
from portal.web.forms_hours import mark
from portal.web.gates import actor, gate

blueprint = Blueprint("translating", __name__)


class TranslationForm(PageForm):
    """A box for each field that can be said; `base` holds a mark of each as the page showed it."""

    version = HiddenField()
    base = HiddenField()

    def fill(self, seen: directory.TranslationView) -> None:
        for name, field in seen.fields.items():
            self[name].data = field.text
        self.show(seen)

    def show(self, seen: directory.TranslationView) -> None:
        """From now on what stands is what `seen` says; what is typed stays."""
        self.version.data = str(seen.view.version)
        self.base.data = json.dumps({name: mark(field.text) for name, field in seen.fields.items()})

    def changes(self, seen: directory.TranslationView) -> dict[str, str]:
        """`description@es` -> the words typed, of fields that were touched since the page was opened."""
        marks = self._marks()
        typed = {name: self[name].data or "" for name in seen.fields if name in self and self[name].raw_data}
        return {
            f"{name}@{seen.language}": text
            for name, text in typed.items()
            if marks.get(name) != mark(text)
            and directory.tidy(text) != directory.tidy(seen.fields[name].text)
        }

    def opened_version(self) -> int:
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def refuse(self, refused: Refused) -> None:
        """The verb blames `description@es`, the page has `description`."""
        super().refuse(Refused(refused.reason, (refused.field or "").partition("@")[0] or None))

    def _marks(self) -> dict[str, Any]:
        try:
            found = json.loads(self.base.data or "{}")
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


for _name, _field in directory.FIELDS.items():
    if _field.said:
        setattr(TranslationForm, _name, TextAreaField(_field.label))


@blueprint.get("/listings/<uuid:listing_id>/translations/<string:language>")
@gate("listing.edit")
def translation(listing_id: UUID, language: str) -> ResponseReturnValue:
    """One listing in one language of the community."""
    seen = _own(listing_id, language)
    form = TranslationForm(formdata=None)
    form.fill(seen)
    return _page(seen, form)


@blueprint.post("/listings/<uuid:listing_id>/translations/<string:language>")
@gate("listing.edit")
def save(listing_id: UUID, language: str) -> ResponseReturnValue:
    """Save what was typed, and what was ticked as still right. 409 with both texts when somebody else saved in between."""
    seen = _own(listing_id, language)
    form = TranslationForm()
    if not form.validate():
        return _page(seen, form), 422
    try:
        result = directory.propose_edit(actor(), listing_id, form.opened_version(), form.changes(seen))
    except Refused as refused:
        form.refuse(refused)
        return _page(seen, form), 422
    except Conflict as conflict:
        seen = _own(listing_id, language)
        form.show(seen)
        return _page(seen, form, both=conflict.current, page_error=conflict.reason), 409
    right = [name for name in request.form.getlist("right") if name in seen.fields]
    assured = directory.assure_translations(actor(), listing_id, language, right)
    if result is None or assured is None:
        abort(404)
    flash(_said(result, assured))
    return redirect(url_for("translating.translation", listing_id=listing_id, language=language), 303)


def _own(listing_id: UUID, language: str) -> directory.TranslationView:
    found = directory.translation_for(actor(), listing_id, language)
    if found is None:
        abort(404)
    return found


def _page(seen: directory.TranslationView, form: TranslationForm, **more: object) -> str:
    return render_template(
        "provider/translation.html",
        seen=seen,
        listing=seen.view.listing,
        form=form,
        fields=directory.FIELDS,
        spoken=directory.language_name(seen.language),
        written=directory.language_name(seen.written),
        differences=directory.differences,
        **more,
    )


def _said(result: directory.EditResult, assured: int) -> str:
    if result.waiting:
        fields = ", ".join(directory.field_label(name) for name in result.waiting)
        return _("Saved. Waits for a steward, the old one stays until then: %(fields)s.", fields=fields)
    return _("Saved. Everybody sees it now.") if result.live or assured else _("Nothing was changed.")
