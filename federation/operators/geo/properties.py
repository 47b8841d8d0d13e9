"""Functions that tell a property of a geometry (GeoSPARQL 1.1, sections 8.4 and 8.7)."""

from __future__ import annotations

from typing import Final

from federation.operators.fragments import sql
from federation.operators.geo.literals import GEO_JSON_LITERAL, geometry, literal_text, srid
from federation.operators.scope import Function, Scope, native
from federation.relational.encoding import SqlTerm
from federation.unsupported import Unsupported
from mappers.rdf import WKT_LITERAL, XSD, XSD_BOOLEAN, XSD_DOUBLE, XSD_INTEGER

_ANY_URI: Final = XSD + "anyURI"
_SIMPLE_FEATURES: Final = "http://www.opengis.net/ont/sf#"

_TYPES: Final = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}
_TYPE: Final = " ".join(
    f"WHEN '{name}' THEN '{_SIMPLE_FEATURES}{local}'" for name, local in _TYPES.items()
)

_PROPERTIES: Final = {
    "asGeoJSON": (GEO_JSON_LITERAL, "CAST(ST_AsGeoJSON(:g) AS VARCHAR)"),
    "asWKT": (WKT_LITERAL, "ST_AsText(:g)"),
    "coordinateDimension": (
        XSD_INTEGER,
        "2 + CAST(ST_HasZ(:g) AS BIGINT) + CAST(ST_HasM(:g) AS BIGINT)",
    ),
    "dimension": (XSD_INTEGER, "CAST(ST_Dimension(:g) AS BIGINT)"),
    "geometryType": (_ANY_URI, f"CASE CAST(ST_GeometryType(:g) AS VARCHAR) {_TYPE} END"),
    "is3D": (XSD_BOOLEAN, "ST_HasZ(:g)"),
    "isEmpty": (XSD_BOOLEAN, "ST_IsEmpty(:g)"),
    "isMeasured": (XSD_BOOLEAN, "ST_HasM(:g)"),
    "isSimple": (XSD_BOOLEAN, "ST_IsSimple(:g)"),
    "maxX": (XSD_DOUBLE, "ST_XMax(:g)"),
    "maxY": (XSD_DOUBLE, "ST_YMax(:g)"),
    "maxZ": (XSD_DOUBLE, "ST_ZMax(:g)"),
    "minX": (XSD_DOUBLE, "ST_XMin(:g)"),
    "minY": (XSD_DOUBLE, "ST_YMin(:g)"),
    "minZ": (XSD_DOUBLE, "ST_ZMin(:g)"),
    "numGeometries": (XSD_INTEGER, "CAST(greatest(ST_NGeometries(:g), 1) AS BIGINT)"),
    "spatialDimension": (XSD_INTEGER, "2 + CAST(ST_HasZ(:g) AS BIGINT)"),
}
"""The datatype of each property, and its value in SQL."""


def _property(name: str, datatype: str, fragment: str) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        shape = geometry(_only(name, arguments), scope)
        return native(datatype, sql(f"TRY({fragment})", g=shape))

    return apply


def _srid(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """geof:getSRID: as the literal states it, or CRS84."""
    return native(_ANY_URI, srid(literal_text(_only("getSRID", arguments), WKT_LITERAL)))


def _only(name: str, arguments: tuple[SqlTerm, ...]) -> SqlTerm:
    if len(arguments) != 1:
        raise Unsupported(f"geof:{name} with {len(arguments)} arguments")
    return arguments[0]


FUNCTIONS: Final = {
    **{name: _property(name, *found) for name, found in _PROPERTIES.items()},
    "getSRID": _srid,
}
"""Function by its local name."""
