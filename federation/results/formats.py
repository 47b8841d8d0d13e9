"""The formats an answer can be written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final

from federation.algebra import Ask, Construct, Describe, Query, Select
from federation.results.geojson import write_geojson
from federation.results.n_triples import write_n_triples
from federation.results.parquet import write_parquet
from federation.results.result import Form, Result
from federation.results.sparql_csv import write_csv, write_tsv
from federation.results.sparql_json import write_sparql_json
from federation.results.sparql_xml import write_sparql_xml
from federation.results.table import write_table
from federation.results.turtle import write_turtle
from mappers.errors import UsageError


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write an answer.

    `media_type` is what HTTP says of it, `accepted` the other media types that ask for it,
    `forms` the query forms it is for, `write` writes a whole answer to a binary stream piece by
    piece.
    """

    name: str
    media_type: str
    forms: frozenset[Form]
    write: Callable[[Result, IO[bytes]], None]
    accepted: tuple[str, ...] = ()


_ROWS: Final[frozenset[Form]] = frozenset({"select"})
_RESULTS: Final[frozenset[Form]] = frozenset({"select", "ask"})
_GRAPH: Final[frozenset[Form]] = frozenset({"construct", "describe"})

FORMATS: Final = (
    Format("table", "text/plain", _RESULTS | _GRAPH, write_table),
    Format(
        "json",
        "application/sparql-results+json",
        _RESULTS,
        write_sparql_json,
        ("application/json",),
    ),
    Format(
        "xml",
        "application/sparql-results+xml",
        _RESULTS,
        write_sparql_xml,
        ("application/xml", "text/xml"),
    ),
    Format("csv", "text/csv", _ROWS, write_csv),
    Format("tsv", "text/tab-separated-values", _ROWS, write_tsv),
    Format("parquet", "application/vnd.apache.parquet", _ROWS, write_parquet),
    Format("geojson", "application/geo+json", _ROWS, write_geojson),
    Format("ttl", "text/turtle", _GRAPH, write_turtle, ("application/x-turtle",)),
    Format("nt", "application/n-triples", _GRAPH, write_n_triples),
)
"""Every format; within a query form the earlier is the more preferred."""


def format_named(name: str) -> Format:
    """The format of that name; UsageError if there is none."""
    for candidate in FORMATS:
        if candidate.name == name:
            return candidate
    names = ", ".join(candidate.name for candidate in FORMATS)
    raise UsageError(f"There is no format {name!r}.", way_out=f"Formats are {names}.")


def form_of(query: Query) -> Form:
    """The form of a query in the words of the formats."""
    match query.form:
        case Select():
            return "select"
        case Ask():
            return "ask"
        case Construct():
            return "construct"
        case Describe():
            return "describe"


def require_form(chosen: Format, form: Form) -> None:
    """UsageError, with the formats that fit, where the format is not for the form."""
    if form not in chosen.forms:
        fitting = ", ".join(one.name for one in FORMATS if form in one.forms)
        raise UsageError(
            f"The format {chosen.name} cannot hold the answer of a {form.upper()} query.",
            way_out=f"Choose one of {fitting}.",
        )


def write(result: Result, chosen: Format, stream: IO[bytes]) -> None:
    """Write an answer in a format; UsageError where the format is not for its form."""
    require_form(chosen, result.form)
    chosen.write(result, stream)
