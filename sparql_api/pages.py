"""The web pages: plain HTML without script, from which nothing is loaded but the style sheet.

All text is escaped by `html.escape` in the one function `text`; whatever is put in a page goes
through it, or was made by another function of this module.
"""

from __future__ import annotations

import html
import io
import itertools
from collections.abc import Iterable
from typing import Final

from federation.answering import Answer
from federation.library import LibraryQuery
from federation.results import format_named, write
from federation.results.result import BlankLabels, Row, rows_of
from federation.results.table import MOST_ROWS, cell_text, is_number
from mappers.errors import BygrafError, QuerySyntaxError
from mappers.rdf import Iri, Term

_EXAMPLE: Final = """\
SELECT ?type (COUNT(*) AS ?things)
WHERE { ?thing a ?type }
GROUP BY ?type
ORDER BY DESC(?things)
"""
_PAGE_FORMATS: Final = (
    ("html", "this page"),
    ("json", "JSON"),
    ("xml", "XML"),
    ("csv", "CSV"),
    ("tsv", "TSV"),
    ("geojson", "GeoJSON"),
    ("parquet", "Parquet"),
    ("ttl", "Turtle"),
    ("nt", "N-Triples"),
)


def text(value: str) -> str:
    """Text made safe for an element or a quoted attribute."""
    return html.escape(value, quote=True)


def home_page(title: str, library: Iterable[LibraryQuery]) -> str:
    """The first page: a form for a query, and the queries of the library."""
    return _page(
        title,
        f"<p>Ask across the systems of the city with <a href='https://www.w3.org/TR/"
        f"sparql11-query/'>SPARQL</a>, here or at <a href='sparql'><code>/sparql</code></a>."
        f"</p>{_query_form(_EXAMPLE)}<h2>Questions with a name</h2>{_library(library)}"
        "<p class='note'><a href='queries'>the list as JSON</a></p>",
    )


def query_page(title: str, query: LibraryQuery) -> str:
    """The page of a library query: what it asks, a form for its parameters, its text."""
    fields = "".join(
        f"<label>{text(one.name)} ({text(one.type)}) {text(one.description)}<br>"
        f"<input name='{text(one.name)}' value='{text(_default(one.default))}'></label>"
        for one in query.parameters
    )
    action = f"/queries/{text(query.name)}/results"
    return _page(
        f"{query.title} · {title}",
        f"<p><a href='/'>{text(title)}</a></p><p>{text(query.description)}</p>"
        f"<p class='note'>Silos: {text(', '.join(query.silos))}</p>"
        f"<form method='get' action='{action}'>{fields}{_options()}</form>"
        f"<h2>Query</h2><pre>{text(query.text)}</pre>",
        heading=query.title,
    )


def answer_page(title: str, answer: Answer, query: str) -> str:
    """An answer as a page, with its receipt and the query."""
    notes = "".join(f"<p class='note'>{text(note)}</p>" for note in answer.notes)
    return _page(
        f"Answer · {title}",
        f"<p><a href='/'>{text(title)}</a></p>{_result(answer)}{notes}"
        f"<h2>Receipt</h2><pre>{text(answer.receipt.to_text(80))}</pre>"
        f"<h2>Query</h2>{_query_form(query)}",
        heading="Answer",
    )


def error_page(title: str, error: BygrafError, problem: str, query: str | None) -> str:
    """An error as a page; `problem` is its title, `query` the text that was asked, if any."""
    place = ""
    if error.location is not None and isinstance(error, QuerySyntaxError):
        place = f"<p>Line {error.location.line}, column {error.location.column}.</p>"
    form = "" if query is None else _query_form(query)
    return _page(
        f"{problem} · {title}",
        f"<p><a href='/'>{text(title)}</a></p><p>{text(error.message)}</p>{place}"
        f"<p>{text(error.way_out or '')}</p>{form}",
        heading=problem,
    )


def _page(title: str, body: str, heading: str | None = None) -> str:
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{text(title)}</title><link rel='stylesheet' href='/style.css'></head>"
        f"<body><h1>{text(heading or title)}</h1>{body}</body></html>\n"
    )


def _query_form(query: str) -> str:
    return (
        "<form method='post' action='/sparql'><label>Query<br>"
        f"<textarea name='query' spellcheck='false' required>\n{text(query)}</textarea></label>"
        f"{_options()}</form>"
    )


def _options() -> str:
    options = "".join(f"<option value='{name}'>{label}</option>" for name, label in _PAGE_FORMATS)
    return (
        "<label>Purpose, if a rule needs one<br><input name='purpose'></label>"
        f"<label>Answer as<br><select name='format'>{options}</select></label>"
        "<button>Ask</button>"
    )


def _library(library: Iterable[LibraryQuery]) -> str:
    items = "".join(
        f"<li><a href='/queries/{text(query.name)}'>{text(query.title)}</a>"
        f"<br><span class='note'>{text(query.description)}</span></li>"
        for query in library
    )
    return f"<ul>{items}</ul>" if items else "<p>There are none yet.</p>"


def _default(term: Term | None) -> str:
    match term:
        case None:
            return ""
        case Iri(value=value):
            return value
        case _:
            return getattr(term, "lexical", "")


def _result(answer: Answer) -> str:
    if answer.form == "ask":
        return f"<p><strong>{'yes' if answer.boolean else 'no'}</strong></p>"
    if answer.form == "select":
        return _table(answer)
    stream = io.BytesIO()
    write(answer, format_named("ttl"), stream)
    return f"<pre>{text(stream.getvalue().decode())}</pre>"


def _table(answer: Answer) -> str:
    rows = rows_of(answer)
    shown = list(itertools.islice(rows, MOST_ROWS))
    numeric = [
        bool(shown) and all(row[index] is None or is_number(row[index]) for row in shown)
        for index in range(len(answer.variables))
    ]
    blank_label = BlankLabels()
    head = "".join(
        f"<th{_class(number)}>{text(name)}</th>"
        for name, number in zip(answer.variables, numeric, strict=True)
    )
    body = "".join(f"<tr>{_cells(row, numeric, blank_label)}</tr>" for row in shown)
    count = f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"
    if len(rows) > len(shown):
        count = f"The first {len(shown):,} of {count}; another format has them all."
    return (
        f"<div class='table'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"</div><p class='note'>{count}</p>"
    )


def _cells(row: Row, numeric: list[bool], blank_label: BlankLabels) -> str:
    return "".join(
        f"<td{_class(number)}>{_cell(term, blank_label)}</td>"
        for term, number in zip(row, numeric, strict=True)
    )


def _cell(term: Term | None, blank_label: BlankLabels) -> str:
    shown = text(cell_text(term, blank_label))
    # any other scheme (javascript:, data:) could run something, so it is no link
    if isinstance(term, Iri) and term.value.startswith(("http://", "https://")):
        return f"<a rel='noreferrer' href='{text(term.value)}'>{shown}</a>"
    return shown


def _class(number: bool) -> str:
    return " class='number'" if number else ""
