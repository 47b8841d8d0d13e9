"""The routes. What may take long runs on threads, so that the event loop is always free."""

from __future__ import annotations

import json
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from federation.library import LibraryQuery, bound_parameters, find_query
from federation.results import format_named
from federation.results.turtle import write_triples
from federation.view import Caller
from mappers.errors import UsageError
from sparql_api.asking import UNCACHED, Desk, ask
from sparql_api.body import Body
from sparql_api.city import CityService
from sparql_api.negotiation import choose, wants_page
from sparql_api.operation import (
    Operation,
    address_fields,
    partial_of,
    purpose_of,
    read_operation,
    single,
)
from sparql_api.pages import home_page, query_page
from sparql_api.problems import RequestError
from sparql_api.service_description import service_description
from sparql_api.style import STYLE

router: Final = APIRouter()

_NOT_FOR_PARAMETERS: Final = frozenset({"format", "purpose", "partial"})


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


@router.route("/sparql", methods=["GET", "POST"])
async def sparql(request: HttpRequest) -> Response:
    """The SPARQL 1.1 Protocol's query operation; without a query the service description."""
    caller = _caller(request)
    operation = await read_operation(request, _desk(request).limits.body_bytes)
    if operation.query is None:
        if request.method == "POST" or operation.format or operation.partial:
            raise RequestError(400, "The request has no query.", way_out="Send it as 'query'.")
        return await _description(request, caller, operation.purpose)
    return await ask(_desk(request), request, caller, operation, ())


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
    return await ask(
        _desk(request), request, caller, operation, bound_parameters(found.parameters, given)
    )


@router.get("/receipts/{key}")
async def receipt(request: HttpRequest, key: str) -> Response:
    """The receipt of an answer that the same caller got not long ago."""
    found = _desk(request).receipts.find(key, _caller(request).name)
    if found is None:
        raise RequestError(404, "There is no such receipt, or no longer.")
    return _json(found.to_jsonld(), "application/ld+json", UNCACHED)


async def _description(request: HttpRequest, caller: Caller, purpose: str | None) -> Response:
    """The service description in Turtle; a browser is sent to the form."""
    accept = request.headers.get("accept")
    if wants_page(accept):
        return RedirectResponse("/", 303)
    choice = choose(accept, "construct", (format_named("ttl"),))
    desk = _desk(request)
    view = await desk.turns.run(lambda: desk.city.view(caller, purpose), request, desk.allowance())
    body = Body(desk.limits.bytes)
    write_triples(service_description(str(request.url.replace(query="")), view), body)
    return Response(body.whole(), 200, UNCACHED, choice.content_type)


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


def _desk(request: HttpRequest) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _city(request: HttpRequest) -> CityService:
    return _desk(request).city


def _page(page: str) -> Response:
    return Response(page.encode(), media_type="text/html; charset=utf-8")


def _json(document: object, media_type: str, headers: dict[str, str] | None = None) -> Response:
    body = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return Response(body.encode(), media_type=media_type, headers=headers)
