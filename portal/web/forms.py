"""What every form of the portal shares. The token against forged posts is not here but in origin.py, for all of them."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict

from portal.store import Refused

LONGEST = 10_000  # characters in any one field, unless the field itself allows fewer


class PageForm(FlaskForm):  # type: ignore[misc]  # wtforms has no types
    """One class a page. `validate_on_submit()` also refuses what no person types: NUL, broken Unicode, very long text."""

    longer: Mapping[str, int] = {}  # field -> characters, where LONGEST is too few

    class Meta:
        csrf = False

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """No form takes a file: what is sent as one is left out, and so read as an empty field."""
            found = super().wrap_formdata(form, formdata)  # type: ignore[misc]
            return request.form if isinstance(found, CombinedMultiDict) else found

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        for field in self:
            fault = _fault(field.data, self.longer.get(field.short_name, LONGEST))
            if fault:
                field.errors = [*field.errors, fault]
                valid = False
        return valid

    def refuse(self, refused: Refused) -> None:
        """Show a verb's refusal beside the field that it blames, else on top of the form."""
        field = self._fields.get(refused.field) if refused.field else None
        if field is None:
            self.form_errors.append(refused.reason)
        else:
            field.errors = [*field.errors, refused.reason]


def _fault(value: object, most: int) -> str | None:
    texts = [
        text for text in (value if isinstance(value, list | tuple) else [value]) if isinstance(text, str)
    ]
    if any(len(text) > most for text in texts):
        return _("This is too long.")
    if any("\x00" in text or not _encodes(text) for text in texts):
        return _("This holds a character that cannot be stored.")
    return None


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
