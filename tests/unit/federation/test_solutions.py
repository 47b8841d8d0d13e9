"""Rows of SQL columns become terms: each value as it is, equal values once."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest

from federation.relational.encoding import General, IriTemplate, Native, SqlTerm
from federation.relational.nodes import column
from federation.solutions import from_arrow
from federation.sql.relation import column_name
from mappers.rdf import XSD_DOUBLE, XSD_INTEGER, BlankNode, Iri, Literal, Term

PLACE = (column("x"),)
GENERAL = pa.struct(
    [("k", pa.uint8()), ("lex", pa.string()), ("dt", pa.string()), ("lang", pa.string())]
)


def decoded(term: SqlTerm, *arrays: pa.Array) -> list[Term | None]:
    """The terms of one variable whose columns are given."""
    table = pa.table({column_name("v", index): array for index, array in enumerate(arrays)})
    return [row[0] for row in from_arrow(table, ("v",), {"v": term})]


def test_the_two_zeros_of_doubles_are_told_apart() -> None:
    term = SqlTerm(Native(XSD_DOUBLE), PLACE, True)
    found = decoded(term, pa.array([0.0, -0.0, 0.0, None, math.inf, 1.5]))
    assert [None if one is None else str(one).split('"')[1] for one in found] == [
        *("0.0E0", "-0.0E0", "0.0E0", None, "INF", "1.5E0")
    ]


def test_zero_is_an_integer_like_any_other() -> None:
    found = decoded(SqlTerm(Native(XSD_INTEGER), PLACE, False), pa.array([0, 7, 0]))
    assert found == [
        Literal("0", XSD_INTEGER),
        Literal("7", XSD_INTEGER),
        Literal("0", XSD_INTEGER),
    ]


def test_a_template_is_unbound_where_any_of_its_columns_is_null() -> None:
    encoding = IriTemplate(("urn:", None, "/", None), (True, True))
    term = SqlTerm(encoding, PLACE * 2, True)
    found = decoded(term, pa.array(["a", "a", None]), pa.array(["b", None, "b"]))
    assert found == [Iri("urn:a/b"), None, None]


def test_a_constant_stands_in_every_row() -> None:
    table = pa.table({"other": pa.array([1, 2])})
    term = SqlTerm(IriTemplate(("urn:a",), ()), (), False)
    assert list(from_arrow(table, ("v",), {"v": term})) == [(Iri("urn:a"),)] * 2


def test_a_general_column_holds_terms_of_any_kind() -> None:
    values = [
        {"k": 0, "lex": "urn:a", "dt": "", "lang": ""},
        {"k": 2, "lex": "007", "dt": XSD_INTEGER, "lang": ""},
        None,
        {"k": 2, "lex": "7", "dt": XSD_INTEGER, "lang": ""},
    ]
    found = decoded(SqlTerm(General(), PLACE, True), pa.array(values, GENERAL))
    assert found == [Iri("urn:a"), Literal("007", XSD_INTEGER), None, Literal("7", XSD_INTEGER)]


def test_a_blank_node_keeps_its_label() -> None:
    values = [{"k": 1, "lex": "b0", "dt": "", "lang": ""}]
    assert decoded(SqlTerm(General(), PLACE, False), pa.array(values, GENERAL)) == [BlankNode("b0")]


@pytest.mark.parametrize("rows", [0, 49_999, 50_000, 50_001])
def test_no_row_is_lost_between_batches(rows: int) -> None:
    found = decoded(SqlTerm(Native(XSD_INTEGER), PLACE, False), pa.array(range(rows), pa.int64()))
    assert [int(str(one).split('"')[1]) for one in found] == list(range(rows))
