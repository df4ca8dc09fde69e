"""A form that was sent: check it, act, and go on; or the same page again with what is wrong, nothing typed lost."""

from collections.abc import Callable
from typing import Any

from flask import abort, redirect
from flask.typing import ResponseReturnValue

from portal import referrals as r
from portal.store import Conflict, Refused, TooMany

Page = Callable[[str], str]  # with a sentence for its top, or none


def saved(form: Any, act: Callable[[], object], page: Page, to: Callable[[], str]) -> ResponseReturnValue:
    """303 to `to` after `act`; 422 with the form for what is refused, 409 with what stands now, 404 for who has no part in it."""
    if not form.validate():
        return page(""), 422
    try:
        act()
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return page(""), 422
    except TooMany as many:
        form.refuse(Refused(many.reason))
        return page(""), 429, {"Retry-After": str(many.seconds)}
    except Conflict as conflict:
        return page(conflict.reason), 409
    return redirect(to(), 303)
