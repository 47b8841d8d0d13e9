"""OPTIONAL where a variable may be unbound before it: whatever binds it, and however it is written."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from federation.planning.translate import Dataset
from federation.syntax import parse_query
from mappers.rdf import Iri, Literal, Triple
from mappers.worker.duck import open_duckdb
from tests.asking import Table, ask, graph_of

EX = "http://example.org/"
PREFIX = f"PREFIX : <{EX}> "
XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def number(value: int) -> Literal:
    return Literal(str(value), XSD_INTEGER)


# a has a page, b has a size, c has both, d has nothing
SCHOOLS = (
    *(Triple(Iri(EX + one), Iri(EX + "in"), Iri(EX + "town")) for one in "abcd"),
    Triple(Iri(EX + "a"), Iri(EX + "page"), Iri(EX + "page-a")),
    Triple(Iri(EX + "c"), Iri(EX + "page"), Iri(EX + "page-c")),
    Triple(Iri(EX + "b"), Iri(EX + "size"), number(1)),
    Triple(Iri(EX + "c"), Iri(EX + "size"), number(2)),
)


def asked(text: str, triples: tuple[Triple, ...], folder: Path) -> list[tuple[str | None, ...]]:
    graph = graph_of(EX + "graph", triples, folder, "silo")
    connection = open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=1)
    answered = ask(parse_query(PREFIX + text), Dataset((graph,), (graph,)), connection)
    connection.close()
    assert answered.path == "sql"
    assert isinstance(answered.answer, Table)
    return sorted(tuple(map(_short, row)) for row in answered.answer.rows)


def _short(term: object) -> str | None:
    match term:
        case Iri(value=value):
            return value.removeprefix(EX)
        case Literal(lexical=lexical):
            return lexical
        case _:
            return None


FALLBACK = "?s :in :town OPTIONAL { ?s :page ?n } OPTIONAL { ?s :size ?z BIND (:none AS ?n) }"


def test_a_constant_is_bound_only_where_its_optional_matches(tmp_path: Path) -> None:
    found = asked(f"SELECT ?s ?n {{ {FALLBACK} }}", SCHOOLS, tmp_path)
    assert found == [("a", "page-a"), ("b", "none"), ("c", "page-c"), ("d", None)]


def test_a_variable_that_two_optionals_leave_unbound_is_not_bound(tmp_path: Path) -> None:
    found = asked(f"SELECT ?s {{ {FALLBACK} FILTER (!BOUND(?n)) }}", SCHOOLS, tmp_path)
    assert found == [("d",)]


ANY = [("d", "1"), ("d", "7"), ("d", "page-a")]


@pytest.mark.parametrize(
    ("second", "others"),
    [
        ("?s :size ?n", [("b", "1")]),
        ("?s :page ?p . ?s :size ?n", [("b", "1"), ("b", "7"), ("b", "page-a")]),
    ],
)
def test_what_two_optionals_leave_unbound_joins_with_anything(
    second: str, others: list[tuple[str, str]], tmp_path: Path
) -> None:
    text = f"""SELECT ?s ?n {{ ?s :in :town OPTIONAL {{ ?s :page ?n }}
      OPTIONAL {{ {second} }} {{ VALUES ?n {{ :page-a 1 7 }} }} }}"""
    assert asked(text, SCHOOLS, tmp_path) == [("a", "page-a"), *others, *ANY]


def test_an_optional_that_shares_only_unbound_variables_takes_every_row(tmp_path: Path) -> None:
    text = "SELECT ?s ?n ?t { ?s :in :town OPTIONAL { ?s :size ?n } OPTIONAL { ?t :size ?n } }"
    found = asked(text, SCHOOLS, tmp_path)
    assert found == [
        *(("a", n, t) for n, t in (("1", "b"), ("2", "c"))),
        ("b", "1", "b"),
        ("c", "2", "c"),
        *(("d", n, t) for n, t in (("1", "b"), ("2", "c"))),
    ]


def test_an_optional_on_a_doubtful_variable_does_not_compare_all_pairs(tmp_path: Path) -> None:
    rows = 30_000
    triples = tuple(
        Triple(Iri(f"{EX}{kind}{index}"), Iri(EX + kind), number(index))
        for kind in ("left", "right")
        for index in range(rows)
    )
    text = """SELECT (COUNT(?t) AS ?n) { ?s :left ?x OPTIONAL { ?s :left ?v FILTER (?v >= 1) }
      OPTIONAL { ?t :right ?v FILTER (?v >= 1) } }"""
    started = time.monotonic()
    # the one row of which ?v is unbound takes all others
    assert asked(text, triples, tmp_path) == [(str(2 * (rows - 1)),)]
    assert time.monotonic() - started < 20
