"""Floor 7: the doors, one file per visitor."""

from flask import Flask

from portal import logs
from portal.web import (
    account,
    answer,
    api,
    appointments,
    arrivals,
    asking,
    break_glass,
    calling,
    claim,
    clocks,
    closures,
    confirming,
    crawlers,
    due,
    duplicates,
    errors,
    fhir,
    fhir_referrals,
    finding,
    gates,
    guesses,
    headers,
    health,
    inbox,
    invitation,
    leaving,
    metrics,
    moments,
    notices,
    offers,
    officer,
    origin,
    outbox,
    pages,
    people,
    privacy,
    provider,
    public,
    questions,
    receipt,
    records,
    reporting,
    reports,
    responder,
    rights,
    room,
    second_step,
    session,
    sms,
    steward,
    suggesting,
    tables,
    take_along,
    taxonomies,
    trail,
    translating,
    unit,
    unmet,
    watching,
    webhooks,
    wording,
    words,
)

# Every file with doors of its own.
DOORS = (
    account,
    answer,
    api,
    appointments,
    arrivals,
    asking,
    break_glass,
    calling,
    claim,
    clocks,
    closures,
    confirming,
    crawlers,
    due,
    duplicates,
    fhir,
    fhir_referrals,
    finding,
    health,
    inbox,
    invitation,
    leaving,
    metrics,
    notices,
    offers,
    officer,
    outbox,
    people,
    privacy,
    provider,
    public,
    questions,
    receipt,
    records,
    reporting,
    reports,
    responder,
    rights,
    room,
    second_step,
    session,
    sms,
    steward,
    suggesting,
    tables,
    take_along,
    taxonomies,
    trail,
    translating,
    unit,
    unmet,
    webhooks,
)


def register(app: Flask) -> None:
    """Hang every door on the app. Order matters only for before_request: who is asking, then the gate."""
    logs.log_requests(app)
    headers.dress(app)
    pages.prepare(app)
    moments.register_filters(app)
    words.register_words(app)
    wording.speak(app)
    errors.catch(app)
    leaving.guard(app)
    session.load_actor(app)
    watching.watch(app)
    gates.guard(app)
    guesses.guard(app)
    origin.guard(app)
    crawlers.register_data(app)
    fhir.refuse(app)
    finding.register_filters(app)
    for door in DOORS:
        app.register_blueprint(door.blueprint)
