"""A query that would take more than its share is refused or stopped by name over HTTP, and the
server answers the next caller.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from bygraf.city import City
from sparql_api.app import create_app
from tests.api.server import serving
from tests.faults.crowded_city import BASE, HOUSES, write_city, write_data

PREFIXES = (
    "PREFIX by: <https://bygraf.example.org/def#> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX geo: <http://www.opengis.net/ont/geosparql#> "
    "PREFIX geof: <http://www.opengis.net/def/function/geosparql/> "
    "PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/> "
)
NEXT = f"SELECT ?next {{ <{BASE}id/house/7> <https://bygraf.example.org/def#beside> ?next }}"
PROBLEM = "https://bygraf.example.org/problem/"

CROSS = "?a ?p ?b . ?c ?q ?d . ?e ?r ?f"
STEPS = "/".join(["by:beside"] * 400)
GROUPS = "{ " * 10_000 + "?a ?p ?b" + " }" * 10_000
OPTIONALS = "?a ?p ?b " + "OPTIONAL { ?a ?q ?c } " * 10_000
UNIONS = " UNION ".join(["{ ?a ?p ?b }"] * 10_000)
NUMBERS = ", ".join(str(number) for number in range(10_000))
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(60))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The published city, with one worker and a spare one."""
    folder = tmp_path_factory.mktemp("crowd")
    city = City.open(
        write_city(folder / "city"),
        home=folder / "home",
        environ={"BYGRAF_DATA": str(write_data(folder / "data"))},
        limits=("memory_mb=300", "process_mb=1500", "spill_mb=20", "bytes=20_000_000"),
        spares=1,
    )
    with city:
        city.publish()
        yield city


@contextmanager
def served(city: City, **limits: float) -> Iterator[httpx.Client]:
    """The city over HTTP, with some limits set otherwise for this server."""
    allowed = city.limits.changed(limits)
    city.federation.limits = allowed
    try:
        with serving(create_app(city, allowed)) as client:
            yield client
    finally:
        city.federation.limits = city.limits


def asked(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/sparql", data={"query": text}, timeout=120)


def refused(client: httpx.Client, text: str, *names: str) -> dict[str, object]:
    """The problem, of one of the types, of a query; the next caller gets an answer."""
    document: dict[str, object] = asked(client, PREFIXES + text).json()
    assert str(document["type"]).removeprefix(PROBLEM) in names, document
    answers(client)
    return document


def answers(client: httpx.Client) -> None:
    response = asked(client, NEXT)
    assert response.status_code == 200, response.text
    (row,) = response.json()["results"]["bindings"]
    assert row["next"]["value"] == f"{BASE}id/house/8"


# --- refused before anything runs ----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"SELECT * {{ ?a {STEPS} ?b }}", id="a path of 400 steps"),
        pytest.param(f"SELECT * {{ {GROUPS} }}", id="10,000 nested groups"),
        pytest.param(f"SELECT * {{ {OPTIONALS} }}", id="10,000 chained OPTIONALs"),
        pytest.param(f"SELECT * {{ {UNIONS} }}", id="10,000 chained UNIONs"),
        pytest.param(f"SELECT * {{ ?a ?p ?b FILTER(?b IN ({NUMBERS})) }}", id="a huge IN list"),
        pytest.param(
            "SELECT * { " + "[ by:beside " * 5_000 + "?x" + " ]" * 5_000 + " }", id="nodes"
        ),
        pytest.param("SELECT (" + "(" * 30_000 + "1" + ")" * 30_000 + " AS ?x) {}", id="brackets"),
        pytest.param("SELECT * { ?a ?p ?b " + "FILTER(?b != 1) " * 200 + "}", id="200 filters"),
        pytest.param("SELECT (" + "!" * 60_000 + "1 AS ?x) {}", id="60,000 negations"),
        pytest.param("SELECT ?a { ?a ?p " + "^" * 60_000 + "by:beside ?b }", id="inverses"),
        pytest.param(f"SELECT * {{ ?a ?p '{'x' * 100_000}' }}", id="a text of 100,000 bytes"),
    ],
)
def test_a_text_that_is_too_complex_is_refused(opened: City, text: str) -> None:
    with served(opened) as client:
        document = refused(client, text, "query-too-complex", "query-syntax")
    assert document["status"] == 400


@pytest.mark.parametrize(
    ("many", "limits", "says"),
    [
        (150, {"planning_seconds": 0.2}, "Planning the query took longer than the 0.2 s"),
        (8, {"plan_nodes": 30}, "more than 30 operators"),
        (8, {"sql_characters": 2_000}, "the limit is 2,000"),
    ],
)
def test_a_plan_that_is_too_large_is_refused(
    opened: City, many: int, limits: dict[str, float], says: str
) -> None:
    text = "SELECT * { " + " ".join(f"?a ?p{n} ?b{n} ." for n in range(many)) + " }"
    with served(opened, **limits) as client:
        document = asked(client, PREFIXES + text).json()
        assert document["type"] == PROBLEM + "query-too-complex", document
        assert says in document["detail"]
    with served(opened) as client:
        answers(client)


# --- stopped while it runs -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(STR(?b) < STR(?d)) }}", id="cross product"
        ),
        pytest.param(
            "SELECT (COUNT(*) AS ?n) { ?a by:beside* ?b }", id="all pairs of a ring by a path"
        ),
        pytest.param(
            'SELECT (GROUP_CONCAT(?n; separator=",") AS ?all) '
            f"{{ {CROSS} BIND(STR(?b) AS ?n) }} GROUP BY ?a",
            id="a text made of a cross product",
        ),
        pytest.param(
            "SELECT (COUNT(*) AS ?n) { ?a rdfs:label ?x . ?b rdfs:label ?y . ?c rdfs:label ?z "
            "FILTER(REGEX(?x, CONCAT(?y, ?z, '(a+)+$'))) }",
            id="patterns made of data",
        ),
        pytest.param(
            "SELECT (STRLEN(STR(geof:buffer(?wkt, 5000, uom:metre))) AS ?n) { ?c geo:asWKT ?wkt }",
            id="buffer of a coast",
        ),
    ],
)
def test_what_would_never_end_is_stopped_at_its_time(opened: City, text: str) -> None:
    with served(opened, seconds=2) as client:
        document = refused(client, text, "query-timeout", "query-too-large")
    assert document["status"] == 503


def test_a_sort_that_spills_more_than_allowed_is_refused(opened: City) -> None:
    text = "SELECT ?a ?b ?c { ?a by:beside ?b . ?c rdfs:label ?d } ORDER BY ?d DESC(?b) ?c ?a"
    with served(opened, seconds=200) as client:
        document = refused(client, text, "query-too-large")
    assert "room on disk than the 20 MB" in str(document["detail"])
    spill = opened.home / "crowd" / "spill"
    assert [file for file in spill.rglob("*") if file.is_file()] == []


def test_a_text_that_doubles_sixty_times_is_refused(opened: City) -> None:
    text = f"SELECT (STRLEN(?x60) AS ?n) {{ ?a rdfs:label ?x0 {DOUBLED} }}"
    with served(opened, seconds=20) as client:
        refused(client, text, "query-too-large", "query-timeout", "query-unsupported")


@pytest.mark.parametrize("limits", [{"rows": 1_000}, {"bytes": 100_000}])
def test_an_answer_that_is_too_large_is_refused(opened: City, limits: dict[str, float]) -> None:
    with served(opened, **limits) as client:
        document = refused(client, "SELECT * { ?a ?p ?b }", "query-too-large")
    (number,) = limits.values()
    assert f"{number:,}" in str(document["detail"])


def test_a_graph_of_too_many_triples_is_refused(opened: City) -> None:
    with served(opened, triples=1_000) as client:
        refused(client, "CONSTRUCT WHERE { ?a by:beside ?b }", "query-too-large")


def test_writing_a_long_answer_ends_at_its_time(opened: City) -> None:
    text = "SELECT * { ?a by:beside ?b . VALUES ?n { " + "1 2 3 4 5 " * 40 + "} }"
    with served(opened, seconds=2, bytes=10_000_000_000) as client:
        refused(client, text, "query-timeout")


@pytest.mark.parametrize("pattern", ["'(a+)+$'", "'^(([a-z])+.)+[A-Z]([a-z])+$'", "?pattern"])
def test_a_pattern_that_backtracks_elsewhere_is_answered(opened: City, pattern: str) -> None:
    text = (
        f"SELECT (COUNT(*) AS ?n) {{ VALUES ?pattern {{ '(a|aa)+$' }} ?a rdfs:label ?x "
        f"FILTER(REGEX(?x, {pattern})) }}"
    )
    with served(opened) as client:
        document = asked(client, PREFIXES + text).json()
    assert document["results"]["bindings"][0]["n"]["value"] == "0"


# --- the next caller -----------------------------------------------------------------------------


def test_a_client_that_goes_ends_its_query(opened: City) -> None:
    """The only worker is at work for as long as the query runs, so an answer tells that it ended."""
    body = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(STR(?b) < STR(?d)) }}".encode()
    with served(opened, seconds=3_600) as client:
        answers(client)
        with socket.create_connection((client.base_url.host, client.base_url.port or 80)) as caller:
            caller.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
            )
            await_busy(opened)
        answers(client)
    await_that(lambda: "query-cancelled" in (opened.home / "crowd" / "audit.log").read_text())


def await_that(found: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not found():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.01)


def await_busy(city: City) -> None:
    """Wait until one of the two workers is at a job."""
    await_that(lambda: len(city.federation.workers.processes()) == 1)


def test_a_server_whose_questions_wait_turns_more_away_and_is_alive(opened: City) -> None:
    with (
        served(opened, seconds=5, concurrent_queries=1, waiting_queries=0) as client,
        socket.create_connection((client.base_url.host, client.base_url.port or 80)) as caller,
    ):
        body = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(STR(?b) < STR(?d)) }}".encode()
        caller.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        await_busy(opened)
        assert client.get("/healthz").status_code == 200
        assert asked(client, NEXT).json()["type"] == PROBLEM + "busy"
        with caller.makefile("rb") as lines:
            told = b"".join(lines.readline() for _ in range(20))
        assert b"query-timeout" in told or b"query-too-large" in told
        answers(client)


def test_every_house_is_counted_within_the_limits(opened: City) -> None:
    with served(opened) as client:
        document = asked(client, PREFIXES + "SELECT (COUNT(*) AS ?n) { ?a a by:House }").json()
    assert document["results"]["bindings"][0]["n"]["value"] == str(HOUSES)
