"""JSON, GeoJSON, Excel, Parquet, shapefiles and RDF become rows."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mappers.errors import Location, SourceFormatError
from mappers.mapping import Source
from mappers.sources import read_source
from mappers.worker.duck import spatial_extension
from tests.unit.mappers.sources.workbook import DAY_2020_01_02, write_workbook


def read(folder: Path, name: str, form: str, **options: object) -> list[dict[str, object]]:
    source = Source("s", name, form, Location("mapping.yml", 3), **options)  # type: ignore[arg-type]
    return read_source(source, folder).table.drop_columns(["__file", "__row"]).to_pylist()


def as_json(folder: Path, value: object, name: str = "a.json") -> None:
    (folder / name).write_text(json.dumps(value), encoding="utf-8")


@pytest.mark.parametrize(
    ("iterator", "value"),
    [
        ("$", [{"a": 1}, {"a": 2}]),
        ("$[*]", [{"a": 1}, {"a": 2}]),
        ("$.x[*]", {"x": [{"a": 1}, {"a": 2}]}),
        ("$.x.y[*]", {"x": {"y": [{"a": 1}, {"a": 2}]}}),
        ("$.*", {"p": {"a": 1}, "q": {"a": 2}}),
        ("$[*].in[*]", [{"in": [{"a": 1}]}, {"in": [{"a": 2}]}]),
    ],
)
def test_an_iterator_finds_the_objects_of_json(
    tmp_path: Path, iterator: str, value: object
) -> None:
    as_json(tmp_path, value)
    assert read(tmp_path, "a.json", "json", iterator=iterator) == [{"a": 1}, {"a": 2}]


def test_json_keeps_natural_types_where_they_are_uniform(tmp_path: Path) -> None:
    as_json(
        tmp_path,
        [
            {"i": 1, "d": 1.5, "b": True, "m": 1, "o": {"k": "ü"}, "n": 2**70},
            {"i": 2, "d": 2, "m": "x"},
        ],
    )
    assert read(tmp_path, "a.json", "json") == [
        {"i": 1, "d": 1.5, "b": True, "m": "1", "o": '{"k": "ü"}', "n": str(2**70)},
        {"i": 2, "d": 2.0, "b": None, "m": "x", "o": None, "n": None},
    ]


def test_an_iterator_that_finds_nothing_says_where_it_ends(tmp_path: Path) -> None:
    as_json(tmp_path, {"index": []})
    with pytest.raises(
        SourceFormatError, match=r"nothing at '\.indes' in an object\. Did you mean 'index'"
    ):
        read(tmp_path, "a.json", "json", iterator="$.indes[*]")


def test_what_is_not_json_is_named_with_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a":\n 1,}')
    with pytest.raises(SourceFormatError, match=r"a\.json:2:4: This is not JSON"):
        read(tmp_path, "a.json", "json")


def feature(geometry: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: object, **members: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def test_geojson_gives_properties_and_wkt(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [13.4, 52.5, 30]}
    as_json(tmp_path, collection(feature(point, id=1), feature(None, id=2)))
    assert read(tmp_path, "a.json", "geojson") == [
        {"id": 1, "geometry": "POINT (13.4 52.5)"},
        {"id": 2, "geometry": None},
    ]


@pytest.mark.parametrize("by_option", [True, False])
def test_geojson_in_metres_becomes_longitude_and_latitude(tmp_path: Path, by_option: bool) -> None:
    name = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}}
    members = {} if by_option else {"crs": name}
    point = {"type": "Point", "coordinates": [392000.0, 5820000.0]}
    as_json(tmp_path, collection(feature(point), **members))
    options = {"crs": "EPSG:25833"} if by_option else {}
    (row,) = read(tmp_path, "a.json", "geojson", **options)
    longitude, latitude = (float(x) for x in str(row["geometry"])[7:-1].split())
    assert longitude == pytest.approx(13.41, abs=0.02)
    assert latitude == pytest.approx(52.52, abs=0.02)


def test_a_geometry_that_is_none_is_named_with_its_row(tmp_path: Path) -> None:
    as_json(tmp_path, collection(feature(None), feature({"type": "Point", "coordinates": "x"})))
    with pytest.raises(SourceFormatError, match=r"a\.json, row 2, column 'geometry'"):
        read(tmp_path, "a.json", "geojson")


def test_excel_cells_become_text_as_a_person_sees_them(tmp_path: Path) -> None:
    rows = [["Titel"], ["id", "wert", "tag"], ["01", 1, DAY_2020_01_02], [2, 1.5, None]]
    write_workbook(tmp_path / "a.xlsx", {"Erstes": [], "Zweites": rows})
    assert read(tmp_path, "a.xlsx", "excel", sheet="Zweites", header=2) == [
        {"id": "01", "wert": "1", "tag": "2020-01-02"},
        {"id": "2", "wert": "1.5", "tag": ""},
    ]
    with pytest.raises(SourceFormatError, match="Did you mean 'Zweites'"):
        read(tmp_path, "a.xlsx", "excel", sheet="Zweite")


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    day = datetime.date(2020, 1, 2)
    pq.write_table(pa.table({"n": [1], "d": [day]}), tmp_path / "a.parquet")
    assert read(tmp_path, "a.parquet", "parquet") == [{"n": 1, "d": day}]


def shapefile(folder: Path) -> None:
    with duckdb.connect() as connection:
        connection.load_extension(str(spatial_extension()))
        connection.execute(
            "COPY (SELECT 'Mitte' AS name, ST_Point(392000, 5820000) AS geom)"
            f" TO '{folder / 'a.shp'}' (FORMAT gdal, DRIVER 'ESRI Shapefile', SRS 'EPSG:25833')"
        )


def test_a_shapefile_is_transformed_by_its_projection(tmp_path: Path) -> None:
    shapefile(tmp_path)
    (row,) = read(tmp_path, "a.shp", "shapefile")
    assert row["name"] == "Mitte"
    assert str(row["geometry"]).startswith("POINT (13.40")


def test_a_shapefile_without_projection_needs_a_crs(tmp_path: Path) -> None:
    shapefile(tmp_path)
    (tmp_path / "a.prj").unlink()
    with pytest.raises(SourceFormatError, match="Give the source its `crs`"):
        read(tmp_path, "a.shp", "shapefile")


def test_rdf_gives_its_triples_as_general_terms(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text('<urn:s> <urn:p> "Bär"@DE, 1 .')
    first, second = read(tmp_path, "a.ttl", "rdf")
    assert first["s"] == {"k": 0, "lex": "urn:s", "dt": "", "lang": ""}
    assert first["o"] == {
        "k": 2,
        "lex": "Bär",
        "dt": "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
        "lang": "de",
    }
    assert second["o"]["dt"] == "http://www.w3.org/2001/XMLSchema#integer"


def test_what_is_not_rdf_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:s> <urn:p>\n nonsense .")
    with pytest.raises(SourceFormatError, match=r"a\.ttl:2"):
        read(tmp_path, "a.ttl", "rdf")
