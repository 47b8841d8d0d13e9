"""Lexical forms written by SQL are those written by Python."""

from __future__ import annotations

import math
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.relational.lexical import lexical_form
from federation.relational.nodes import column
from mappers.canonical import double_form, float_form
from mappers.rdf import XSD_DOUBLE, XSD_FLOAT

SPECIAL = (
    *(0.0, -0.0, 1.0, -1.0, 1.5, -1.5, 9.999, 10.0, 10.5, 100.0, 123.456, -123.456),
    *(999999999999999.9, 1e15, 1e15 + 0.5, 1e16, 1e22, 1e-3, 0.5, -0.25, 5e-324, 1.5e-7),
    *(math.inf, -math.inf, 1.7976931348623157e308, 40.4166, -3.7038),
)


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def written(
    duck: duckdb.DuckDBPyConnection, values: tuple[float, ...], datatype: str, kind: str
) -> list[str]:
    form = lexical_form(column("v"), datatype).sql("duckdb")
    query = f"SELECT {form} FROM (SELECT unnest(CAST(? AS {kind}[])) AS v)"
    return [row[0] for row in duck.execute(query, [list(values)]).fetchall()]


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=50))
@settings(max_examples=60, deadline=None)
def test_doubles_are_written_alike(values: list[float]) -> None:
    with duckdb.connect() as duck:
        found = written(duck, tuple(values), XSD_DOUBLE, "DOUBLE")
    assert found == [double_form(value) for value in values]


def test_doubles_of_special_kinds_are_written_alike(duck: duckdb.DuckDBPyConnection) -> None:
    assert written(duck, SPECIAL, XSD_DOUBLE, "DOUBLE") == [double_form(one) for one in SPECIAL]


def test_doubles_with_a_few_digits_are_written_alike(duck: duckdb.DuckDBPyConnection) -> None:
    values = tuple(sign * whole / 1000 for whole in range(1, 200_000, 37) for sign in (1, -1))
    assert written(duck, values, XSD_DOUBLE, "DOUBLE") == [double_form(one) for one in values]


def test_floats_are_written_alike(duck: duckdb.DuckDBPyConnection) -> None:
    values = (0.5, 1.25, 1.1, 100.125, 16777216.0, 3.4e38, 1e-10, math.inf, -0.0)
    single = [
        float(row[0])
        for row in duck.execute("SELECT unnest(CAST(? AS FLOAT[]))", [list(values)]).fetchall()
    ]
    assert written(duck, values, XSD_FLOAT, "FLOAT") == [float_form(one) for one in single]


def test_what_is_no_number_is_written_so(duck: duckdb.DuckDBPyConnection) -> None:
    form = lexical_form(column("v"), XSD_DOUBLE).sql("duckdb")
    query = f"SELECT {form} FROM (VALUES (CAST('nan' AS DOUBLE)), (CAST(NULL AS DOUBLE))) AS t(v)"
    assert duck.execute(query).fetchall() == [("NaN",), (None,)]
