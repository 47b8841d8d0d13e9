"""Which literals are well-typed (RDF 1.1 Concepts, section 3.3; XML Schema 1.1 Part 2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlglot import exp

from mappers.rdf import (
    RDF_LANG_STRING,
    XSD,
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
)
from mappers.shacl.fragments import all_of, sql, text
from mappers.shacl.terms import field

DERIVED_INTEGERS: Final = {
    XSD + "byte": (-(2**7), 2**7 - 1),
    XSD + "short": (-(2**15), 2**15 - 1),
    XSD + "int": (-(2**31), 2**31 - 1),
    XSD + "long": (-(2**63), 2**63 - 1),
    XSD + "unsignedByte": (0, 2**8 - 1),
    XSD + "unsignedShort": (0, 2**16 - 1),
    XSD + "unsignedInt": (0, 2**32 - 1),
    XSD + "unsignedLong": (0, 2**64 - 1),
    XSD + "nonNegativeInteger": (0, None),
    XSD + "positiveInteger": (1, None),
    XSD + "nonPositiveInteger": (None, 0),
    XSD + "negativeInteger": (None, -1),
}
"""Datatypes derived from xsd:integer, with the least and the greatest value."""

_ZONE: Final = r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?"
_FORMS: Final = {
    XSD_INTEGER: r"[+-]?[0-9]+",
    XSD_DECIMAL: r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    XSD_DOUBLE: r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    XSD_FLOAT: r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    XSD_BOOLEAN: r"true|false|0|1",
    XSD_DATE: rf"-?[0-9]{{4,}}-[0-9]{{2}}-[0-9]{{2}}{_ZONE}",
    XSD_DATE_TIME: (
        rf"-?[0-9]{{4,}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?{_ZONE}"
    ),
    XSD + "time": rf"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?{_ZONE}",
    XSD + "gYear": rf"-?([1-9][0-9]{{3,}}|0[0-9]{{3}}){_ZONE}",
    XSD + "gYearMonth": rf"-?([1-9][0-9]{{3,}}|0[0-9]{{3}})-(0[1-9]|1[0-2]){_ZONE}",
    XSD + "gMonthDay": rf"--(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]){_ZONE}",
    XSD + "gDay": rf"---(0[1-9]|[12][0-9]|3[01]){_ZONE}",
    XSD + "gMonth": rf"--(0[1-9]|1[0-2]){_ZONE}",
    XSD + "duration": (
        r"-?P(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?"
        r"(?:T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
    ),
    XSD + "hexBinary": r"([0-9a-fA-F]{2})*",
}
_FULL_MATCH: Final = "regexp_full_match(:lex, :form)"


def is_always_well_typed(datatype: str) -> bool:
    """Whether every lexical form is one of the datatype's, as far as the gate knows."""
    return datatype not in _FORMS and datatype not in DERIVED_INTEGERS


def lexical_is_valid(lexical: exp.Expression, datatype: str) -> exp.Expression:
    """Whether a lexical form is one of the datatype; TRUE for datatypes the gate does not know."""
    if datatype in DERIVED_INTEGERS:
        return _bounded(lexical, *DERIVED_INTEGERS[datatype])
    if datatype not in _FORMS:
        return exp.true()
    form = sql(_FULL_MATCH, lex=sql("trim(:lex)", lex=lexical), form=text(_FORMS[datatype]))
    if datatype in (XSD_DATE, XSD_DATE_TIME):
        real = sql("TRY_CAST(substr(trim(:lex), 1, 10) AS DATE) IS NOT NULL", lex=lexical)
        long_year = sql("regexp_matches(:lex, '^\\s*-|^\\s*[0-9]{5}')", lex=lexical)
        real = sql(":real OR :long_year", real=real, long_year=long_year)
        if datatype == XSD_DATE_TIME:
            time = "regexp_matches(:lex, 'T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]|24:00:00)')"
            real = sql(":real AND :time", real=real, time=sql(time, lex=lexical))
        return sql(":form AND :real", form=form, real=real)
    return form


def _bounded(lexical: exp.Expression, low: int | None, high: int | None) -> exp.Expression:
    """An integer between two bounds; one too long for SQL is beyond any bound on its side."""
    tests = [sql(_FULL_MATCH, lex=sql("trim(:l)", l=lexical), form=text(_FORMS[XSD_INTEGER]))]
    value = sql("TRY_CAST(trim(:lex) AS HUGEINT)", lex=lexical)
    negative = sql("starts_with(trim(:lex), '-')", lex=lexical)
    if low is not None:
        bound = exp.cast(text(str(low)), "HUGEINT", dialect="duckdb")
        tests.append(sql("coalesce(:v >= :b, NOT :n)", v=value, b=bound, n=negative))
    if high is not None:
        bound = exp.cast(text(str(high)), "HUGEINT", dialect="duckdb")
        tests.append(sql("coalesce(:v <= :b, :n)", v=value, b=bound, n=negative))
    return all_of(tests)


def well_typed(term: exp.Expression, datatypes: Iterable[str]) -> exp.Expression:
    """Whether a general struct, known to be of one of the datatypes, has a lexical form of it."""
    lexical, datatype = field(term, "lex"), field(term, "dt")
    cases = [
        exp.If(this=sql(":d = :n", d=datatype, n=text(name)), true=lexical_is_valid(lexical, name))
        for name in datatypes
        if not is_always_well_typed(name)
    ]
    return exp.Case(ifs=cases, default=exp.true()) if cases else exp.true()


def is_of_datatype(term: exp.Expression, datatype: str) -> exp.Expression:
    """Whether a general struct is a well-typed literal of the datatype (SHACL, section 4.1.2)."""
    tests = [
        sql(":k = 2", k=field(term, "k")),
        sql(":d = :n", d=field(term, "dt"), n=text(datatype)),
        well_typed(term, [datatype]),
    ]
    if datatype == RDF_LANG_STRING:
        tests.append(sql(":l <> ''", l=field(term, "lang")))
    return all_of(tests)
