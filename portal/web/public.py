"""The doors that anybody may open: start page, search, a listing, the exit."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.web.gates import opened

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@opened("the start page")
def start() -> ResponseReturnValue:
    return render_template("public/start.html")
