"""The worker pool: limits hold, a worker that is killed is replaced, files outside are closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mappers.errors import (
    QueryTimeoutError,
    QueryTooLargeError,
    QueryUnsupportedError,
    SourceFailedError,
)
from mappers.worker import Limits, OxigraphJob, SqlJob, TripleQuery, WorkerPool, WorkerSettings


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    folder = tmp_path_factory.mktemp("home")
    with WorkerPool(WorkerSettings((folder,), folder / "spill"), size=1) as pool:
        yield pool


def test_a_select_comes_back_as_arrow(pool: WorkerPool) -> None:
    table = pool.run_sql(SqlJob("SELECT range AS n FROM range(250000)", Limits()))
    assert table.num_rows == 250_000
    assert table.column("n")[249_999].as_py() == 249_999


def test_an_empty_result_keeps_its_columns(pool: WorkerPool) -> None:
    table = pool.run_sql(SqlJob("SELECT 1 AS n WHERE false", Limits()))
    assert table.num_rows == 0
    assert table.column_names == ["n"]


def test_a_query_past_its_time_is_killed_and_the_next_one_runs(pool: WorkerPool) -> None:
    endless = "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range % 7 = b.range % 11"
    with pytest.raises(QueryTimeoutError, match=r"0\.5 s"):
        pool.run_sql(SqlJob(endless, Limits(seconds=0.5)))
    assert pool.run_sql(SqlJob("SELECT 1 AS n", Limits())).num_rows == 1


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("CAST(if(range = 2900000, 'x', '1') AS INTEGER)", QueryUnsupportedError),
        ("repeat('x', if(range = 2900000, 4000000000, 1)::BIGINT)", QueryTooLargeError),
    ],
)
def test_an_error_is_told_apart_in_the_midst_of_the_rows(
    pool: WorkerPool, sql: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        pool.run_sql(SqlJob(f"SELECT {sql} AS n FROM range(3000000)", Limits()))


def test_too_many_rows_are_refused(pool: WorkerPool) -> None:
    with pytest.raises(QueryTooLargeError, match="1,000 rows"):
        pool.run_sql(SqlJob("SELECT range FROM range(100000)", Limits(rows=1000)))
    assert pool.run_sql(SqlJob("SELECT 1 AS n", Limits())).num_rows == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/etc/bygraf-test'",
        "SELECT * FROM read_parquet('https://example.org/x.parquet')",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "ATTACH '/etc/bygraf-test.db'",
    ],
)
def test_nothing_outside_the_published_versions_can_be_reached(pool: WorkerPool, sql: str) -> None:
    with pytest.raises((SourceFailedError, QueryUnsupportedError)):
        pool.run_sql(SqlJob(sql, Limits()))


def _triples(rows: str) -> str:
    return f"""SELECT {{'k': 0::UTINYINT, 'lex': 'http://example.org/' || a, 'dt': '', 'lang': ''}} AS s,
        {{'k': 0::UTINYINT, 'lex': 'http://example.org/p', 'dt': '', 'lang': ''}} AS p,
        {{'k': 2::UTINYINT, 'lex': b, 'dt': 'http://www.w3.org/2001/XMLSchema#string', 'lang': ''}} AS o
        FROM (VALUES {rows}) AS t(a, b)"""


def test_oxigraph_sees_the_fetched_triples_and_nothing_else(pool: WorkerPool) -> None:
    source = TripleQuery(
        _triples("""('x', 'a "quoted"' || chr(10) || 'line \\'), ('y', 'b')"""), None
    )
    job = OxigraphJob("SELECT ?o { ?s ?p ?o } ORDER BY ?o", (source,), (), 10, Limits())
    kind, value = pool.run_oxigraph(job)
    assert kind == "solutions"
    import json

    found = [row["o"]["value"] for row in json.loads(value)["results"]["bindings"]]
    assert found == ['a "quoted"\nline \\', "b"]


def test_the_residual_path_is_bounded_in_triples(pool: WorkerPool) -> None:
    source = TripleQuery(_triples("('x', 'a'), ('y', 'b')"), None)
    with pytest.raises(QueryTooLargeError, match="residual"):
        pool.run_oxigraph(OxigraphJob("ASK { ?s ?p ?o }", (source,), (), 1, Limits()))


def test_a_lost_file_is_named_without_the_folders_of_the_machine(tmp_path: Path) -> None:
    lost = tmp_path / "city" / "lost.parquet"
    settings = WorkerSettings((tmp_path,), tmp_path / "spill")
    with (
        WorkerPool(settings, size=1) as pool,
        pytest.raises(SourceFailedError, match=r"lost\.parquet") as found,
    ):
        pool.run_sql(SqlJob(f'SELECT * FROM "{lost}"', Limits()))
    assert str(tmp_path) not in str(found.value)
