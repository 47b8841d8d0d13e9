"""The formats of SPARQL 1.1 for SELECT and ASK, read back by Oxigraph's parsers."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from federation.results import FORMATS
from mappers.errors import QueryUnsupportedError, UsageError
from mappers.rdf import RDF_LANG_STRING, XSD_INTEGER, XSD_STRING, BlankNode, Iri, Literal, Term
from tests.unit.federation.results.samples import TERMS, ask, graph, rows, written

PARSERS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "tsv": ox.QueryResultsFormat.TSV,
}


RESULTS = "{http://www.w3.org/2005/sparql-results#}"


def ours(term: object) -> Term | None:
    match term:
        case ox.NamedNode():
            return Iri(term.value)
        case ox.BlankNode():
            return BlankNode(term.value)
        case ox.Literal():
            return Literal(term.value, term.datatype.value, term.language or "")
    assert term is None
    return None


def read_xml(content: bytes) -> list[tuple[Term | None, ...]]:
    """Read with the standard library: Oxigraph's reader of XML results trims literals."""
    root = ElementTree.fromstring(content)
    names = [variable.attrib["name"] for variable in root.iter(f"{RESULTS}variable")]
    table = []
    for result in root.iter(f"{RESULTS}result"):
        row = {binding.attrib["name"]: xml_term(binding[0]) for binding in result}
        table.append(tuple(row.get(name) for name in names))
    return table


def xml_term(element: ElementTree.Element) -> Term:
    text = element.text or ""
    match element.tag.removeprefix(RESULTS):
        case "uri":
            return Iri(text)
        case "bnode":
            return BlankNode(text)
    language = element.attrib.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    default = RDF_LANG_STRING if language else XSD_STRING
    return Literal(text, element.attrib.get("datatype", default), language)


def read_back(content: bytes, name: str) -> list[tuple[Term | None, ...]]:
    if name == "xml":
        return read_xml(content)
    solutions = ox.parse_query_results(content, format=PARSERS[name])
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(ours(solution[v]) for v in solutions.variables) for solution in solutions]


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("term", TERMS, ids=str)
def test_every_term_is_read_back_as_it_was(name: str, term: Term | None) -> None:
    marker = Iri("http://example.org/marker")
    expected = BlankNode("b0") if isinstance(term, BlankNode) else term
    assert read_back(written(rows("x y", (term, marker)), name), name) == [(expected, marker)]


@pytest.mark.parametrize("name", PARSERS)
def test_the_same_blank_node_keeps_one_label_and_its_own_is_not_shown(name: str) -> None:
    one, two = BlankNode("key-4711"), BlankNode("key-4712")
    content = written(rows("x y", (one, two), (two, one)), name)
    first, second = read_back(content, name)
    assert first == second[::-1]
    assert first[0] != first[1]
    assert b"4711" not in content


@pytest.mark.parametrize("name", PARSERS)
def test_an_answer_without_rows_still_names_its_variables(name: str) -> None:
    solutions = ox.parse_query_results(written(rows("x y"), name), format=PARSERS[name])
    assert isinstance(solutions, ox.QuerySolutions)
    assert [variable.value for variable in solutions.variables] == ["x", "y"]
    assert list(solutions) == []


@pytest.mark.parametrize("name", ["json", "xml"])
@pytest.mark.parametrize("truth", [True, False])
def test_a_boolean_is_read_back(name: str, truth: bool) -> None:
    answer = ox.parse_query_results(written(ask(truth), name), format=PARSERS[name])
    assert bool(answer) is truth


def test_json_has_no_datatype_for_plain_strings_and_no_key_for_unbound() -> None:
    document = json.loads(written(rows("x y", (Literal("a"), None)), "json"))
    assert document == {
        "head": {"vars": ["x", "y"]},
        "results": {"bindings": [{"x": {"type": "literal", "value": "a"}}]},
    }


def test_xml_refuses_a_character_that_it_cannot_hold() -> None:
    with pytest.raises(QueryUnsupportedError, match=r"U\+0001.*Ask for JSON"):
        written(rows("x", (Literal("a\x01b"),)), "xml")


def test_csv_has_plain_values_and_lines_ended_by_cr_lf() -> None:
    answer = rows(
        "x literal",
        (Iri("http://example/x"), Literal("String")),
        (Iri("http://example/x"), Literal('String-with-dquote"')),
        (BlankNode("inner"), Literal("Blank node")),
        (None, Literal("Missing 'x'")),
        (None, None),
        (Iri("http://example/x"), Literal("4", XSD_INTEGER)),
    )
    # the example of section 3.3 of the format's definition, but for the label of the blank node
    assert written(answer, "csv") == (
        b"x,literal\r\n"
        b"http://example/x,String\r\n"
        b'http://example/x,"String-with-dquote"""\r\n'
        b"_:b0,Blank node\r\n"
        b",Missing 'x'\r\n"
        b",\r\n"
        b"http://example/x,4\r\n"
    )


def test_csv_is_read_back_by_a_csv_reader() -> None:
    texts = [term.lexical for term in TERMS if isinstance(term, Literal)]
    content = written(rows("x y", *((Literal(text), Literal("end")) for text in texts)), "csv")
    table = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert table == [["x", "y"], *([text, "end"] for text in texts)]


def test_tsv_writes_terms_in_full_and_leaves_unbound_empty() -> None:
    answer = rows(
        "x n s",
        (Iri("http://example/x"), Literal("5", XSD_INTEGER), Literal("tab\there")),
        (
            None,
            None,
            Literal("Hallo", RDF_LANG_STRING, "de"),
        ),
    )
    assert written(answer, "tsv").decode() == (
        "?x\t?n\t?s\n"
        '<http://example/x>\t"5"^^<http://www.w3.org/2001/XMLSchema#integer>\t"tab\\there"\n'
        '\t\t"Hallo"@de\n'
    )


def test_a_format_for_another_form_is_refused_with_those_that_fit() -> None:
    with pytest.raises(UsageError, match=r"csv cannot hold.*ASK.*table, json, xml"):
        written(ask(True), "csv")
    with pytest.raises(UsageError, match=r"CONSTRUCT.*table, ttl, nt"):
        written(graph(), "json")


def test_an_unknown_format_is_named_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no format 'jsn'.*json"):
        written(ask(True), "jsn")


def test_every_media_type_means_one_format() -> None:
    types = [media for one in FORMATS for media in (one.media_type, *one.accepted)]
    assert len(types) == len(set(types))
    assert XSD_STRING not in types
