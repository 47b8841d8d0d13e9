"""The query operation of the SPARQL 1.1 Protocol (section 2.1), read from an HTTP request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request as HttpRequest

from sparql_api.problems import RequestError

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
_MOST_FIELDS = 1_000

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What was asked; `query` is None where the request has none. `format` is a name or None."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    purpose: str | None
    partial: bool
    format: str | None


async def read_operation(request: HttpRequest, most_bytes: int) -> Operation:
    """The operation of a GET or POST request.

    Raises RequestError: 400 for what is not well-formed, 413 for a body of more than
    `most_bytes`, 415
    for a body of another type.
    """
    address = _fields(request.scope["query_string"], "address")
    if request.method != "POST":
        return _operation(request, address, single(address, "query"))
    kind = _content_type(request)
    body = await read_body(request, most_bytes)
    if kind == DIRECT:
        try:
            return _operation(request, address, body.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise RequestError(400, "The query is not UTF-8.") from error
    if kind == FORM:
        fields = _fields(body, "body")
        return _operation(request, fields, single(fields, "query"))
    raise RequestError(
        415,
        f"A body of type {kind!r} is not read here; Bygraf is read-only and takes queries.",
        way_out=f"Send the query as {DIRECT} or {FORM}.",
    )


def address_fields(request: HttpRequest) -> Fields:
    """The parameters in the address, decoded once."""
    return _fields(request.scope["query_string"], "address")


def single(fields: Fields, name: str) -> str | None:
    """The value of a parameter; RequestError (400) if it stands there twice."""
    values = [value for key, value in fields if key == name]
    if len(values) > 1:
        raise RequestError(400, f"The parameter {name!r} is given {len(values)} times.")
    return values[0] if values else None


def purpose_of(request: HttpRequest, fields: Fields) -> str | None:
    """The purpose stated in the header or the parameter; RequestError (400) if they differ."""
    header = request.headers.get("bygraf-purpose") or None
    parameter = single(fields, "purpose") or None
    if header and parameter and header != parameter:
        raise RequestError(400, "The header Bygraf-Purpose and the parameter 'purpose' differ.")
    return header or parameter


def partial_of(fields: Fields) -> bool:
    """Whether a partial answer is allowed; RequestError (400) for another word."""
    word = single(fields, "partial")
    if word not in (None, "", "allow"):
        raise RequestError(400, f"{word!r} is no value of 'partial'.", way_out="Say partial=allow.")
    return word == "allow"


async def read_body(request: HttpRequest, most_bytes: int) -> bytes:
    """The body; RequestError (413) as soon as it is longer than allowed."""
    length = request.headers.get("content-length", "")
    received = bytearray()
    if not (length.isdecimal() and int(length) > most_bytes):
        async for chunk in request.stream():
            received += chunk
            if len(received) > most_bytes:
                break
        else:
            return bytes(received)
    raise RequestError(413, f"The body is longer than {most_bytes:,} bytes.")


def _operation(request: HttpRequest, fields: Fields, query: str | None) -> Operation:
    if single(fields, "update") is not None:
        raise RequestError(
            400, "Bygraf is read-only: it takes no update.", way_out="Send a query as 'query'."
        )
    return Operation(
        query=query,
        default_graphs=tuple(value for key, value in fields if key == "default-graph-uri"),
        named_graphs=tuple(value for key, value in fields if key == "named-graph-uri"),
        purpose=purpose_of(request, fields),
        partial=partial_of(fields),
        format=single(fields, "format") or None,
    )


def _fields(encoded: bytes, what: str) -> Fields:
    try:
        return parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise RequestError(
            400, f"The parameters in the {what} are not percent-encoded UTF-8."
        ) from error


def _content_type(request: HttpRequest) -> str:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    name, _, charset = parameters.strip().lower().partition("=")
    if name == "charset" and charset.strip('"') not in ("utf-8", "utf8", "us-ascii"):
        raise RequestError(415, f"The charset {charset!r} is not read here.", way_out="Use UTF-8.")
    return kind.strip().lower()
