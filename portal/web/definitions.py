"""What every measure counts: one page for anybody, made from the same source that the reports are counted by."""

from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.outcomes import catalog
from portal.store import clock
from portal.web.gates import opened

blueprint = Blueprint("definitions", __name__)


@blueprint.get("/definitions")
@opened("what a published number counts is for everybody who reads it")
def page() -> ResponseReturnValue:
    today: date = clock.now().date()
    return render_template("reports/definitions.html", entries=catalog(), today=today)
