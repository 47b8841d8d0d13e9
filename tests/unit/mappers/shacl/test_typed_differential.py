"""Over typed columns the gate finds what pySHACL finds over the triples that they stand for."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest
import rdflib
from rdflib import RDF, XSD, URIRef

from mappers.canonical import decimal_form
from mappers.published import Version
from mappers.shacl import check
from mappers.shacl.reading import read_turtle

from .berths import EX, HEAD, berths
from .oracle import gate_results, pyshacl_results

FAULTS = (
    "code = NULL",
    "code = 'b-7'",
    "code = ''",
    "depth = NULL",
    "depth = -0.5",
    "depth = 12",
    "places = -4",
    "places = NULL",
    "since = DATE '1999-12-31'",
    "harbour = NULL",
    "harbour = 'x'",
    "id = '1'",
    "id = '2', depth = NULL",
)
SHAPES = (
    HEAD
    + """
ex:S sh:targetClass ex:Berth, ex:Ferry ; sh:nodeKind sh:IRI ; sh:pattern "berth/[0-9]+$" ;
  sh:property
    [ sh:path ex:code ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ; sh:minLength 3 ;
      sh:pattern "^B-[0-9]{6}$" ],
    [ sh:path ex:depth ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:decimal ;
      sh:minInclusive 0 ; sh:maxExclusive 12.0 ; sh:maxLength 3 ],
    [ sh:path ex:places ; sh:datatype xsd:int ; sh:in ( 1 2 3 -4 38 ) ; sh:minExclusive 0.5e0 ],
    [ sh:path ex:since ; sh:datatype xsd:date ; sh:minInclusive "2001-01-02"^^xsd:date ;
      sh:pattern "-0" ],
    [ sh:path ex:in ; sh:class ex:Harbour ; sh:maxCount 1 ; sh:minCount 1 ; sh:nodeKind sh:IRI ;
      sh:property [ sh:path [ sh:inversePath ex:in ] ; sh:maxCount 3 ] ],
    [ sh:path ( ex:in [ sh:inversePath ex:in ] ex:depth ) ; sh:maxCount 4 ; sh:minInclusive 2.3 ],
    [ sh:path ex:in ; sh:hasValue <https://harbour.example.org/harbour/3> ] .
ex:T sh:targetObjectsOf ex:in ; sh:nodeKind sh:IRI ; sh:maxLength 37 ;
  sh:property [ sh:path [ sh:inversePath ex:in ] ; sh:minCount 4 ; sh:maxCount 6 ] .
ex:U sh:targetSubjectsOf ex:since ; sh:property [ sh:path ex:depth ; sh:minCount 1 ] .
ex:V sh:targetNode ex:x, <https://harbour.example.org/berth/3> ;
  sh:property [ sh:path ex:code ; sh:minCount 1 ] .
"""
)


def triples(version: Version) -> rdflib.Graph:
    """What the rules of the berths mean, written out by hand."""
    graph = rdflib.Graph()

    def literal(form: str, datatype: URIRef) -> rdflib.Literal:
        return rdflib.Literal(form, datatype=datatype, normalize=False)

    file = Path(version.folder) / "berths.parquet"
    rows = duckdb.execute(
        "SELECT id, harbour, code, depth, places, since FROM read_parquet(?)", [str(file)]
    ).fetchall()
    for name, harbour, code, depth, places, since in rows:
        berth = URIRef(f"{EX}berth/{name}")
        graph.add((berth, RDF.type, URIRef(EX + "Berth")))
        if harbour is not None:
            place = URIRef(f"{EX}harbour/{harbour}")
            graph.add((place, RDF.type, URIRef(EX + "Harbour")))
            graph.add((berth, URIRef(EX + "in"), place))
        if code is not None:
            graph.add((berth, URIRef(EX + "code"), rdflib.Literal(code)))
        if depth is not None:
            graph.add((berth, URIRef(EX + "depth"), literal(decimal_form(depth), XSD.decimal)))
        if places is not None:
            graph.add((berth, URIRef(EX + "places"), literal(str(places), XSD.integer)))
        if since is not None:
            graph.add((berth, URIRef(EX + "since"), literal(since.isoformat(), XSD.date)))
    return graph


@pytest.mark.parametrize("seed", range(4))
def test_the_gate_and_pyshacl_find_the_same_in_typed_columns(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    faults = ";".join(
        f"UPDATE berths SET {fault} WHERE __row = {chance.randint(1, 40)}"
        for fault in chance.sample(FAULTS, 8)
    )
    keyed = "id = " not in faults
    version = berths(tmp_path, 40, faults, keyed=keyed)
    report = check(version, SHAPES, "shapes.ttl", kept=10_000)
    expected = pyshacl_results(triples(version), read_turtle(SHAPES, "shapes.ttl"))
    assert gate_results(report) == expected
    assert len(expected) > 20
