"""Native columns beside constants: exact, and in forms that a file's statistics answer."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from federation import algebra
from federation.operators import Lets, Scope, compile_condition
from federation.relational.encoding import Native, SqlTerm
from federation.relational.nodes import column
from federation.syntax import parse_query
from mappers.rdf import XSD
from mappers.worker.duck import open_duckdb

COLUMNS = {
    "i": ("BIGINT", "integer"),
    "d": ("DECIMAL(10, 2)", "decimal"),
    "f": ("DOUBLE", "double"),
    "s": ("FLOAT", "float"),
    "t": ("TIMESTAMP", "dateTime"),
    "a": ("DATE", "date"),
}
VALUES: dict[str, tuple[object, ...]] = {
    "i": (None, -3, 0, 5, 6, 2**62),
    "d": (None, Decimal("-3.5"), Decimal("5.25"), Decimal("5.50"), Decimal(6)),
    "f": (None, -math.inf, -3.5, 5.0, 5.5, math.inf, math.nan),
    "s": (None, -math.inf, -3.5, 5.0, 5.5, math.inf, math.nan),
    "t": (None, datetime(2021, 12, 31, 23, 59, 59), datetime(2022, 1, 1), datetime(2022, 1, 1, 20)),
}
OPERATORS: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder: Path = tmp_path_factory.mktemp("columns")
    return open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=1)


def sql_of(condition: str, selected: str = "") -> str:
    """A SELECT over the table `rows`: the condition's truth, or what is selected where it is so."""
    text = f"PREFIX xsd: <{XSD}> SELECT * {{ FILTER({condition}) }}"
    pattern = parse_query(text).form.pattern
    while not isinstance(pattern, algebra.Filter):
        assert isinstance(pattern, algebra.Project)
        pattern = pattern.pattern
    lets = Lets()
    lets.host("t")
    terms = {
        name: SqlTerm(Native(XSD + datatype), (column(name, "t"),), True)
        for name, (_, datatype) in COLUMNS.items()
    }

    def exists(_: object) -> object:
        raise AssertionError("no EXISTS here")

    scope = Scope(terms, exists, datetime.now(UTC), None, lets)  # type: ignore[arg-type]
    found = compile_condition(pattern.condition, scope).sql("duckdb")
    rows = exp.Subquery(this=exp.select("*").from_("rows"), alias=exp.TableAlias(this="t"))
    source = lets.source(rows).sql("duckdb")
    return (
        f"SELECT {selected} FROM {source} WHERE {found}"
        if selected
        else (f"SELECT {found} FROM {source}")
    )


def truths(
    connection: duckdb.DuckDBPyConnection, name: str, condition: str
) -> list[tuple[object, bool | None]]:
    kind = COLUMNS[name][0]
    rows = ", ".join(f"(CAST(${index + 1} AS {kind}))" for index in range(len(VALUES[name])))
    query = f"CREATE OR REPLACE TEMP TABLE rows AS SELECT * FROM (VALUES {rows}) AS v({name})"
    connection.execute(query, list(VALUES[name]))
    found = connection.execute(sql_of(condition)).fetchall()
    return [(value, row[0]) for value, row in zip(VALUES[name], found, strict=True)]


@pytest.mark.parametrize("symbol", OPERATORS)
@pytest.mark.parametrize(
    ("name", "text", "constant"),
    [
        ("i", "5", 5),
        ("i", "5.0", 5),
        ("i", "5.5", Decimal("5.5")),
        ("i", "-3.5", Decimal("-3.5")),
        ("i", "5e0", 5.0),
        ("d", "6", 6),
        ("d", "5.5", Decimal("5.5")),
        ("d", "5.255", Decimal("5.255")),
        ("d", "5.5e0", 5.5),
        ("f", "5", 5),
        ("f", "5.5", 5.5),
        ("f", "5.5e0", 5.5),
        ("f", '"INF"^^xsd:double', math.inf),
        ("f", '"NaN"^^xsd:double', math.nan),
        ("s", "5.5", 5.5),
        ("s", "5.5e0", 5.5),
    ],
)
def test_a_number_is_compared_by_value(
    connection: duckdb.DuckDBPyConnection, symbol: str, name: str, text: str, constant: object
) -> None:
    compare = OPERATORS[symbol]
    swapped = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(symbol, symbol)
    for condition in (f"?{name} {symbol} {text}", f"{text} {swapped} ?{name}"):
        for value, truth in truths(connection, name, condition):
            expected = None if value is None else compare(value, constant)
            assert truth is expected, (condition, value)


@pytest.mark.parametrize("symbol", OPERATORS)
@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_a_year_is_compared_as_a_range(
    connection: duckdb.DuckDBPyConnection, symbol: str, year: int
) -> None:
    for value, truth in truths(connection, "t", f"YEAR(?t) {symbol} {year}"):
        assert isinstance(value, datetime | None)
        assert truth is (None if value is None else OPERATORS[symbol](value.year, year))


@pytest.mark.parametrize("symbol", OPERATORS)
@pytest.mark.parametrize("zone", [0, 5, -9])
@pytest.mark.parametrize("hours", [-15, -14, -1, 0, 1, 14, 15])
def test_a_time_without_zone_may_be_fourteen_hours_off(
    connection: duckdb.DuckDBPyConnection, symbol: str, zone: int, hours: int
) -> None:
    """XML Schema 1.1 Part 2, D.2.1."""
    utc = datetime(2022, 1, 1) + timedelta(hours=hours)
    local = (utc + timedelta(hours=zone)).isoformat() + f"{zone:+03}:00"
    for value, truth in truths(connection, "t", f'?t {symbol} "{local}"^^xsd:dateTime'):
        if value is None:
            assert truth is None
            continue
        assert isinstance(value, datetime)
        # the value is somewhere in this span of UTC, both ends left out where it is not certain
        first, last = value - timedelta(hours=14), value + timedelta(hours=14)
        certain = last < utc or first > utc
        assert truth is (OPERATORS[symbol](value, utc) if certain else None), (value, utc)


@pytest.mark.parametrize(
    "condition",
    [
        "?i > 5",
        "?i >= 5.5",
        "?d > 5",
        "?d <= 5.5",
        "?f > 5",
        "?f < 5.5",
        "?f >= 1e0",
        "?s > 5",
        '?t >= "2022-01-02T00:00:00"^^xsd:dateTime',
        '?t > "2022-01-02T00:00:00Z"^^xsd:dateTime',
        "YEAR(?t) = 2022",
        "YEAR(?a) < 2022",
        '?a = "2022-01-02"^^xsd:date',
        "?i > 5 && ?f < 7",
    ],
)
def test_a_column_beside_a_constant_is_answered_by_the_statistics_of_a_file(
    connection: duckdb.DuckDBPyConnection, condition: str, tmp_path: Path
) -> None:
    file = tmp_path / "rows.parquet"
    with duckdb.connect() as writer:
        time = "TIMESTAMP '2021-12-30' + to_hours(n)"
        values = {"i": "n", "d": "n", "f": "n", "s": "n", "t": time, "a": time}
        columns = ", ".join(
            f"CAST({values[name]} AS {kind}) AS {name}" for name, (kind, _) in COLUMNS.items()
        )
        writer.execute(f"COPY (SELECT {columns} FROM range(200) AS r(n)) TO '{file}'")
        writer.execute(f"CREATE VIEW rows AS FROM '{file}'")
        plan = writer.execute(f"EXPLAIN {sql_of(condition, 'i')}").fetchall()[0][1]
    assert "Filters:" in plan
    assert "FILTER" not in plan and "CAST" not in plan and "CASE" not in plan
