"""A DuckDB for the tests of this folder, and the counts of the SPARQL suites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest

from mappers.worker.duck import open_duckdb


@pytest.fixture(scope="session")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB as the workers open it, that reads below the tests' temporary folder."""
    folder = tmp_path_factory.getbasetemp()
    connection = open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=1)
    with connection:
        yield connection


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many tests of the suites went which way."""
    counts = Counter(
        f"{value}, {outcome}"
        for outcome in ("passed", "failed", "xfailed")
        for report in terminalreporter.getreports(outcome)
        for name, value in report.user_properties
        if name == "none"
    )
    if counts:
        terminalreporter.section("W3C SPARQL queries")
        for what, number in sorted(counts.items()):
            terminalreporter.line(f"{number:4} {what}")
