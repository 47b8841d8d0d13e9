"""Publishing several silos of a city at a time, each in a process of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from mappers.city import City
from mappers.errors import BygrafError, SourceFailedError
from mappers.publish.pipeline import Gate, mapped_silo, publish_silo, silent
from mappers.published import Version


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one silo: its new version, or the error for which it has none."""

    silo: str
    version: Version | None
    error: BygrafError | None


@dataclass(frozen=True, slots=True)
class _Failure:
    """An error on its way between processes: its class and what it is made of."""

    kind: type[BygrafError]
    state: dict[str, object]
    message: str


def publish_city(
    city: City,
    silos: Sequence[str] | None,
    *,
    data: Path,
    home: Path,
    gate: Gate,
    progress: Callable[[str], None] = silent,
    processes: int = 2,
) -> tuple[Outcome, ...]:
    """Publish silos (None: all that have a mapper), as many at a time as `processes`.

    A silo that fails does not stop the others, not even if its process dies. The outcomes are in
    the order asked; `progress` is told as each silo ends. `gate` must be importable by name, since
    it runs in another process. Raises UsageError for an unknown silo before anything is read.
    """
    named = [entry.id for entry in city.silos if entry.mapper] if silos is None else list(silos)
    for silo in named:
        mapped_silo(city, silo)
    found = {}
    for outcome in _outcomes(city, named, data, home, gate, processes):
        found[outcome.silo] = outcome
        progress(f"{outcome.silo}: {'published' if outcome.error is None else 'not published'}")
    return tuple(found[silo] for silo in named)


def _outcomes(
    city: City, silos: Sequence[str], data: Path, home: Path, gate: Gate, processes: int
) -> Iterator[Outcome]:
    """The outcomes as they come."""
    context = multiprocessing.get_context("spawn")
    waiting = list(silos)
    # pools of one process each: a process that dies takes no other silo with it
    idle: list[ProcessPoolExecutor] = []
    running: dict[Future[Version | _Failure], tuple[str, ProcessPoolExecutor]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < processes:
                pool = idle.pop() if idle else ProcessPoolExecutor(1, context)
                silo = waiting.pop(0)
                running[pool.submit(_publish, city, silo, data, home, gate)] = (silo, pool)
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                silo, pool = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    pool.shutdown()
                else:
                    idle.append(pool)
                yield _outcome(silo, future)
    finally:
        for pool in [*idle, *(pool for _, pool in running.values())]:
            pool.shutdown(cancel_futures=True)


def _publish(city: City, silo: str, data: Path, home: Path, gate: Gate) -> Version | _Failure:
    try:
        return publish_silo(city, silo, data, home, gate=gate).version
    except BygrafError as error:
        return _Failure(type(error), dict(vars(error)), error.message)


def _outcome(silo: str, future: Future[Version | _Failure]) -> Outcome:
    try:
        result = future.result()
    except BrokenProcessPool:
        error: BygrafError = SourceFailedError(
            f"The process that published {silo!r} died.",
            way_out="It may have run out of memory; the version before is still current.",
        )
        return Outcome(silo, None, error)
    if isinstance(result, _Failure):
        error = result.kind(result.message)
        vars(error).update(result.state)
        return Outcome(silo, None, error)
    return Outcome(silo, result, None)
