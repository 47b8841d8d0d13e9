"""The audit log: one line for each answer and refusal, whoever writes."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import federation
from federation.audit import AuditEntry, Outcome, append_audit, audit_path, read_audit
from mappers.errors import DataError

NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)


def entry(caller: str = "lab", graphs: int = 1) -> AuditEntry:
    return AuditEntry(
        time=NOW,
        caller=caller,
        purpose="AcademicResearch",
        fingerprint="sha256:0",
        graphs=tuple(f"https://data.example.org/berlin/graph/g{index}" for index in range(graphs)),
        outcome=Outcome.ANSWERED,
        receipt="urn:uuid:1",
    )


def test_an_entry_is_one_line_of_json(tmp_path: Path) -> None:
    append_audit(tmp_path, "berlin", entry())
    lines = audit_path(tmp_path, "berlin").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "time": "2026-06-15T12:30:00+00:00",
            "caller": "lab",
            "purpose": "AcademicResearch",
            "fingerprint": "sha256:0",
            "graphs": ["https://data.example.org/berlin/graph/g0"],
            "decision": "answered",
            "receipt": "urn:uuid:1",
            "problem": None,
        }
    ]


def test_a_name_with_a_line_break_does_not_make_a_second_line(tmp_path: Path) -> None:
    append_audit(tmp_path, "berlin", entry("a\nb\u2028c"))
    (found,) = read_audit(tmp_path, "berlin")
    assert found["caller"] == "a\nb\u2028c"


def test_entries_are_added_and_never_written_over(tmp_path: Path) -> None:
    for caller in ("a", "b", "c"):
        append_audit(tmp_path, "berlin", entry(caller))
    assert [found["caller"] for found in read_audit(tmp_path, "berlin")] == ["a", "b", "c"]


def test_only_the_owner_of_the_log_can_read_it(tmp_path: Path) -> None:
    append_audit(tmp_path, "berlin", entry())
    assert stat.S_IMODE(audit_path(tmp_path, "berlin").stat().st_mode) & 0o077 == 0


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from federation.audit import AuditEntry, Outcome, append_audit
graphs = tuple(f"https://data.example.org/berlin/graph/g{index}" for index in range(200))
for _ in range(100):
    entry = AuditEntry(datetime.now(UTC), sys.argv[2], None, "f", graphs, Outcome.DENIED)
    append_audit(Path(sys.argv[1]), "berlin", entry)
"""


def test_lines_of_several_processes_do_not_mix(tmp_path: Path) -> None:
    root = Path(federation.__file__).parent.parent
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), f"p{number}"], cwd=root)
        for number in range(3)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    found = list(read_audit(tmp_path, "berlin"))
    assert len(found) == 300
    assert {item["caller"] for item in found} == {"p0", "p1", "p2"}


def test_a_log_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    audit_path(tmp_path, "berlin").mkdir(parents=True)
    with pytest.raises(DataError, match="audit log cannot be written"):
        append_audit(tmp_path, "berlin", entry())


def test_a_log_that_does_not_exist_has_no_entries(tmp_path: Path) -> None:
    assert list(read_audit(tmp_path, "berlin")) == []


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    append_audit(tmp_path, "berlin", entry())
    with audit_path(tmp_path, "berlin").open("a") as log:
        log.write("{broken\n")
    with pytest.raises(DataError, match=r"audit\.log:2"):
        list(read_audit(tmp_path, "berlin"))
