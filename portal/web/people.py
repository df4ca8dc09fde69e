"""The admin's doors: who belongs to this community, what each may do, who is invited."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from portal import accounts
from portal.accounts.roles import ROLES, ROLES_AT_ORGANIZATION
from portal.accounts.rules import TWO_FACTOR_ROLES
from portal.directory import community, joined_organizations, organization_named
from portal.store import Refused, TooMany
from portal.web.forms import PageForm
from portal.web.gates import actor, gate
from portal.web.words import ROLE_WORDS

blueprint = Blueprint("people", __name__)

CHOICES = [(role, ROLE_WORDS[role]) for role in ROLES]


class RoleForm(PageForm):
    """A role, and where it is held."""

    role = RadioField(_l("Role"), choices=CHOICES, validate_choice=False)
    organization = StringField(
        _l("Organization"),
        [Length(max=200, message=_l("This is too long."))],
        description=_l(
            "By its name, as the directory has it. Leave it empty for a role in the whole community."
        ),
    )

    @property
    def place(self) -> UUID | None:
        """The organization's id; Refused beside the field when there is none of that name."""
        name = (self.organization.data or "").strip()
        if not name:
            if self.role.data in ROLES_AT_ORGANIZATION:
                raise Refused(_("This role is held at an organization. Write its name."), "organization")
            return None
        return organization_named(actor(), name)

    def refuse(self, refused: Refused) -> None:
        """The verbs say `organization_id` where the page has a name."""
        field = "organization" if refused.field == "organization_id" else refused.field
        super().refuse(Refused(refused.reason, field))


class InviteForm(RoleForm):
    email = EmailField(_l("E-mail"), [InputRequired(_l("Write an e-mail.")), Length(max=254)])


class DemandForm(PageForm):
    roles = SelectMultipleField(
        _l("These roles must use a second factor too"),
        choices=[(role, words) for role, words in CHOICES if role not in TWO_FACTOR_ROLES],
        validate_choice=False,
    )


@blueprint.get("/people")
@gate("person.manage")
def people() -> ResponseReturnValue:
    return _list(DemandForm(data={"roles": list(accounts.two_factor_roles(community()))}))


@blueprint.post("/people/second-factor-roles")
@gate("person.manage")
def second_factor_roles() -> ResponseReturnValue:
    """Which roles must use a second factor, beside those that always do."""
    form = DemandForm()
    if not form.validate():
        return _list(form), 422
    try:
        accounts.demand_second_factor(actor(), form.roles.data or ())
    except Refused as refused:
        form.refuse(refused)
        return _list(form), 422
    flash(_("Saved. Who has none yet sets it up at the next sign-in."))
    return redirect(url_for("people.people"), 303)


@blueprint.get("/people/<uuid:account_id>")
@gate("person.manage")
def person(account_id: UUID) -> ResponseReturnValue:
    return _person(_member(account_id), RoleForm())


@blueprint.post("/people/<uuid:account_id>/roles")
@gate("person.manage")
def roles(account_id: UUID) -> ResponseReturnValue:
    """One role more."""
    found, form = _member(account_id), RoleForm()
    if not form.validate():
        return _person(found, form), 422
    try:
        accounts.add_role(actor(), account_id, form.role.data or "", form.place)
    except Refused as refused:
        form.refuse(refused)
        return _person(found, form), 422
    return _done(account_id, _("The role is added. The person must sign in again."))


@blueprint.post("/people/<uuid:account_id>/roles/removal")
@gate("person.manage")
def role_removal(account_id: UUID) -> ResponseReturnValue:
    """One role less: the form names it by its id."""
    found = _member(account_id)
    held = next((each.id for each in found.roles if str(each.id) == request.form.get("held")), None)
    if held is None:
        return _refused(found, _("This role is gone already."))
    try:
        accounts.remove_role(actor(), account_id, held)
    except Refused as refused:
        return _refused(found, refused.reason)
    return _done(account_id, _("The role is removed. The person must sign in again."))


@blueprint.post("/people/<uuid:account_id>/access")
@gate("person.manage")
def access(account_id: UUID) -> ResponseReturnValue:
    """Lets a person in no longer, or again."""
    found, wish = _member(account_id), request.form.get("wish")
    if wish not in ("disable", "enable"):
        return _refused(found, _("Press one of the buttons."))
    try:
        (accounts.disable_person if wish == "disable" else accounts.enable_person)(actor(), account_id)
    except Refused as refused:
        return _refused(found, refused.reason)
    return _done(
        account_id,
        _("This person can no longer sign in.") if wish == "disable" else _("This person can sign in again."),
    )


@blueprint.post("/people/<uuid:account_id>/second-factor/removal")
@gate("person.manage")
def second_factor_removal(account_id: UUID) -> ResponseReturnValue:
    """For who has lost the phone and the recovery codes."""
    found = _member(account_id)
    try:
        accounts.reset_second_factor(actor(), account_id)
    except Refused as refused:
        return _refused(found, refused.reason)
    return _done(account_id, _("The second factor is reset."))


@blueprint.route("/people/invitations", methods=["GET", "POST"])
@gate("person.manage")
def invitations() -> ResponseReturnValue:
    """Invite somebody by e-mail; the open invitations. What is said does not depend on whether the address is known."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _invitations(form), 422 if form.errors else 200
    try:
        accounts.invite(actor(), form.email.data, form.role.data or "", form.place)
    except Refused as refused:
        form.refuse(refused)
        return _invitations(form), 422
    except TooMany as too_many:
        form.refuse(Refused(too_many.reason))
        return _invitations(form), 429, {"Retry-After": str(too_many.seconds)}
    flash(_("The invitation is on its way. Its link works for seven days."))
    return redirect(url_for("people.invitations"), 303)


@blueprint.post("/people/invitations/<uuid:invitation_id>/removal")
@gate("person.manage")
def invitation_removal(invitation_id: UUID) -> ResponseReturnValue:
    if not accounts.withdraw_invitation(actor(), invitation_id):
        abort(404)
    flash(_("Withdrawn. The link no longer works."))
    return redirect(url_for("people.invitations"), 303)


def _list(form: DemandForm) -> str:
    page = max(1, request.args.get("page", 1, type=int))
    found = accounts.members(actor(), min(page, 10_000))
    return render_template("people/people.html", found=found, form=form, number=page, role_words=ROLE_WORDS)


def _member(account_id: UUID) -> accounts.Member:
    found = accounts.member(actor(), account_id)
    if found is None:
        abort(404)
    return found


def _person(found: accounts.Member, form: RoleForm, fault: str = "") -> str:
    more: dict[str, Any] = {"page_error": fault} if fault else {}
    return render_template(
        "people/person.html",
        person=found,
        form=form,
        me=found.id == actor().account_id,
        organizations=joined_organizations(actor()),
        role_words=ROLE_WORDS,
        **more,
    )


def _refused(found: accounts.Member, why: str) -> ResponseReturnValue:
    return _person(found, RoleForm(formdata=None), why), 422


def _done(account_id: UUID, words: str) -> ResponseReturnValue:
    """Back to the person; who has changed their own account is signed out by it, and is led to sign-in."""
    flash(words)
    return redirect(url_for("people.person", account_id=account_id), 303)


def _invitations(form: InviteForm) -> str:
    return render_template(
        "people/invitations.html",
        form=form,
        invitations=accounts.open_invitations(actor()),
        organizations=joined_organizations(actor()),
        role_words=ROLE_WORDS,
    )
