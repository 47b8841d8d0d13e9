"""The verbs `query` and `explain`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from bygraf.city import City
from bygraf.cli.reporting import notice, report, terminal_width
from bygraf.question import Question, find_question
from federation.answering import Answer
from federation.explain import explain
from federation.library import LibraryQuery
from federation.preparing import Request
from federation.results import form_of, format_named, require_form, write
from federation.results.table import write_table
from federation.syntax import parse_query
from mappers.errors import Location, QuerySyntaxError, UsageError


def run_query(city: City, options: argparse.Namespace) -> int:
    """Answer a question on standard output; list the library if there is none."""
    if options.question is None:
        print_library(city.library)
        return 0
    question = find_question(options.question, city.library)
    chosen = format_named(options.format)
    if chosen.name == "parquet" and sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal.", way_out="Redirect it to a file.")
    request = _request(city, question, options)
    try:
        require_form(chosen, form_of(parse_query(question.text)))
        _notice_unpublished(city)
        answer = city.answer(replace(request, partial=options.partial))
    except QuerySyntaxError as error:
        return _syntax_error(error, question)
    if options.receipt is not None:
        write_receipt(answer, options.receipt)
    if chosen.name == "table":
        write_table(answer, sys.stdout.buffer, terminal_width())
    else:
        write(answer, chosen, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    print_receipt(answer)
    return 0


def run_explain(city: City, options: argparse.Namespace) -> int:
    """Print how a question would be answered."""
    question = find_question(options.question, city.library)
    request = _request(city, question, options)
    try:
        _notice_unpublished(city)
        print(explain(request, city.federation, sql=options.sql))
    except QuerySyntaxError as error:
        return _syntax_error(error, question)
    return 0


def print_library(library: tuple[LibraryQuery, ...]) -> None:
    """The names and titles of the library, by topic."""
    if not library:
        print("The library is empty.")
    width = max((len(query.name) for query in library), default=0)
    topic = None
    for query in library:
        if query.topic != topic:
            topic = query.topic
            print(f"{topic}:" if topic else "")
        print(f"  {query.name:<{width}}  {query.title}")


def write_receipt(answer: Answer, file: Path) -> None:
    """The whole receipt as JSON-LD in a file; UsageError if it cannot be written."""
    text = json.dumps(answer.receipt.to_jsonld(), ensure_ascii=False, indent=2) + "\n"
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The receipt cannot be written to {file}: {error.strerror}.",
            way_out="Name another file with --receipt.",
        ) from error


def print_receipt(answer: Answer) -> None:
    """The receipt in short, and the notes, on standard error."""
    notice("")
    for note in answer.notes:
        notice(note)
    for line in answer.receipt.to_text(min(terminal_width() or 100, 100)).splitlines():
        notice(line)


def _request(city: City, question: Question, options: argparse.Namespace) -> Request:
    given = dict(_parameter(text) for text in options.parameters)
    return city.request(question, options.caller, options.purpose, given)


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(
            f"--param {text!r} is not of the form K=V.", way_out="Say --param year=2023."
        )
    return name.strip(), value


def _notice_unpublished(city: City) -> None:
    missing = city.unpublished()
    if missing:
        notice(f"Not published yet, so not asked: {', '.join(missing)}.")


def _syntax_error(error: QuerySyntaxError, question: Question) -> int:
    """Report an error with the name of the query's source and the line it is in."""
    if error.location is not None:
        place = Location(question.source, error.location.line, error.location.column)
        error = QuerySyntaxError(error.message, location=place, expected=error.expected)
    report(error, question.text)
    return error.exit_status
