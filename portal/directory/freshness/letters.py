"""The letters of freshness. None names a service: a mailbox is read over shoulders, and of some places the name says it all."""

from flask import render_template

from portal.directory.models import ConfirmationLetter
from portal.messages import Letter, enqueue, link
from portal.store.language import gettext as _

PURPOSE = "confirmation"
VERSION = 1  # a link opens as long as its letter is kept: pressing twice does nothing twice


def write_letter(letter: ConfirmationLetter, waiting: int) -> None:
    """ "Is it still right?": the next of this letter's mails, in the open transaction. `waiting`: how many services it asks
    about."""
    subject = _("Is what Handrail says about you still right?")
    values = {
        "url": link(PURPOSE, letter.id, VERSION),
        "subject": subject,
        "waiting": waiting,
        "again": letter.letters > 1,
    }
    _put(
        "confirmation",
        letter.to_address,
        subject,
        f"confirmation:{letter.id}:{letter.letters}",
        letter.id,
        values,
    )


def write_answer(report_id: object, to: str, state: str) -> None:
    """What became of somebody's "this is wrong", in the open transaction. Says neither which listing nor what was said of it."""
    subject = _("What you told Handrail")
    _put("report", to, subject, f"report:{report_id}", None, {"state": state, "subject": subject})


def _put(name: str, to: str, subject: str, key: str, about: object, values: dict[str, object]) -> None:
    enqueue(
        Letter(
            name=f"directory/{name}",
            to=to,
            subject=subject,
            text=render_template(f"letters/directory/{name}.txt", **values),
            html=render_template(f"letters/directory/{name}.html", **values),
            key=key,
            about=about,  # type: ignore[arg-type]
        )
    )
