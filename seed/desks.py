"""What the demonstration's desks ask on the phone, and the phones on which some of them answer a text."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.directory.models import ServiceAtLocation
from portal.messages import number_id
from portal.referrals.models import QuestionList
from portal.store import clock
from seed.keys import key

Ask = tuple[
    str, str, tuple[str, ...], bool
]  # the question, its kind, what to choose from, whether they need it
# By the name of the service, as each would want it read out.
QUESTIONS: dict[str, tuple[Ask, ...]] = {
    "Crisis receiving, 24 hours": (
        ("Can the person walk by themselves?", "yes_no", (), True),
        ("Did they take anything in the last 12 hours?", "choice", ("No", "Alcohol", "Something else", "Not known"), False),
        ("Who comes with them?", "choice", ("Nobody", "Your team", "Family or friend"), False),
        ("In how many minutes are you here?", "text", (), True),
    ),
    "Medical detox": (
        ("What do they want to stop?", "choice", ("Alcohol", "Opioids", "Benzodiazepines", "Several"), True),
        ("When did they last use?", "choice", ("Today", "Yesterday", "Longer ago", "Not known"), True),
        ("Did they ever have a seizure when they stopped?", "choice", ("Yes", "No", "Not known"), True),
        ("Are they pregnant, or could they be?", "choice", ("Yes", "No", "Not known"), False),
    ),
    "Desintoxicación social": (
        ("Which language shall we speak?", "choice", ("Spanish", "English", "Another"), True),
        ("Do they take any medicine every day?", "yes_no", (), False),
    ),
    "Family shelter": (
        ("How many grown-ups and how many children?", "text", (), True),
        ("Does anybody use a wheelchair or a crib?", "yes_no", (), False),
        ("Can they be here by 9 pm?", "yes_no", (), True),
    ),
}  # fmt: skip
# By the organization, of the range kept for fiction. In the demonstration a text stands on the page of its mail.
PHONES = {
    "Riverbend Crisis Center": "+16155550190",
    "Stillwater Recovery": "+16155550191",
    "Harbor Family Shelter": "+16155550192",
}


def equip_desks(session: Session, listings: Mapping[str, ServiceAtLocation]) -> None:
    """Write the lists, and put the phones to the desks."""
    for name, asked in QUESTIONS.items():
        session.add(
            QuestionList(
                id=key("questions", name),
                service_at_location_id=listings[name].id,
                version=1,
                questions=[
                    {"text": text, "kind": kind, "choices": list(choices), "needed": needed}
                    for text, kind, choices, needed in asked
                ],
                made_by="the desk",
                made_at=clock.now(),
            )
        )
    for listing in listings.values():
        number = PHONES.get(listing.service.organization.name)
        if number and listing.desk is not None:
            listing.desk.text_number_id = number_id(number)
    session.flush()
