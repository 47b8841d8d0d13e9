"""The W3C's query evaluation tests: their data, queries and expected results, read from the suite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from federation.algebra import Query
from federation.syntax import parse_query
from mappers.rdf import BlankNode, Iri, Literal, Term, Triple
from tests.asking import Answer, Table

MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QUERY = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RESULT_SET = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".n3": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
}
RESULT_FORMATS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
Node = ox.NamedNode | ox.BlankNode | ox.Literal
Links = dict[tuple[Node, str], list[Node]]


@dataclass(frozen=True, slots=True)
class Case:
    """One test: `data` files are its default graph, `graphs` its named ones (IRI, file).

    `result` is a table, a boolean or a graph; the text itself where `is_csv`.
    """

    name: str
    iri: str
    query: Path
    data: tuple[Path, ...]
    graphs: tuple[tuple[str, Path], ...]
    result: Path
    is_csv: bool = False

    def parsed(self) -> Query:
        """The query, its relative IRIs resolved against its file."""
        return parse_query(self.query.read_bytes().decode(), base=self.query.as_uri())

    def expected(self) -> Answer:
        """The result that the suite expects."""
        return read_result(self.result)


def cases(suites: Path) -> dict[str, Case]:
    """All evaluation tests of SPARQL 1.0 and 1.1 queries, by name; not those of SERVICE."""
    found: dict[str, Case] = {}
    for version in ("sparql10", "sparql11"):
        for manifest in sorted((suites / "sparql" / version).glob("*/manifest.ttl")):
            if manifest.parent.name != "service":
                prefix = f"{version}/{manifest.parent.name}"
                found |= {case.name: case for case in _cases_of(manifest, prefix)}
    return found


def _cases_of(manifest: Path, prefix: str) -> Iterator[Case]:
    links = _links(_quads(manifest))
    for (test, link), kinds in links.items():
        is_csv = ox.NamedNode(MANIFEST + "CSVResultFormatTest") in kinds
        if link == TYPE and (is_csv or ox.NamedNode(MANIFEST + "QueryEvaluationTest") in kinds):
            (action,), (result,) = (
                links[test, MANIFEST + "action"],
                links[test, MANIFEST + "result"],
            )
            graphs = links.get((action, QUERY + "graphData"), [])
            yield Case(
                name=f"{prefix}/{test.value.split('#')[-1]}",
                iri=test.value,
                query=_path(links[action, QUERY + "query"][0]),
                data=tuple(_path(node) for node in links.get((action, QUERY + "data"), [])),
                graphs=tuple(_named_graph(node, links) for node in graphs),
                result=_path(result),
                is_csv=is_csv,
            )


def _named_graph(node: Node, links: Links) -> tuple[str, Path]:
    if isinstance(node, ox.NamedNode):
        return node.value, _path(node)
    return links[node, LABEL][0].value, _path(links[node, QUERY + "graph"][0])


def _path(node: Node) -> Path:
    return Path(node.value.removeprefix("file://"))


def _quads(file: Path) -> list[ox.Quad]:
    return list(ox.parse(file.read_bytes(), format=FORMATS[file.suffix], base_iri=file.as_uri()))


def _links(quads: list[ox.Quad]) -> Links:
    found: Links = defaultdict(list)
    for quad in quads:
        assert isinstance(quad.subject, ox.NamedNode | ox.BlankNode)
        assert isinstance(quad.object, Node)
        found[quad.subject, quad.predicate.value].append(quad.object)
    return found


def read_triples(file: Path, mark: str) -> tuple[Triple, ...]:
    """The triples of a file.

    Its blank nodes are numbered in the order of the file, since a parser may name them at random;
    `mark` sets them apart from those of other files.
    """
    names: dict[str, BlankNode] = {}

    def named(term: Term) -> Term:
        if isinstance(term, BlankNode):
            return names.setdefault(term.label, BlankNode(f"{mark}b{len(names)}"))
        return term

    found = []
    for quad in _quads(file):
        subject, obj = named(to_term(quad.subject)), named(to_term(quad.object))
        assert not isinstance(subject, Literal)
        found.append(Triple(subject, Iri(quad.predicate.value), obj))
    return tuple(found)


def to_term(node: object) -> Term:
    """A term of Oxigraph as ours."""
    match node:
        case ox.NamedNode():
            return Iri(node.value)
        case ox.BlankNode():
            return BlankNode(node.value)
        case ox.Literal():
            return Literal(node.value, node.datatype.value, (node.language or "").lower())
        case _:
            raise ValueError(f"no RDF 1.1 term: {node}")


def read_result(file: Path) -> Answer:
    """An expected result: SPARQL results in a format of theirs or as RDF, or a graph."""
    if file.suffix in RESULT_FORMATS:
        text, form = file.read_bytes(), RESULT_FORMATS[file.suffix]
        return from_oxigraph(ox.parse_query_results(text, format=form))
    links = _links(_quads(file))
    for (_, link), values in links.items():
        if link == RESULT_SET + "boolean":
            return values[0].value == "true"
    for (node, link), values in links.items():
        if link == TYPE and ox.NamedNode(RESULT_SET + "ResultSet") in values:
            return _result_set(node, links)
    return read_triples(file, "")


def _result_set(node: Node, links: Links) -> Table:
    variables = tuple(found.value for found in links.get((node, RESULT_SET + "resultVariable"), []))
    solutions = links.get((node, RESULT_SET + "solution"), [])
    numbered = [(links.get((one, RESULT_SET + "index"), []), one) for one in solutions]
    if all(index for index, _ in numbered):
        numbered.sort(key=lambda pair: int(pair[0][0].value))
    rows = []
    for _, solution in numbered:
        bound = {
            links[binding, RESULT_SET + "variable"][0].value: to_term(
                links[binding, RESULT_SET + "value"][0]
            )
            for binding in links.get((solution, RESULT_SET + "binding"), [])
        }
        rows.append(tuple(bound.get(name) for name in variables))
    return Table(variables, tuple(rows))


def from_oxigraph(result: object) -> Answer:
    """An answer of Oxigraph, or results that it has read."""
    match result:
        case ox.QueryBoolean():
            return bool(result)
        case ox.QuerySolutions():
            names = tuple(variable.value for variable in result.variables)
            rows = (
                tuple(None if row[name] is None else to_term(row[name]) for name in names)
                for row in result
            )
            return Table(names, tuple(rows))
        case ox.QueryTriples():
            return tuple(
                Triple(to_term(t.subject), Iri(t.predicate.value), to_term(t.object))  # type: ignore[arg-type]
                for t in result
            )
        case _:
            raise ValueError(f"no SPARQL result: {result!r}")
