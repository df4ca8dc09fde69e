"""The card handed over at the scene: printed by the sender, used by the person at `/receipt`, without signing in.

The code is never in an address that reaches us: it is typed, or stands behind the # of the card's square, which a browser
keeps to itself. Both languages stand on the page at once, so nobody has to find a switch.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from portal import programs as p
from portal import referrals as r
from portal.store import Refused
from portal.web.forms import PageForm
from portal.web.gates import actor, gate, opened
from portal.web.guesses import missed_code
from portal.web.second_step import picture

blueprint = Blueprint("receipt", __name__)

WHY = "whoever holds the card from the scene may take the permission back, without an account"


def both(said: LazyString, spanish: str) -> LazyString:
    """The words in the page's language and in Spanish, which is marked as such: a screen reader reads each in its own voice."""
    return LazyString(lambda: Markup('{} · <span lang="es">{}</span>').format(str(said), spanish))  # type: ignore[call-arg]


UNKNOWN = both(
    _l("We do not know this code. Check it on the card."), "No conocemos este código. Revíselo en la tarjeta."
)
TOO_LONG = both(_l("This is too long."), "Es demasiado largo.")
CHOOSE = both(_l("Choose one."), "Elija una.")
BOTH = {
    "status": both(_l("Do not tell the team what happens"), "No le digan al equipo lo que pasa"),
    "all": both(
        _l("Stop the whole request. Erase my name and phone"), "Detener todo. Borrar mi nombre y teléfono"
    ),
}


class ReceiptForm(PageForm):
    code = StringField(
        both(_l("The long code on your card"), "El código largo de su tarjeta"),
        [
            InputRequired(both(_l("Write the code."), "Escriba el código.")),
            Length(max=80, message=TOO_LONG),
        ],
    )


class TakeBackForm(PageForm):
    code = HiddenField(validators=[InputRequired(), Length(max=80)])
    what = RadioField(
        both(_l("What do you want?"), "¿Qué quiere usted?"),
        choices=list(BOTH.items()),
        validators=[InputRequired(CHOOSE)],
    )
    sure = BooleanField(
        both(_l("Yes, I am sure"), "Sí, es lo que quiero"),
        validators=[InputRequired(both(_l("Tick that you are sure."), "Marque que es lo que quiere."))],
    )


OWN_WORDS = {
    "in_care": both(_l("I am getting help now"), "Ya recibo ayuda"),
    "call_me": both(_l("Please call me"), "Por favor llámenme"),
    "no_contact": both(_l("Please do not contact me"), "Por favor no me contacten"),
}


class OwnWordForm(PageForm):
    code = HiddenField(validators=[InputRequired(), Length(max=80)])
    answer = RadioField(
        both(_l("The team wants to know how you are"), "El equipo quiere saber cómo está"),
        choices=list(OWN_WORDS.items()),
        validators=[InputRequired(CHOOSE)],
    )


@blueprint.route("/receipt", methods=["GET", "POST"])
@opened(WHY)
def receipt() -> ResponseReturnValue:
    """Type the code; then: that there is a request, whom to call, and how to take it back. Nothing else, and no cookie."""
    form = ReceiptForm()
    if not form.is_submitted():
        return render_template("receipt/code.html", form=form)
    if not form.validate():
        return render_template("receipt/code.html", form=form), 422
    found = r.receipt_of(form.code.data)
    if found is None:
        return _unknown(form)
    back = TakeBackForm(formdata=None)
    back.code.data = form.code.data
    return _found(found, back)


@blueprint.post("/receipt/word")
@opened(WHY)
def word() -> ResponseReturnValue:
    """The person says how they are, where a team waits for their word. It thanks, and shows nothing."""
    form = OwnWordForm()
    found = r.receipt_of(form.code.data or "")
    if found is None:
        return _unknown(ReceiptForm())
    back = TakeBackForm(formdata=None)
    back.code.data = form.code.data
    if not form.validate():
        return _found(found, back, form), 422
    try:
        p.answer_by_receipt(form.code.data, form.answer.data)
    except Refused as refused:
        form.refuse(refused)
        return _found(found, back, form), 422
    return render_template("receipt/thanks.html", receipt=found)


@blueprint.post("/receipt/withdrawal")
@opened(WHY)
def withdrawal() -> ResponseReturnValue:
    """Take the permission back, at once, after a tick that one is sure."""
    form = TakeBackForm()
    if not form.validate():
        found = r.receipt_of(form.code.data or "")
        return _unknown(ReceiptForm()) if found is None else (_found(found, form), 422)
    done = r.withdraw_by_receipt(form.code.data, form.what.data)
    if done is None:
        return _unknown(ReceiptForm())
    return render_template("receipt/done.html", receipt=done, what=form.what.data)


@blueprint.post("/needs/<uuid:need_id>/card")
@gate("need.act")
def card(need_id: UUID) -> ResponseReturnValue:
    """The card to print and hand over. Its codes are shown this once; one more press makes one more card."""
    try:
        made = r.give_receipt(actor(), need_id)
    except r.NotHere:
        abort(404)
    address = f"{current_app.extensions['settings'].base_url}/receipt"
    return render_template(
        "receipt/card.html",
        card=made,
        address=address,
        square=picture(f"{address}#{made.code}"),
        code=_grouped(made.code),
        short_code=_grouped(made.short_code),
        need_id=need_id,
    )


def _found(found: r.ReceiptView, form: TakeBackForm, word: OwnWordForm | None = None) -> str:
    if word is None and p.asks_by_receipt(form.code.data or ""):
        word = OwnWordForm(formdata=None)
        word.code.data = form.code.data
    return render_template("receipt/found.html", receipt=found, form=form, word=word)


def _unknown(form: Any) -> ResponseReturnValue:
    """The same for every code that is none of ours, and 429 after too many of them."""
    missed_code()
    form.refuse(Refused(Markup(UNKNOWN), "code"))  # noqa: S704 - our own words
    return render_template("receipt/code.html", form=form), 422


def _grouped(code: str) -> str:
    """In fours, as it is read aloud and typed."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))
