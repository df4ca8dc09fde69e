"""How Handrail reaches me: the channel, the number, the browser, the quiet hours."""

from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    json,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import messages as m
from portal.directory import community
from portal.store import Refused, TooMany
from portal.web.forms import PageForm
from portal.web.forms_messages import MessagesForm, NumberCodeForm, NumberForm
from portal.web.gates import actor, gate, opened, takes_json
from portal.web.pages import PRODUCT, static_address

blueprint = Blueprint("notices", __name__)
COLOR = "#103a45"  # of the icon


@blueprint.route("/account/messages", methods=["GET", "POST"])
@gate("account.self")
def messages() -> ResponseReturnValue:
    """My choice; POST saves channel and quiet hours."""
    choice = m.choice_of(_me(), community().time_zone)
    form = MessagesForm(data=vars(choice)) if request.method == "GET" else MessagesForm()
    form.name_zones(community().time_zone, choice.zone)
    if not form.validate_on_submit():
        return _page(form), 422 if form.errors else 200
    try:
        m.choose(
            actor(),
            channel=form.channel.data or "",
            quiet_from=form.quiet_from.data,
            quiet_to=form.quiet_to.data,
            zone=form.zone.data or "",
            holds_urgent=bool(form.holds_urgent.data),
        )
    except Refused as refused:
        form.refuse(refused)
        return _page(form), 422
    flash(_("Saved."))
    return redirect(url_for("notices.messages"), 303)


@blueprint.post("/account/messages/number")
@gate("account.self")
def number() -> ResponseReturnValue:
    """A code goes to the number that I typed; until I type the code here, nothing else does."""
    form = NumberForm()
    if not form.validate():
        return _page(number_form=form), 422
    try:
        m.send_code(_me(), form.number.data or "")
    except Refused as refused:
        form.refuse(refused)
        return _page(number_form=form), 422
    except TooMany as too_many:
        form.refuse(Refused(too_many.reason, "number"))
        return _page(number_form=form), 429, {"Retry-After": str(too_many.seconds)}
    flash(_("We sent a code to this number. Type it here within 10 minutes."))
    return redirect(url_for("notices.messages") + "#number", 303)


@blueprint.post("/account/messages/code")
@gate("account.self")
def code() -> ResponseReturnValue:
    form = NumberCodeForm()
    if not form.validate():
        return _page(code_form=form), 422
    try:
        m.use_number(actor(), form.code.data or "", community().time_zone)
    except Refused as refused:
        form.refuse(refused)
        return _page(code_form=form), 422
    flash(_("Done. Handrail tells you by text message from now on."))
    return redirect(url_for("notices.messages") + "#number", 303)


@blueprint.post("/account/messages/number/removal")
@gate("account.self")
def number_removal() -> ResponseReturnValue:
    m.forget_code(_me())
    m.drop_number(actor())
    flash(_("Done. No more texts go to your number."))
    return redirect(url_for("notices.messages") + "#number", 303)


@blueprint.post("/account/browsers")
@gate("account.self")
@takes_json
def browser() -> ResponseReturnValue:
    """This browser wants to show my notices; called by notices.js with what the browser's push service gave it."""
    said = request.get_json(silent=True)
    endpoint = said.get("endpoint") if isinstance(said, dict) else None
    if not isinstance(endpoint, str):
        return jsonify(error="refused", detail=_("This browser's push service cannot be used.")), 422
    m.subscribe(actor(), endpoint)
    return jsonify(status="ok"), 201


@blueprint.post("/account/browsers/removal")
@gate("account.self")
def browser_removal() -> ResponseReturnValue:
    m.unsubscribe(actor())
    flash(_("Done. No browser shows your notices any more."))
    return redirect(url_for("notices.messages"), 303)


@blueprint.get("/push.js")
@opened("a browser fetches the service worker by itself; it is the same for everybody")
def worker() -> Response:
    """The service worker, at the root, so that its scope is the whole site. Asked for anew each time: it must not grow old."""
    answer = current_app.send_static_file("push.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/app.webmanifest")
@opened("a browser fetches it without saying who asks; it is the same for everybody")
def manifest() -> Response:
    """What a phone needs to keep Handrail on its home screen, which an iPhone wants before it shows notices. Only pages of the
    signed-in name it: who looks for help is never asked to leave an icon behind."""
    said = {
        "id": "/sign-in",
        "name": PRODUCT,
        "short_name": PRODUCT,
        "start_url": "/sign-in",
        "scope": "/",
        "display": "standalone",
        "background_color": COLOR,
        "theme_color": COLOR,
        "icons": [
            {
                "src": static_address(f"icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in (192, 512)
            for purpose in ("any", "maskable")
        ],
    }
    answer = current_app.response_class(json.dumps(said), mimetype="application/manifest+json")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _me() -> UUID:
    found = actor().account_id
    if found is None:
        abort(404)
    return found


def _page(
    form: MessagesForm | None = None,
    number_form: PageForm | None = None,
    code_form: PageForm | None = None,
) -> str:
    choice = m.choice_of(_me(), community().time_zone)
    if form is None:
        form = MessagesForm(formdata=None, data=vars(choice))
        form.name_zones(community().time_zone, choice.zone)
    values: dict[str, Any] = {
        "form": form,
        "number_form": number_form or NumberForm(formdata=None),
        "code_form": code_form or NumberCodeForm(formdata=None),
        "choice": choice,
        "waiting": m.waiting_number(_me()),
        "texts_on": m.text_mode() != "off",
        "push_key": m.public_key(),
    }
    return render_template("account/messages.html", **values)
