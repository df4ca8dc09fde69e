"""The doors of webhooks: which other systems hear of changes, how far each has come, and what was tried."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, URLField
from wtforms.validators import InputRequired, Length

from portal import exchange
from portal.referrals import NotHere
from portal.store import Refused
from portal.web.forms import PageForm
from portal.web.gates import actor, gate

blueprint = Blueprint("webhooks", __name__)

STATE_WORDS = {"active": _l("On"), "paused": _l("Paused"), "parked": _l("Stopped: it takes no calls")}


class WebhookForm(PageForm):
    name = StringField(_l("Who is it for?"), [InputRequired(_l("Write who it is for.")), Length(max=80)])
    url = URLField(
        _l("Address"),
        [InputRequired(_l("Write an address."))],
        description=_l("It begins with https:// and is on the open internet."),
    )


class ReplayForm(PageForm):
    first = IntegerField(
        _l("From this number"), description=_l("1 tells of every listing that ever changed.")
    )


@blueprint.get("/webhooks")
@gate("webhook.manage")
def webhooks() -> ResponseReturnValue:
    return _list(WebhookForm())


@blueprint.post("/webhooks")
@gate("webhook.manage")
def addition() -> ResponseReturnValue:
    """A new one. The answer shows its secret, once."""
    form = WebhookForm()
    if not form.validate():
        return _list(form), 422
    try:
        made, secret = exchange.add_webhook(actor(), form.name.data or "", form.url.data or "")
    except Refused as refused:
        form.refuse(refused)
        return _list(form), 422
    return _secret(made, secret)


@blueprint.get("/webhooks/<uuid:webhook_id>")
@gate("webhook.manage")
def webhook(webhook_id: UUID) -> ResponseReturnValue:
    return _page(webhook_id, ReplayForm())


@blueprint.post("/webhooks/<uuid:webhook_id>/state")
@gate("webhook.manage")
def state(webhook_id: UUID) -> ResponseReturnValue:
    """Pause it, or start it again from where it stopped."""
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "pause": (exchange.pause_webhook, _("Paused. It hears nothing until you start it.")),
        "start": (exchange.start_webhook, _("Started. It hears what it missed.")),
    }
    wish = verbs.get(request.form.get("wish", ""))
    if wish is None:
        abort(400)
    verb, words = wish
    return _done(webhook_id, lambda: verb(actor(), webhook_id), words)


@blueprint.post("/webhooks/<uuid:webhook_id>/test")
@gate("webhook.manage")
def test(webhook_id: UUID) -> ResponseReturnValue:
    return _done(
        webhook_id,
        lambda: exchange.try_webhook(actor(), webhook_id),
        _("A test is on its way. Look here again in a few seconds."),
    )


@blueprint.post("/webhooks/<uuid:webhook_id>/replay")
@gate("webhook.manage")
def replay(webhook_id: UUID) -> ResponseReturnValue:
    """Tell everything from a number on once more."""
    form = ReplayForm()
    if not form.validate():
        return _page(webhook_id, form), 422
    try:
        return _done(
            webhook_id,
            lambda: exchange.replay_webhook(actor(), webhook_id, form.first.data or 0),
            _("It hears all of that again."),
        )
    except Refused as refused:
        form.refuse(refused)
        return _page(webhook_id, form), 422


@blueprint.post("/webhooks/<uuid:webhook_id>/secret")
@gate("webhook.manage")
def secret(webhook_id: UUID) -> ResponseReturnValue:
    try:
        return _secret(webhook_id, exchange.renew_webhook_secret(actor(), webhook_id))
    except NotHere:
        abort(404)


@blueprint.post("/webhooks/<uuid:webhook_id>/removal")
@gate("webhook.manage")
def removal(webhook_id: UUID) -> ResponseReturnValue:
    try:
        exchange.remove_webhook(actor(), webhook_id)
    except NotHere:
        abort(404)
    flash(_("Removed. It hears nothing more."))
    return redirect(url_for("webhooks.webhooks"), 303)


def _done(webhook_id: UUID, verb: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        verb()
    except NotHere:
        abort(404)
    flash(words)
    return redirect(url_for("webhooks.webhook", webhook_id=webhook_id), 303)


def _list(form: WebhookForm) -> str:
    return render_template(
        "webhooks/webhooks.html", found=exchange.webhooks_for(actor()), form=form, states=STATE_WORDS
    )


def _page(webhook_id: UUID, form: ReplayForm) -> str:
    try:
        found = exchange.webhook_for(actor(), webhook_id)
    except NotHere:
        abort(404)
    return render_template("webhooks/webhook.html", hook=found, form=form, states=STATE_WORDS)


def _secret(webhook_id: UUID, shown: str) -> str:
    return render_template("webhooks/secret.html", secret=shown, webhook_id=webhook_id)
