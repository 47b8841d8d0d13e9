"""A published city over HTTP, asked by clients that are not ours."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper

from bygraf.city import City
from sparql_api.app import create_app
from tests.api.server import serving
from tests.api.tiny_city import BASE, write_city, write_data

BY = "https://bygraf.example.org/def#"
LABELS = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?l { ?p rdfs:label ?l } ORDER BY ?l"
GARDENERS = f"SELECT ?g {{ GRAPH <{BASE}graph/staff> {{ ?g a <{BY}Gardener> }} }} ORDER BY ?g"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("tiny")
    city = City.open(
        write_city(folder / "city"),
        home=folder / "home",
        environ={"BYGRAF_DATA": str(write_data(folder / "data")), "TINY_TOKEN_LAB": "secret"},
    )
    with city:
        city.publish()
        with serving(create_app(city)) as opened:
            yield opened


def wrapper(client: httpx.Client, query: str, form: str) -> SPARQLWrapper:
    sparql = SPARQLWrapper(f"{client.base_url}/sparql")
    sparql.setQuery(query)
    sparql.setReturnFormat(form)
    return sparql


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("request_method", ["urlencoded", POSTDIRECTLY])
def test_sparqlwrapper_reads_rows_with_language_tags(
    client: httpx.Client, method: str, request_method: str
) -> None:
    sparql = wrapper(client, LABELS, JSON)
    sparql.setMethod(method)
    sparql.setRequestMethod(request_method)
    bindings = sparql.queryAndConvert()["results"]["bindings"]
    assert [row["l"]["value"] for row in bindings] == ["Ecke, klein", "Grüner Weg", "Volkspark"]
    assert {row["l"]["xml:lang"] for row in bindings} == {"de"}


def test_sparqlwrapper_reads_xml_csv_and_graphs(client: httpx.Client) -> None:
    document = wrapper(client, LABELS, XML).queryAndConvert()
    assert len(document.getElementsByTagName("result")) == 3
    assert (
        wrapper(client, LABELS, CSV).queryAndConvert()
        == 'l\r\n"Ecke, klein"\r\nGrüner Weg\r\nVolkspark\r\n'.encode()
    )
    text = wrapper(client, "CONSTRUCT WHERE { ?p a ?type }", TURTLE).queryAndConvert()
    graph = Graph().parse(data=text, format="turtle")
    assert len(list(graph.subjects(RDF.type, URIRef(f"{BY}Park")))) == 3


def test_the_token_decides_what_a_listed_graph_gives(client: httpx.Client) -> None:
    params = {"query": GARDENERS, "format": "csv"}
    denied = client.get("/sparql", params=params)
    assert denied.status_code == 403
    assert denied.json()["type"].endswith("/policy-denied")
    allowed = client.get("/sparql", params=params, headers={"authorization": "Bearer secret"})
    assert allowed.text.split() == ["g", *(f"{BASE}id/gardener/{number}" for number in (7, 8, 9))]


def test_the_service_description_names_only_graphs_of_the_caller(client: httpx.Client) -> None:
    public = client.get("/sparql").text
    assert f"<{BASE}graph/parks>" in public and "graph/staff" not in public
    own = client.get("/sparql", headers={"authorization": "Bearer secret"}).text
    assert f"<{BASE}graph/staff>" in own
    assert Graph().parse(data=own, format="turtle")


def test_the_data_set_of_the_protocol_limits_the_answer(client: httpx.Client) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    headers = {"authorization": "Bearer secret"}

    def counted(graph: str) -> int:
        params = {"query": count, "format": "csv", "default-graph-uri": f"{BASE}graph/{graph}"}
        return int(client.get("/sparql", params=params, headers=headers).text.split()[1])

    assert counted("staff") == 6
    assert counted("parks") == 11


def test_a_library_query_is_asked_by_its_address(client: httpx.Client) -> None:
    response = client.get("/queries/parks-by-area/results", params={"least": "10", "format": "csv"})
    assert response.text == "label,area\r\nVolkspark,12.5\r\n"


def test_the_receipt_of_an_answer_names_its_graph_and_version(client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": LABELS})
    receipt = client.get(
        f"/receipts/{response.headers['bygraf-receipt'].rpartition(':')[2]}"
    ).json()
    (graph,) = receipt["graphs"]
    assert graph["iri"] == f"{BASE}graph/parks"
    assert graph["licence"]["key"] == "CC-BY-4.0"
    assert graph["version"]


def test_a_syntax_error_is_a_problem_with_its_place(client: httpx.Client) -> None:
    document = client.get("/sparql", params={"query": "SELECT *\n{ ?s ?p }"}).json()
    assert (document["line"], document["column"]) == (2, 9)
