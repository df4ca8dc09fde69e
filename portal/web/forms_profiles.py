"""The forms of profiles: what a family tells, the code that opens it, and a look with a call in hand."""

from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from portal.programs.profiles import OpenCall, OwnerKey, OwnerView, ProfileGiven, ProfileOptions
from portal.web.forms import PageForm
from portal.web.moments import when

TOLD = "told_"  # before the code of each field of the preset


class CodeForm(PageForm):
    code = StringField(
        _l("The code of the profile"),
        [InputRequired(_l("Write the code.")), Length(max=80, message=_l("This is too long."))],
    )


class KeyForm(PageForm):
    """What each further step of an owner carries: the code, or which profile of a signed-in owner."""

    code = HiddenField()
    profile_id = HiddenField()
    version = HiddenField()
    sure = BooleanField(_l("Yes, delete it"))

    def key(self) -> OwnerKey:
        return OwnerKey((self.code.data or "")[:80], uuid_of(self.profile_id.data))

    def hold(self, view: OwnerView) -> None:
        self.code.data = view.key.code
        self.profile_id.data = "" if view.key.code else str(view.id)
        self.version.data = str(view.version)


class ProfileForm(KeyForm):
    """`form_for` adds the preset's own questions."""

    once = HiddenField()
    name = StringField(
        _l("Name that the person answers to"), [Length(max=80)], description=_l("A first name is enough.")
    )
    phones = TextAreaField(
        _l("Phones from which a call may come"),
        description=_l("One a line, with the area code. Yours, the home's, the person's own."),
    )
    addresses = TextAreaField(
        _l("Addresses at which help may be called"),
        description=_l("One a line, with the town: 12 Oak St, Nashville 37203."),
    )
    drop_photo = BooleanField(_l("Take the photo away"))
    contact = EmailField(
        _l("Your e-mail, if you want to be reminded"),
        [Length(max=254)],
        description=_l("Before it ends we write once. The letter does not say what it is about."),
    )
    consent_by = RadioField(
        _l("Who agrees?"),
        choices=[
            ("person", _l("I am the person")),
            ("guardian", _l("I am their parent or guardian, or may decide for them")),
        ],
        validate_choice=False,
    )
    flyer_agreed = BooleanField(
        _l("If the person is missing, photo and description may be printed on a flyer")
    )
    agreed = BooleanField(_l("I agree that this is kept and shown as it says above"))

    def told(self) -> list[Any]:
        return [field for field in self if field.short_name.startswith(TOLD)]

    def given(self, photo: bytes | None) -> ProfileGiven:
        return ProfileGiven(
            name=self.name.data or "",
            phones=tuple((self.phones.data or "").splitlines()),
            addresses=tuple((self.addresses.data or "").splitlines()),
            consent_by=self.consent_by.data or "",
            agreed=self.agreed.data,
            flyer_agreed="flyer_agreed" in self and self.flyer_agreed.data,
            answers={field.short_name.removeprefix(TOLD): field.data or "" for field in self.told()},
            contact=self.contact.data or "",
            photo=photo,
            drop_photo=self.drop_photo.data,
        )

    def fill(self, view: OwnerView) -> None:
        """What stands now."""
        self.hold(view)
        self.name.data = view.content.get("name", "")
        self.phones.data = "\n".join(view.content.get("phones", ()))
        self.addresses.data = "\n".join(view.content.get("addresses", ()))
        self.contact.data, self.consent_by.data = view.contact, view.consent_by
        if "flyer_agreed" in self:
            self.flyer_agreed.data = view.flyer_agreed
        for field in self.told():
            field.data = view.content.get("answers", {}).get(field.short_name.removeprefix(TOLD), "")


def profile_form(options: ProfileOptions, **given: Any) -> ProfileForm:
    """The form of one program: its own questions after the ones that all have."""
    kinds = {"line": StringField, "phone": TelField, "device": StringField, "words": TextAreaField}
    fields = {
        TOLD + question.code: kinds[question.kind](question.label, description=question.hint)
        for question in options.fields
    }
    form: ProfileForm = type("ProfileFormOf", (ProfileForm,), fields)(**given)
    if not options.flyer:
        del form.flyer_agreed
    form.once.data = form.once.data or str(uuid4())
    return form


class LookForm(PageForm):
    """One open call, and its phone or its address."""

    call = SelectField(_l("Open call"), choices=[], validate_choice=False)
    phone = TelField(_l("Phone that calls"), description=_l("With the area code."))
    address = StringField(
        _l("Or the address of the call"), description=_l("With the town: 12 Oak St, Nashville.")
    )

    def offer(self, calls: list[OpenCall]) -> None:
        self.call.choices = [
            (str(call.id), f"{call.reference or _('no number')}, {when(call.received_at)}") for call in calls
        ]


class RemovalForm(PageForm):
    reference = StringField(
        _l("Reference of the profile"),
        [InputRequired(_l("Write the 8 letters and digits.")), Length(max=20)],
        description=_l("8 letters and digits, from the owner's card. It opens nothing."),
    )


def uuid_of(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
