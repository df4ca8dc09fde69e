"""Work in a process of its own: what it loads, keeps or breaks stays there."""

import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

_spawn = multiprocessing.get_context("spawn")


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """What `work(*given)` returns, done in a fresh process. Raises RuntimeError with its words when it fails or dies."""
    return Beside(work, *given).result()


class Beside:
    """The same, begun now and waited for later. `with Beside(work, stop, ...)` is for work that runs until told."""

    def __init__(self, work: Callable[..., Any], *given: Any) -> None:
        self._here, there = _spawn.Pipe()
        self.process = _spawn.Process(target=_do, args=(there, work, given))
        self.process.start()
        there.close()

    def result(self) -> Any:
        try:
            went_well, found = self._here.recv()
        except EOFError as error:
            raise RuntimeError(f"{self.process.name} died") from error
        finally:
            self.process.join()
        if not went_well:
            raise RuntimeError(found)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.is_alive():
            self.process.terminate()
        self.process.join()


def busy() -> None:
    """Keeps one processor at work until the process is ended."""
    while True:
        sum(range(10_000))


def new_event() -> Any:
    """An event that can be handed to work beside."""
    return _spawn.Event()


def peak_megabytes() -> float:
    """The most memory that this process ever had, resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _do(answer: Connection, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    try:
        answer.send((True, work(*given)))
    except BaseException as error:
        answer.send((False, f"{type(error).__name__}: {error}"))
        raise
