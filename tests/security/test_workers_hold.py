"""A query that would take more than its share is ended by name, and the next one is answered."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from mappers.errors import QueryTimeoutError, QueryTooLargeError, QueryUnsupportedError
from mappers.worker import Limits, OxigraphJob, SqlJob, TripleQuery, WorkerPool, WorkerSettings

ONE = SqlJob("SELECT 1 AS n", Limits())
TERM = "{{'k': 0::UTINYINT, 'lex': '{0}' || range, 'dt': '', 'lang': ''}}"
TRIPLES = TripleQuery(
    f"SELECT {TERM.format('http://e/s')} AS s, {TERM.format('http://e/p')} AS p,"
    f" {TERM.format('http://e/o')} AS o FROM range(3000)",
    None,
)


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    folder = tmp_path_factory.mktemp("home")
    with WorkerPool(WorkerSettings((folder,), folder / "spill"), size=1) as pool:
        yield pool


def residual(text: str, limits: Limits) -> OxigraphJob:
    return OxigraphJob(text, (TRIPLES,), (), 100_000, limits)


def test_a_worker_that_died_while_idle_is_replaced_and_the_question_answered(
    pool: WorkerPool,
) -> None:
    assert pool.run_sql(ONE).num_rows == 1
    (idle,) = pool.processes()
    os.kill(idle, signal.SIGKILL)
    os.waitid(os.P_PID, idle, os.WEXITED | os.WNOWAIT)
    assert pool.run_sql(ONE).num_rows == 1


def test_an_answer_of_the_residual_path_is_bounded_by_its_size(pool: WorkerPool) -> None:
    pairs = residual("SELECT * { ?a ?b ?c . ?d ?e ?f }", Limits(residual_bytes=1_000_000))
    with pytest.raises(QueryTooLargeError, match="1,000,000 bytes"):
        pool.run_oxigraph(pairs)
    assert pool.run_sql(ONE).num_rows == 1


def test_an_answer_of_sql_is_bounded_by_its_size(pool: WorkerPool) -> None:
    long = SqlJob("SELECT repeat('x', 10000) AS t FROM range(1000)", Limits(bytes=1_000_000))
    with pytest.raises(QueryTooLargeError, match="1,000,000 bytes"):
        pool.run_sql(long)
    assert pool.run_sql(ONE).num_rows == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) < STR(?d)) }",
        "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g LIMIT 1",
    ],
)
def test_a_long_search_on_the_residual_path_is_killed_at_its_time(
    pool: WorkerPool, text: str
) -> None:
    with pytest.raises(QueryTimeoutError, match="1 s"):
        pool.run_oxigraph(residual(text, Limits(seconds=1)))
    assert pool.run_sql(ONE).num_rows == 1


def test_memory_on_the_residual_path_is_bounded(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("small")
    settings = WorkerSettings((folder,), folder / "spill", process_mb=400)
    everything = "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?g LIMIT 1"
    with WorkerPool(settings, size=1) as pool:
        with pytest.raises(QueryTooLargeError, match="memory"):
            pool.run_oxigraph(residual(everything, Limits(seconds=60)))
        assert pool.run_sql(ONE).num_rows == 1


@pytest.mark.parametrize(
    "sql",
    ["SELECT regexp_matches('a', '[')", "SELECT CAST('x' AS INTEGER)", "SELECT 1e300::FLOAT"],
)
def test_a_value_that_cannot_be_computed_with_is_no_fault_of_a_source(
    pool: WorkerPool, sql: str
) -> None:
    with pytest.raises(QueryUnsupportedError, match="cannot be computed with"):
        pool.run_sql(SqlJob(sql, Limits()))
    assert pool.run_sql(ONE).num_rows == 1
