"""Errors as RFC 9457 problems."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from starlette.responses import Response

from mappers.errors import BygrafError, QuerySyntaxError

PROBLEM_BASE: Final = "https://bygraf.example.org/problem/"


class RequestError(BygrafError):
    """The HTTP request is at fault, in the way that `status` says (RFC 9110, section 15.5)."""

    exit_status = 2
    problem = "request"
    titles: ClassVar[Mapping[int, tuple[str, str]]] = MappingProxyType(
        {
            400: ("request-invalid", "The request is not well-formed"),
            401: ("token-invalid", "The token is not known"),
            404: ("not-found", "There is nothing here"),
            405: ("method-not-allowed", "The method is not for this address"),
            406: ("not-acceptable", "No format fits"),
            413: ("body-too-large", "The request is too large"),
            415: ("body-unsupported", "The body is of a type that is not read here"),
            503: ("busy", "Too many queries are waiting"),
        }
    )

    def __init__(
        self,
        status: int,
        message: str,
        *,
        way_out: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, way_out=way_out)
        self.status = status
        self.headers = dict(headers or {})


PROBLEMS: Final[Mapping[str, tuple[int, str]]] = MappingProxyType(
    {
        "query-syntax": (400, "The query is not SPARQL 1.1"),
        "query-too-complex": (400, "The query is too complex"),
        "query-unsupported": (400, "The query has a form that is refused"),
        "query": (400, "The query is at fault"),
        "parameter-invalid": (400, "A parameter is wrong"),
        "usage": (400, "The request does not fit"),
        "policy-denied": (403, "There is no right to this"),
        "source-failed": (502, "A source failed"),
        "query-timeout": (503, "The query took too long"),
        "query-cancelled": (503, "The query was cancelled"),
        "query-too-large": (503, "The query needs too much room"),
    }
)
"""Status and title by the type of a problem; an error of any other type is the city's own fault."""

_OWN_FAULT: Final = (500, "The city is not in order")


def problem_of(error: BygrafError) -> Response:
    """The response that tells of an error; it never says more than the error itself does."""
    if isinstance(error, RequestError):
        name, _ = error.titles.get(error.status, ("request-invalid", ""))
        return _response(
            name, error.status, title_of(error), error.message, _help(error), error.headers
        )
    status, title = PROBLEMS.get(error.problem, _OWN_FAULT)
    extra = _help(error)
    if error.location is not None and error.problem.startswith("query"):
        extra |= {"line": error.location.line, "column": error.location.column}
    if isinstance(error, QuerySyntaxError):
        extra["expected"] = list(error.expected)
    # details of files of the city are for its operator, who finds them in the log
    detail = error.message if status != _OWN_FAULT[0] else "Its operator can find the cause."
    headers = {"Retry-After": "30"} if error.problem == "query-timeout" else {}
    return _response(error.problem, status, title, detail, extra, headers)


def title_of(error: BygrafError) -> str:
    """What kind of error it is, in a few words."""
    if isinstance(error, RequestError):
        return error.titles.get(error.status, ("", "The request is wrong"))[1]
    return PROBLEMS.get(error.problem, _OWN_FAULT)[1]


def internal_problem() -> Response:
    """The response for an error that Bygraf did not expect."""
    detail = "This is a fault of Bygraf; its operator can find the cause in the log."
    return _response("internal", 500, "An unexpected error", detail, {}, {})


def _help(error: BygrafError) -> dict[str, object]:
    return {"help": error.way_out} if error.way_out else {}


def _response(
    name: str,
    status: int,
    title: str,
    detail: str,
    extra: Mapping[str, object],
    headers: Mapping[str, str],
) -> Response:
    document = {
        "type": PROBLEM_BASE + name,
        "title": title,
        "status": status,
        "detail": detail,
        **{key: value for key, value in extra.items() if value is not None},
    }
    body = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return Response(
        body.encode(),
        status_code=status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", **headers},
    )
