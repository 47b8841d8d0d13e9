"""Reading GeoJSON (RFC 7946): properties as columns, and `geometry` as CRS84 WKT."""

from __future__ import annotations

import json

import pyarrow as pa
import shapely
from shapely.errors import GEOSException

from mappers.errors import Location, SourceFormatError
from mappers.mapping import Source
from mappers.sources.columns import table_of_objects
from mappers.sources.documents import load_json
from mappers.sources.files import SourceFile
from mappers.sources.geometry import crs_of, wkt_column

GEOMETRY = "geometry"


def read_geojson(source: Source, file: SourceFile) -> pa.Table:
    """A row for each feature; a property that is called `geometry` too is left out.

    Coordinates are in the source's `crs`, else in that of the file's `crs` member (GeoJSON 2008),
    else in CRS84.
    """
    root = load_json(source, file)
    features = root.get("features") if isinstance(root, dict) else None
    if not isinstance(root, dict) or not isinstance(features, list):
        raise SourceFormatError(
            "This is not a GeoJSON feature collection.", location=Location(file.shown)
        )
    properties = [_properties(feature, file, row) for row, feature in enumerate(features, start=1)]
    stated = source.crs or _crs_member(root)
    shapes = [_shape(feature, file, row) for row, feature in enumerate(features, start=1)]
    texts = wkt_column(source, shapes, crs_of(source, stated) if stated else None)
    rows = zip(properties, texts.to_pylist(), strict=True)
    return table_of_objects([{**found, GEOMETRY: geometry} for found, geometry in rows])


def _properties(feature: object, file: SourceFile, row: int) -> dict[str, object]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(properties or {}, dict):
        raise SourceFormatError(
            "This is not a GeoJSON feature with properties.",
            location=Location(file.shown, row=row),
        )
    found = properties or {}
    return {key: value for key, value in found.items() if key.lower() != GEOMETRY}


def _shape(feature: dict[str, object], file: SourceFile, row: int) -> object:
    geometry = feature.get(GEOMETRY)
    if geometry is None:
        return None
    try:
        return shapely.from_geojson(json.dumps(geometry))
    except GEOSException as error:
        raise SourceFormatError(
            f"The geometry is not GeoJSON: {error}.",
            location=Location(file.shown, row=row, field=GEOMETRY),
        ) from error


def _crs_member(root: dict[str, object]) -> str | None:
    member = root.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None
