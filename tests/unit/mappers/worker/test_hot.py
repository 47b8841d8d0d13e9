"""Files that are read again and again are kept in memory, within a bound, and answers stay equal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from mappers.worker.duck import open_duckdb
from mappers.worker.hot import HotRelations


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_duckdb(readable=(tmp_path,), spill=None, memory_mb=500, threads=1) as connection:
        yield connection


def write(folder: Path, name: str, rows: int) -> str:
    file = folder / f"{name}.parquet"
    duckdb.execute(
        f"COPY (SELECT range AS number, 'text ' || range AS text FROM range({rows}))"
        f" TO '{file}' (FORMAT parquet)"
    )
    return str(file)


def count(duck: duckdb.DuckDBPyConnection, file: str) -> int:
    row = duck.execute(f'SELECT count(*) FROM "{file}"').fetchone()
    assert row is not None
    return int(row[0])


def tables(duck: duckdb.DuckDBPyConnection) -> set[str]:
    return {
        str(row[0]) for row in duck.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    }


def test_a_file_is_kept_from_the_second_job_on(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = write(tmp_path, "one", 10)
    hot = HotRelations(duck, most_mb=100)
    hot.use((file,))
    assert (tables(duck), count(duck, file)) == (set(), 10)
    hot.use((file,))
    assert (tables(duck), count(duck, file)) == ({file}, 10)


def test_a_kept_file_is_not_opened_again(duck: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = write(tmp_path, "one", 10)
    hot = HotRelations(duck, most_mb=100)
    for _ in range(2):
        hot.use((file,))
    Path(file).unlink()
    assert count(duck, file) == 10


def test_the_file_used_longest_ago_makes_room(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    one, two = write(tmp_path, "one", 200_000), write(tmp_path, "two", 200_000)
    hot = HotRelations(duck, most_mb=8)
    for _ in range(2):
        hot.use((one,))
    for _ in range(2):
        hot.use((two,))
    assert tables(duck) == {two}
    assert (count(duck, one), count(duck, two)) == (200_000, 200_000)


def test_a_file_that_is_gone_is_an_error_of_the_statement(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    missing = str(tmp_path / "none.parquet")
    hot = HotRelations(duck, most_mb=100)
    for _ in range(3):
        hot.use((missing,))
    with pytest.raises(duckdb.Error, match=r"none\.parquet"):
        count(duck, missing)


def test_a_path_with_quotes_is_one_name(duck: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "o'clock"
    folder.mkdir()
    file = folder / "a.parquet"
    duckdb.from_query("SELECT 1 AS a").write_parquet(str(file))
    hot = HotRelations(duck, most_mb=100)
    for _ in range(2):
        hot.use((str(file),))
    assert count(duck, str(file)) == 1


def test_files_that_differ_by_case_alone_are_two(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    small, large = write(tmp_path, "one", 3), write(tmp_path, "ONE", 7)
    hot = HotRelations(duck, most_mb=100)
    for _ in range(2):
        hot.use((small,))
    for _ in range(3):
        hot.use((large, small))
        assert (count(duck, small), count(duck, large)) == (3, 7)


def test_what_was_deleted_leaves_the_memory_when_another_file_comes(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    old, new = write(tmp_path, "old", 3), write(tmp_path, "new", 7)
    hot = HotRelations(duck, most_mb=100)
    for _ in range(2):
        hot.use((old,))
    Path(old).unlink()
    for _ in range(2):
        hot.use((new,))
    assert tables(duck) == {new}
