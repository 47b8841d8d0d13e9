"""Cells become encoded slots and native values, or an error that names them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import shapely

from mappers.errors import MappingError, SourceFormatError
from mappers.published import WKB_SUFFIX, ColumnTerm, GeneralTerm, Slot, TemplateTerm, Version
from tests.unit.mappers.publish.town import BASE, Town, cells

MAPPING = """\
sources:
  a: {{access: a.csv, referenceFormulation: csv{options}}}
mappings:
  m:
    sources: [a]
    subjects: base:id/m/$(id)
    po:
      - {statement}
"""


def published(folder: Path, statement: str, text: str, options: str = "") -> Version:
    mapping = MAPPING.format(statement=statement, options=options)
    return Town(folder).publish(mapping, a_csv=text)


def object_of(version: Version) -> object:
    (rule,) = version.rules
    return rule.object


def test_safe_cells_serve_as_slots_and_others_are_encoded_beside_them(tmp_path: Path) -> None:
    version = published(tmp_path, "[by:p, base:id/x/$(x)~iri]", "id,x\n1,a/b c\n2,Grün_–é.~-\n")
    (rule,) = version.rules
    assert rule.subject == TemplateTerm((BASE + "id/m/", Slot("id")))
    assert rule.object == TemplateTerm((BASE + "id/x/", Slot("x%iri")))
    assert cells(version, "a", "x%iri") == [("a%2Fb%20c",), ("Grün_–é.~-",)]


@pytest.mark.parametrize(
    ("datatype", "text", "sql_type", "values"),
    [
        ("integer", "007\n-1\n+2", "BIGINT", [7, -1, 2]),
        (
            "decimal",
            "1.50\n-20\n.5",
            "DECIMAL(3,1)",
            [Decimal("1.5"), Decimal("-20"), Decimal("0.5")],
        ),
        ("double", "1.5\n1e3\n-INF", "DOUBLE", [1.5, 1000.0, float("-inf")]),
        ("boolean", "true\n0\n1", "BOOLEAN", [True, False, True]),
        ("date", "2020-02-29", "DATE", [datetime.date(2020, 2, 29)]),
        (
            "dateTime",
            "2020-01-02T03:04:05.5",
            "TIMESTAMP",
            [datetime.datetime(2020, 1, 2, 3, 4, 5, 500000)],
        ),
    ],
)
def test_cells_become_native_values(
    tmp_path: Path, datatype: str, text: str, sql_type: str, values: list[object]
) -> None:
    rows = "\n".join(f"{i},{cell}" for i, cell in enumerate(text.split("\n")))
    version = published(tmp_path, f"[by:p, $(x), xsd:{datatype}]", f"id,x\n{rows}\n")
    column = f"x%{datatype}"
    assert object_of(version) == ColumnTerm(column, f"http://www.w3.org/2001/XMLSchema#{datatype}")
    assert version.relation("a").column(column).sql_type == sql_type
    assert [value for (value,) in cells(version, "a", column)] == values


@pytest.mark.parametrize(
    ("datatype", "cell"),
    [
        ("integer", "1.5"),
        ("integer", " 1"),
        ("integer", "1_000"),
        ("decimal", "1e3"),
        ("decimal", "'1,5'"),
        ("double", "infinity"),
        ("boolean", "yes"),
        ("date", "2021-02-29"),
        ("date", "2021-2-1"),
        ("dateTime", "2021-02-01 10:00:00"),
        ("gYear", "21"),
        ("gYearMonth", "2021-13"),
    ],
)
def test_a_cell_that_is_no_value_of_its_datatype_is_named(
    tmp_path: Path, datatype: str, cell: str
) -> None:
    cell = cell.replace("'", '"')
    with pytest.raises(SourceFormatError) as caught:
        published(tmp_path, f"[by:p, $(x), xsd:{datatype}]", f"id,x\n0,\n1,{cell}\n")
    shown = cell.strip('"')
    expected = f"a.csv, row 2, column 'x': The value {shown!r} is not an xsd:{datatype}."
    assert str(caught.value).startswith(expected)


def test_an_integer_beyond_64_bits_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        SourceFormatError, match=r"row 1, column 'x': .* is not a number of 64 bits"
    ):
        published(tmp_path, "[by:p, $(x), xsd:integer]", "id,x\n1,9223372036854775808\n")


def test_dates_with_a_zone_keep_their_lexical_forms(tmp_path: Path) -> None:
    version = published(
        tmp_path, "[by:p, $(x), xsd:date]", "id,x\n1,2020-01-01Z\n2,2020-01-02\n3,\n"
    )
    assert object_of(version) == GeneralTerm("x%date")
    found = [value and value["lex"] for (value,) in cells(version, "a", "x%date")]
    assert found == ["2020-01-01Z", "2020-01-02", None]
    assert version.triples == ((BASE + "graph/s", 2),)


def test_empty_cells_make_no_triple_and_are_measured(tmp_path: Path) -> None:
    version = published(tmp_path, "[by:p, $(x)]", "id,x\n1,a\n2,\n")
    assert version.relation("a").column("x").nullable
    assert not version.relation("a").column("id").nullable
    assert version.triples == ((BASE + "graph/s", 1),)


def test_a_whole_iri_is_taken_as_it_stands(tmp_path: Path) -> None:
    version = published(tmp_path, "[by:p, $(x)~iri]", "id,x\n1,https://example.org/a?b#c\n")
    assert object_of(version) == TemplateTerm((Slot("x", encoded=False),))


@pytest.mark.parametrize("cell", ["example.org/a", "https://example.org/a b", "http://a/<b>"])
def test_a_cell_that_is_no_absolute_iri_is_named(tmp_path: Path, cell: str) -> None:
    with pytest.raises(
        SourceFormatError, match=r"a\.csv, row 1, column 'x': .* is not an absolute IRI"
    ):
        published(tmp_path, "[by:p, $(x)~iri]", f"id,x\n1,{cell}\n")


def test_a_literal_of_text_and_columns_is_composed(tmp_path: Path) -> None:
    version = published(tmp_path, '[by:p, "$(x), $(id)", de~lang]', "id,x\n1,a\n2,\n")
    term = object_of(version)
    assert isinstance(term, ColumnTerm) and term.language == "de"
    assert cells(version, "a", term.column) == [("a, 1",), (None,)]


def test_a_missing_column_is_named_with_a_close_match_and_the_line(tmp_path: Path) -> None:
    with pytest.raises(
        MappingError, match=r"s/mapping\.yml:9:16: 'a' .* no column 'nmae'\. Did you mean 'name'"
    ):
        published(tmp_path, "[by:p, $(nmae)]", "id,name\n1,a\n")


@pytest.mark.parametrize(
    ("options", "cell", "value"),
    [
        (", decimal: ','", '"1,5"', Decimal("1.5")),
        (", decimal: ',', thousands: '.'", '"1.234,5"', Decimal("1234.5")),
        (", thousands: ','", '"1,234.5"', Decimal("1234.5")),
        (", thousands: ' '", "1 234.5", Decimal("1234.5")),
        (", null_values: ['', '–']", "–", None),
    ],
)
def test_numbers_are_read_as_the_source_describes(
    tmp_path: Path, options: str, cell: str, value: object
) -> None:
    version = published(tmp_path, "[by:p, $(x), xsd:decimal]", f"id,x\n1,{cell}\n", options)
    assert cells(version, "a", "x%decimal") == [(value,)]


def test_short_codes_are_padded_and_long_ones_kept(tmp_path: Path) -> None:
    version = published(tmp_path, "[by:p, $(x)]", "id,x\n1,7\n2,12345\n", ", pad: {x: 4}")
    assert cells(version, "a", "x") == [("0007",), ("12345",)]


def test_dates_are_read_in_the_form_stated(tmp_path: Path) -> None:
    options = ", dates: {x: '%d.%m.%Y'}"
    version = published(tmp_path, "[by:p, $(x), xsd:date]", "id,x\n1,03.02.2020\n2,\n", options)
    assert cells(version, "a", "x%date") == [(datetime.date(2020, 2, 3),), (None,)]
    with pytest.raises(
        SourceFormatError,
        match=r"a\.csv, row 1, column 'x': .*'2020-02-03' is not a date of the form",
    ):
        published(tmp_path, "[by:p, $(x), xsd:date]", "id,x\n1,2020-02-03\n", options)


def test_a_geometry_is_kept_as_it_is_written_and_as_wkb_in_crs84(tmp_path: Path) -> None:
    texts = [
        "POINT (13.4 52.5)",
        "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT (13.4 52.5)",
        "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (52.5 13.4)",
        "POLYGON ((0 0)",
        "<http://example.org/system> POINT (1 2)",
    ]
    rows = "".join(f"{number};{text}\n" for number, text in enumerate(texts))
    statement = "{p: by:p, o: {value: $(shape), datatype: geo:wktLiteral}}"
    version = published(tmp_path, statement, f"id;shape\n{rows}", ", delimiter: ';'")
    column = object_of(version)
    assert isinstance(column, ColumnTerm)
    assert [text for (text,) in cells(version, "a", column.column)] == texts
    shapes = [shape for (shape,) in cells(version, "a", column.column + WKB_SUFFIX)]
    assert [None if s is None else shapely.from_wkb(s).wkt for s in shapes] == [
        *["POINT (13.4 52.5)"] * 3,
        None,
        None,
    ]


@pytest.mark.parametrize("first", [True, False])
def test_a_source_column_cannot_pass_for_the_geometry_of_another(
    tmp_path: Path, first: bool
) -> None:
    other = '[by:other, "$(place%wkb)"]'
    place = '[by:place, $(place), "http://www.opengis.net/ont/geosparql#wktLiteral"]'
    pair = (other, place) if first else (place, other)
    version = published(
        tmp_path, "\n      - ".join(pair), "id,place,place%wkb\n1,POINT (1 2),text\n"
    )
    (wkb,) = [row[0] for row in cells(version, "a", "place%wkb")]
    assert shapely.from_wkb(wkb) == shapely.Point(1, 2)
    (name,) = [rule.object.column for rule in version.rules if "other" in str(rule.predicate)]  # type: ignore[union-attr]
    assert cells(version, "a", name) == [("text",)]


def test_columns_whose_names_differ_by_case_alone_are_two(tmp_path: Path) -> None:
    """The encoded column of `x` would be called as another column of the source is."""
    statements = '[by:other, "$(X%IRI)"]\n      - [by:p, base:id/x/$(x)~iri]'
    version = published(tmp_path, statements, "id,x,X%IRI\n1,a b,text\n")
    other, link = version.rules
    assert cells(version, "a", other.object.column) == [("text",)]  # type: ignore[union-attr]
    (slot,) = [part for part in link.object.parts if isinstance(part, Slot)]  # type: ignore[union-attr]
    assert cells(version, "a", slot.column) == [("a%20b",)]
