"""How often something may be tried holds for tries that come at once, on real connections."""

import contextvars
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from portal.store import limits, write

AT_ONCE = 6


def test_tries_at_once_do_not_all_find_room(migrated: Flask) -> None:
    barrier = Barrier(AT_ONCE)

    def one() -> bool:
        with migrated.app_context():
            barrier.wait(30)
            return limits.tried("at once", "somebody", most=2, seconds=60)

    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            waits = [pool.submit(contextvars.Context().run, one) for _ in range(AT_ONCE)]
            found = [wait.result() for wait in waits]
    finally:
        with migrated.app_context(), write():
            limits.forget("at once", "somebody")
    assert found.count(True) == 2
