"""Statements that have been quick run on one thread, the others on all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from mappers.worker import WorkerSettings
from mappers.worker.engines import QUICK_SECONDS, Engines
from mappers.worker.statements import Statements

SQL = "SELECT 1"
FILES = ("a.parquet",)


def threads(statements: Statements) -> int:
    row = statements.connection.execute("SELECT current_setting('threads')").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def engines(tmp_path: Path) -> Engines:
    return Engines(WorkerSettings((tmp_path,), tmp_path / "spill", threads=2))


def test_a_statement_runs_on_all_threads_until_it_has_been_quick(engines: Engines) -> None:
    assert threads(engines.choose(SQL, FILES)) == 2
    engines.took(SQL, QUICK_SECONDS * 2)
    assert threads(engines.choose(SQL, FILES)) == 2
    engines.took(SQL, QUICK_SECONDS / 2)
    assert threads(engines.choose(SQL, FILES)) == 1
    assert threads(engines.choose("SELECT 2", FILES)) == 2


def test_a_statement_that_was_slow_once_on_a_busy_machine_stays_quick(engines: Engines) -> None:
    engines.took(SQL, QUICK_SECONDS / 2)
    engines.took(SQL, QUICK_SECONDS * 2)
    assert threads(engines.choose(SQL, FILES)) == 1


def test_both_are_closed_to_the_outside(engines: Engines, tmp_path: Path) -> None:
    engines.took(SQL, 0)
    for statements in (engines.main, engines.choose(SQL, FILES)):
        for statement in ("SET threads = 4", "SELECT * FROM read_text('/etc/hostname')"):
            with pytest.raises(duckdb.Error):
                statements.connection.execute(statement).fetchall()
