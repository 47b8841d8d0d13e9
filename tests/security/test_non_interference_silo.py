"""A hidden graph of the same silo, over the same files, changes nothing that the public is told.

The silo is published once with a hidden graph beside the open one, to which foreign keys lead and
from which it is apart, and with a masked geometry; and once without either.
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
PREFIXES = f"""PREFIX by: <https://bygraf.example.org/def#> PREFIX id: <{BASE}id/>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
"""
PUBLIC, ANALYST = Caller("public"), Caller("lab", frozenset(("analyst",)))
OPEN_MAPPING = """\
prefixes: {by: "https://bygraf.example.org/def#", geo: "http://www.opengis.net/ont/geosparql#"}
sources:
  trees: {access: town/trees.csv, referenceFormulation: csv, keys: [[id]]}
  parks: {access: town/parks.csv, referenceFormulation: csv, keys: [[id]]}
  owners: {access: town/owners.csv, referenceFormulation: csv, keys: [[id]]}
mappings:
  tree:
    sources: [trees]
    subjects: base:id/$(id)
    graphs: base:graph/open
    po:
      - [a, by:Tree]
      - [by:in, base:id/$(park)~iri]
      - [by:height, $(height), xsd:integer]
  park:
    sources: [parks]
    subjects: base:id/$(id)
    graphs: base:graph/open
    po:
      - [a, by:Park]
      - [by:name, $(name)]
"""
HIDDEN_MAPPING = """\
  owner:
    sources: [owners]
    subjects: base:id/$(id)
    graphs: base:graph/secret
    po:
      - [a, by:Owner]
      - [by:name, $(name)]
      - [by:owns, base:id/$(tree)~iri]
  owned:
    sources: [trees]
    subjects: base:id/$(park)
    graphs: base:graph/secret
    po:
      - [by:value, $(height), xsd:integer]
"""
PLACE = "      - [geo:asWKT, $(place), geo:wktLiteral]\n"
POLICY = """@prefix by: <https://bygraf.example.org/def#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
<graph/open> dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  by:access by:public ; by:attribution "Town" ;
  by:mask [ by:property geo:asWKT ; by:method by:drop ; by:exceptRole "analyst" ] .
"""
SECRET = """<graph/secret> dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  by:access by:hidden ; by:attribution "Town" ;
  odrl:permission [ odrl:action odrl:read ; odrl:assignee "analyst" ] .
"""
FILES = {
    "data/town/trees.csv": "id,park,height,place\nt1,p1,12,POINT(13 52)\nt2,p2,7,POINT(13.1 52)\n",
    "data/town/parks.csv": "id,name\np1,Weg\np2,Ecke\n",
    "data/town/owners.csv": "id,name,tree\no1,Ada,t1\no2,Weg,t2\n",
    "town/silo.toml": '[silo]\nid = "town"\ntitle = "Town"\n',
    "city.toml": f'[city]\nid = "town"\nbase = "{BASE}"\n[silos.town]\nmapper = "town"\n',
}


def _city(folder: Path, *, withheld: bool) -> City:
    tree, park = OPEN_MAPPING.split("  park:\n    sources")
    mapping = f"{tree}{PLACE if withheld else ''}  park:\n    sources{park}"
    files = {
        **FILES,
        "town/mapping.yml": mapping + (HIDDEN_MAPPING if withheld else ""),
        "town/policy.ttl": POLICY + (SECRET if withheld else ""),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    city = load_city(folder / "city.toml")
    publish_silo(city, "town", folder / "data", folder / "home", gate=no_gate)
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
    "SELECT ?t { ?t by:in ?p . ?p a by:Park }",
    "SELECT ?t ?n { ?t by:in ?p . ?p by:name ?n }",
    "SELECT ?x ?n { ?x a by:Tree . ?x by:name ?n }",
    "SELECT ?x { ?x a ?c } ORDER BY ?x",
    "SELECT ?p (COUNT(*) AS ?n) { ?t by:in ?p } GROUP BY ?p",
    "SELECT ?c (COUNT(DISTINCT ?x) AS ?n) { ?x a ?c } GROUP BY ?c",
    "SELECT ?x { ?x by:value ?v }",
    "SELECT ?o { ?o by:owns ?t . ?t by:in ?p }",
    "SELECT ?t { ?t a by:Tree FILTER NOT EXISTS { ?o by:owns ?t } }",
    "SELECT ?t ?w { ?t a by:Tree OPTIONAL { ?t geo:asWKT ?w } }",
    "SELECT ?t { ?t geo:asWKT ?w FILTER(geof:sfWithin(?w, 'POINT(13 52)'^^geo:wktLiteral)) }",
    "SELECT ?t { ?t ?p ?w FILTER(DATATYPE(?w) = geo:wktLiteral) }",
    "SELECT ?g { GRAPH ?g { ?x by:name ?n } }",
    "ASK { GRAPH <" + BASE + "graph/secret> { ?s ?p ?o } }",
    "SELECT ?a ?b { ?a (by:in|by:owns)+ ?b }",
    "DESCRIBE id:t1",
    "DESCRIBE id:o1",
    "SELECT ?t { ?t by:in ?q FILTER EXISTS { ?t by:height ?w OPTIONAL { ?x by:owns ?q } } }",
)


def _told(text: str, caller: Caller, federation: Federation) -> tuple[object, ...]:
    request = Request(PREFIXES + text, caller)
    try:
        shown = explain(request, federation, sql=True)
        found = answer(request, federation)
    except BygrafError as error:
        return (type(error).__name__, str(error), error.problem)
    rows = None if found.solutions is None else Counter(map(str, found.solutions))
    triples = None if found.triples is None else frozenset(map(str, found.triples))
    graphs = [(graph.iri, graph.licence, graph.attribution) for graph in found.receipt.graphs]
    # where the files lie tells the test's two folders apart, and nothing else
    plan = [line for line in shown.splitlines() if ".parquet" not in line]
    return (found.form, found.boolean, rows, triples, found.notes, graphs, plan)


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_public_is_told_the_same(cities: tuple[Federation, Federation], text: str) -> None:
    there, gone = cities
    assert _told(text, PUBLIC, there) == _told(text, PUBLIC, gone)


@pytest.mark.parametrize("text", [QUESTIONS[0], QUESTIONS[8], QUESTIONS[10], QUESTIONS[13]])
def test_the_analyst_is_told_more(cities: tuple[Federation, Federation], text: str) -> None:
    there, gone = cities
    assert _told(text, ANALYST, there) != _told(text, ANALYST, gone)
