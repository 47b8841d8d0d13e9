"""pySHACL's results over an rdflib graph, in the form in which the gate's are compared with them."""

from __future__ import annotations

import pyshacl
import rdflib
from rdflib import Namespace

from mappers.rdf import Term
from mappers.shacl import GateReport
from mappers.shacl.nodes import to_term
from mappers.shacl.paths import path_text

SH = Namespace("http://www.w3.org/ns/shacl#")
Found = frozenset[tuple[Term, str, str, Term | None]]


def pyshacl_results(data: rdflib.Graph, shapes: rdflib.Graph) -> Found:
    """The set of (focus node, component, path, value)."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=False, inference="none")
    found = set()
    for result in report.objects(None, SH.result):
        component = str(report.value(result, SH.sourceConstraintComponent))
        path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
        found.add(
            (
                to_term(report.value(result, SH.focusNode)),
                component.removeprefix(str(SH)),
                "" if path is None else path_text(report, path, "report"),
                None if value is None else to_term(value),
            )
        )
    return frozenset(found)


def gate_results(report: GateReport) -> Found:
    """The same of a gate report, which must have kept all results."""
    assert all(cause.count == len(cause.results) for cause in report.causes)
    return frozenset(
        (result.focus, cause.component.removeprefix(str(SH)), cause.path, result.value)
        for cause in report.causes
        for result in cause.results
    )
