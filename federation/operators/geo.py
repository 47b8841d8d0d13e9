"""GeoSPARQL functions over WKT literals (GeoSPARQL 1.1), in CRS84: longitude, latitude.

Relations are planar in degrees, as in the standard's simple features. Distances are metres on the
WGS 84 spheroid: between points exactly; a figure that is no point is compared by its nearest
points, found in a plane in which a degree of longitude is shortened by the cosine of the latitude.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.numeric import general_double, rank
from federation.operators.scope import Function, Scope, boolean, native
from federation.operators.terms import ERROR
from federation.relational.encoding import General, IriTemplate, Native, SqlTerm
from federation.unsupported import Unsupported
from mappers.rdf import WKT_LITERAL, XSD_DOUBLE

GEOF: Final = "http://www.opengis.net/def/function/geosparql/"
DISTANCE_WITHIN: Final = "https://bygraf.example.org/def#distanceWithin"

_METRES: Final = frozenset(
    {
        "http://www.opengis.net/def/uom/OGC/1.0/metre",
        "http://www.opengis.net/def/uom/EPSG/0/9001",
        "http://qudt.org/vocab/unit/M",
    }
)
_RELATIONS: Final = {
    "sfEquals": "ST_Equals",
    "sfDisjoint": "ST_Disjoint",
    "sfIntersects": "ST_Intersects",
    "sfTouches": "ST_Touches",
    "sfCrosses": "ST_Crosses",
    "sfWithin": "ST_Within",
    "sfContains": "ST_Contains",
    "sfOverlaps": "ST_Overlaps",
}


def wkt_text(term: SqlTerm) -> exp.Expression:
    """The text of a WKT literal; NULL for any other term."""
    match term.encoding:
        case Native(datatype=datatype) if datatype == WKT_LITERAL:
            return term.columns[0]
        case General():
            return sql(
                f"CASE WHEN struct_extract(:t, 'dt') = '{WKT_LITERAL}'"
                " THEN struct_extract(:t, 'lex') END",
                t=term.columns[0],
            )
        case _:
            return ERROR


def geometry(term: SqlTerm, scope: Scope) -> exp.Expression:
    """A WKT literal as GEOMETRY; NULL if it is no WKT, or names a system other than CRS84."""
    parsed = sql(
        "TRY(ST_GeomFromText(CASE WHEN :w LIKE '<%' THEN"
        " CASE WHEN :w LIKE '<http://www.opengis.net/def/crs/OGC/1.3/CRS84>%'"
        " THEN regexp_replace(:w, '^<[^>]*>\\s*', '') END ELSE :w END))",
        w=wkt_text(term),
    )
    return scope.keep(parsed)


def spheroid(a: exp.Expression, b: exp.Expression) -> exp.Expression:
    """Metres between two points; DuckDB's function wants the latitude first."""
    return sql("ST_Distance_Spheroid(ST_FlipCoordinates(:a), ST_FlipCoordinates(:b))", a=a, b=b)


def _squeezed(a: exp.Expression, b: exp.Expression) -> tuple[exp.Expression, exp.Expression]:
    """Both figures with longitudes shortened by the cosine of the mean latitude."""
    factor = sql(
        "greatest(cos(radians((ST_YMin(:a) + ST_YMax(:a) + ST_YMin(:b) + ST_YMax(:b)) / 4)), 0.01)",
        a=a,
        b=b,
    )
    shape = "ST_Affine(:g, :f, 0, 0, 1, 0, 0)"
    return sql(shape, g=a, f=factor), sql(shape, g=b, f=factor)


def metres(a: exp.Expression, b: exp.Expression) -> exp.Expression:
    """The distance of two geometries in metres."""
    factor = sql(
        "greatest(cos(radians((ST_YMin(:a) + ST_YMax(:a) + ST_YMin(:b) + ST_YMax(:b)) / 4)), 0.01)",
        a=a,
        b=b,
    )
    one, other = _squeezed(a, b)
    line = sql("ST_ShortestLine(:a, :b)", a=one, b=other)
    back = "ST_Affine(:p, 1 / :f, 0, 0, 1, 0, 0)"
    start = sql(back, p=sql("ST_StartPoint(:l)", l=line), f=factor)
    end = sql(back, p=sql("ST_EndPoint(:l)", l=line), f=factor)
    points = "ST_GeometryType(:a) = 'POINT' AND ST_GeometryType(:b) = 'POINT'"
    return sql(
        f"CASE WHEN {points} THEN :exact WHEN ST_Intersects(:a, :b) THEN 0 ELSE :nearest END",
        a=a,
        b=b,
        exact=spheroid(a, b),
        nearest=spheroid(start, end),
    )


def _distance(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """geof:distance(a, b, unit), in metres."""
    if len(arguments) != 3:
        raise Unsupported("geof:distance without a unit")
    left, right, unit = arguments
    if not (
        isinstance(unit.encoding, IriTemplate)
        and not unit.columns
        and unit.encoding.parts[0] in _METRES
    ):
        raise Unsupported("geof:distance in a unit other than the metre")
    return native(
        XSD_DOUBLE, sql("TRY(:d)", d=metres(geometry(left, scope), geometry(right, scope)))
    )


def _within(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """by:distanceWithin(a, b, metres).

    A box comes first, which lets the engine join by a spatial index: a degree of latitude has at
    least 110,574 m, a degree of longitude at latitude p at least 111,319 m times cos p, so what
    lies outside the box is certainly farther.
    """
    if len(arguments) != 3:
        raise Unsupported("by:distanceWithin without a distance")
    left, right, limit = arguments
    a, b = geometry(left, scope), geometry(right, scope)
    reach = scope.keep(
        sql("CASE WHEN :r IS NOT NULL THEN :v END", r=rank(limit), v=general_double(limit))
    )
    box = scope.keep(_box(a, reach))
    near = sql("ST_Intersects(:box, :b)", box=box, b=b)
    exact = sql("TRY(:d) <= :m", d=metres(a, b), m=reach)
    return boolean(sql(":near AND :exact", near=near, exact=exact))


def _box(figure: exp.Expression, reach: exp.Expression) -> exp.Expression:
    """The box of all points that may be within a number of metres of a figure.

    The latitude of the figure's side nearer to a pole, and as much beyond it as the reach, has the
    shortest degrees of longitude.
    """
    width = sql(
        ":m / (111319 * greatest(cos(radians(least("
        "greatest(abs(ST_YMin(:g)), abs(ST_YMax(:g))) + :m / 110574, 89.9))), 0.001))",
        g=figure,
        m=reach,
    )
    return sql(
        "ST_MakeEnvelope(ST_XMin(:g) - :w, ST_YMin(:g) - :h, ST_XMax(:g) + :w, ST_YMax(:g) + :h)",
        g=figure,
        w=width,
        h=sql(":m / 110574", m=reach),
    )


def _relation(function: str) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        left, right = arguments
        value = sql(f"{function}(:a, :b)", a=geometry(left, scope), b=geometry(right, scope))
        return boolean(value)

    return apply


FUNCTIONS: Final = {
    **{GEOF + name: _relation(function) for name, function in _RELATIONS.items()},
    GEOF + "distance": _distance,
    DISTANCE_WITHIN: _within,
}
