"""The same pages answered by the baseline: the portal itself, with one function put in place of its search.

    PORTAL_HOME=... PORT=... .venv/bin/python -m bench.baseline_app

Understanding, template, counting of searches and server are the portal's own, so what differs is who finds.
"""

import json
from pathlib import Path

from bench.fts5 import Baseline
from bench.in_process import BASELINE, PLANS, meaning_of
from portal import create_app
from portal.config import read_settings
from portal.geo import miles
from portal.search import Answer, Hit, Question
from portal.serve import serve
from portal.web import finding


def answering(home: Path) -> Baseline:
    """Puts the baseline where the pages look for the search."""
    baseline = Baseline(home / BASELINE)
    baseline.plans = json.loads((home / PLANS).read_text())

    def find_services(question: Question, *, counts: bool = False) -> Answer:
        meaning = meaning_of(question)
        total, views = baseline.views(meaning)
        place = meaning.place
        hits = []
        for listing in views:
            away = None
            if place and place.lat is not None and place.lon is not None and listing.latitude is not None:
                away = round(miles(place.lat, place.lon, listing.latitude, listing.longitude), 2)
            hits.append(Hit(listing, away, False, ()))
        answer = Answer(question, total, place, meaning.understood, tuple(hits), care=meaning.care)
        if counts:
            object.__setattr__(answer, "counts", baseline.counts(meaning))
        return answer

    finding.find_services = find_services
    return baseline


def main() -> None:
    settings = read_settings()
    app = create_app(settings)
    with app.test_request_context():
        answering(settings.home)
    serve(app, settings, worker=False, when_up=lambda: None)


if __name__ == "__main__":
    main()
