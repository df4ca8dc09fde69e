"""Floor 7: the doors, one file per visitor."""

from flask import Flask

from portal import logs
from portal.web import (
    account,
    answer,
    appointments,
    arrivals,
    asking,
    break_glass,
    calling,
    clocks,
    errors,
    finding,
    gates,
    guesses,
    headers,
    health,
    inbox,
    invitation,
    leaving,
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
    reports,
    responder,
    rights,
    room,
    second_step,
    session,
    sms,
    steward,
    suggesting,
    trail,
    unit,
    unmet,
    watching,
    wording,
    words,
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
    app.register_blueprint(clocks.blueprint)
    app.register_blueprint(health.blueprint)
    finding.register_filters(app)
    app.register_blueprint(finding.blueprint)
    app.register_blueprint(leaving.blueprint)
    app.register_blueprint(appointments.blueprint)
    app.register_blueprint(arrivals.blueprint)
    app.register_blueprint(calling.blueprint)
    app.register_blueprint(questions.blueprint)
    app.register_blueprint(notices.blueprint)
    app.register_blueprint(outbox.blueprint)
    app.register_blueprint(people.blueprint)
    app.register_blueprint(privacy.blueprint)
    app.register_blueprint(records.blueprint)
    app.register_blueprint(provider.blueprint)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(reports.blueprint)
    app.register_blueprint(second_step.blueprint)
    app.register_blueprint(session.blueprint)
    app.register_blueprint(sms.blueprint)
    app.register_blueprint(steward.blueprint)
    app.register_blueprint(suggesting.blueprint)
    app.register_blueprint(trail.blueprint)
    app.register_blueprint(unit.blueprint)
    app.register_blueprint(unmet.blueprint)
    app.register_blueprint(account.blueprint)
    app.register_blueprint(answer.blueprint)
    app.register_blueprint(receipt.blueprint)
    app.register_blueprint(rights.blueprint)
    app.register_blueprint(room.blueprint)
    app.register_blueprint(asking.blueprint)
    app.register_blueprint(break_glass.blueprint)
    app.register_blueprint(inbox.blueprint)
    app.register_blueprint(invitation.blueprint)
    app.register_blueprint(offers.blueprint)
    app.register_blueprint(officer.blueprint)
    app.register_blueprint(responder.blueprint)
