"""The gate and pySHACL find the same in generated graphs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, XSD, BNode, Literal, Namespace, URIRef
from rdflib.term import Node

from mappers import rdf as terms
from mappers.publish import triples_version
from mappers.shacl import check
from mappers.shacl.reading import read_turtle

from .oracle import Found, gate_results, pyshacl_results
from .triples import triples_of

EX = Namespace("https://ex.example.org/")
PREDICATES = [EX.p, EX.q, EX.r]
CLASSES = [EX.A, EX.B, EX.C]
NODES: list[Node] = [EX[f"n{i}"] for i in range(8)] + [BNode(f"b{i}") for i in range(2)]


def literal(form: str, datatype: URIRef) -> Literal:
    return Literal(form, datatype=datatype, normalize=False)


LITERALS = [
    *(literal(form, XSD.integer) for form in ("0", "1", "5", "-3", "07", "x")),
    *(literal(form, XSD.decimal) for form in ("1.5", "5.0", "-0.25")),
    *(literal(form, XSD.double) for form in ("1.5E0", "2", "1e3")),
    *(literal(form, XSD.date) for form in ("2021-03-04", "2022-13-01", "2019-12-31")),
    *(literal(form, XSD.dateTime) for form in ("2021-03-04T10:00:00", "2021-03-04T10:00:00Z")),
    *(literal(form, XSD.boolean) for form in ("true", "yes")),
    *(literal(form, XSD.byte) for form in ("12", "300")),
    *(Literal(form) for form in ("", "abc", "ABC", "B-12", "straße")),
    *(
        Literal(form, lang=lang)
        for form, lang in (("Haus", "de"), ("Heim", "de"), ("house", "en-gb"))
    ),
]
CONSTRAINTS = [
    "sh:class ex:A",
    "sh:class ex:C",
    "sh:datatype xsd:integer",
    "sh:datatype xsd:decimal",
    "sh:datatype xsd:date",
    "sh:datatype xsd:byte",
    "sh:datatype xsd:boolean",
    "sh:datatype rdf:langString",
    "sh:nodeKind sh:IRI",
    "sh:nodeKind sh:Literal",
    "sh:nodeKind sh:BlankNodeOrIRI",
    "sh:minCount 1",
    "sh:minCount 2",
    "sh:maxCount 1",
    "sh:maxCount 0",
    "sh:minInclusive 1",
    "sh:minExclusive 1.5",
    "sh:maxInclusive 5",
    "sh:maxExclusive 1000",
    "sh:minLength 3",
    "sh:maxLength 3",
    'sh:pattern "^[a-z]+$"',
    'sh:pattern "^b-" ; sh:flags "i"',
    'sh:in ( 1 5.0 "abc" ex:n1 "Haus"@de )',
    "sh:hasValue ex:n1",
    "sh:hasValue 5",
    'sh:languageIn ( "de" "en" )',
    "sh:uniqueLang true",
    "sh:or ( [ sh:datatype xsd:string ] [ sh:nodeKind sh:IRI ] )",
    "sh:not [ sh:class ex:B ]",
    "sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ]",
    "sh:equals ex:q",
    "sh:property [ sh:path ex:q ; sh:maxCount 1 ]",
]
PATHS = [
    "ex:p",
    "ex:q",
    "[ sh:inversePath ex:p ]",
    "( ex:p ex:q )",
    "[ sh:alternativePath ( ex:p ex:r ) ]",
    "[ sh:zeroOrMorePath ex:p ]",
]
TARGETS = [
    "sh:targetClass ex:A",
    "sh:targetClass ex:C",
    "sh:targetNode ex:n1, ex:n2, 5",
    "sh:targetSubjectsOf ex:p",
    "sh:targetObjectsOf ex:q",
]


def generated_data(chance: random.Random) -> rdflib.Graph:
    """Thirty triples, with blank nodes, literals right and wrong, and one subclass."""
    graph = rdflib.Graph()
    graph.add((EX.B, rdflib.RDFS.subClassOf, EX.A))
    for node in NODES:
        if chance.random() < 0.6:
            graph.add((node, RDF.type, chance.choice(CLASSES)))
    for _ in range(30):
        value = chance.choice(LITERALS if chance.random() < 0.6 else NODES)
        graph.add((chance.choice(NODES), chance.choice(PREDICATES), value))
    return graph


def generated_shapes(chance: random.Random) -> str:
    """Three node shapes with two property shapes each, of up to six parameters."""
    text = (
        f"@prefix ex: <{EX}> . @prefix sh: <http://www.w3.org/ns/shacl#> ."
        f" @prefix xsd: <{XSD}> . @prefix rdf: <{RDF}> .\n"
    )
    for at in range(3):
        parts = [chance.choice(TARGETS)]
        for _ in range(2):
            chosen = {part.split()[0]: part for part in chance.sample(CONSTRAINTS, 6)}
            inner = " ; ".join(chosen.values())
            parts.append(f"sh:property [ sh:path {chance.choice(PATHS)} ; {inner} ]")
        text += f"ex:S{at} a sh:NodeShape ; {' ; '.join(parts)} .\n"
    return text


def comparable(results: Found) -> Found:
    """Without ranges over what has no order with a number: pySHACL lets some of that pass."""
    numbers = tuple(str(XSD[name]) for name in ("integer", "decimal", "double", "byte"))
    return frozenset(
        result
        for result in results
        if not result[1].endswith("clusiveConstraintComponent")
        or (
            isinstance(result[3], terms.Literal)
            and result[3].datatype in numbers
            and result[3].lexical not in ("x", "300")
        )
    )


@pytest.mark.parametrize("seed", range(10))
def test_the_gate_and_pyshacl_find_the_same(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    data, text = generated_data(chance), generated_shapes(chance)
    graphs = {"urn:a": triples_of(data), "urn:b": triples_of(data)[::2]}
    report = check(triples_version(graphs, tmp_path, "test"), text, "shapes.ttl", kept=10_000)
    expected = pyshacl_results(data, read_turtle(text, "shapes.ttl"))
    assert comparable(gate_results(report)) == comparable(expected), text
