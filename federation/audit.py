"""The audit log: who asked when, for what purpose, of which graphs, and what came of it.

One line of JSON for each answer and each refusal, at `<home>/<city>/audit.log`. No query text, no
literal and no result is ever written: the fingerprint tells whether two questions were the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from mappers.errors import DataError, Location


class Outcome(Enum):
    """What came of a question."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the log.

    `graphs` are IRIs, `receipt` the id of the receipt of an answer, `problem` the stable type of an
    error (`policy-denied`, `query-timeout`), never its text, which may hold parts of the query.
    """

    time: datetime
    caller: str
    purpose: str | None
    fingerprint: str
    graphs: tuple[str, ...]
    outcome: Outcome
    receipt: str | None = None
    problem: str | None = None

    def to_line(self) -> str:
        """The entry as one line of JSON, without the line's end."""
        return json.dumps(
            {
                "time": self.time.astimezone(UTC).isoformat(),
                "caller": self.caller,
                "purpose": self.purpose,
                "fingerprint": self.fingerprint,
                "graphs": list(self.graphs),
                "decision": self.outcome.value,
                "receipt": self.receipt,
                "problem": self.problem,
            },
            separators=(",", ":"),
        )


def audit_path(home: Path, city: str) -> Path:
    """Where a city's log lies below BYGRAF_HOME."""
    return home / city / "audit.log"


def append_audit(home: Path, city: str, entry: AuditEntry) -> None:
    """Add an entry to a city's log.

    The line goes out in one write to a file opened for appending, so lines of several processes do
    not mix. Only the owner of the file can read it. Raises DataError if it cannot be written whole:
    then no answer must be given.
    """
    path = audit_path(home, city)
    line = (entry.to_line() + "\n").encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            written = os.write(handle, line)
        finally:
            os.close(handle)
    except OSError as error:
        raise DataError(
            f"The audit log cannot be written: {error.strerror}.",
            location=Location(str(path)),
            way_out="Nothing is answered without a record; make the file writable.",
        ) from error
    if written != len(line):
        raise DataError(
            "The audit log took only a part of a line; the disk may be full.",
            location=Location(str(path)),
            way_out="Nothing is answered without a record; make room.",
        )


def read_audit(home: Path, city: str) -> Iterator[dict[str, object]]:
    """The entries of a city's log, oldest first; none if there is no log yet.

    Raises DataError with the line for what is not an entry.
    """
    path = audit_path(home, city)
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
            except json.JSONDecodeError as error:
                raise DataError(
                    f"This is not an entry: {error.msg}.", location=Location(str(path), number)
                ) from error
            yield entry
