"""The gate's report, for a clerk and for machines."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from mappers.shacl import GateReport, check

from .berths import HEAD, berths

SH = "http://www.w3.org/ns/shacl#"
SHAPES = (
    HEAD
    + """
ex:BerthShape sh:targetClass ex:Berth ; sh:name "Berth"@en, "Liegeplatz"@de ; sh:property ex:depth, ex:way .
ex:depth sh:path ex:depth ; sh:name "depth"@en ; sh:minInclusive 3 ;
  sh:message "A berth is at least 3 m deep."@en, "Ein Liegeplatz ist 3 m tief."@de .
ex:way sh:path ( ex:in [ sh:inversePath ex:in ] ex:note ) ; sh:minCount 1 ; sh:severity sh:Info .
"""
)


@pytest.fixture
def report(tmp_path: Path) -> GateReport:
    return check(berths(tmp_path, 180), SHAPES, "shapes.ttl", kept=5)


def test_the_text_leads_with_the_verdict_and_the_gravest_cause(report: GateReport) -> None:
    lines = report.to_text().splitlines()
    assert lines[0] == (
        "Gate not passed: 20 violations, 180 warnings and notes;"
        " 180 nodes checked by 1 shapes of shapes.ttl."
    )
    assert lines[2] == (
        "Violation, 20 times: Berth: depth. A berth is at least 3 m deep."
        " (the value must be at least 3)"
    )
    assert lines[3].endswith("berth/1>: 2.1 [berths.csv, row 1, column 'TIEFE']")
    assert lines[6] == "  and 17 more"


def test_the_turtle_is_a_report_that_says_its_cap(report: GateReport) -> None:
    text = report.to_turtle()
    assert "# 190 more results are counted but not listed." in text
    store = ox.Store()
    store.load(input=text.encode(), format=ox.RdfFormat.TURTLE)
    ask = f"""ASK {{ ?r a <{SH}ValidationReport> ; <{SH}conforms> false ; <{SH}result> ?v .
      ?v <{SH}resultPath>/<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>/
      <http://www.w3.org/1999/02/22-rdf-syntax-ns#first>/<{SH}inversePath> ?p ;
      <{SH}resultSeverity> <{SH}Info> }}"""
    assert bool(store.query(ask))
    count = f"SELECT (COUNT(*) AS ?n) {{ ?v a <{SH}ValidationResult> }}"
    assert next(iter(store.query(count)))["n"].value == "10"


def test_the_summary_counts(report: GateReport) -> None:
    assert dict(report.summary()) == {
        "conforms": "false",
        "shapes": "1",
        "shapes-without-data": "0",
        "focus-nodes": "180",
        "violations": "20",
        "warnings": "180",
        "constraints-by-mapping": "0",
        "constraints-in-sql": "2",
        "constraints-in-pyshacl": "0",
    }
