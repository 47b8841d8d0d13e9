"""Functions on dates and times (SPARQL 1.1 section 17.4.5)."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.scope import Function, Scope, native
from federation.operators.terms import ERROR, plain
from federation.relational.convert import general_struct, text
from federation.relational.encoding import General, Native, SqlTerm
from mappers.rdf import XSD, XSD_DATE, XSD_DATE_TIME, XSD_DECIMAL, XSD_INTEGER

_DAY_PARTS: Final = "(-?[0-9]{4,})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_ZONE: Final = "(Z|[+-][0-9]{2}:[0-9]{2})?"
_PATTERN: Final = (
    f"^{_DAY_PARTS}T([01][0-9]|2[0-4]):([0-5][0-9]):([0-5][0-9](?:[.][0-9]+)?){_ZONE}$"
)
_DATE_PATTERN: Final = f"^{_DAY_PARTS}{_ZONE}$"

_IS_DAY: Final = (
    "(NOT regexp_matches(struct_extract(:t, 'lex'), '^[0-9]{4}-')"
    " OR TRY_CAST(left(struct_extract(:t, 'lex'), 10) AS DATE) IS NOT NULL)"
)
"""No thirtieth of February; years before 1 and above 9999 are not looked at closer."""


def _now(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """The query's one time, in UTC; with a time zone, so a general term."""
    lexical = scope.now.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".") + "Z"
    struct = general_struct(2, text(lexical), text(XSD_DATE_TIME), text(""))
    return SqlTerm(General(), (struct,), False)


def _part(name: str, group: int, *, of_date: bool) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        (term,) = arguments
        datatypes = (XSD_DATE_TIME, XSD_DATE) if of_date else (XSD_DATE_TIME,)
        if isinstance(term.encoding, Native) and term.encoding.datatype in datatypes:
            return native(XSD_INTEGER, sql(f"{name}(:v)", v=term.columns[0]))
        if not isinstance(term.encoding, General):
            return native(XSD_INTEGER, sql("CAST(NULL AS BIGINT)"))
        time = sql(
            f"CASE WHEN struct_extract(:t, 'dt') = '{XSD_DATE_TIME}' AND {_IS_DAY} THEN"
            f" TRY_CAST(regexp_extract(struct_extract(:t, 'lex'), '{_PATTERN}', {group}) AS BIGINT)"
            " END",
            t=term.columns[0],
        )
        if of_date:
            date = sql(
                f"CASE WHEN struct_extract(:t, 'dt') = '{XSD_DATE}' AND {_IS_DAY} THEN"
                f" TRY_CAST(regexp_extract(struct_extract(:t, 'lex'), '{_DATE_PATTERN}', {group})"
                " AS BIGINT) END",
                t=term.columns[0],
            )
            time = sql("coalesce(:a, :b)", a=time, b=date)
        return native(XSD_INTEGER, time)

    return apply


def _seconds(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """SECONDS: a decimal."""
    (term,) = arguments
    match term.encoding:
        case Native(datatype=datatype) if datatype == XSD_DATE_TIME:
            value = sql(
                "CAST(extract(microsecond FROM :v) AS DECIMAL(18, 0)) * 0.000001::DECIMAL(6, 6)",
                v=term.columns[0],
            )
        case General():
            value = sql(
                f"CASE WHEN struct_extract(:t, 'dt') = '{XSD_DATE_TIME}' AND {_IS_DAY} THEN"
                f" TRY_CAST(regexp_extract(struct_extract(:t, 'lex'), '{_PATTERN}', 6)"
                " AS DECIMAL(38, 18)) END",
                t=term.columns[0],
            )
        case _:
            value = sql("CAST(NULL AS DECIMAL(38, 18))")
    return native(XSD_DECIMAL, value)


def _zone(term: SqlTerm) -> exp.Expression:
    """The zone of a dateTime as text: '' if it has none, NULL if it is no dateTime."""
    match term.encoding:
        case Native(datatype=datatype) if datatype == XSD_DATE_TIME:
            return sql("CASE WHEN :v IS NOT NULL THEN '' END", v=term.columns[0])
        case General():
            return sql(
                f"CASE WHEN struct_extract(:t, 'dt') = '{XSD_DATE_TIME}' AND"
                f" {_IS_DAY} THEN regexp_extract(struct_extract(:t, 'lex'), '{_PATTERN}', 7)"
                " END",
                t=term.columns[0],
            )
        case _:
            return ERROR


def _tz(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    return plain(_zone(arguments[0]))


def _timezone(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """TIMEZONE: an xsd:dayTimeDuration; an error without a zone."""
    zone = _zone(arguments[0])
    value = sql(
        "CASE WHEN :z IS NULL OR :z = '' THEN NULL"
        " WHEN :z IN ('Z', '+00:00', '-00:00') THEN 'PT0S' ELSE"
        " CASE WHEN left(:z, 1) = '-' THEN '-' ELSE '' END || 'PT'"
        " || CASE WHEN substr(:z, 2, 2) <> '00'"
        " THEN CAST(CAST(substr(:z, 2, 2) AS INTEGER) AS VARCHAR) || 'H' ELSE '' END"
        " || CASE WHEN substr(:z, 5, 2) <> '00'"
        " THEN CAST(CAST(substr(:z, 5, 2) AS INTEGER) AS VARCHAR) || 'M' ELSE '' END END",
        z=zone,
    )
    return native(XSD + "dayTimeDuration", value)


FUNCTIONS: Final = {
    "NOW": _now,
    "YEAR": _part("year", 1, of_date=True),
    "MONTH": _part("month", 2, of_date=True),
    "DAY": _part("day", 3, of_date=True),
    "HOURS": _part("hour", 4, of_date=False),
    "MINUTES": _part("minute", 5, of_date=False),
    "SECONDS": _seconds,
    "TIMEZONE": _timezone,
    "TZ": _tz,
}
