"""The W3C syntax tests of SPARQL 1.0 and 1.1 queries, and the queries of the evaluation tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from federation.syntax import parse_query
from mappers.errors import BygrafError, QueryUnsupportedError
from tests.conformance.manifests import Entry, entries

pytestmark = pytest.mark.suites

OPERATION = re.compile(r"\b(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)\b", re.IGNORECASE)
"""What an update says; a few tests are only a prologue, or nothing."""

COUNTS = {
    ("sparql10", "PositiveSyntaxTest"): 149,
    ("sparql11", "PositiveSyntaxTest11"): 66,
    ("sparql10", "NegativeSyntaxTest"): 50,
    ("sparql11", "NegativeSyntaxTest11"): 48,
    ("sparql10", "QueryEvaluationTest"): 284,
    ("sparql11", "QueryEvaluationTest"): 309,
}
"""How many tests there are, so that none is lost by a slip in reading the manifests."""


def _selected(suites: Path, version: str, kind: str) -> list[Entry]:
    found = [entry for entry in entries(suites, version) if entry.kind == kind]
    assert len(found) == COUNTS[version, kind]
    return found


def _refused(entry: Entry) -> str | None:
    try:
        parse_query(entry.text, base=entry.query.as_uri())
    except BygrafError as error:
        return f"{entry.query.name}: {error}"
    return None


@pytest.mark.parametrize(
    ("version", "kind"),
    [pair for pair in COUNTS if not pair[1].startswith("Negative")],
    ids="-".join,
)
def test_queries_that_are_right_are_read(
    suites: Path, version: str, kind: str, record_property: Callable[[str, object], None]
) -> None:
    refused = {entry.name: _refused(entry) for entry in _selected(suites, version, kind)}
    if kind.startswith("Positive"):
        record_property("syntax", {name: message is None for name, message in refused.items()})
    assert [message for message in refused.values() if message] == []


@pytest.mark.parametrize(
    ("version", "kind"),
    [pair for pair in COUNTS if pair[1].startswith("Negative")],
    ids="-".join,
)
def test_queries_that_are_wrong_are_refused_with_their_place(
    suites: Path, version: str, kind: str, record_property: Callable[[str, object], None]
) -> None:
    wrong = {entry.name: _not_refused(entry) for entry in _selected(suites, version, kind)}
    record_property("syntax", {name: message is None for name, message in wrong.items()})
    assert [message for message in wrong.values() if message] == []


def _not_refused(entry: Entry) -> str | None:
    """What is amiss if a query is read, or refused without its place; None if nothing is."""
    try:
        parse_query(entry.text, base=entry.query.as_uri())
    except BygrafError as error:
        location, lines = error.location, entry.text.split("\n")
        if location is None or not location.line or location.line > len(lines):
            return f"{entry.query.name}: no line in {error}"
        if not 1 <= (location.column or 0) <= len(lines[location.line - 1]) + 1:
            return f"{entry.query.name}: no column in {error}"
        return None
    return f"{entry.query.name} is read"


def test_every_update_of_the_syntax_suite_is_refused_by_name(suites: Path) -> None:
    updates = [
        entry
        for entry in entries(suites, "sparql11")
        if entry.kind == "PositiveUpdateSyntaxTest11" and OPERATION.search(entry.text)
    ]
    assert len(updates) > 35
    for entry in updates:
        with pytest.raises(QueryUnsupportedError, match="read-only"):
            parse_query(entry.text, base=entry.query.as_uri())
