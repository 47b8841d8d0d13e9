"""What the public cannot see does not change what the public is told.

A city is published twice: once with a hidden graph and a masked property, once with neither at the
source. Each question gets the same answer, plan and error in both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from federation.answering import answer
from federation.explain import explain
from federation.opened import Federation
from federation.preparing import Request
from federation.view import Caller
from mappers.city import City, load_city
from mappers.errors import BygrafError
from mappers.publish import publish_silo
from mappers.publish.trial import no_gate

BASE = "https://data.example.org/town/"
PREFIXES = f"""PREFIX by: <https://bygraf.example.org/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <http://schema.org/>
PREFIX park: <{BASE}id/park/>
PREFIX graph: <{BASE}graph/>
"""
PUBLIC = Caller("public")
ANALYST = Caller("lab", frozenset(("analyst",)))
PHONE = "      - [schema:telephone, $(phone)]\n"
PARKS = """\
prefixes: {by: "https://bygraf.example.org/def#", schema: "http://schema.org/"}
sources:
  parks: {access: parks/parks.csv, referenceFormulation: csv, keys: [[id]]}
mappings:
  park:
    sources: [parks]
    subjects: base:id/park/$(id)
    po:
      - [a, by:Park]
      - [rdfs:label, $(name)]
      - [by:near, base:id/park/$(near)~iri]
"""
STAFF = """\
prefixes: {by: "https://bygraf.example.org/def#"}
sources:
  staff: {access: staff/staff.csv, referenceFormulation: csv, keys: [[id]]}
mappings:
  gardener:
    sources: [staff]
    subjects: base:id/gardener/$(id)
    po:
      - [a, by:Gardener]
      - [rdfs:label, $(name)]
      - [by:near, base:id/park/$(park)~iri]
      - [by:worksIn, base:id/park/$(park)~iri]
  park:
    sources: [staff]
    subjects: base:id/park/$(park)
    po:
      - [by:near, base:id/gardener/$(id)~iri]
      - [rdfs:label, $(name)]
"""
TURTLE = """@prefix by: <https://bygraf.example.org/def#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> . @prefix schema: <http://schema.org/> .
"""
PARKS_POLICY = (
    TURTLE
    + """<graph/parks> dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  by:access by:public ; by:attribution "Parks" ;
  by:mask [ by:property schema:telephone ; by:method by:drop ; by:exceptRole "analyst" ] .
"""
)
STAFF_POLICY = (
    TURTLE
    + """<graph/staff> dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  by:access by:hidden ; by:attribution "Staff" ;
  odrl:permission [ odrl:action odrl:read ; odrl:assignee "analyst" ] .
"""
)
PARKS_CSV = "id,name,near,phone\n1,Volkspark,2,030 1\n2,Weg,,030 2\n3,Ecke,1,\n"
STAFF_CSV = "id,name,park\n7,Ada,1\n8,Weg,2\n9,Eva,3\n"


def _city(folder: Path, *, withheld: bool) -> City:
    """Publish the city, with or without what is withheld."""
    files = {
        "parks/mapping.yml": PARKS + (PHONE if withheld else ""),
        "parks/policy.ttl": PARKS_POLICY,
        "data/parks/parks.csv": PARKS_CSV,
        "city.toml": f'[city]\nid = "town"\nbase = "{BASE}"\n[silos.parks]\nmapper = "parks"\n',
    }
    silos = ["parks"]
    if withheld:
        silos.append("staff")
        files["city.toml"] += '[silos.staff]\nmapper = "staff"\n'
        files["staff/mapping.yml"] = STAFF
        files["staff/policy.ttl"] = STAFF_POLICY
        files["data/staff/staff.csv"] = STAFF_CSV
    for silo in silos:
        files[f"{silo}/silo.toml"] = f'[silo]\nid = "{silo}"\ntitle = "{silo.title()}"\n'
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    city = load_city(folder / "city.toml")
    for silo in silos:
        publish_silo(city, silo, folder / "data", folder / "home", gate=no_gate)
    return city


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Federation, Federation]]:
    """The city with what is withheld, and the city without."""
    there, gone = tmp_path_factory.mktemp("there"), tmp_path_factory.mktemp("gone")
    with (
        Federation.open(_city(there, withheld=True), there / "home") as one,
        Federation.open(_city(gone, withheld=False), gone / "home") as other,
    ):
        yield one, other


QUESTIONS = (
    "SELECT * { ?s ?p ?o }",
    "SELECT ?s ?o { ?s rdfs:label ?o }",
    "SELECT * { ?s by:near ?o . ?o rdfs:label ?l }",
    "SELECT ?o { park:1 schema:telephone ?o }",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s by:near ?o }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT ?g { GRAPH ?g {} }",
    "SELECT * { GRAPH graph:staff { ?s ?p ?o } }",
    "SELECT * FROM graph:staff { ?s ?p ?o }",
    "SELECT * FROM graph:parks FROM graph:staff { ?s ?p ?o }",
    "SELECT * FROM NAMED graph:staff { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM graph:absent { ?s ?p ?o }",
    "ASK { ?s a by:Gardener }",
    "ASK { ?s schema:telephone ?o }",
    "ASK { GRAPH graph:staff {} }",
    "SELECT ?s { ?s a by:Park FILTER EXISTS { ?g by:worksIn ?s } }",
    "SELECT ?s { ?s a by:Park FILTER NOT EXISTS { ?s schema:telephone ?t } }",
    "SELECT ?s { ?s a by:Park MINUS { ?s by:near ?g . ?g a by:Gardener } }",
    "SELECT ?s ?t { ?s a by:Park OPTIONAL { ?s schema:telephone ?t } }",
    "SELECT ?o { park:3 by:near+ ?o }",
    "SELECT ?a ?b { ?a (by:near|schema:telephone)* ?b }",
    "SELECT ?a ?b { ?a !by:near ?b }",
    "SELECT ?a ?b { ?a !(rdfs:label|^by:near) ?b }",
    "DESCRIBE park:1",
    "DESCRIBE ?s { ?s by:near park:2 }",
    f"DESCRIBE <{BASE}id/gardener/7>",
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
    "CONSTRUCT { ?s by:reached ?o } { ?s by:near/by:near ?o }",
    "SELECT ?s (BNODE(?l) AS ?b) { ?s rdfs:label ?l }",
    "SELECT (SUM(DISTINCT ?x) AS ?n) { ?s ?p ?o BIND(STRLEN(STR(?o)) AS ?x) }",
    "SELECT * { SERVICE graph:staff { ?s ?p ?o } }",
    "SELECT * { ?s schema:telephone ?o",
)


def _told(text: str, caller: Caller, federation: Federation) -> tuple[object, ...]:
    """All of an answer but what differs each time: ids, times and versions; or the error."""
    request = Request(PREFIXES + text, caller)
    try:
        found = answer(request, federation)
    except BygrafError as error:
        return (type(error).__name__, str(error), error.problem)
    rows = None
    if found.solutions is not None:
        rows = Counter(tuple(map(str, row)) for row in found.solutions)
        if "BNODE" in text:
            rows = Counter(row[:1] for row in rows)
    triples = None if found.triples is None else frozenset(map(str, found.triples))
    return (found.form, found.variables, rows, found.boolean, triples, found.notes)


def _explained(text: str, caller: Caller, federation: Federation) -> str:
    try:
        shown = explain(Request(PREFIXES + text, caller), federation, sql=True)
    except BygrafError as error:
        return str(error)
    # where the files lie tells the test's two folders apart, and nothing else
    lines = (line for line in shown.splitlines() if ".parquet" not in line)
    return "\n".join(lines)


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_public_is_told_the_same(cities: tuple[Federation, Federation], text: str) -> None:
    there, gone = cities
    assert _told(text, PUBLIC, there) == _told(text, PUBLIC, gone)
    assert _explained(text, PUBLIC, there) == _explained(text, PUBLIC, gone)


def test_the_receipt_names_nothing_that_is_withheld(
    cities: tuple[Federation, Federation],
) -> None:
    receipts = [
        answer(Request("SELECT * { ?s ?p ?o }", PUBLIC), city).receipt.to_text() for city in cities
    ]
    assert all("staff" not in text for text in receipts)
    assert [text.count("\n") for text in receipts] == [receipts[0].count("\n")] * 2


@pytest.mark.parametrize("text", QUESTIONS[:8])
def test_the_analyst_is_told_more(cities: tuple[Federation, Federation], text: str) -> None:
    there, gone = (_told(text, ANALYST, city) for city in cities)
    assert (there[0], gone[0]) == ("select", "select")
    assert there != gone
