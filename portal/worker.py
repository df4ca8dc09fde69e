"""The worker: a table of verbs and how often each is due. It holds no state that matters; two of them are safe.

`portal serve` starts one beside the web server; `portal work` is one on its own.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from flask import Flask

from portal import accounts, directory, exchange, messages, programs, referrals, search
from portal.directory.taxonomies import derive_words
from portal.programs import profiles, teams
from portal.store import chain, clock, erased, limits
from portal.store.backup import expire as expire_backups
from portal.store.database import checkpoint
from portal.store.heartbeat import beat

log = logging.getLogger("portal.worker")


@dataclass(frozen=True)
class Job:
    """A verb that runs every so many seconds, and returns how many things it did. `apart`: it may take minutes, so it runs in
    a thread of its own; mail and clocks do not wait for it."""

    name: str
    every: float  # seconds
    verb: Callable[[], int | None]
    apart: bool = False


def _ask_confirmations() -> int:
    """The directory asks; accounts, a floor above it, knows who keeps a listing."""
    return directory.ask_confirmations(clock.now(), accounts.keepers_of)


JOBS = (
    Job("worker.beat", 5, beat),
    Job("search.catch_up", 0.1, lambda: search.catch_up(), apart=True),
    Job("messages.send_due", 2, lambda: messages.send_due()),
    Job("exchange.send_webhooks", 2, lambda: exchange.send_webhooks(), apart=True),
    Job("directory.derive_words", 2, derive_words, apart=True),
    Job("directory.ask_confirmations", 600, _ask_confirmations),
    Job("directory.settle_use", 3600, lambda: directory.settle_use(clock.now())),
    Job("directory.find_duplicates", 600, lambda: directory.find_duplicates_tonight(clock.now()), apart=True),
    Job("directory.forget_reports", 3600, lambda: directory.forget_reports(clock.now())),
    Job("referrals.tick", 5, lambda: referrals.tick(clock.now())),
    Job("referrals.lapse_consents", 60, lambda: referrals.lapse_consents(clock.now())),
    Job("referrals.tick_asks", 5, lambda: referrals.tick_asks(clock.now())),
    Job("referrals.check", 3600, lambda: referrals.check(clock.now())),
    Job("programs.tick_tasks", 5, lambda: programs.tick_tasks(clock.now())),
    Job("programs.tick_requests", 5, lambda: teams.tick_requests(clock.now())),
    Job("programs.forget_watch", 3600, lambda: teams.forget_watch(clock.now())),
    Job("programs.end_tasks", 60, lambda: programs.end_tasks(clock.now())),
    Job("programs.tick_lone", 5, lambda: programs.tick_lone(clock.now())),
    Job("programs.tick_cases", 60, lambda: programs.tick_cases(clock.now())),
    Job("programs.tick_engagement", 60, lambda: programs.tick_engagement(clock.now())),
    Job("programs.purge_met", 3600, lambda: programs.purge_met(clock.now())),
    Job("programs.forget_contacts", 3600, lambda: programs.forget_contacts(clock.now())),
    Job("store.checkpoint", 5, lambda: int(checkpoint())),
    Job("store.chain", 5, chain.extend),
    Job("store.erased", 5, erased.note_down),
    Job("referrals.purge_tonight", 600, lambda: referrals.purge_tonight(clock.now()), apart=True),
    Job("backups.purge", 3600, lambda: expire_backups(clock.now())),
    Job("accounts.purge", 3600, lambda: accounts.purge(clock.now())),
    Job("exchange.purge_tries", 3600, lambda: exchange.purge_tries()),
    Job("messages.purge", 3600, lambda: messages.purge(clock.now())),
    Job("referrals.forget_codes", 3600, lambda: referrals.forget_codes()),
    Job("referrals.purge_texts", 3600, lambda: referrals.purge_texts(clock.now())),
    Job("limits.purge", 3600, lambda: limits.purge(clock.now())),
    Job("profiles.tick", 600, lambda: profiles.tick_profiles(clock.now())),
    Job("profiles.purge", 3600, lambda: profiles.purge_profiles(clock.now())),
)


class Worker:
    """Runs the jobs that are due. A job that fails is logged and tried again when next due; the others go on."""

    def __init__(self, app: Flask, jobs: tuple[Job, ...] = JOBS) -> None:
        self.app = app
        self.jobs = jobs
        self.due = {job.name: 0.0 for job in jobs}
        self.stopped = threading.Event()
        self.quiet_until: dict[str, float] = {}

    def turn(self, at: float, jobs: tuple[Job, ...] | None = None) -> dict[str, bool]:
        """Run what is due at this moment (seconds of a steady clock). Returns each job run, and whether it went well."""
        done = {}
        for job in self.jobs if jobs is None else jobs:
            if self.due[job.name] <= at and not self.stopped.is_set():
                self.due[job.name] = at + job.every
                done[job.name] = self.do(job)
        return done

    def do(self, job: Job) -> bool:
        with self.app.app_context():
            try:
                count = job.verb()
            except Exception:
                self._log_failure(job)
                return False
        self.quiet_until.pop(job.name, None)
        if count and job.name != "worker.beat":
            log.debug("job done", extra={"facts": {"job": job.name, "count": count}})
        return True

    def _log_failure(self, job: Job) -> None:
        """The first failure of a row, then one a minute."""
        now = time.monotonic()
        if now >= self.quiet_until.get(job.name, 0.0):
            self.quiet_until[job.name] = now + 60
            log.exception("job failed", extra={"facts": {"job": job.name}})

    def run(self, parent: int | None = None) -> None:
        """Until a signal, or until the process that started us is gone. What runs apart is then left where it is: it must be
        safe to end anywhere."""
        for job in self.jobs:
            if job.apart:
                threading.Thread(target=self._loop, args=((job,), parent), name=job.name, daemon=True).start()
        self._loop(tuple(job for job in self.jobs if not job.apart), parent)

    def _loop(self, jobs: tuple[Job, ...], parent: int | None) -> None:
        while not self.stopped.is_set() and (parent is None or os.getppid() == parent):
            self.turn(time.monotonic(), jobs)
            due = min((self.due[job.name] for job in jobs), default=time.monotonic() + 1)
            self.stopped.wait(max(0.05, due - time.monotonic()))

    def stop_on_signals(self) -> None:
        """SIGTERM and Ctrl-C let the job in hand finish, then end the loop."""

        def stop(_signal: int, _frame: FrameType | None) -> None:
            self.stopped.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
            signal.signal(number, stop)
