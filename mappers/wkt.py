"""Geometry literals as GEOMETRY, in SQL (GeoSPARQL 1.1, section 8.5).

One axis order inside: longitude, latitude (CRS84). A literal in another coordinate system is read
in the axis order that its authority gives (EPSG:4326 has the latitude first) and transformed.

Each function takes the SQL of a text and gives that of a value; NULL stays NULL.
"""

from __future__ import annotations

import re
from typing import Final

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CRS84_IRIS: Final = (CRS84, CRS84.replace("http:", "https:"))

_EPSG_CODE: Final = "https?://www[.]opengis[.]net/def/crs/EPSG/[^/]+/([0-9]+)"

_BEGINS: Final = r"^\s*[a-zA-Z]+\s*([zZ]|[mM]|[zZ][mM])?\s*([(]|[eE][mM][pP][tT][yY])"
"""How WKT begins. DuckDB would read over an SRID before it."""
_ENDS: Final = (")", "y", "Y")
"""The last sign of WKT, `)` or that of EMPTY. DuckDB would read over text behind it."""


def is_complete(text: str) -> bool:
    """Whether a text begins and ends as WKT does."""
    return re.match(_BEGINS, text) is not None and text.rstrip().endswith(_ENDS)


def as_sound_geometry(text: str) -> str:
    """WKT without a coordinate system as GEOMETRY; NULL for what is none.

    Reversing twice changes nothing, but GEOS refuses a ring that is open and a line of one point,
    which DuckDB reads.
    """
    return f"TRY(ST_Reverse(ST_Reverse(ST_GeomFromText({text}))))"


def as_geometry(text: str) -> str:
    """A WKT literal as GEOMETRY in CRS84; NULL if it is malformed, or in an unknown system."""
    bare = rf"regexp_replace({text}, '^<[^>]*>\s*', '')"
    plain, other = (_checked(one) for one in (text, bare))
    name = projection(srid(text))
    return (
        f"CASE WHEN {text} NOT LIKE '<%' THEN {plain} WHEN {name} = 'OGC:CRS84' THEN {other}"
        f" ELSE TRY(ST_Transform({other}, {name}, 'OGC:CRS84')) END"
    )


def _checked(text: str) -> str:
    last = ", ".join(f"'{sign}'" for sign in _ENDS)
    complete = f"regexp_matches({text}, '{_BEGINS}') AND right(rtrim({text}), 1) IN ({last})"
    return as_sound_geometry(f"CASE WHEN {complete} THEN {text} END")


def srid(text: str) -> str:
    """The IRI of the coordinate system that a WKT literal names; CRS84 if it names none."""
    return (
        f"CASE WHEN {text} LIKE '<%' THEN regexp_extract({text}, '^<([^>]*)>', 1)"
        f" WHEN {text} IS NOT NULL THEN '{CRS84}' END"
    )


def projection(iri: str) -> str:
    """The name by which PROJ knows a coordinate system; NULL if it is none of EPSG or CRS84.

    Nothing else of the IRI gets through: PROJ would read a pipeline, or a file, from a text.
    """
    known = ", ".join(f"'{one}'" for one in CRS84_IRIS)
    return (
        f"CASE WHEN {iri} IN ({known}) THEN 'OGC:CRS84'"
        f" WHEN regexp_full_match({iri}, '{_EPSG_CODE}')"
        f" THEN 'EPSG:' || regexp_extract({iri}, '{_EPSG_CODE}', 1) END"
    )
