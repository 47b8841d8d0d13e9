"""A pool of worker processes, each killed and replaced when its job is to end before it is done."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import select
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa

from mappers.errors import (
    BygrafError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueryUnsupportedError,
    SourceFailedError,
)
from mappers.worker.allowance import Allowance
from mappers.worker.jobs import Job, OxigraphJob, SqlJob, WorkerSettings
from mappers.worker.process import serve_jobs
from mappers.worker.room import resident_mb, spilled_mb

_START_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.2
"""How often a worker at work is looked at: its memory, and whether the question is to end."""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    settings: WorkerSettings
    begun: float
    warm: bool = False
    """Whether it has told that its database is open."""
    busy: bool = False
    """Whether it may still be at a job: then it can only be killed."""

    def await_message(self, seconds: float) -> bool:
        """Whether there is something to receive within a time."""
        poll = select.poll()
        poll.register(self.pipe.fileno(), select.POLLIN)
        return bool(poll.poll(max(0.0, seconds) * 1000))

    def receive(self) -> tuple[Any, ...]:
        """The next message. Raises SourceFailedError if the process has died."""
        try:
            message: tuple[Any, ...] = self.pipe.recv()
        except (EOFError, ConnectionResetError, BrokenPipeError):
            raise _died() from None
        return message

    def send(self, job: Job) -> None:
        """Give it a job. Raises SourceFailedError if the process has died."""
        self.busy = True
        try:
            self.pipe.send(job)
        except (BrokenPipeError, ConnectionResetError):
            raise _died() from None

    def remove(self) -> None:
        """Wait for its end, and delete what it has spilled: a killed process leaves its files."""
        self.process.join()
        self.pipe.close()
        shutil.rmtree(self.settings.spill, ignore_errors=True)


class WorkerPool:
    """Warm worker processes; safe to use from several threads.

    `size` of them work at a time. `spares` are more that wait, so that a job finds a warm worker
    when one has just been killed.
    """

    def __init__(self, settings: WorkerSettings, size: int = 1, spares: int = 0) -> None:
        self._settings = settings
        self._context = multiprocessing.get_context("spawn")
        self._numbers = itertools.count()
        self._size = size
        self._free = size
        self._closed = False
        self._changed = threading.Condition()
        _remove_left_spills(settings.spill)
        self._idle: deque[_Worker] = deque(self._start() for _ in range(size + spares))

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers that are idle; those at work end with their jobs."""
        with self._changed:
            self._closed = True
            ended = list(self._idle)
            self._idle.clear()
        for worker in ended:
            worker.process.kill()
        for worker in ended:
            worker.remove()

    def processes(self) -> tuple[int, ...]:
        """The process ids of the workers that are idle."""
        with self._changed:
            return tuple(worker.process.pid or 0 for worker in self._idle)

    def run_sql(self, job: SqlJob, allowance: Allowance | None = None) -> pa.Table:
        """The result of a SELECT.

        Without an allowance the job has the time that its limits allow. Raises QueryTimeoutError,
        QueryCancelledError, QueryTooLargeError, QueryUnsupportedError (a value that cannot be
        computed with), SourceFailedError.
        """
        with self._answer(job, allowance) as messages:
            parts = [pa.ipc.open_stream(part).read_all() for part in messages]
        return parts[0] if len(parts) == 1 else pa.concat_tables(parts)

    def run_oxigraph(self, job: OxigraphJob, allowance: Allowance | None = None) -> tuple[str, Any]:
        """The answer of a query on the residual path: see `mappers.worker.residual.evaluate`.

        Raises what `run_sql` raises.
        """
        with self._answer(job, allowance) as messages:
            ((kind, value),) = messages
        return kind, value

    def _start(self) -> _Worker:
        """Start a worker that spills to a folder of its own."""
        spill = self._settings.spill / f"{os.getpid()}-{next(self._numbers)}"
        settings = replace(self._settings, spill=spill)
        spill.mkdir(parents=True, exist_ok=True)
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=serve_jobs, args=(theirs, settings), daemon=True, name="bygraf-worker"
        )
        process.start()
        theirs.close()
        return _Worker(process, ours, settings, time.monotonic())

    @contextmanager
    def _answer(self, job: Job, allowance: Allowance | None) -> Iterator[Iterator[Any]]:
        """The messages that answer a job; the worker goes back to the pool, or is replaced."""
        allowed = allowance or Allowance(job.limits.seconds)
        worker = self._take(allowed)
        try:
            _await_warm(worker, allowed)
            worker.send(job)
            yield _messages(worker, allowed)
        finally:
            self._give_back(worker)

    def _take(self, allowed: Allowance) -> _Worker:
        """The worker used last of those that are warm, when it is its turn.

        Raises QueryTimeoutError, QueryCancelledError.
        """
        with self._changed:
            while not self._free:
                if not allowed.left():
                    raise self._all_busy(allowed)
                self._changed.wait(min(_LOOK_SECONDS, allowed.left()))
            self._free -= 1
            worker = next((one for one in self._idle if _is_warm(one)), self._idle[0])
            self._idle.remove(worker)
        if worker.process.is_alive():
            return worker
        # it was ended from outside (the system is short of memory, say) while it had no job
        worker.remove()
        return self._start()

    def _give_back(self, worker: _Worker) -> None:
        """Put a worker back, or another in its place if it is at a job still."""
        killed = worker.busy
        if killed:
            worker.process.kill()
        with self._changed:
            self._free += 1
            if not self._closed:
                if killed:
                    self._idle.append(self._start())
                else:
                    self._idle.appendleft(worker)
                self._changed.notify()
            elif not killed:
                worker.process.kill()
                killed = True
        if killed:
            worker.remove()

    def _all_busy(self, allowed: Allowance) -> QueryTimeoutError:
        allowed.check_cancelled()
        return QueryTimeoutError(
            f"All {self._size} workers were busy for {allowed.seconds:g} s.",
            way_out="Try again later.",
        )


def _is_warm(worker: _Worker) -> bool:
    if not worker.warm and worker.await_message(0):
        try:
            worker.warm = worker.receive() == ("ready",)
        except SourceFailedError:
            return False  # it is found dead when it is taken
    return worker.warm


def _await_warm(worker: _Worker, allowed: Allowance) -> None:
    """Wait until the worker's database is open; it stays in the pool if the time is over before."""
    while not worker.warm:
        if worker.await_message(min(_LOOK_SECONDS, allowed.left())):
            worker.busy = worker.receive() != ("ready",)
            worker.warm = True
        else:
            allowed.check()
            if time.monotonic() > worker.begun + _START_SECONDS:
                worker.busy = True
                raise SourceFailedError(
                    f"A worker process did not start within {_START_SECONDS:g} s.",
                    way_out="Try again; the machine may be overloaded.",
                )


def _messages(worker: _Worker, allowed: Allowance) -> Iterator[Any]:
    """The messages of a worker at a job, until the job is done."""
    while True:
        while not worker.await_message(min(_LOOK_SECONDS, allowed.left())):
            allowed.check()
            _check_room(worker)
        message = worker.receive()
        worker.busy = message[0] == "part"
        if message[0] == "error":
            raise _ERRORS[message[1]](message[2])
        yield message[1]
        if not worker.busy:
            return


def _check_room(worker: _Worker) -> None:
    """Raise QueryTooLargeError if a worker takes more memory or disk than it may.

    DuckDB bounds neither: it goes some way past its own limit on what it spills.
    """
    settings = worker.settings
    for what, used, most in (
        ("memory", resident_mb(worker.process.pid or 0), settings.process_mb),
        ("room on disk", spilled_mb(settings.spill), settings.spill_mb),
    ):
        if used > most:
            raise QueryTooLargeError(
                f"The query needs more {what} than the {most:,} MB allowed, and was stopped.",
                way_out="Ask for less: add a FILTER or a LIMIT.",
            )


def _too_large(text: str) -> QueryTooLargeError:
    return QueryTooLargeError(
        f"The query needs more than it is allowed: {text}.",
        way_out="Ask for less: add a FILTER or a LIMIT.",
    )


def _wrong_value(text: str) -> QueryUnsupportedError:
    return QueryUnsupportedError(
        f"A value in the query, or one that it meets, cannot be computed with: {text}",
        way_out="Correct the value, or leave it out with a FILTER.",
    )


def _failed(text: str) -> SourceFailedError:
    return SourceFailedError(f"A worker could not run its part of the query: {text}")


_ERRORS: Final[Mapping[str, Callable[[str], BygrafError]]] = MappingProxyType(
    {"too-large": _too_large, "value": _wrong_value, "failed": _failed}
)
"""The error of a job by the word that a worker says."""


def _died() -> SourceFailedError:
    return SourceFailedError(
        "A worker process died while it ran the query.",
        way_out="Try again; if it happens again, report the query.",
    )


def _remove_left_spills(spill: Path) -> None:
    """Delete what workers of processes that have ended left behind."""
    if not spill.is_dir():
        return
    for left in spill.iterdir():
        owner = left.name.partition("-")[0]
        if not (owner.isdecimal() and Path(f"/proc/{owner}").exists()):
            shutil.rmtree(left, ignore_errors=True)
