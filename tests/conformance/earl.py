"""The outcomes as EARL, the W3C's vocabulary for test reports (EARL 1.0 Schema)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import version

import pyoxigraph as ox

from mappers.rdf import RDF_TYPE
from tests.conformance.exceptions import all_exceptions, left_out
from tests.conformance.manifests import Test
from tests.conformance.outcomes import Outcomes

EARL = "http://www.w3.org/ns/earl#"
DOAP = "http://usefulinc.com/ns/doap#"
TERMS = "http://purl.org/dc/terms/"
PREFIXES = {"earl": EARL, "doap": DOAP, "dct": TERMS}
SOFTWARE = ox.NamedNode("urn:bygraf:software")
RUN = ox.NamedNode("urn:bygraf:make-conformance")
NAME, REVISION, DESCRIPTION = DOAP + "name", DOAP + "revision", TERMS + "description"


def earl(outcomes: Outcomes, tests: Iterable[Test]) -> bytes:
    """One assertion for each test, in Turtle."""
    triples = [*_head(), *(triple for test in tests for triple in _assertion(outcomes, test))]
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)


def outcome_of(outcomes: Outcomes, test: Test) -> tuple[str, str]:
    """The local name of the EARL outcome of a test, and a sentence on it (perhaps none)."""
    listed = {one.test: f"{one.kind}: {one.reason}" for one in all_exceptions()}
    reasons = {one.test_kind: f"{one.kind}: {one.reason}" for one in left_out()}
    name = test.name
    if name in outcomes.queries:
        told = listed.get(name) or _split_text(outcomes, name)
        return ("passed" if outcomes.queries[name].outcome == "passed" else "failed"), told
    if name in outcomes.syntax:
        return ("passed" if outcomes.syntax[name] else "failed"), ""
    return "untested", listed.get(name) or reasons.get(test.kind, "")


def _split_text(outcomes: Outcomes, name: str) -> str:
    found = outcomes.splits.get(name)
    if found is None or not found.agreed:
        return ""
    agreed = sum(found.agreed.values())
    return f"the same answer over {agreed} of {len(found.agreed)} splits of the data"


def _head() -> Iterator[ox.Triple]:
    for node, kinds, name in (
        (SOFTWARE, ("Software", "TestSubject"), "Bygraf"),
        (RUN, ("Software", "Assertor"), "make conformance"),
    ):
        for kind in kinds:
            yield _triple(node, RDF_TYPE, ox.NamedNode(EARL + kind))
        yield _triple(node, NAME, ox.Literal(name))
    release = ox.BlankNode()
    yield _triple(SOFTWARE, DOAP + "release", release)
    yield _triple(release, REVISION, ox.Literal(version("bygraf")))


def _assertion(outcomes: Outcomes, test: Test) -> Iterator[ox.Triple]:
    outcome, told = outcome_of(outcomes, test)
    assertion, result = ox.BlankNode(), ox.BlankNode()
    yield _triple(assertion, RDF_TYPE, ox.NamedNode(EARL + "Assertion"))
    yield _triple(assertion, EARL + "assertedBy", RUN)
    yield _triple(assertion, EARL + "subject", SOFTWARE)
    yield _triple(assertion, EARL + "test", ox.NamedNode(test.iri))
    yield _triple(assertion, EARL + "mode", ox.NamedNode(EARL + "automatic"))
    yield _triple(assertion, EARL + "result", result)
    yield _triple(result, RDF_TYPE, ox.NamedNode(EARL + "TestResult"))
    yield _triple(result, EARL + "outcome", ox.NamedNode(EARL + outcome))
    if told:
        yield _triple(result, DESCRIPTION, ox.Literal(told))


def _triple(
    subject: ox.NamedNode | ox.BlankNode,
    predicate: str,
    obj: ox.NamedNode | ox.BlankNode | ox.Literal,
) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), obj)
