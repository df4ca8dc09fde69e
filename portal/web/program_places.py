"""The steward's doors to where a program works, and who works in it: from which day until which."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal.programs.models import ResponseProgram
from portal.store import Refused
from portal.web import forms_programs as f
from portal.web.gates import actor, gate
from portal.web.moments import today
from portal.web.steps import version_of

blueprint = Blueprint("program_places", __name__)


@blueprint.route("/programs/<uuid:program_id>/districts", methods=["GET", "POST"])
@gate("program.manage")
def districts(program_id: UUID) -> ResponseReturnValue:
    """Where the program works, by roll-out date; POST adds a district."""
    row = _row(program_id)
    form = f.DistrictForm()
    form.organization_id.choices = [("", "")] + [(str(each.id), each.name) for each in p.agencies(actor())]
    if request.method == "GET":
        form.version.data, form.since.data = str(row.version), today()
    elif form.validate():
        try:
            p.add_district(
                actor(),
                program_id,
                form.name.data,
                form.since.data,
                kind=form.kind.data,
                organization_id=f.uuid_of(form.organization_id.data),
                version=version_of(form),
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Added."))
            return redirect(url_for("program_places.districts", program_id=program_id), 303)
    return _page("programs/districts.html", form, row, kind_words=f.KIND_WORDS)


@blueprint.post("/programs/<uuid:program_id>/districts/<uuid:place_id>")
@gate("program.manage")
def district(program_id: UUID, place_id: UUID) -> ResponseReturnValue:
    """The last day in a district."""
    row, form = _row(program_id), f.LastDayForm()
    if form.validate():
        try:
            p.end_district(actor(), program_id, place_id, form.until.data, version=version_of(form))
            flash(_("Saved."))
            return redirect(url_for("program_places.districts", program_id=program_id), 303)
        except Refused as refused:
            form.refuse(refused)
    empty = f.DistrictForm(formdata=None)
    empty.organization_id.choices = [("", "")]
    return _page("programs/districts.html", empty, row, faults=form, kind_words=f.KIND_WORDS)


@blueprint.route("/programs/<uuid:program_id>/members", methods=["GET", "POST"])
@gate("program.manage")
def members(program_id: UUID) -> ResponseReturnValue:
    """Who works in the program as what; POST adds somebody."""
    row = _row(program_id)
    form = _member_form(row)
    if request.method == "GET":
        form.version.data, form.since.data = str(row.version), today()
    elif form.validate():
        try:
            p.add_member(
                actor(),
                program_id,
                UUID(form.account_id.data),
                form.role.data,
                form.since.data,
                version=version_of(form),
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Added."))
            return redirect(url_for("program_places.members", program_id=program_id), 303)
    return _page("programs/members.html", form, row, members=p.members_of(row))


@blueprint.post("/programs/<uuid:program_id>/members/<uuid:member_id>")
@gate("program.manage")
def member(program_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """The last day of somebody in a role."""
    row, form = _row(program_id), f.LastDayForm()
    if form.validate():
        try:
            p.end_member(actor(), program_id, member_id, form.until.data, version=version_of(form))
            flash(_("Saved."))
            return redirect(url_for("program_places.members", program_id=program_id), 303)
        except Refused as refused:
            form.refuse(refused)
    return _page(
        "programs/members.html", _member_form(row, None), row, faults=form, members=p.members_of(row)
    )


def _member_form(row: ResponseProgram, *data: None) -> f.MemberForm:
    form = f.MemberForm(*data)
    form.account_id.choices = [("", "")] + [
        (str(each.id), f"{each.name}, {each.email}") for each in p.candidates(actor())
    ]
    form.role.choices = [(role.code, role.label) for role in p.effective(row).roles]
    return form


def _page(template: str, form: Any, row: ResponseProgram, **more: Any) -> ResponseReturnValue:
    faults = more.setdefault("faults", form)
    form.version.data = form.version.data or str(row.version)
    page = render_template(template, form=form, program=row, preset=p.effective(row), today=today(), **more)
    return (page, 422) if faults.errors else page


def _row(program_id: UUID) -> ResponseProgram:
    row = p.program_for(actor(), program_id)
    if row is None:
        abort(404)
    return row
