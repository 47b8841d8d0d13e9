"""Parquet, GeoJSON and the table for people."""

from __future__ import annotations

import datetime
import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from federation.results.table import MOST_ROWS, write_table
from mappers.errors import QueryUnsupportedError
from mappers.rdf import (
    RDF_LANG_STRING,
    WKT_LITERAL,
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
)
from tests.unit.federation.results.samples import Sample, ask, graph, rows, written

DISTRICT = Iri("https://data.example.org/berlin/id/district/02")


def parquet(sample: Sample) -> pa.Table:
    return pq.read_table(io.BytesIO(written(sample, "parquet")))


@pytest.mark.parametrize(
    ("datatype", "lexical", "value", "arrow"),
    [
        (XSD_INTEGER, "007", 7, pa.int64()),
        (XSD_DECIMAL, "25.960", Decimal("25.960"), pa.decimal128(5, 3)),
        (XSD_DOUBLE, "1.5E1", 15.0, pa.float64()),
        (XSD_BOOLEAN, "true", True, pa.bool_()),
        (XSD_DATE, "2023-12-31", datetime.date(2023, 12, 31), pa.date32()),
        (
            XSD_DATE_TIME,
            "2023-12-31T01:02:03",
            datetime.datetime(2023, 12, 31, 1, 2, 3),
            pa.timestamp("us"),
        ),
    ],
)
def test_a_column_of_one_datatype_is_native_in_parquet(
    datatype: str, lexical: str, value: object, arrow: pa.DataType
) -> None:
    table = parquet(rows("x", (Literal(lexical, datatype),), (None,)))
    assert table["x"].to_pylist() == [value, None]
    assert table.schema.field("x").type == arrow
    assert table.schema.field("x").metadata == {b"rdf": datatype.encode()}


@pytest.mark.parametrize(
    ("literals", "content"),
    [
        ([Literal("x", XSD_INTEGER), Literal("1", XSD_INTEGER)], XSD_INTEGER),
        ([Literal(str(2**63), XSD_INTEGER)], XSD_INTEGER),
        ([Literal("1" * 39 + ".0", XSD_DECIMAL)], XSD_DECIMAL),
        ([Literal("2023-02-30", XSD_DATE)], XSD_DATE),
        ([Literal("2023-02-03T00:00:00Z", XSD_DATE_TIME)], XSD_DATE_TIME),
        ([Literal("1", XSD_INTEGER), Literal("1.0", XSD_DECIMAL)], "mixed"),
        ([Literal("a", RDF_LANG_STRING, "de")], f"{RDF_LANG_STRING}@de"),
    ],
)
def test_a_column_that_no_native_type_holds_is_text_in_parquet(
    literals: list[Literal], content: str
) -> None:
    table = parquet(rows("x", *((literal,) for literal in literals)))
    assert table["x"].to_pylist() == [literal.lexical for literal in literals]
    assert table.schema.field("x").metadata == {b"rdf": content.encode()}


def test_parquet_says_what_else_its_text_columns_hold() -> None:
    table = parquet(rows("i b e", (DISTRICT, BlankNode("k"), None)))
    assert [table.schema.field(name).metadata[b"rdf"] for name in "ibe"] == [
        b"iri",
        b"bnode",
        b"empty",
    ]
    assert table.to_pylist() == [{"i": DISTRICT.value, "b": "_:b0", "e": None}]


def test_parquet_without_rows_has_its_columns() -> None:
    assert parquet(rows("x y")).column_names == ["x", "y"]


def test_a_row_with_a_geometry_is_a_geojson_feature() -> None:
    point = Literal("POINT (13.4 52.5)", WKT_LITERAL)
    in_system = Literal("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT (1 2)", WKT_LITERAL)
    answer = rows(
        "name where n d b",
        (
            Literal("Mitte"),
            point,
            Literal("3", XSD_INTEGER),
            Literal("2.5", XSD_DECIMAL),
            Literal("true", XSD_BOOLEAN),
        ),
        (Literal("NaN", XSD_DOUBLE), in_system, None, None, None),
        (DISTRICT, None, None, None, None),
    )
    document = json.loads(written(answer, "geojson"))
    assert document["type"] == "FeatureCollection"
    assert document["features"] == [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [13.4, 52.5]},
            "properties": {"name": "Mitte", "n": 3, "d": 2.5, "b": True},
        },
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [1.0, 2.0]},
            "properties": {"name": "NaN"},
        },
        {"type": "Feature", "geometry": None, "properties": {"name": DISTRICT.value}},
    ]


def test_geojson_without_a_geometry_is_refused() -> None:
    with pytest.raises(QueryUnsupportedError, match="no geometry"):
        written(rows("x", (Literal("POINT (1 2)"),)), "geojson")


def test_geojson_in_another_reference_system_is_refused_by_name() -> None:
    other = "http://www.opengis.net/def/crs/EPSG/0/25833"
    with pytest.raises(QueryUnsupportedError, match=other):
        written(rows("x", (Literal(f"<{other}> POINT (1 2)", WKT_LITERAL),)), "geojson")


def test_geojson_of_wrong_wkt_is_refused() -> None:
    with pytest.raises(QueryUnsupportedError, match="not valid WKT"):
        written(rows("x", (Literal("POINT (1", WKT_LITERAL),)), "geojson")


def test_geojson_without_rows_is_an_empty_collection() -> None:
    assert json.loads(written(rows("x"), "geojson"))["features"] == []


def table(sample: Sample, width: int | None = None) -> list[str]:
    stream = io.BytesIO()
    write_table(sample, stream, width)
    return stream.getvalue().decode().splitlines()


BUDGET = rows(
    "district perInhabitant",
    (DISTRICT, Literal("25.958333333", XSD_DECIMAL)),
    (Literal("Marzahn-Hellersdorf"), Literal("7.539E1", XSD_DOUBLE)),
)


def test_a_table_shortens_iris_rounds_numbers_and_puts_them_right() -> None:
    lines = table(BUDGET)
    assert next(line.split() for line in lines if line) == ["district", "perInhabitant"]
    assert "district/02" in "\n".join(lines)
    widths = {len(line) for line in lines if "25.9583" in line or "75.39" in line}
    assert len(widths) == 1
    assert lines[-1] == "2 rows"


def test_a_table_fits_the_terminal_and_loses_no_text() -> None:
    lines = table(BUDGET, 30)
    assert max(map(len, lines)) <= 30
    assert "Hellersdorf" in "".join(line.split("  ")[0].strip() for line in lines)


def test_on_a_very_narrow_terminal_each_row_is_a_block() -> None:
    lines = table(BUDGET, 24)
    assert "district: district/02" in lines
    assert "perInhabitant: 25.9583" in lines
    assert max(map(len, lines)) <= 24


def test_a_long_table_says_that_it_is_cut() -> None:
    lines = table(rows("x", *(((Literal(str(n), XSD_INTEGER)),) for n in range(MOST_ROWS + 5))))
    assert "1,000 of 1,005 rows" in lines[-1]


def test_a_table_without_rows_says_so() -> None:
    assert table(rows("x")) == ["0 rows"]


def test_a_table_sends_no_control_character_to_the_terminal() -> None:
    text = "\n".join(table(rows("x", (Literal("\x1b[31mred\x9b2J\u202e"),))))
    assert "\x1b" not in text and "\x9b" not in text and "\u202e" not in text
    assert "red" in text


def test_markup_of_the_table_library_is_shown_as_text() -> None:
    assert any("[bold]x[/bold]" in line for line in table(rows("x", (Literal("[bold]x[/bold]"),))))


def test_ask_is_yes_or_no_and_a_graph_is_turtle() -> None:
    assert table(ask(True)) == ["yes"]
    assert table(ask(False)) == ["no"]
    assert table(graph()) == []
