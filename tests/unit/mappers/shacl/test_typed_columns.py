"""The gate over typed columns: what it finds, where it says it is, and what it need not look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappers.rdf import XSD_DECIMAL, XSD_INTEGER, Iri, Literal
from mappers.shacl import Cause, GateReport, check

from .berths import EX, HEAD, berths

SHAPES = (
    HEAD
    + """
ex:BerthShape a sh:NodeShape ; sh:targetClass ex:Berth ; sh:name "Berth"@en ; sh:nodeKind sh:IRI ;
  sh:property ex:code, ex:depth, ex:places, ex:since, ex:in .
ex:code sh:path ex:code ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
  sh:name "code" ; sh:message "A berth has one code like B-000123." ; sh:pattern "^B-[0-9]{6}$" .
ex:depth sh:path ex:depth ; sh:datatype xsd:decimal ; sh:minInclusive 0.5 ; sh:maxExclusive 12.0 .
ex:places sh:path ex:places ; sh:severity sh:Warning ; sh:minCount 1 ; sh:minInclusive 0 .
ex:since sh:path ex:since ; sh:datatype xsd:date ; sh:maxCount 1 .
ex:in sh:path ex:in ; sh:minCount 1 ; sh:class ex:Harbour .
"""
)


def only(report: GateReport) -> Cause:
    assert len(report.causes) == 1, [cause.sentence for cause in report.causes]
    return report.causes[0]


def test_data_that_meet_the_shapes_pass(tmp_path: Path) -> None:
    report = check(berths(tmp_path, 500), SHAPES, "shapes.ttl")
    assert report.conforms
    assert report.causes == ()
    assert report.nodes == 500


def test_what_the_mapping_proves_is_not_looked_at(tmp_path: Path) -> None:
    report = check(berths(tmp_path, 10), SHAPES, "shapes.ttl")
    assert report.engines.mapping == 10
    assert report.engines.sql == 4
    assert report.engines.fallback == 0


def test_a_value_out_of_range_is_traced_to_its_cell(tmp_path: Path) -> None:
    version = berths(tmp_path, 100, "UPDATE berths SET depth = 0.25 WHERE id = '42'")
    cause = only(check(version, SHAPES, "shapes.ttl"))
    (result,) = cause.results
    assert cause.component.endswith("MinInclusiveConstraintComponent")
    assert result.focus == Iri(EX + "berth/42")
    assert result.value == Literal("0.25", XSD_DECIMAL)
    assert (result.file, result.row, result.column) == ("berths.csv", 42, "TIEFE")


def test_a_bound_that_excludes_is_no_value(tmp_path: Path) -> None:
    version = berths(tmp_path, 100, "UPDATE berths SET depth = 12 WHERE id IN ('7', '8')")
    cause = only(check(version, SHAPES, "shapes.ttl"))
    assert cause.component.endswith("MaxExclusiveConstraintComponent")
    assert cause.count == 2


def test_a_missing_value_is_traced_to_its_row_and_column(tmp_path: Path) -> None:
    version = berths(tmp_path, 100, "UPDATE berths SET code = NULL WHERE id = '17'")
    report = check(version, SHAPES, "shapes.ttl")
    (result,) = only(report).results
    assert (result.row, result.column, result.value) == (17, "CODE", None)
    assert not report.conforms


def test_a_warning_does_not_block(tmp_path: Path) -> None:
    version = berths(tmp_path, 100, "UPDATE berths SET places = -1 WHERE id = '3'")
    report = check(version, SHAPES, "shapes.ttl")
    assert only(report).results[0].value == Literal("-1", XSD_INTEGER)
    assert report.conforms


def test_a_pattern_that_does_not_match_is_found(tmp_path: Path) -> None:
    version = berths(tmp_path, 100, "UPDATE berths SET code = 'b-1' WHERE id = '5'")
    assert only(check(version, SHAPES, "shapes.ttl")).component.endswith(
        "PatternConstraintComponent"
    )


def test_two_values_in_two_rows_break_a_count_of_one(tmp_path: Path) -> None:
    faults = "UPDATE berths SET id = '1' WHERE id = '2'"
    cause = only(
        check(
            berths(tmp_path, 50, faults, keyed=False),
            f"""{HEAD}
ex:S sh:targetClass ex:Berth ; sh:property [ sh:path ex:code ; sh:maxCount 1 ] .""",
            "s.ttl",
        )
    )
    assert cause.count == 1
    assert cause.results[0].focus == Iri(EX + "berth/1")


def test_the_same_value_in_two_rows_is_one_value(tmp_path: Path) -> None:
    faults = "UPDATE berths SET id = '1', code = 'B-000001' WHERE id = '2'"
    report = check(
        berths(tmp_path, 50, faults, keyed=False),
        f"""{HEAD}
ex:S sh:targetClass ex:Berth ; sh:property [ sh:path ex:code ; sh:maxCount 1 ] .""",
        "s.ttl",
    )
    assert report.causes == ()
    assert report.nodes == 49


def test_nodes_are_counted_once(tmp_path: Path) -> None:
    report = check(
        berths(tmp_path, 50),
        HEAD + "ex:S sh:targetClass ex:Harbour ; sh:nodeKind sh:Literal .",
        "s",
    )
    assert report.nodes == 7
    assert only(report).count == 7
    assert len(only(report).samples) == 3


def test_a_shape_without_data_is_said(tmp_path: Path) -> None:
    report = check(
        berths(tmp_path, 5),
        HEAD + 'ex:S sh:targetClass ex:Ferry ; sh:name "Ferry" ; sh:nodeKind sh:IRI .',
        "s",
    )
    assert report.checked[0].nodes == 0
    assert "No data for these shapes, so nothing was checked: Ferry" in report.to_text()


def test_a_class_that_the_values_lack_is_found(tmp_path: Path) -> None:
    cause = only(
        check(
            berths(tmp_path, 20),
            HEAD
            + """
ex:S sh:targetClass ex:Berth ; sh:property [ sh:path ex:in ; sh:class ex:Port ] .""",
            "s",
        )
    )
    assert cause.count == 20


def test_a_subclass_in_the_shapes_file_counts(tmp_path: Path) -> None:
    report = check(
        berths(tmp_path, 20),
        HEAD
        + """
ex:Harbour <http://www.w3.org/2000/01/rdf-schema#subClassOf> ex:Port .
ex:S sh:targetClass ex:Berth ; sh:property [ sh:path ex:in ; sh:class ex:Port ] .""",
        "s",
    )
    assert report.causes == ()


@pytest.mark.parametrize(
    ("path", "count"), [("( ex:in ex:name )", 20), ("[ sh:inversePath ex:in ]", 20), ("ex:in", 0)]
)
def test_paths_are_followed(tmp_path: Path, path: str, count: int) -> None:
    shapes = (
        HEAD + f"ex:S sh:targetClass ex:Berth ; sh:property [ sh:path {path} ; sh:minCount 1 ] ."
    )
    report = check(berths(tmp_path, 20), shapes, "s")
    assert sum(cause.count for cause in report.causes) == count


def test_what_sql_does_not_do_runs_in_pyshacl_and_is_named(tmp_path: Path) -> None:
    version = berths(tmp_path, 30, "UPDATE berths SET code = 'B-000666' WHERE id = '9'")
    report = check(
        version,
        HEAD
        + """
ex:S sh:targetClass ex:Berth ; sh:property [ sh:path ex:code ; sh:pattern "^B-(?!000666)" ] .""",
        "s",
    )
    assert only(report).engine == "pySHACL"
    assert only(report).results[0].focus == Iri(EX + "berth/9")
    assert [one.parameter for one in report.fallbacks] == ["pattern"]
    assert "it looks ahead or behind" in report.to_text()
