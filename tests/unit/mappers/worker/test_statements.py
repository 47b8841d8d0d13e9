"""Statements that come again are prepared, and answer as they would without that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from mappers.worker.duck import open_duckdb
from mappers.worker.hot import HotRelations
from mappers.worker.statements import MOST_STATEMENTS, Statements


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_duckdb(readable=(tmp_path,), spill=None, memory_mb=500, threads=1) as connection:
        yield connection


@pytest.fixture
def statements(duck: duckdb.DuckDBPyConnection) -> Statements:
    return Statements(duck, HotRelations(duck, most_mb=100))


def write(folder: Path, name: str, rows: int) -> str:
    file = folder / f"{name}.parquet"
    duckdb.execute(f"COPY (SELECT range AS n FROM range({rows})) TO '{file}' (FORMAT parquet)")
    return str(file)


def total(statements: Statements, file: str) -> int:
    rows = statements.execute(f'SELECT sum(n) FROM "{file}"', (file,)).fetchall()
    return int(rows[0][0])


def prepared(duck: duckdb.DuckDBPyConnection) -> int:
    return len(duck.execute("SELECT name FROM duckdb_prepared_statements()").fetchall())


def test_a_statement_over_a_kept_file_is_prepared_once(
    statements: Statements, duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = write(tmp_path, "one", 10)
    assert [total(statements, file) for _ in range(5)] == [45] * 5
    assert prepared(duck) == 1


def test_a_statement_over_a_file_that_is_not_kept_is_not_prepared(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    statements = Statements(duck, HotRelations(duck, most_mb=100))
    file = write(tmp_path, "large", 2_000_000)
    assert Path(file).stat().st_size > 4_000_000
    assert len({total(statements, file) for _ in range(4)}) == 1
    assert prepared(duck) == 0


def test_a_statement_is_bound_to_its_file_again_when_the_table_has_gone(
    statements: Statements, duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = write(tmp_path, "one", 10)
    for _ in range(3):
        total(statements, file)
    statements.hot.most_mb = 0
    other = write(tmp_path, "other", 20)
    for _ in range(3):
        total(statements, other)
    assert not statements.hot.keeps((file,))
    assert total(statements, file) == 45


def test_a_statement_is_prepared_again_when_a_table_has_come(
    statements: Statements, duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    one, other = write(tmp_path, "one", 10), write(tmp_path, "other", 20)
    for file in (one, one, other, other, one):
        total(statements, file)
    assert prepared(duck) == 2
    (first, second) = (found.changes for found in statements.known.values() if found)
    assert first == second == 2


def test_the_statement_used_longest_ago_is_forgotten(
    statements: Statements, duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = write(tmp_path, "one", 10)
    for number in range(MOST_STATEMENTS + 5):
        for _ in range(3):
            sql = f'SELECT sum(n) + {number} FROM "{file}"'
            assert statements.execute(sql, (file,)).fetchall() == [(45 + number,)]
    assert prepared(duck) == MOST_STATEMENTS


def test_an_error_leaves_the_statements_in_order(statements: Statements, tmp_path: Path) -> None:
    file = write(tmp_path, "one", 10)
    for _ in range(4):
        with pytest.raises(duckdb.Error):
            statements.execute(
                f"SELECT CAST('x' || n AS INTEGER) FROM \"{file}\"", (file,)
            ).fetchall()
    assert total(statements, file) == 45
