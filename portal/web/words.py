"""The words that pages use for the codes of a referral and of a phone: one place, so that every page says the same."""

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.directory.terms import NEEDS
from portal.referrals.rules import DECLINE_GROUPS, DECLINE_REASONS

Words = dict[str, LazyString]

NEED_WORDS: Words = {code: label for code, (label, _cares) in NEEDS.items()}

URGENCY_WORDS: Words = {
    "now": _l("Now: the person is with me"),
    "today": _l("Today"),
    "routine": _l("In the next days"),
}

AGE_WORDS: Words = {
    "unknown": _l("Age not known"),
    "under_13": _l("Under 13"),
    "13_17": _l("13 to 17"),
    "18_24": _l("18 to 24"),
    "25_64": _l("25 to 64"),
    "65_plus": _l("65 or older"),
}

ROLE_WORDS: Words = {
    "responder": _l("Responder"),
    "dispatcher": _l("Dispatcher"),
    "supervisor": _l("Supervisor"),
    "provider": _l("Service desk"),
    "editor": _l("Keeper of listings"),
    "steward": _l("Steward of the listings"),
    "evaluator": _l("Evaluator"),
    "privacy_officer": _l("Privacy officer"),
    "admin": _l("Admin"),
}

BASIS_WORDS: Words = {
    "verbal_consent": _l("The person said yes"),
    "written_consent": _l("The person signed a consent"),
    "emergency": _l("Emergency: the person cannot answer now"),
    "none_needed": _l("Not needed: I give no name and no phone"),
    "health_or_safety": _l("Danger to health or safety: a school may share"),
}

SAFE_CONTACT_WORDS: Words = {
    "unknown": _l("Not asked"),
    "call": _l("Calling is safe"),
    "call_day": _l("Call from 8 to 5 only"),
    "call_evening": _l("Call in the evening only"),
    "call_quiet": _l("Call quietly: no message, no name of ours"),
    "text": _l("Only texts are safe"),
    "no_contact": _l("Do not contact the person"),
}
# What stands beside the number at the moment of calling. Where it was not asked, the careful way.
CONTACT_ADVICE: Words = {
    "unknown": _l("It was not asked how to contact the person safely. Leave no message."),
    "call": _l("Calling is safe. Leave no message unless the person said you may."),
    "call_day": _l("Call from 8 to 5 only. Leave no message."),
    "call_evening": _l("Call in the evening only, 5 to 9. Leave no message."),
    "call_quiet": _l("Leave no message. If another person answers, do not say who you are or why you call."),
    "text": _l("Text only. Do not call, and do not write why you text."),
    "no_contact": _l("Do not contact the person. They get in touch themselves, or through the sender."),
}

# group -> its label and its codes with theirs, in the order in which a desk reads them.
DECLINE_CHOICES: dict[str, tuple[LazyString, Words]] = {
    group: (label, {code: row.label for code, row in DECLINE_REASONS.items() if row.group == group})
    for group, label in DECLINE_GROUPS.items()
}

DECLINE_WORDS: Words = {code: row.label for code, row in DECLINE_REASONS.items()}

METHOD_WORDS: Words = {
    "in_person": _l("In person, together"),
    "three_way_call": _l("Call with the person on the line"),
    "call": _l("Call without the person"),
    "voicemail": _l("Voicemail"),
    "fax": _l("Fax"),
    "mail": _l("Mail"),
    "list": _l("Gave a list or a card"),
}

MEANS_WORDS: Words = {
    "phone": _l("Phone"),
    "text": _l("Text"),
    "in_person": _l("In person"),
    "mail": _l("Mail"),
}
ATTEMPT_WORDS: Words = {
    "reached": _l("Reached"),
    "no_answer": _l("No answer"),
    "left_message": _l("Left a message"),
    "wrong_number": _l("Wrong number"),
}

FOLLOW_UP_WORDS: Words = {
    "in_service": _l("Is getting the service"),
    "not_in_service": _l("Is not getting the service"),
    "refused": _l("Does not want it"),
    "not_reached": _l("Not reached"),
    "other_end": _l("Died, was jailed, or moved away"),
}
TEMPERATURE_WORDS: Words = {"warm": _l("Warm"), "lukewarm": _l("Lukewarm"), "cold": _l("Cold")}
# The facts that made a temperature, by their names in rules.temperature_facts.
FACT_WORDS: Words = {
    "all_together": _l("all three were live together, and they took over"),
    "not_live": _l("nobody spoke live"),
    "nobody_answered": _l("nobody answered"),
    "nobody_named": _l("nobody was named"),
    "not_taken_over": _l("nobody took over while the sender was there"),
    "person_absent": _l("the person was not there"),
    "person_did_not_agree": _l("the person did not agree"),
}
JOB_WORDS: Words = {
    "intake": _l("Intake"),
    "nurse": _l("Nurse"),
    "clinician": _l("Clinician"),
    "peer": _l("Peer"),
    "case_manager": _l("Case manager"),
    "other": _l("Other staff"),
}
TRANSPORT_WORDS: Words = {
    "police": _l("Police"),
    "ems": _l("Ambulance"),
    "provider": _l("The service"),
    "family": _l("Family or a friend"),
    "ride": _l("A ride or taxi"),
    "self": _l("On their own"),
}
LANGUAGE_WORDS: Words = {
    "": _l("Not asked"),
    "en": _l("English"),
    "es": _l("Spanish"),
    "ase": _l("American Sign Language"),
    "ar": _l("Arabic"),
    "ku": _l("Kurdish"),
    "vi": _l("Vietnamese"),
    "zh": _l("Chinese"),
    "ko": _l("Korean"),
    "so": _l("Somali"),
    "sw": _l("Swahili"),
    "uk": _l("Ukrainian"),
    "ru": _l("Russian"),
    "fr": _l("French"),
    "pt": _l("Portuguese"),
    "ht": _l("Haitian Creole"),
    "hi": _l("Hindi"),
}
AVAILABILITY_WORDS: Words = {
    "yes": _l("Yes"),
    "limited": _l("Limited"),
    "no": _l("No"),
    "unknown": _l("Call first"),
}

PHONE_WORDS: Words = {
    "voice": _l("Phone"),
    "intake": _l("Intake"),
    "crisis": _l("Crisis line"),
    "hotline": _l("Hotline"),
    "text": _l("Texts only"),
    "fax": _l("Fax"),
    "tty": _l("TTY"),
}

# What a desk presses when it is asked for room, and how its page says it afterwards.
ROOM_WORDS: Words = {
    "yes": _l("Yes"),
    "no": _l("No"),
    "waitlist": _l("Waitlist"),
    "assessment": _l("Needs an assessment"),
}


def register_words(app: Flask) -> None:
    """Give templates the words of codes that views carry as codes."""
    app.jinja_env.globals.update(
        age_words=AGE_WORDS,
        basis_words=BASIS_WORDS,
        method_words=METHOD_WORDS,
        temperature_words=TEMPERATURE_WORDS,
        fact_words=FACT_WORDS,
        job_words=JOB_WORDS,
        transport_words=TRANSPORT_WORDS,
        language_words=LANGUAGE_WORDS,
        means_words=MEANS_WORDS,
        attempt_words=ATTEMPT_WORDS,
        availability_words=AVAILABILITY_WORDS,
        room_words=ROOM_WORDS,
        phone_words=PHONE_WORDS,
        contact_advice=CONTACT_ADVICE,
        safe_contact_words=SAFE_CONTACT_WORDS,
    )
