"""Comparison: = != < > <= >= IN, NOT IN (SPARQL 1.1 sections 17.3, 17.4.1.7, 17.4.1.9)."""

from __future__ import annotations

from functools import reduce
from types import MappingProxyType
from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.native_comparison import (
    MIRRORED,
    SQL_SYMBOLS,
    compare_numbers,
    compare_with_zoned,
    not_a_number,
)
from federation.operators.numeric import (
    DERIVED_INTEGERS,
    RANKS,
    cast_to,
    general_decimal,
    general_double,
    rank,
    static_number,
)
from federation.operators.scope import Function, Scope, boolean
from federation.relational.constants import constant_datatype
from federation.relational.convert import to_general
from federation.relational.encoding import General, IriTemplate, Native, SqlTerm
from federation.relational.identity import same_term
from federation.relational.nodes import paren
from mappers.rdf import (
    RDF_LANG_STRING,
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_STRING,
)

_ORDERED: Final = (XSD_STRING, XSD_BOOLEAN, XSD_DATE, XSD_DATE_TIME)
"""Native datatypes, besides the numeric ones, that SQL orders as SPARQL does."""


def _operator(symbol: str) -> Function:
    def compare(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        left, right = arguments
        return boolean(compare_terms(symbol, left, right, scope), nullable=True)

    return compare


def compare_terms(symbol: str, left: SqlTerm, right: SqlTerm, scope: Scope) -> exp.Expression:
    """SQL truth of a comparison; NULL where SPARQL raises a type error."""
    found = compare_numbers(symbol, left, right) or compare_with_zoned(symbol, left, right, scope)
    if found is not None:
        return found
    one, other = static_number(left), static_number(right)
    if isinstance(left.encoding, Native) and left.encoding == right.encoding:
        return _same_datatype(symbol, left, right)
    if isinstance(left.encoding, IriTemplate) and isinstance(right.encoding, IriTemplate):
        return _iris(symbol, left, right)
    if one is not None and isinstance(right.encoding, General):
        return _number_and_general(symbol, left, right, scope)
    if other is not None and isinstance(left.encoding, General):
        return _number_and_general(MIRRORED[symbol], right, left, scope)
    return _general(symbol, left, right, scope)


def _numbers(
    symbol: str, a: exp.Expression, b: exp.Expression, *, floating: bool
) -> exp.Expression:
    """DuckDB orders NaN above all and equal to itself; in SPARQL every comparison with it
    is false."""
    if floating:
        return not_a_number(symbol, a, b)
    return sql(f":a {SQL_SYMBOLS[symbol]} :b", a=a, b=b)


def _same_datatype(symbol: str, left: SqlTerm, right: SqlTerm) -> exp.Expression:
    assert isinstance(left.encoding, Native)
    a, b = left.columns[0], right.columns[0]
    if left.encoding.datatype in _ORDERED:
        return sql(f":a {SQL_SYMBOLS[symbol]} :b", a=a, b=b)
    if symbol not in ("=", "!="):
        return sql("CAST(NULL AS BOOLEAN)")
    if left.encoding.datatype == RDF_LANG_STRING:
        return sql(f":a {SQL_SYMBOLS[symbol]} :b", a=a, b=b)
    # A datatype without known values: equal if identical, otherwise nobody can tell.
    truth = "TRUE" if symbol == "=" else "FALSE"
    return sql(f"CASE WHEN :a = :b THEN {truth} END", a=a, b=b)


def _iris(symbol: str, left: SqlTerm, right: SqlTerm) -> exp.Expression:
    if symbol == "=":
        return same_term(left, right)
    if symbol == "!=":
        return sql("NOT :same", same=paren(same_term(left, right)))
    return sql("CAST(NULL AS BOOLEAN)")


def _number_and_general(
    symbol: str, number: SqlTerm, general: SqlTerm, scope: Scope
) -> exp.Expression:
    """A number compared with a term known only when the query runs: nothing of the number but its
    value is looked at, since what is no number is a type error, or unlike it (see `_rest`).
    """
    known = static_number(number)
    assert known is not None
    term = scope.keep(general.columns[0])
    ranked = scope.keep(rank(general))
    number_only = "CASE WHEN :r IS NOT NULL THEN :v END"
    one = cast_to(known.value, XSD_DOUBLE)
    other = scope.keep(sql(number_only, r=ranked, v=general_double(general)))
    if known.datatype == XSD_FLOAT:
        other = sql(_SINGLE.format(":r < 2"), r=ranked, v=other)
    elif known.datatype != XSD_DOUBLE:
        one = sql(_SINGLE.format(":r = 2"), r=ranked, v=one)
    floating = _numbers(symbol, scope.keep(one), scope.keep(other), floating=True)
    numeric = floating
    if known.datatype not in (XSD_FLOAT, XSD_DOUBLE):
        exact = _numbers(
            symbol,
            scope.keep(cast_to(known.value, XSD_DECIMAL)),
            scope.keep(sql(number_only, r=ranked, v=general_decimal(general))),
            floating=False,
        )
        numeric = sql("CASE WHEN :r >= 2 THEN :f ELSE :e END", r=ranked, f=floating, e=exact)
    rest = "NULL"
    if symbol in ("=", "!="):
        unlike = "FALSE" if symbol == "=" else "TRUE"
        rest = (
            f"CASE WHEN struct_extract(:t, 'k') <> 2 OR"
            f" struct_extract(:t, 'dt') = '{RDF_LANG_STRING}' THEN {unlike} END"
        )
    return sql(
        f"CASE WHEN :n IS NULL OR :t IS NULL THEN NULL WHEN :r IS NOT NULL THEN :numeric"
        f" ELSE {rest} END",
        n=known.value,
        t=term,
        r=ranked,
        numeric=numeric,
    )


_SINGLE: Final = "CASE WHEN {0} THEN CAST(TRY_CAST(:v AS FLOAT) AS DOUBLE) ELSE :v END"
"""A number beside an xsd:float is compared in single precision (XPath 2.0, B.1)."""

_NUMERIC_PAIR: Final = "CASE WHEN :ra >= 2 OR :rb >= 2 THEN :float ELSE :exact END"


def _general(symbol: str, left: SqlTerm, right: SqlTerm, scope: Scope) -> exp.Expression:
    """A comparison of terms whose kinds are known only when the query runs.

    Where the kind of one is known, as that of a constant is, nothing of another kind is looked at.
    """
    kinds = {one for one in (static_kind(left, scope), static_kind(right, scope)) if one}
    a, b = (scope.keep(to_general(term).columns[0]) for term in (left, right))
    compared = f"struct_extract(:a, 'lex') {SQL_SYMBOLS[symbol]} struct_extract(:b, 'lex')"
    both = "struct_extract(:a, 'dt') = '{0}' AND struct_extract(:b, 'dt') = '{0}'"
    holes: dict[str, exp.Expression] = {"a": a, "b": b, "rest": _rest(symbol, a, b)}
    branches = "CASE WHEN :a IS NULL OR :b IS NULL THEN NULL"
    if kinds <= {"number"}:
        holes |= _numbers_of(symbol, left, right, scope)
        branches += " WHEN :ra IS NOT NULL AND :rb IS NOT NULL THEN :numeric"
    if kinds <= {"string"}:
        branches += f" WHEN {both.format(XSD_STRING)} THEN {compared}"
    if kinds <= {"boolean"}:
        booleans = f"{_BOOLEAN.format('a')} {SQL_SYMBOLS[symbol]} {_BOOLEAN.format('b')}"
        holes["booleans"] = sql(booleans, a=a, b=b)
        branches += f" WHEN {both.format(XSD_BOOLEAN)} THEN :booleans"
    if kinds <= {"time"}:
        holes["times"] = _times(symbol, a, b, scope)
        branches += f" WHEN {both.format(XSD_DATE_TIME)} OR {both.format(XSD_DATE)} THEN :times"
    return sql(branches + " ELSE :rest END", **holes)


_KINDS: Final = MappingProxyType(
    {
        **dict.fromkeys((*RANKS, *DERIVED_INTEGERS), "number"),
        XSD_STRING: "string",
        XSD_BOOLEAN: "boolean",
        XSD_DATE_TIME: "time",
        XSD_DATE: "time",
    }
)


def static_kind(term: SqlTerm, scope: Scope) -> str | None:
    """What a term is compared as, where its encoding or its being a constant tells; else None."""
    if isinstance(term.encoding, Native):
        return _KINDS.get(term.encoding.datatype, "other")
    if isinstance(term.encoding, IriTemplate):
        return "other"
    datatype = constant_datatype(scope.lets.definition(term.columns[0]))
    return None if datatype is None else _KINDS.get(datatype, "other")


def _numbers_of(
    symbol: str, left: SqlTerm, right: SqlTerm, scope: Scope
) -> dict[str, exp.Expression]:
    """The comparison of two general terms as numbers, and what tells whether they are."""
    rank_a, rank_b = (scope.keep(rank(term)) for term in (left, right))
    sides = ((left, rank_a, rank_b), (right, rank_b, rank_a))
    # a cast that fails costs more than all else, so what is no number is not cast
    number = "CASE WHEN :o IS NOT NULL THEN :v END"
    doubles = []
    for term, own, beside in sides:
        value = scope.keep(sql(number, o=own, v=general_double(term)))
        doubles.append(
            scope.keep(sql(_SINGLE.format(":o < 2 AND :r = 2"), v=value, o=own, r=beside))
        )
    decimals = [scope.keep(sql(number, o=own, v=general_decimal(term))) for term, own, _ in sides]
    numeric = sql(
        _NUMERIC_PAIR,
        ra=rank_a,
        rb=rank_b,
        float=_numbers(symbol, doubles[0], doubles[1], floating=True),
        exact=_numbers(symbol, decimals[0], decimals[1], floating=False),
    )
    return {"ra": rank_a, "rb": rank_b, "numeric": numeric}


_BOOLEAN: Final = (
    "CASE struct_extract(:{0}, 'lex') WHEN 'true' THEN TRUE WHEN '1' THEN TRUE"
    " WHEN 'false' THEN FALSE WHEN '0' THEN FALSE END"
)


_UTC: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z"
"""The dateTimes that DuckDB reads as they are written: most of those that have a zone."""


def instant(term: exp.Expression) -> exp.Expression:
    """The instant of a general xsd:dateTime or xsd:date as TIMESTAMPTZ; without a zone as
    in UTC."""
    return sql(
        f"CASE WHEN regexp_full_match(struct_extract(:t, 'lex'), '{_UTC}')"
        " THEN TRY_CAST(struct_extract(:t, 'lex') AS TIMESTAMPTZ)"
        " WHEN regexp_full_match(struct_extract(:t, 'lex'),"
        " '-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?)?"
        "(Z|[+-][0-9]{2}:[0-9]{2})?')"
        " THEN TRY_CAST(regexp_replace(regexp_replace(struct_extract(:t, 'lex'), 'Z$', '+00:00'),"
        " '^([0-9-]{10})([+-][0-9]{2}:[0-9]{2})$', '\\1T00:00:00\\2') AS TIMESTAMPTZ) END",
        t=term,
    )


def has_zone(term: exp.Expression) -> exp.Expression:
    """Whether a general date or dateTime states a time zone."""
    return sql("regexp_matches(struct_extract(:t, 'lex'), '(Z|[+-][0-9]{2}:[0-9]{2})$')", t=term)


def _times(symbol: str, a: exp.Expression, b: exp.Expression, scope: Scope) -> exp.Expression:
    """Instants; where just one has a zone, certain only if they are more than 14 hours apart.

    XML Schema 1.1 Part 2, section D.2.1: a time without zone may lie anywhere in that span.
    """
    plain = f":ia {SQL_SYMBOLS[symbol]} :ib"
    apart = "abs(epoch_us(:ia) - epoch_us(:ib)) > 50400000000"
    uncertain = {"=": "FALSE", "!=": "TRUE"}.get(symbol, plain)
    return sql(
        f"CASE WHEN :za = :zb THEN {plain} WHEN {apart} THEN {uncertain} END",
        ia=scope.keep(instant(a)),
        ib=scope.keep(instant(b)),
        za=scope.keep(has_zone(a)),
        zb=scope.keep(has_zone(b)),
    )


def _rest(symbol: str, a: exp.Expression, b: exp.Expression) -> exp.Expression:
    """RDFterm-equal: identical terms are equal; two literals that differ are a type error, unless
    one has a language (no other literal has its value) or both are strings.
    """
    if symbol not in ("=", "!="):
        return sql("CAST(NULL AS BOOLEAN)")
    truth = ("TRUE", "FALSE") if symbol == "=" else ("FALSE", "TRUE")
    tagged = f"struct_extract(:{{0}}, 'dt') = '{RDF_LANG_STRING}'"
    return sql(
        f"CASE WHEN :a = :b THEN {truth[0]}"
        f" WHEN struct_extract(:a, 'k') <> 2 OR struct_extract(:b, 'k') <> 2 THEN {truth[1]}"
        f" WHEN {tagged.format('a')} OR {tagged.format('b')} THEN {truth[1]} END",
        a=a,
        b=b,
    )


def _among(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """IN: true if any is equal, else an error if any comparison was one, else false."""
    value, *members = arguments
    if not members:
        return boolean(exp.false(), nullable=False)
    found = [compare_terms("=", value, member, scope) for member in members]
    return boolean(reduce(lambda a, b: sql(":a OR :b", a=paren(a), b=paren(b)), found))


def _not_among(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    return boolean(sql("NOT :v", v=paren(_among(arguments, scope).columns[0])))


def _same_term(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    return boolean(same_term(*arguments))


FUNCTIONS: Final = {
    **{symbol: _operator(symbol) for symbol in SQL_SYMBOLS},
    "IN": _among,
    "NOT IN": _not_among,
    "SAMETERM": _same_term,
}
