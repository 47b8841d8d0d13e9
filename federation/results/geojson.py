"""Rows with a geometry as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import IO, Any, Final

import shapely

from federation.results.native import NUMERIC, native_value
from federation.results.result import BlankLabels, Result, Row, rows_of
from mappers.errors import QueryUnsupportedError
from mappers.rdf import WKT_LITERAL, XSD_BOOLEAN, BlankNode, Iri, Literal, Term

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def write_geojson(result: Result, stream: IO[bytes]) -> None:
    """Write a SELECT answer as a feature collection, a feature a row.

    The geometry is the first variable that has a geo:wktLiteral in any row; a row in which it
    is unbound is a feature without geometry. The other variables are the properties: numbers
    and booleans as such, anything else as text. Raises QueryUnsupportedError if no variable is
    a geometry, or for a geometry that is not in CRS84.
    """
    place = _geometry_place(result)
    blank_label = BlankLabels()
    stream.write(b'{"type":"FeatureCollection","features":[')
    separator = "\n"
    for row in rows_of(result):
        feature = {
            "type": "Feature",
            "geometry": _geometry(row[place]),
            "properties": {
                name: _property(term, blank_label)
                for index, (name, term) in enumerate(zip(result.variables, row, strict=True))
                if index != place and term is not None
            },
        }
        text = json.dumps(feature, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        stream.write(f"{separator}{text}".encode())
        separator = ",\n"
    stream.write(b"\n]}\n")


def _geometry_place(result: Result) -> int:
    """The index of the geometry's variable; in an answer without rows, any will do."""
    places: set[int] = set()
    empty = True
    for row in rows_of(result):
        empty = False
        places.update(_wkt_places(row))
        if 0 in places:
            break
    if places or empty:
        return min(places, default=0)
    raise QueryUnsupportedError(
        "The answer has no geometry, so it cannot be written as GeoJSON.",
        way_out="Select a variable with geo:wktLiteral values, or choose another format.",
    )


def _wkt_places(row: Row) -> list[int]:
    return [
        index
        for index, term in enumerate(row)
        if isinstance(term, Literal) and term.datatype == WKT_LITERAL
    ]


def _geometry(term: Term | None) -> Any:
    if term is None or not isinstance(term, Literal) or term.datatype != WKT_LITERAL:
        return None
    text = term.lexical.strip()
    if text.startswith("<"):
        system, _, text = text[1:].partition(">")
        if system != CRS84:
            raise QueryUnsupportedError(
                f"A geometry is in the reference system <{system}>; GeoJSON is always in CRS84.",
                way_out="Choose another format.",
            )
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.GEOSException as error:
        raise QueryUnsupportedError(
            f"A geometry is not valid WKT, so it cannot be written as GeoJSON: {error}.",
            way_out="Choose another format.",
        ) from error
    return None if shape.is_empty else json.loads(shapely.to_geojson(shape))


def _property(term: Term, blank_label: BlankLabels) -> object:
    match term:
        case Iri(value=value):
            return value
        case BlankNode(label=label):
            return f"_:{blank_label(label)}"
        case Literal(datatype=datatype) if datatype in NUMERIC or datatype == XSD_BOOLEAN:
            return _json_value(term)
        case Literal(lexical=lexical):
            return lexical


def _json_value(literal: Literal) -> object:
    value = native_value(literal)
    if isinstance(value, Decimal):
        return float(value)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return literal.lexical
    return value
