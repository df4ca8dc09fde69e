"""The web server and, beside it, the worker: gunicorn's arbiter with one more child.

The app is loaded once and forked, so that the processes share their memory. Whoever dies is started again; when the
arbiter stops, or is killed, everybody stops.
"""

import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from portal.config import Settings
from portal.logs import JsonLines
from portal.search import learn
from portal.store import db
from portal.worker import Worker

log = logging.getLogger("portal.serve")

WAIT, MOST_WAITS = 0.001, 5  # seconds for each request in hand, before another connection is taken


class _EvenWorker(ThreadWorker):  # type: ignore[misc]
    """A connection stays with the process that took it, and two busy ones in one process share one interpreter while the other
    processor rests. So whoever has less to do takes the next: the busier one waits for a moment, and finds it taken."""

    def accept(self, listener: Any) -> None:
        in_hand = self.nr_conns - len(self.keepalived_conns)
        if in_hand:
            time.sleep(min(in_hand, MOST_WAITS) * WAIT)
        super().accept(listener)


OPTIONS: dict[str, Any] = {
    "worker_class": _EvenWorker,
    "workers": 2,
    "threads": 8,  # each; a request holds a thread only while it runs
    "keepalive": 20,  # seconds; longer than the proxy in front keeps an idle connection
    "timeout": 20,  # seconds after which a process that does not move is replaced
    "graceful_timeout": 10,
    "preload_app": True,
    "control_socket_disable": True,
    "accesslog": None,  # portal.logs writes its own, without query strings
    "loglevel": "warning",
    "limit_request_line": 4094,
    "limit_request_fields": 60,
}


def port_is_free(bind: str, port: int) -> bool:
    """True when nothing listens there now."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError:
            return False
    return True


def serve(
    app: Flask,
    settings: Settings,
    *,
    worker: bool = True,
    parent: int | None = None,
    when_up: Callable[[], None],
) -> None:
    """Serve until a signal; does not return (SystemExit). `parent`: stop too when this process is no longer our parent.
    `when_up` is called once, when the first processes run."""
    _Supervisor(_Application(app, settings), app if worker else None, parent, when_up).run()


class _JsonLogger(Logger):  # type: ignore[misc]
    """gunicorn's own lines as ours: JSON, without what a request said."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())


class _Application(BaseApplication):  # type: ignore[misc]
    """Hands gunicorn our options and an app that is loaded already."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        bind = f"[{self.settings.bind}]" if ":" in self.settings.bind else self.settings.bind
        self.cfg.set("bind", f"{bind}:{self.settings.port}")
        self.cfg.set("logger_class", _JsonLogger)
        for name, value in OPTIONS.items():
            self.cfg.set(name, value)
        self.cfg.set("pre_fork", lambda _arbiter, _worker: _before_fork(self.app))

    def load(self) -> Flask:
        learn()
        return self.app


def _before_fork(app: Flask) -> None:
    """No open connection may be shared by two processes; and what lives now will not be touched by the collector."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    gc.collect()
    gc.freeze()


class _Supervisor(Arbiter):  # type: ignore[misc]
    def __init__(
        self,
        application: _Application,
        worker_app: Flask | None,
        parent: int | None,
        when_up: Callable[[], None],
    ) -> None:
        self.worker_app = worker_app
        self.parent = parent
        self.when_up: Callable[[], None] | None = when_up
        self.worker_pid = 0
        super().__init__(application)

    def manage_workers(self) -> None:
        """gunicorn calls this about once a second."""
        if self.parent is not None and os.getppid() != self.parent:
            raise StopIteration  # the arbiter's own way to halt
        super().manage_workers()
        if self.worker_app is not None and not self._worker_lives():
            self._start_worker(self.worker_app)
        if self.when_up is not None:
            self.when_up()
            self.when_up = None

    def stop(self, graceful: bool = True) -> None:
        self._tell_worker(signal.SIGTERM)
        super().stop(graceful)
        until = time.monotonic() + self.cfg.graceful_timeout
        while self._worker_lives() and time.monotonic() < until:
            time.sleep(0.05)
        self._tell_worker(signal.SIGKILL)

    def _start_worker(self, app: Flask) -> None:
        if self.worker_pid:
            log.warning("the worker ended and is started again")
        _before_fork(app)
        arbiter = os.getpid()
        self.worker_pid = os.fork()
        if self.worker_pid:
            return
        code = 1
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for listener in self.LISTENERS:
                listener.close()
            made = Worker(app)
            made.stop_on_signals()
            made.run(parent=arbiter)
            code = 0
        except Exception:
            log.exception("the worker broke")
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _worker_lives(self) -> bool:
        if not self.worker_pid:
            return False
        try:
            return os.waitpid(self.worker_pid, os.WNOHANG) == (0, 0)
        except ChildProcessError:  # the arbiter has reaped it with the others
            return False

    def _tell_worker(self, number: signal.Signals) -> None:
        if self._worker_lives():
            os.kill(self.worker_pid, number)
