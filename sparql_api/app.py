"""The application: its routes, and what stands around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from mappers.errors import BygrafError
from mappers.limits import Limits
from sparql_api.asking import Desk
from sparql_api.city import CityService
from sparql_api.headers import SecurityHeaders
from sparql_api.negotiation import wants_page
from sparql_api.pages import error_page
from sparql_api.problems import RequestError, internal_problem, problem_of, title_of
from sparql_api.routes import router


def create_app(city: CityService, limits: Limits | None = None) -> FastAPI:
    """The web application of a city, within its own limits or those given.

    `app.state` holds the desk at which questions are asked. The city is not closed with the
    application: who opened it closes it.
    """
    desk = Desk(city, limits or city.limits)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.turns.close()

    app = FastAPI(
        title=f"{city.title}: Bygraf",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.desk = desk
    app.include_router(router)
    app.add_exception_handler(BygrafError, _expected)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Bygraf-Purpose", "Content-Type", "Accept"],
        expose_headers=["Bygraf-Receipt", "Link"],
    )
    app.add_middleware(SecurityHeaders)
    return app


async def _expected(request: HttpRequest, error: Exception) -> Response:
    """An error that has a sentence: a page for a browser, a problem for anything else."""
    assert isinstance(error, BygrafError)
    response = problem_of(error)
    if response.status_code < 500 and wants_page(request.headers.get("accept")):
        page = error_page(
            request.app.state.desk.city.title,
            error,
            title_of(error),
            getattr(request.state, "query", None),
        )
        headers = {
            name: value
            for name, value in response.headers.items()
            if name not in ("content-type", "content-length")
        }
        return Response(page.encode(), response.status_code, headers, "text/html; charset=utf-8")
    return response


async def _http_error(request: HttpRequest, error: Exception) -> Response:
    """What the router says of an address or a method, as a problem."""
    assert isinstance(error, HTTPException)
    path = request.url.path
    sentence = {
        404: f"There is nothing at {path}.",
        405: f"The method {request.method} is not for {path}.",
    }.get(error.status_code, str(error.detail))
    return await _expected(
        request, RequestError(error.status_code, sentence, headers=error.headers)
    )


async def _unexpected(_request: HttpRequest, _error: Exception) -> Response:
    """A fault of ours; the server writes it to its log, for Starlette raises it again."""
    return internal_problem()
