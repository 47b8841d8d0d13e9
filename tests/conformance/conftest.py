"""A DuckDB for the tests of this folder, and the outcomes of the SPARQL suites."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from mappers.worker.duck import open_duckdb
from tests.conformance.outcomes import OUTCOMES, Outcomes, summary


@pytest.fixture(scope="session")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB as the workers open it, that reads below the tests' temporary folder."""
    folder = tmp_path_factory.getbasetemp()
    connection = open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=1)
    with connection:
        yield connection


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many tests of the suites went which way; keep the outcomes of a full run."""
    outcomes = Outcomes({}, {}, {})
    for outcome in ("passed", "failed", "xfailed", "skipped"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                outcomes.add(name, value, outcome)
    lines = summary(outcomes)
    if lines:
        terminalreporter.section("W3C SPARQL suites")
        for line in lines:
            terminalreporter.line(line)
    if outcomes.splits:
        outcomes.write(OUTCOMES)
