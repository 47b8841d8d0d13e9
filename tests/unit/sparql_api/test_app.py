"""The application, served on loopback, over a city whose answers are written by hand."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest

from federation.answering import Answer
from federation.library import LibraryQuery, Parameter
from federation.preparing import Request
from federation.receipt import COMPLETE, Receipt
from federation.results import form_of
from federation.solutions import Solutions
from federation.syntax import parse_query
from federation.view import Caller, View
from mappers.errors import (
    DataError,
    DeniedError,
    Location,
    QueryTimeoutError,
    SourceFailedError,
)
from mappers.limits import Limits
from mappers.rdf import XSD_INTEGER, Iri, Literal, Term, Triple
from mappers.worker import Allowance
from sparql_api.app import create_app
from tests.api.server import serving

JSON = "application/sparql-results+json"
SELECT = "SELECT ?x WHERE { ?x ?p ?o }"
PROBLEM = "https://bygraf.example.org/problem/"
EVIL = "<script>alert('1')</script>"

LIBRARY = (
    LibraryQuery(
        name="thefts",
        topic="safety",
        title=f"Thefts {EVIL}",
        description="By year & district",
        tags=(),
        silos=("safety",),
        parameters=(Parameter("year", "xsd:integer", Literal("2023", XSD_INTEGER), "The year"),),
        text="SELECT ?year WHERE { ?x <urn:year> ?year }",
        file="thefts.rq",
    ),
)


PUBLIC = Caller("public")


@dataclass
class WrittenCity:
    """Answers every question alike, and keeps what it was asked."""

    row: tuple[Term | None, ...] = (Iri("urn:a"),)
    rows: int = 1
    error: Exception | None = None
    before: Callable[[], object] = lambda: None
    title: str = "Testville"
    library: tuple[LibraryQuery, ...] = LIBRARY
    public: Caller = PUBLIC
    limits: Limits = field(default_factory=Limits)
    asked: list[Request] = field(default_factory=list)

    def answer(self, request: Request, allowance: Allowance | None = None) -> Answer:
        self.asked.append(request)
        self.before()
        if self.error is not None:
            raise self.error
        form = form_of(parse_query(request.text))
        rows = Solutions(("x",), self.rows, lambda: iter([[self.row] * self.rows]))
        return Answer(
            form=form,
            variables=("x",) if form == "select" else (),
            solutions=rows if form == "select" else None,
            boolean=True if form == "ask" else None,
            triples=(Triple(Iri("urn:s"), Iri("urn:p"), Iri("urn:o")),)
            if form in ("construct", "describe")
            else None,
            receipt=receipt(request.caller.name, len(self.asked)),
        )

    def view(self, caller: Caller, purpose: str | None) -> View:
        return View(caller, purpose, ())

    def caller_by_token(self, token: str) -> Caller | None:
        return Caller("lab", frozenset({"analyst"})) if token == "secret" else None


def receipt(caller: str, number: int) -> Receipt:
    return Receipt(
        id=f"urn:uuid:{number:08d}-0000-4000-8000-000000000000",
        caller=caller,
        purpose=None,
        time=datetime(2026, 1, 1, tzinfo=UTC),
        graphs=(),
        licence="CC0-1.0",
        duties=(),
        rules_applied=(),
        completeness=COMPLETE,
        query_fingerprint="sha256:0",
    )


@pytest.fixture
def city() -> WrittenCity:
    return WrittenCity()


@pytest.fixture
def client(city: WrittenCity) -> Iterator[httpx.Client]:
    app = create_app(city, Limits(body_bytes=1_000))
    with serving(app) as opened:
        yield opened


def problem(response: httpx.Response, name: str, status: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, object] = response.json()
    assert document["type"] == PROBLEM + name
    assert document["status"] == status
    return document


def ask(client: httpx.Client, query: str = SELECT, **headers: str) -> httpx.Response:
    return client.get(
        "/sparql",
        params={"query": query},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


# --- the three ways to ask ---------------------------------------------------------------------


def test_get_form_and_direct_post_ask_the_same(client: httpx.Client, city: WrittenCity) -> None:
    text = "SELECT ?x { ?x ?p '100 %25 + ä&=' }"
    graphs = {"default-graph-uri": ["urn:d1", "urn:d2"], "named-graph-uri": ["urn:n"]}
    responses = [
        client.get("/sparql", params={"query": text, **graphs}),
        client.post("/sparql", data={"query": text, **graphs}),
        client.post(
            "/sparql",
            params=graphs,
            content=text.encode(),
            headers={"content-type": "application/sparql-query; charset=UTF-8"},
        ),
    ]
    for response in responses:
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == JSON
    assert {request.text for request in city.asked} == {text}
    for request in city.asked:
        assert request.default_graphs == ("urn:d1", "urn:d2")
        assert request.named_graphs == ("urn:n",)
        assert request.caller == Caller("public")
        assert not request.partial


def test_purpose_comes_from_header_or_parameter(client: httpx.Client, city: WrittenCity) -> None:
    ask(client, bygraf_purpose="ResearchAndDevelopment")
    client.get("/sparql", params={"query": SELECT, "purpose": "ServiceProvision"})
    assert [request.purpose for request in city.asked] == [
        "ResearchAndDevelopment",
        "ServiceProvision",
    ]
    both = client.get(
        "/sparql", params={"query": SELECT, "purpose": "A"}, headers={"Bygraf-Purpose": "B"}
    )
    problem(both, "request-invalid", 400)


def test_a_partial_answer_must_be_asked_for_by_its_word(
    client: httpx.Client, city: WrittenCity
) -> None:
    client.get("/sparql", params={"query": SELECT, "partial": "allow"})
    assert city.asked[-1].partial
    problem(
        client.get("/sparql", params={"query": SELECT, "partial": "yes"}), "request-invalid", 400
    )


@pytest.mark.parametrize(
    ("query", "accept", "content_type", "start"),
    [
        (SELECT, "text/csv", "text/csv; charset=utf-8", "x\r\n"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml", "<?xml"),
        ("ASK {}", "application/json", "application/json", '{"head"'),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "*/*", "text/turtle; charset=utf-8", "\n<urn:s>"),
        ("DESCRIBE <urn:s>", "application/n-triples", "application/n-triples", "<urn:s> <urn:p>"),
    ],
)
def test_the_accepted_format_is_sent(
    client: httpx.Client, query: str, accept: str, content_type: str, start: str
) -> None:
    response = ask(client, query, accept=accept)
    assert response.headers["content-type"] == content_type
    assert response.text.startswith(start)


def test_a_format_by_name_comes_before_the_header(client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": SELECT, "format": "tsv"})
    assert response.headers["content-type"] == "text/tab-separated-values; charset=utf-8"


def test_without_a_query_get_describes_the_service(client: httpx.Client) -> None:
    response = client.get("/sparql", headers={"accept": "text/turtle"})
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    assert f"sd:endpoint <{client.base_url}/sparql>" in response.text
    assert "sd:supportedLanguage sd:SPARQL11Query" in response.text


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "content_type", "name", "status"),
    [
        (
            b"query=ASK%20%7B%7D&query=ASK%20%7B%7D",
            "application/x-www-form-urlencoded",
            "request-invalid",
            400,
        ),
        (b"query=%ff", "application/x-www-form-urlencoded", "request-invalid", 400),
        (b"update=DROP%20ALL", "application/x-www-form-urlencoded", "request-invalid", 400),
        (b"", "application/x-www-form-urlencoded", "request-invalid", 400),
        (b"ASK { ?\xff ?p ?o }", "application/sparql-query", "request-invalid", 400),
        (b"ASK {}", "application/sparql-query; charset=latin-1", "body-unsupported", 415),
        (b"DROP ALL", "application/sparql-update", "body-unsupported", 415),
        (b"ASK {}", "text/plain", "body-unsupported", 415),
        (b"ASK {} #" + b"x" * 1_000, "application/sparql-query", "body-too-large", 413),
    ],
)
def test_a_wrong_post_is_a_problem(
    client: httpx.Client,
    city: WrittenCity,
    content: bytes,
    content_type: str,
    name: str,
    status: int,
) -> None:
    response = client.post("/sparql", content=content, headers={"content-type": content_type})
    problem(response, name, status)
    assert city.asked == []


def test_a_body_of_unstated_length_is_cut_off(client: httpx.Client) -> None:
    chunks = iter([b"#" * 600, b"#" * 600])
    response = client.post(
        "/sparql", content=chunks, headers={"content-type": "application/sparql-query"}
    )
    problem(response, "body-too-large", 413)


def test_a_syntax_error_has_line_column_and_what_was_expected(client: httpx.Client) -> None:
    document = problem(ask(client, "SELECT ?x\nWHERE { ?x ?p }"), "query-syntax", 400)
    assert (document["line"], document["column"]) == (2, 15)
    assert document["expected"]


def test_nothing_runs_when_no_format_fits(client: httpx.Client, city: WrittenCity) -> None:
    document = problem(ask(client, accept="text/turtle"), "not-acceptable", 406)
    assert JSON in str(document["help"])
    assert city.asked == []


@pytest.mark.parametrize(
    ("error", "name", "status"),
    [
        (DeniedError("No right."), "policy-denied", 403),
        (QueryTimeoutError("60 s have passed."), "query-timeout", 503),
        (SourceFailedError("The silo safety failed."), "source-failed", 502),
    ],
)
def test_an_error_of_the_city_is_a_problem_of_its_type(
    client: httpx.Client, city: WrittenCity, error: Exception, name: str, status: int
) -> None:
    city.error = error
    assert problem(ask(client), name, status)["detail"] == str(error)


def test_faults_of_the_city_tell_strangers_nothing_of_its_files(
    client: httpx.Client, city: WrittenCity
) -> None:
    city.error = DataError("Broken.", location=Location("/srv/secret/policy.ttl", 3))
    response = ask(client)
    assert response.status_code == 500
    assert "secret" not in response.text
    city.error = ZeroDivisionError("/srv/secret")
    response = ask(client)
    problem(response, "internal", 500)
    assert "secret" not in response.text


def test_unknown_addresses_and_methods_are_problems(client: httpx.Client) -> None:
    problem(client.get("/nothing"), "not-found", 404)
    problem(client.delete("/sparql"), "method-not-allowed", 405)
    for path in ("/docs", "/redoc", "/openapi.json"):
        problem(client.get(path), "not-found", 404)


# --- who asks ----------------------------------------------------------------------------------


def test_a_token_tells_who_asks(client: httpx.Client, city: WrittenCity) -> None:
    assert ask(client, authorization="bearer secret").status_code == 200
    assert city.asked[-1].caller.name == "lab"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic secret", "secret"])
def test_a_wrong_token_is_refused_and_not_taken_for_public(
    client: httpx.Client, city: WrittenCity, header: str
) -> None:
    response = ask(client, authorization=header)
    problem(response, "token-invalid", 401)
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert city.asked == []


def test_a_receipt_can_be_fetched_by_its_caller_only(client: httpx.Client) -> None:
    response = ask(client, authorization="Bearer secret")
    address = response.headers["link"].partition(">")[0].lstrip("<")
    assert response.headers["link"].endswith('rel="describedby"; type="application/ld+json"')
    own = client.get(address, headers={"authorization": "Bearer secret"})
    assert own.headers["content-type"] == "application/ld+json"
    assert own.json()["id"] == response.headers["bygraf-receipt"]
    assert own.json()["caller"] == "lab"
    problem(client.get(address), "not-found", 404)


# --- the library -------------------------------------------------------------------------------


def test_the_library_is_listed(client: httpx.Client) -> None:
    (entry,) = client.get("/queries").json()["queries"]
    assert entry["name"] == "thefts"
    assert client.get(entry["query"]).text == LIBRARY[0].text


def test_a_library_query_is_asked_with_typed_parameters(
    client: httpx.Client, city: WrittenCity
) -> None:
    response = client.get("/queries/thefts/results", params={"year": "2020", "format": "csv"})
    assert response.status_code == 200
    assert city.asked[-1].parameters == (("year", Literal("2020", XSD_INTEGER)),)
    client.get("/queries/thefts/results")
    assert city.asked[-1].parameters == (("year", Literal("2023", XSD_INTEGER)),)


def test_wrong_parameters_and_names_are_problems(client: httpx.Client) -> None:
    problem(client.get("/queries/thefts/results?year=x"), "parameter-invalid", 400)
    problem(client.get("/queries/thefts/results?yaer=1"), "parameter-invalid", 400)
    document = problem(client.get("/queries/theft"), "not-found", 404)
    assert "thefts" in str(document["help"])


# --- pages -------------------------------------------------------------------------------------

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_every_page_escapes_what_it_shows(client: httpx.Client, city: WrittenCity) -> None:
    city.row = (Literal(EVIL),)
    pages = [
        client.get("/"),
        client.get("/queries/thefts", headers={"accept": BROWSER}),
        ask(client, f'SELECT ?x {{ ?x ?p "{EVIL}" }}', accept=BROWSER),
        ask(client, f"SELECT {EVIL}", accept=BROWSER),
        client.get(f"/{EVIL}", headers={"accept": BROWSER}),
    ]
    for page in pages:
        assert page.headers["content-type"] == "text/html; charset=utf-8", page.text
        assert "<script" not in page.text
    assert "&lt;script&gt;" in pages[2].text


def test_only_web_addresses_become_links(client: httpx.Client, city: WrittenCity) -> None:
    city.row = (Iri("javascript:alert(1)"),)
    assert "href='javascript" not in ask(client, accept=BROWSER).text
    city.row = (Iri("https://example.org/a'b"),)
    assert "href='https://example.org/a&#x27;b'" in ask(client, accept=BROWSER).text


def test_nothing_on_a_page_is_loaded_from_elsewhere(client: httpx.Client) -> None:
    page = client.get("/")
    assert "src=" not in page.text
    assert page.text.count("<link ") == 1
    assert "<link rel='stylesheet' href='/style.css'>" in page.text
    assert client.get("/style.css").headers["content-type"].startswith("text/css")


def test_a_browser_gets_a_form_again_after_an_error(client: httpx.Client) -> None:
    page = ask(client, "SELECT ?x { ?x }", accept=BROWSER)
    assert page.status_code == 400
    assert "SELECT ?x { ?x }" in page.text
    assert "<textarea" in page.text


def test_a_long_answer_says_on_its_page_that_it_is_cut(
    client: httpx.Client, city: WrittenCity
) -> None:
    city.rows = 1_200
    assert "first 1,000 of 1,200 rows" in ask(client, accept=BROWSER).text


# --- around every response -----------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/sparql", "/healthz", "/nothing", "/queries"])
def test_every_response_has_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_answers_are_not_cached_and_vary_by_who_asks(client: httpx.Client) -> None:
    headers = ask(client, accept_encoding="identity").headers
    assert headers["cache-control"] == "no-store"
    assert "Authorization" in headers["vary"] and "Accept" in headers["vary"]


def test_another_web_site_may_ask_as_public_and_read_the_receipt(client: httpx.Client) -> None:
    response = ask(client, origin="https://elsewhere.example")
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Bygraf-Receipt" in response.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in response.headers


def test_long_answers_are_compressed_for_who_accepts_it(
    client: httpx.Client, city: WrittenCity
) -> None:
    city.rows = 500
    with client.stream(
        "GET", "/sparql", params={"query": SELECT}, headers={"accept-encoding": "gzip"}
    ) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(raw))["results"]["bindings"]) == 500


def test_the_server_is_alive_while_a_query_runs_and_turns_away_too_many(city: WrittenCity) -> None:
    gate, started = threading.Event(), threading.Event()
    city.before = lambda: (started.set(), gate.wait(20))
    app = create_app(city, Limits(concurrent_queries=1, waiting_queries=0))
    with serving(app) as client:
        statuses: list[int] = []
        thread = threading.Thread(target=lambda: statuses.append(ask(client).status_code))
        thread.start()
        assert started.wait(20)
        assert client.get("/healthz").status_code == 200
        refused = ask(client)
        gate.set()
        thread.join(20)
    problem(refused, "busy", 503)
    assert refused.headers["retry-after"]
    assert statuses == [200]
