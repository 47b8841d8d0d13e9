"""The routes. What may take long runs on threads, so that the event loop is always free."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Final, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response, StreamingResponse

from federation.answering import Answer
from federation.library import LibraryQuery, bound_parameters, find_query
from federation.preparing import Request
from federation.results import FORMATS, Format, form_of, format_named
from federation.results.turtle import write_triples
from federation.syntax import parse_query
from federation.view import Caller
from mappers.errors import UsageError
from mappers.rdf import Iri, Literal
from sparql_api.city import CityService
from sparql_api.negotiation import Choice, choose, choose_with_name, wants_page
from sparql_api.operation import (
    Operation,
    address_fields,
    partial_of,
    purpose_of,
    read_operation,
    single,
)
from sparql_api.pages import answer_page, home_page, query_page
from sparql_api.problems import RequestError
from sparql_api.receipts import ReceiptBook
from sparql_api.service_description import service_description
from sparql_api.settings import Settings
from sparql_api.style import STYLE

router: Final = APIRouter()

T = TypeVar("T")
Parameters = tuple[tuple[str, Iri | Literal], ...]

_NOT_FOR_PARAMETERS: Final = frozenset({"format", "purpose", "partial"})
_IN_MEMORY: Final = 8_000_000
_CHUNK: Final = 1 << 16
_UNCACHED: Final = {"Cache-Control": "no-store", "Vary": "Accept, Authorization, Bygraf-Purpose"}


def _write_nothing(*_: object) -> None:
    raise AssertionError("a page is written by sparql_api.pages")


HTML: Final = Format(
    "html",
    "text/html",
    frozenset({"select", "ask", "construct", "describe"}),
    _write_nothing,
)
OFFERED: Final = (*(one for one in FORMATS if one.name != "table"), HTML)
"""The formats over HTTP: those of answers, and a page for a browser."""


@router.get("/")
async def home(request: HttpRequest) -> Response:
    """The first page."""
    city = _city(request)
    return _page(home_page(city.title, city.library))


@router.get("/style.css")
async def style() -> Response:
    """The style sheet of the pages."""
    return Response(STYLE.encode(), media_type="text/css")


@router.get("/healthz")
@router.get("/health")
async def health() -> Response:
    """Whether the server answers at all."""
    return Response(b'{"status":"ok"}\n', media_type="application/json")


@router.api_route("/sparql", methods=["GET", "POST"])
async def sparql(request: HttpRequest) -> Response:
    """The SPARQL 1.1 Protocol's query operation; without a query the service description."""
    caller = _caller(request)
    operation = await read_operation(request, _settings(request).most_body_bytes)
    if operation.query is None:
        if request.method == "POST" or operation.format or operation.partial:
            raise RequestError(400, "The request has no query.", way_out="Send it as 'query'.")
        return await _description(request, caller, operation.purpose)
    return await _answer(request, caller, operation, ())


@router.get("/queries")
async def queries(request: HttpRequest) -> Response:
    """The library, as JSON."""
    entries = [_entry(query) for query in _city(request).library]
    return _json({"queries": entries}, "application/json")


@router.get("/queries/{name}")
async def query(request: HttpRequest, name: str) -> Response:
    """One query of the library: a page for a browser, its text for anything else."""
    found = _library_query(request, name)
    if wants_page(request.headers.get("accept")):
        return _page(query_page(_city(request).title, found))
    return Response(
        found.text.encode(),
        media_type="application/sparql-query",
        headers={"Vary": "Accept"},
    )


@router.get("/queries/{name}/results")
async def query_results(request: HttpRequest, name: str) -> Response:
    """The answer of a query of the library, with its parameters from the address."""
    caller = _caller(request)
    found = _library_query(request, name)
    fields = address_fields(request)
    given = {key: single(fields, key) or "" for key, _ in fields if key not in _NOT_FOR_PARAMETERS}
    operation = Operation(
        query=found.text,
        default_graphs=(),
        named_graphs=(),
        purpose=purpose_of(request, fields),
        partial=partial_of(fields),
        format=single(fields, "format") or None,
    )
    return await _answer(request, caller, operation, bound_parameters(found.parameters, given))


@router.get("/receipts/{key}")
async def receipt(request: HttpRequest, key: str) -> Response:
    """The receipt of an answer that the same caller got not long ago."""
    book: ReceiptBook = request.app.state.receipts
    found = book.find(key, _caller(request).name)
    if found is None:
        raise RequestError(404, "There is no such receipt, or no longer.")
    return _json(found, "application/ld+json", _UNCACHED)


async def _answer(
    request: HttpRequest, caller: Caller, operation: Operation, parameters: Parameters
) -> Response:
    text = operation.query or ""
    request.state.query = text
    choice = await run_sync(lambda: _choice(request, text, operation.format))
    asked = Request(
        text=text,
        caller=caller,
        purpose=operation.purpose,
        parameters=parameters,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        partial=operation.partial,
    )
    city = _city(request)
    answer, body = await _in_turn(request, lambda: _written(city, asked, choice))
    key = answer.receipt.id.rpartition(":")[2]
    book: ReceiptBook = request.app.state.receipts
    book.keep(key, caller.name, answer.receipt.to_jsonld())
    headers = {
        **_UNCACHED,
        "Bygraf-Receipt": answer.receipt.id,
        "Link": f'</receipts/{key}>; rel="describedby"; type="application/ld+json"',
    }
    return StreamingResponse(_chunks(body), 200, headers, choice.content_type)


def _choice(request: HttpRequest, text: str, name: str | None) -> Choice:
    """The format, chosen before the query runs; also finds errors of syntax."""
    form = form_of(parse_query(text))
    if name is not None:
        return choose_with_name(name, request.headers.get("accept"), form, OFFERED)
    return choose(request.headers.get("accept"), form, OFFERED)


def _written(city: CityService, asked: Request, choice: Choice) -> tuple[Answer, IO[bytes]]:
    """The answer, and its text in a file, so that a failure while writing is still a problem."""
    answer = city.answer(asked)
    body = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by `_chunks`
    if choice.format is HTML:
        body.write(answer_page(city.title, answer, asked.text).encode())
    else:
        choice.format.write(answer, body)
    body.seek(0)
    return answer, body


def _chunks(body: IO[bytes]) -> Iterator[bytes]:
    with body:
        while chunk := body.read(_CHUNK):
            yield chunk


async def _in_turn(request: HttpRequest, work: Callable[[], T]) -> T:
    """Run blocking work on a thread, so many at a time; RequestError (503) if too many wait."""
    limiter: CapacityLimiter = request.app.state.limiter
    waiting = limiter.statistics().tasks_waiting
    if not limiter.available_tokens and waiting >= _settings(request).waiting_queries:
        raise RequestError(
            503,
            "Too many queries are waiting for their turn.",
            way_out="Ask again in some seconds.",
            headers={"Retry-After": "5"},
        )
    return await run_sync(work, limiter=limiter)


async def _description(request: HttpRequest, caller: Caller, purpose: str | None) -> Response:
    """The service description in Turtle; a browser is sent to the form."""
    accept = request.headers.get("accept")
    if wants_page(accept):
        return RedirectResponse("/", 303)
    choice = choose(accept, "construct", (format_named("ttl"),))
    view = await _in_turn(request, lambda: _city(request).view(caller, purpose))
    triples = service_description(str(request.url.replace(query="")), view)
    stream = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by `_chunks`
    write_triples(triples, stream)
    stream.seek(0)
    return StreamingResponse(_chunks(stream), 200, _UNCACHED, choice.content_type)


def _caller(request: HttpRequest) -> Caller:
    """Who asks: the owner of the bearer token (RFC 6750), or `public` where there is none."""
    header = request.headers.get("authorization")
    if header is None:
        return _city(request).public
    scheme, _, token = header.partition(" ")
    found = None
    if scheme.lower() == "bearer" and token.strip():
        found = _city(request).caller_by_token(token.strip())
    if found is None:
        raise RequestError(
            401,
            "The token is not known.",
            way_out="Send `Authorization: Bearer TOKEN`, or no such header to ask as public.",
            headers={"WWW-Authenticate": 'Bearer realm="bygraf", error="invalid_token"'},
        )
    return found


def _library_query(request: HttpRequest, name: str) -> LibraryQuery:
    try:
        return find_query(_city(request).library, name)
    except UsageError as error:
        raise RequestError(404, error.message, way_out=error.way_out) from error


def _entry(query: LibraryQuery) -> dict[str, object]:
    return {
        "name": query.name,
        "topic": query.topic,
        "title": query.title,
        "description": query.description,
        "tags": list(query.tags),
        "silos": list(query.silos),
        "parameters": [
            {"name": one.name, "type": one.type, "description": one.description}
            for one in query.parameters
        ],
        "query": f"/queries/{query.name}",
        "results": f"/queries/{query.name}/results",
    }


def _city(request: HttpRequest) -> CityService:
    city: CityService = request.app.state.city
    return city


def _settings(request: HttpRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _page(page: str) -> Response:
    return Response(page.encode(), media_type="text/html; charset=utf-8")


def _json(document: object, media_type: str, headers: dict[str, str] | None = None) -> Response:
    body = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return Response(body.encode(), media_type=media_type, headers=headers)
