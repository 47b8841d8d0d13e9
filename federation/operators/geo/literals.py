"""Geometry literals as GEOMETRY, and back (GeoSPARQL 1.1, section 8.5).

One axis order inside: longitude, latitude (CRS84). A literal in another coordinate system is read
in the axis order that its authority gives (EPSG:4326 has the latitude first) and transformed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.scope import Scope, native
from federation.operators.terms import ERROR
from federation.relational.encoding import General, Native, SqlTerm
from federation.relational.lexical import text_constant
from mappers import wkt
from mappers.rdf import GEO, WKT_LITERAL

GEO_JSON_LITERAL: Final = GEO + "geoJSONLiteral"
_TEXT_OF: Final = "ST_AsText"


def literal_text(term: SqlTerm, datatype: str) -> exp.Expression:
    """The lexical form of a literal of one datatype; NULL for any other term."""
    match term.encoding:
        case Native(datatype=found) if found == datatype:
            return term.columns[0]
        case General():
            return sql(
                f"CASE WHEN struct_extract(:t, 'dt') = '{datatype}'"
                " THEN struct_extract(:t, 'lex') END",
                t=term.columns[0],
            )
        case _:
            return ERROR


def geometry(term: SqlTerm, scope: Scope, beside: str | None = None) -> exp.Expression:
    """A geometry literal as GEOMETRY in CRS84: a column of the source that it reads.

    NULL for what is no WKT or GeoJSON, and for a coordinate system that PROJ does not know. A
    constant becomes a column of the source `beside` (see `geometries`).
    """
    term = moved(term, scope, beside)
    if isinstance(term.encoding, Native) and term.encoding.datatype == WKT_LITERAL:
        written = scope.lets.definition(term.columns[0])
        if isinstance(written, exp.Anonymous) and written.name == _TEXT_OF:
            return scope.lets.keep(written.expressions[0], beside)
        stored = scope.lets.shapes.get(term.columns[0])
        if stored is not None:
            return scope.lets.keep(sql("TRY(ST_GeomFromWKB(CAST(:s AS BLOB)))", s=stored), beside)
    return scope.lets.keep(_read(term, scope), beside)


def geometries(terms: Sequence[SqlTerm], scope: Scope) -> list[exp.Expression]:
    """Geometry literals that one function compares, as GEOMETRY in CRS84."""
    place = place_of(terms, scope)
    return [geometry(term, scope, place) for term in terms]


def place_of(terms: Sequence[SqlTerm], scope: Scope) -> str | None:
    """The one source that some terms read, where their constants belong.

    A constant kept in another source would look like a value of it, and a condition on the constant
    and a value of this source like a join of the two.
    """
    values = [written_out(value, scope) for term in terms for value in term.columns]
    tables = {found.table for found in _columns(values)}
    return tables.pop() if len(tables) == 1 else None


def written_out(value: exp.Expression, scope: Scope) -> exp.Expression:
    """A constant without kept columns; any other value as it stands."""
    constant = scope.lets.constant(value)
    return value if constant is None else constant


def moved(term: SqlTerm, scope: Scope, beside: str | None) -> SqlTerm:
    """The term; without kept columns if it is a constant that is kept elsewhere than `beside`."""
    if beside is None or all(found.table == beside for found in _columns(term.columns)):
        return term
    values = tuple(written_out(value, scope) for value in term.columns)
    return SqlTerm(term.encoding, values, term.nullable)


def _columns(values: Iterable[exp.Expression]) -> Iterator[exp.Column]:
    for value in values:
        yield from value.find_all(exp.Column)


def _read(term: SqlTerm, scope: Scope) -> exp.Expression:
    json = "TRY(ST_GeomFromGeoJSON(:w))"
    match term.encoding:
        case Native(datatype=datatype) if datatype == WKT_LITERAL:
            return _wkt(term.columns[0])
        case Native(datatype=datatype) if datatype == GEO_JSON_LITERAL:
            return sql(json, w=term.columns[0])
        case General():
            return sql(
                f"coalesce(:wkt, {json})",
                wkt=_wkt(scope.keep(literal_text(term, WKT_LITERAL))),
                w=scope.keep(literal_text(term, GEO_JSON_LITERAL)),
            )
        case _:
            return sql("TRY(ST_GeomFromText(:w))", w=ERROR)


def _wkt(literal: exp.Expression) -> exp.Expression:
    if isinstance(literal, exp.Literal):
        return _constant(literal.this)
    return sql(wkt.as_geometry(":w"), w=literal)


def _constant(lexical: str) -> exp.Expression:
    """A literal of the query: what can be told of its text is told before it becomes SQL."""
    system, text = wkt.CRS84, lexical
    if lexical.startswith("<"):
        system, _, text = lexical[1:].partition(">")
    if not wkt.is_complete(text):
        return sql("CAST(NULL AS GEOMETRY)")
    plain = sql(wkt.as_sound_geometry(":w"), w=text_constant(text.strip()))
    if system in wkt.CRS84_IRIS:
        return plain
    name = projection(text_constant(system))
    return sql("TRY(ST_Transform(:g, :p, 'OGC:CRS84'))", g=plain, p=name)


def srid(literal: exp.Expression) -> exp.Expression:
    """The IRI of the coordinate system that a WKT literal names; CRS84 if it names none."""
    return sql(wkt.srid(":w"), w=literal)


def projection(iri: exp.Expression) -> exp.Expression:
    """The name by which PROJ knows a coordinate system; NULL if it is none of EPSG or CRS84."""
    return sql(wkt.projection(":i"), i=iri)


def wkt_literal(shape: exp.Expression) -> SqlTerm:
    """A GEOMETRY in CRS84 as a WKT literal; NULL where making it fails."""
    return native(WKT_LITERAL, exp.Anonymous(this=_TEXT_OF, expressions=[sql("TRY(:g)", g=shape)]))
