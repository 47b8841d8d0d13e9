"""A peer in a process of its own, which is asked in lines of JSON.

The process writes `{"loaded": SECONDS}` once its data is there. It then reads requests of a text,
a number of `runs`, `seconds` and a file for the `answer`, and replies `{"times": [...]}`, the
first run not among them if there were others, or `{"error": ...}`; the answer is in the file as
SPARQL 1.1 Query Results JSON. With the times may come the `counts` of rows that there were: an
answer that changes from run to run is none. A process whose time is up is ended, and another is
started for the next question, so a crash or a blow-up of a peer ends that peer's answer only.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pyoxigraph as ox
from bags import Row, bag_of_peer

GRACE = 5.0
"""Seconds beyond a question's limit in which a peer may say itself that its time is up."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer and the command that starts it, the files with its data included."""

    name: str
    version: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Median seconds of the runs, and the bag of the answer, its columns in the order asked for."""

    seconds: float
    bag: Counter[Row]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a peer has no answer; `late` if it is that its time ran out."""

    reason: str
    late: bool = False


@dataclass(slots=True)
class Dialogue:
    """A running peer; `loaded` are the seconds that its data took, the last time it was started."""

    peer: Peer
    folder: Path
    load_seconds: float
    grace: float = GRACE
    loaded: float | None = None
    _process: subprocess.Popen[bytes] | None = None
    _unread: bytes = b""
    _broken: Failure | None = None

    def __enter__(self) -> Dialogue:
        """The process starts with the first question."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._end()

    def ask(
        self, text: str, variables: Sequence[str], runs: int, seconds: float
    ) -> Answer | Failure:
        """Ask a question; a peer that could not load its data is not asked again."""
        failure = self.start()
        if failure is not None:
            return failure
        file = self.folder / f"{self.peer.name}.answer.json"
        file.unlink(missing_ok=True)
        request = {"text": text, "runs": runs, "seconds": seconds, "answer": str(file)}
        reply = self._exchange(request, seconds + self.grace)
        if isinstance(reply, Failure):
            return Failure(f"no answer in {seconds:.0f} s", late=True) if reply.late else reply
        if "error" in reply:
            return Failure(_short(reply["error"]), late=bool(reply.get("late")))
        bag = read_bag(file, variables)
        counts = {bag.total(), *reply.get("counts", ())}
        if len(counts) > 1:
            return Failure(f"it has {' or '.join(map(str, sorted(counts)))} rows, from run to run")
        return Answer(median(reply["times"]), bag)

    def start(self) -> Failure | None:
        """Have the data loaded; why not, if it cannot be."""
        if self._broken is not None or self._process is not None:
            return self._broken
        log = (self.folder / f"{self.peer.name}.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                self.peer.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self.folder,
            )
        reply = self._read(self.load_seconds)
        if isinstance(reply, Failure) or "error" in reply:
            reason = reply.reason if isinstance(reply, Failure) else _short(reply["error"])
            self._end()
            self._broken = Failure(f"its data was not loaded: {reason}")
        else:
            self.loaded = float(reply["loaded"])
        return self._broken

    def _exchange(self, request: dict[str, Any], seconds: float) -> dict[str, Any] | Failure:
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return self._gone()
        return self._read(seconds)

    def _read(self, seconds: float) -> dict[str, Any] | Failure:
        """The next line of the process, which is ended if there is none in time."""
        assert self._process is not None and self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        end = time.monotonic() + seconds
        while b"\n" not in self._unread:
            left = end - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                self._end()
                return Failure(f"no answer in {seconds:.0f} s", late=True)
            read = os.read(pipe, 65536)
            if not read:
                return self._gone()
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\n")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _gone(self) -> Failure:
        assert self._process is not None
        status = self._process.wait()
        self._end()
        return Failure(f"its process ended with status {status}")

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._process, self._unread = None, b""


def _short(error: str) -> str:
    """The first line of what a peer tells, which may be pages."""
    return error.strip().partition("\n")[0][:200]


def read_bag(file: Path, variables: Sequence[str]) -> Counter[Row]:
    """The bag of an answer in a file, whose columns may be in another order there."""
    solutions = ox.parse_query_results(path=str(file), format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    known = {variable.value for variable in solutions.variables}
    rows = ([row[name] if name in known else None for name in variables] for row in solutions)
    return bag_of_peer(rows)
