"""A shapes file that is wrong is refused, with the place and a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappers.errors import GateError, MappingError
from mappers.shacl import check, reach

from .berths import HEAD, berths


def refused(folder: Path, shapes: str) -> MappingError:
    with pytest.raises(MappingError) as found:
        check(berths(folder, 3), HEAD + shapes, "silo/shapes.ttl")
    return found.value


def test_a_syntax_error_is_placed_by_line_and_column(tmp_path: Path) -> None:
    error = refused(tmp_path, "ex:S sh:targetClass ex:Berth ;\n  sh:property [ sh:path nope:x ] .")
    assert str(error).startswith("silo/shapes.ttl:5:25: This is not Turtle")
    assert "nope" in error.message


def test_a_misspelt_term_is_named_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "ex:S sh:targetClass ex:Berth ;\n sh:minCont 1 .")
    assert str(error) == "silo/shapes.ttl:5: SHACL has no term sh:minCont. Did you mean 'minCount'?"


def test_sparql_constraints_are_refused_by_name(tmp_path: Path) -> None:
    error = refused(tmp_path, "ex:S sh:targetClass ex:Berth ; sh:sparql [ sh:select '' ] .")
    assert "is not part of SHACL Core" in error.message


def test_a_property_shape_without_a_path_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, "ex:S sh:targetClass ex:Berth ; sh:property [ sh:minCount 1 ] .")
    assert (
        error.message
        == f"The property shape of <{'https://harbour.example.org/S'}> has no sh:path."
    )


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ('sh:minCount "one"', "sh:minCount of the shape"),
        ("sh:minCount 1, 2", "is not given only once"),
        ("sh:nodeKind ex:IRI", "one of the six node kinds"),
        ('sh:datatype "integer"', "is not an IRI"),
        ("sh:in ex:a", "is not a list"),
    ],
)
def test_a_parameter_of_the_wrong_kind_is_refused(tmp_path: Path, part: str, message: str) -> None:
    shapes = f"ex:S sh:targetClass ex:Berth ; sh:property [ sh:path ex:code ; {part} ] ."
    assert message in refused(tmp_path, shapes).message


def test_a_path_that_is_none_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, "ex:S sh:targetClass ex:Berth ; sh:property [ sh:path [ ] ] .")
    assert "is not a property path" in error.message


def test_the_fallback_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "LIMIT", 20)
    shapes = "ex:S sh:targetClass ex:Berth ; sh:property [ sh:path ex:code ; sh:equals ex:name ] ."
    with pytest.raises(GateError, match="needs more than 20 triples"):
        check(berths(tmp_path, 30), HEAD + shapes, "shapes.ttl")


def test_a_deactivated_shape_is_not_checked(tmp_path: Path) -> None:
    shapes = HEAD + "ex:S sh:targetClass ex:Berth ; sh:deactivated true ; sh:nodeKind sh:Literal ."
    report = check(berths(tmp_path, 3), shapes, "shapes.ttl")
    assert report.checked == ()
    assert report.conforms
