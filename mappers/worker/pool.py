"""A pool of worker processes, each killed and replaced when its job passes the time allowed."""

from __future__ import annotations

import multiprocessing
import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import pyarrow as pa

from mappers.errors import (
    BygrafError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueryUnsupportedError,
    SourceFailedError,
)
from mappers.worker.jobs import Job, OxigraphJob, SqlJob, WorkerSettings
from mappers.worker.memory import resident_mb
from mappers.worker.process import serve_jobs

_START_SECONDS = 60.0
_LOOK_SECONDS = 0.2
"""How often the memory of a worker at work is looked at."""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    most_mb: int
    ready: bool = False

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class WorkerPool:
    """A fixed number of warm worker processes; safe to use from several threads."""

    def __init__(self, settings: WorkerSettings, size: int = 1) -> None:
        self._settings = settings
        self._context = multiprocessing.get_context("spawn")
        self._idle: queue.Queue[_Worker] = queue.Queue()
        for _ in range(size):
            self._idle.put(self._start())
        self._size = size

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers that are idle; those at work end with their job's thread."""
        while True:
            try:
                worker = self._idle.get_nowait()
            except queue.Empty:
                return
            worker.kill()

    def run_sql(self, job: SqlJob) -> pa.Table:
        """The result of a SELECT.

        Raises QueryTimeoutError, QueryTooLargeError, QueryUnsupportedError (a value that cannot be
        computed with), SourceFailedError.
        """
        batches: list[pa.RecordBatch] = []
        schema: pa.Schema | None = None
        with self._answer(job) as messages:
            for message in messages:
                if message[0] == "schema":
                    schema = pa.ipc.read_schema(pa.py_buffer(message[1]))
                elif message[0] == "batch":
                    batches.append(pa.ipc.read_record_batch(pa.py_buffer(message[1]), schema))
        return pa.Table.from_batches(batches, schema=schema)

    def run_oxigraph(self, job: OxigraphJob) -> tuple[str, Any]:
        """The answer of a query on the residual path: see `mappers.worker.residual.evaluate`.

        Raises QueryTimeoutError, QueryTooLargeError, QueryUnsupportedError (a value that cannot be
        computed with), SourceFailedError.
        """
        with self._answer(job) as messages:
            found = [message[1] for message in messages if message[0] == "text"]
        kind, value = found[0]
        return str(kind), value

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=serve_jobs, args=(theirs, self._settings), daemon=True, name="bygraf-worker"
        )
        process.start()
        theirs.close()
        return _Worker(process, ours, self._settings.process_mb)

    @contextmanager
    def _answer(self, job: Job) -> Iterator[Iterator[tuple[Any, ...]]]:
        """The messages that answer a job; the worker goes back to the pool, or is replaced."""
        deadline = time.monotonic() + job.limits.seconds
        try:
            worker = self._idle.get(timeout=job.limits.seconds)
        except queue.Empty:
            raise QueryTimeoutError(
                f"All {self._size} workers were busy for {job.limits.seconds:g} s.",
                way_out="Try again later.",
            ) from None
        if not worker.process.is_alive():
            # it was ended from outside (the system is short of memory, say) while it had no job
            worker.kill()
            worker = self._start()
        healthy = False
        try:
            if not worker.ready:
                _receive(worker, time.monotonic() + _START_SECONDS, _START_SECONDS)
                worker.ready = True
            _send(worker, job)
            yield _messages(worker, deadline, job.limits.seconds)
            healthy = True
        except (QueryTimeoutError, SourceFailedError, _TooMuchMemoryError) as error:
            healthy = getattr(error, "worker_lives", False)
            raise
        except BygrafError:
            healthy = True
            raise
        finally:
            if healthy:
                self._idle.put(worker)
            else:
                worker.kill()
                self._idle.put(self._start())


class _JobFailedError(SourceFailedError):
    """The job failed, but the worker is well."""

    worker_lives = True


class _TooMuchMemoryError(QueryTooLargeError):
    """A worker holds more memory than it may, and must be ended."""


def _messages(worker: _Worker, deadline: float, seconds: float) -> Iterator[tuple[Any, ...]]:
    while True:
        message = _receive(worker, deadline, seconds)
        if message[0] == "end":
            return
        if message[0] == "error":
            _, kind, text = message
            if kind == "too-large":
                raise QueryTooLargeError(
                    f"The query needs more than it is allowed: {text}.",
                    way_out="Ask for less: add a FILTER or a LIMIT.",
                )
            if kind == "value":
                raise QueryUnsupportedError(
                    f"A value in the query, or one that it meets, cannot be computed with: {text}",
                    way_out="Correct the value, or leave it out with a FILTER.",
                )
            raise _JobFailedError(f"A worker could not run its part of the query: {text}")
        yield message


def _send(worker: _Worker, job: Job) -> None:
    try:
        worker.pipe.send(job)
    except (BrokenPipeError, ConnectionResetError):
        raise _died() from None


def _receive(worker: _Worker, deadline: float, seconds: float) -> tuple[Any, ...]:
    try:
        while not worker.pipe.poll(max(0.0, min(_LOOK_SECONDS, deadline - time.monotonic()))):
            if time.monotonic() >= deadline:
                raise QueryTimeoutError(
                    f"The query took longer than the {seconds:g} s allowed, and was stopped.",
                    way_out="Ask for less, or allow more time.",
                )
            if resident_mb(worker.process.pid or 0) > worker.most_mb:
                raise _TooMuchMemoryError(
                    f"The query needs more memory than the {worker.most_mb:,} MB allowed, and was"
                    " stopped.",
                    way_out="Ask for less: add a FILTER or a LIMIT.",
                )
        message: tuple[Any, ...] = worker.pipe.recv()
    except (EOFError, ConnectionResetError, BrokenPipeError):
        raise _died() from None
    return message


def _died() -> SourceFailedError:
    return SourceFailedError(
        "A worker process died while it ran the query.",
        way_out="Try again; if it happens again, report the query.",
    )
