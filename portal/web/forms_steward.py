"""Forms of a steward's cards: many cards a page, each with buttons of its own, some with what was shown when they were pressed."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf, Length

from portal.directory.freshness.words import FOUND, LONGEST, OUTCOMES
from portal.web.forms import PageForm

PRESS = _l("Press one of the buttons.")
# what a claim's buttons grant: a role, or nothing
CLAIM_ROLES = {"editor": "editor", "provider": "provider", "refuse": ""}


class CardForm(PageForm):
    """One card of many."""

    @property
    def fault(self) -> str:
        """The first thing that is wrong, for the top of the page; empty where nothing is."""
        return next((str(words) for found in self.errors.values() for words in found), "")


class ProposalForm(CardForm):
    """`stands` is the old value that the steward was shown."""

    longer = {"stands": 120_000}
    decision = StringField("", [AnyOf(("approve", "refuse"), _l("Choose approve or refuse."))])
    stands = HiddenField()


class PairForm(CardForm):
    """`seen` is the state of the pair that the steward was shown."""

    decision = StringField("", [AnyOf(("merge", "apart"), _l("Choose one or two."))])
    seen = HiddenField()


class ClaimDecisionForm(CardForm):
    decision = StringField("", [AnyOf(CLAIM_ROLES, PRESS)])


class CallForm(CardForm):
    """A call to a listing, and what came of it."""

    outcome = StringField("", [AnyOf(OUTCOMES, _l("Choose what came of the call."))])
    note = StringField(
        _l("Note"), [Length(max=LONGEST, message=_l("Use %(most)s characters or fewer.", most=LONGEST))]
    )


class ReportForm(CardForm):
    """What a steward found out about something that was called wrong."""

    state = StringField("", [AnyOf(FOUND, PRESS)])
