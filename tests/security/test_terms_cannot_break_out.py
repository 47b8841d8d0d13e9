"""What a query makes of text stays a term: it ends neither the SQL nor the written answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from federation.planning.translate import Dataset
from federation.syntax import bind_parameters, parse_query
from mappers.rdf import XSD_STRING, Literal
from mappers.worker.duck import open_duckdb
from tests.asking import Table, ask

NASTY = [
    "a'b",
    "''",
    "'; SELECT 1; --",
    'a"b',
    "a\\b",
    "\\'",
    "$$x$$",
    "/* */ --",
    "E'\\x41'",
    "{0} %s :v ? $1",
    "a\0b'; --",
    "\u2028\u0085\r\n\t\b",
    "\U0001f600",
    "x" * 50_000,
]


def rows(text: str, tmp_path: Path, **parameters: Literal) -> tuple[object, ...]:
    connection = open_duckdb(readable=(tmp_path,), spill=None, memory_mb=500, threads=1)
    query = bind_parameters(parse_query(text), parameters)
    answer = ask(query, Dataset((), ()), connection).answer
    connection.close()
    assert isinstance(answer, Table)
    return answer.rows


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_a_text_comes_back_as_it_went_in(text: str, tmp_path: Path) -> None:
    given = Literal(text, XSD_STRING)
    found = rows(
        "SELECT (?p AS ?x) (CONCAT(?p, ?p) AS ?y) ?z { VALUES ?z { 1 } FILTER (?p IN (?p, 'q')) }",
        tmp_path,
        p=given,
    )
    assert found == (
        (
            given,
            Literal(text + text, XSD_STRING),
            Literal("1", "http://www.w3.org/2001/XMLSchema#integer"),
        ),
    )


@pytest.mark.parametrize("name", ["select", "matched", "one", "let0", "t0", "rowid", "Ä", "K", "_"])
def test_a_variable_may_have_any_name(name: str, tmp_path: Path) -> None:
    text = f"SELECT ?{name} (?{name} + 1 AS ?more) {{ VALUES ?{name} {{ 1 2 }} }} ORDER BY ?{name}"
    assert len(rows(text, tmp_path)) == 2


def test_variables_that_differ_by_case_alone_are_two(tmp_path: Path) -> None:
    found = rows("SELECT ?a ?A ?ä ?Ä { VALUES (?a ?A ?ä ?Ä) { (1 2 3 4) } }", tmp_path)
    assert [term.lexical for term in found[0]] == ["1", "2", "3", "4"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "tag", ["de de", "de'", 'de" .', "de . <http://e/s> <http://e/p> 1", "", "-"]
)
@pytest.mark.parametrize("form", ["STRLANG('x', {0})", "STRLANG('x', CONCAT({0}, ''))"])
def test_a_language_that_is_none_is_an_error(form: str, tag: str, tmp_path: Path) -> None:
    quoted = '"' + tag.replace('"', '\\"') + '"'
    assert rows(f"SELECT ({form.format(quoted)} AS ?x) {{}}", tmp_path) == ((None,),)


@pytest.mark.parametrize(
    "iri", ["http://e/ x", "http://e/>. <http://e/y", "http://e/{x}", "no scheme"]
)
@pytest.mark.parametrize("form", ["IRI({0})", "STRDT('x', IRI({0}))", "IRI(CONCAT({0}, ''))"])
def test_an_iri_that_is_none_is_an_error(form: str, iri: str, tmp_path: Path) -> None:
    assert rows(f"SELECT ({form.format(repr(iri))} AS ?x) {{}}", tmp_path) == ((None,),)
