"""The W3C test suite of SHACL Core: the gate gives the same results as the suite expects.

A test passes if `conforms` and the bag of (focus node, component, severity, path, value) are equal.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import rdflib
from rdflib import Namespace
from rdflib.term import Node

from mappers.errors import MappingError
from mappers.publish import triples_version
from mappers.rdf import Term
from mappers.shacl import GateReport, check
from mappers.shacl.nodes import to_term
from mappers.shacl.paths import path_text
from mappers.shacl.reading import read_turtle
from tests.unit.mappers.shacl.triples import triples_of

SH = Namespace("http://www.w3.org/ns/shacl#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")

NAMES = tuple(
    line.strip()
    for line in (Path(__file__).parent / "shacl_core_tests.txt").read_text().splitlines()
)
REFUSED = {"property/qualifiedValueShape-001": "sh:nodeShape"}
"""Tests whose shapes use a term that SHACL does not have, which the gate refuses."""

ONCE = frozenset(["property/property-001"])
"""Tests that expect one result several times, once for each way to it; the gate gives it once."""

Row = tuple[Term, str, str, str, Term | None]


def _expected(graph: rdflib.Graph, report: Node) -> tuple[bool, Counter[Row]]:
    rows: Counter[Row] = Counter()
    for result in graph.objects(report, SH.result):
        path, value = graph.value(result, SH.resultPath), graph.value(result, SH.value)
        focus = graph.value(result, SH.focusNode)
        assert focus is not None
        rows[
            to_term(focus),
            str(graph.value(result, SH.sourceConstraintComponent)),
            str(graph.value(result, SH.resultSeverity)),
            "" if path is None else path_text(graph, path, "test"),
            None if value is None else to_term(value),
        ] += 1
    return str(graph.value(report, SH.conforms)) == "true", rows


def _found(report: GateReport) -> Counter[Row]:
    return Counter(
        (result.focus, cause.component, cause.severity, cause.path, result.value)
        for cause in report.causes
        for result in cause.results
    )


def _part(graph: rdflib.Graph, action: Node, name: str) -> Path:
    return Path(str(graph.value(action, SHT[name])).removeprefix("file://"))


@pytest.mark.suites
@pytest.mark.parametrize("name", NAMES)
def test_the_gate_finds_what_the_suite_expects(suites: Path, name: str, tmp_path: Path) -> None:
    file = suites / "shacl" / "tests" / "core" / f"{name}.ttl"
    manifest = read_turtle(file.read_text(), name, file.as_uri())
    entry = next(manifest.subjects(rdflib.RDF.type, SHT.Validate))
    action, expected = manifest.value(entry, MF.action), manifest.value(entry, MF.result)
    assert action is not None and expected is not None
    data_file, shapes_file = (
        _part(manifest, action, f"{part}Graph") for part in ("data", "shapes")
    )
    data = manifest
    if data_file != file:
        data = read_turtle(data_file.read_text(), name, data_file.as_uri())
    text = f"@base <{shapes_file.as_uri()}> .\n{shapes_file.read_text()}"
    version = triples_version({"urn:graph": triples_of(data)}, tmp_path, "suite")
    if name in REFUSED:
        with pytest.raises(MappingError, match=REFUSED[name]):
            check(version, text, name)
        return
    report = check(version, text, name, kept=10_000)
    conforms, rows = _expected(manifest, expected)
    if name in ONCE:
        rows = Counter(dict.fromkeys(rows, 1))
    assert _found(report) == rows
    assert (not report.causes) == conforms
