"""Casts: constructor functions (SPARQL 1.1 section 17.5)."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.numeric import (
    cast_to,
    general_decimal,
    general_double,
    general_integer,
    rank,
    static_number,
)
from federation.operators.scope import Function, Scope, native
from federation.operators.terms import plain, string_of
from federation.relational.convert import general_struct, text
from federation.relational.encoding import General, Native, SqlTerm
from federation.relational.lexical import lexical_form
from mappers.rdf import (
    RDF_LANG_STRING,
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
    XSD_STRING,
)

_LEXICAL: Final = {
    XSD_INTEGER: "[+-]?[0-9]+",
    XSD_DECIMAL: "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)",
    XSD_DOUBLE: "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    XSD_FLOAT: "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
}


def _literal_text(term: SqlTerm, *, strings_only: bool) -> exp.Expression:
    """The lexical form a cast may read: of a literal without language, or of an xsd:string only."""
    match term.encoding:
        case Native(datatype=datatype) if datatype == XSD_STRING or (
            not strings_only and datatype != RDF_LANG_STRING
        ):
            return string_of(term).columns[0]
        case General():
            test = f"= '{XSD_STRING}'" if strings_only else f"NOT IN ('', '{RDF_LANG_STRING}')"
            return sql(
                f"CASE WHEN struct_extract(:t, 'dt') {test} THEN struct_extract(:t, 'lex') END",
                t=term.columns[0],
            )
        case _:
            return sql("CAST(NULL AS VARCHAR)")


def _from_text(value: exp.Expression, datatype: str) -> exp.Expression:
    """A number read from text, NULL if the text is not of the datatype's form."""
    number = {
        XSD_INTEGER: "TRY_CAST(:v AS HUGEINT)",
        XSD_DECIMAL: "TRY_CAST(rtrim(:v, '.') AS DECIMAL(38, 18))",
        XSD_FLOAT: "TRY_CAST(replace(:v, 'INF', 'Infinity') AS FLOAT)",
        XSD_DOUBLE: "TRY_CAST(replace(:v, 'INF', 'Infinity') AS DOUBLE)",
    }[datatype]
    return sql(
        f"CASE WHEN regexp_full_match(:v, '{_LEXICAL[datatype]}') THEN {number} END",
        v=sql("trim(:v)", v=value),
    )


def _from_number(value: exp.Expression, source: str, target: str) -> exp.Expression:
    if target in (XSD_INTEGER, XSD_DECIMAL) and source in (XSD_FLOAT, XSD_DOUBLE):
        # by the shortest text that reads back as the number: 0.1e0 is the decimal 0.1
        number = (
            "TRY_CAST(trunc(:v) AS HUGEINT)"
            if target == XSD_INTEGER
            else "TRY_CAST(CAST(:v AS VARCHAR) AS DECIMAL(38, 18))"
        )
        return sql(f"CASE WHEN isfinite(:v) THEN {number} END", v=value)
    if target == XSD_INTEGER:
        return sql("TRY_CAST(trunc(:v) AS HUGEINT)", v=value)
    return cast_to(value, target)


def _numeric(target: str) -> Function:
    def cast(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        (term,) = arguments
        number = static_number(term)
        if number is not None:
            return native(target, _from_number(number.value, number.datatype, target))
        if isinstance(term.encoding, Native) and term.encoding.datatype == XSD_BOOLEAN:
            one = sql("CASE WHEN :v THEN 1 WHEN NOT :v THEN 0 END", v=term.columns[0])
            return native(target, cast_to(one, target))
        strings = _from_text(_literal_text(term, strings_only=True), target)
        if not isinstance(term.encoding, General):
            return native(target, strings)
        double = scope.keep(general_double(term))
        numbers = sql(
            "CASE WHEN :r = 0 THEN :i WHEN :r = 1 THEN :d WHEN :r = 2 THEN :s"
            " WHEN :r = 3 THEN :f END",
            r=scope.keep(rank(term)),
            i=_from_number(general_integer(term), XSD_INTEGER, target),
            d=_from_number(general_decimal(term), XSD_DECIMAL, target),
            s=_from_number(sql("TRY_CAST(:v AS FLOAT)", v=double), XSD_FLOAT, target),
            f=_from_number(double, XSD_DOUBLE, target),
        )
        truth = sql(
            f"CASE WHEN struct_extract(:t, 'dt') = '{XSD_BOOLEAN}' THEN"
            " CASE WHEN struct_extract(:t, 'lex') IN ('true', '1') THEN 1"
            " WHEN struct_extract(:t, 'lex') IN ('false', '0') THEN 0 END END",
            t=term.columns[0],
        )
        value = sql("coalesce(:s, :n, :b)", s=strings, n=numbers, b=cast_to(truth, target))
        return native(target, value)

    return cast


def _string(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """xsd:string: the text of an IRI or literal, numbers, booleans and times in the form that XPath
    casts them to (XPath and XQuery Functions and Operators, 17.1.2).
    """
    (term,) = arguments
    if isinstance(term.encoding, Native) and term.encoding.datatype in (XSD_DOUBLE, XSD_FLOAT):
        return plain(_floating_text(term.columns[0], term.encoding.datatype))
    if not isinstance(term.encoding, General):
        return string_of(term)
    ranked, double = scope.keep(rank(term)), scope.keep(general_double(term))
    value = sql(
        "CASE WHEN struct_extract(:t, 'k') = 1 THEN NULL WHEN :r = 0 THEN :integer"
        " WHEN :r = 1 THEN :decimal WHEN :r = 2 THEN :float WHEN :r = 3 THEN :double"
        f" WHEN struct_extract(:t, 'dt') = '{XSD_BOOLEAN}' THEN CASE struct_extract(:t, 'lex')"
        " WHEN '1' THEN 'true' WHEN '0' THEN 'false' ELSE struct_extract(:t, 'lex') END"
        f" WHEN struct_extract(:t, 'dt') IN ('{XSD_DATE}', '{XSD_DATE_TIME}') THEN :time"
        " ELSE struct_extract(:t, 'lex') END",
        t=term.columns[0],
        r=ranked,
        integer=sql(_INTEGER_TEXT, t=term.columns[0]),
        decimal=lexical_form(general_decimal(term), XSD_DECIMAL),
        float=_floating_text(sql("TRY_CAST(:v AS FLOAT)", v=double), XSD_FLOAT),
        double=_floating_text(double, XSD_DOUBLE),
        time=sql(_TIME_TEXT, t=term.columns[0]),
    )
    return plain(value)


_INTEGER_TEXT: Final = (
    "regexp_replace(regexp_replace(struct_extract(:t, 'lex'), '^[+]|^-(0+)$', '\\1'),"
    " '^(-?)0+([0-9])', '\\1\\2')"
)
"""Without plus sign, leading zeros and the sign of zero, however long the number is."""

_TIME_TEXT: Final = (
    "regexp_replace(regexp_replace(struct_extract(:t, 'lex'), '[+-]00:00$', 'Z'),"
    " '(:[0-9]{2})([.][0-9]*[1-9])?[.]?0*(Z|[+-][0-9]{2}:[0-9]{2})?$', '\\1\\2\\3')"
)
"""UTC is `Z`, and fractions of a second have no zeros at their end."""


def _floating_text(value: exp.Expression, datatype: str) -> exp.Expression:
    """A double or float as XPath casts it: positional from a millionth to a million."""
    return sql(
        "CASE WHEN :v = 0 THEN CASE WHEN signbit(:v) THEN '-0' ELSE '0' END"
        " WHEN abs(:v) >= 0.000001 AND abs(:v) < 1000000 THEN :plain ELSE :canonical END",
        v=value,
        plain=lexical_form(
            sql("TRY_CAST(CAST(:v AS VARCHAR) AS DECIMAL(38, 26))", v=value), XSD_DECIMAL
        ),
        canonical=lexical_form(value, datatype),
    )


def _boolean(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    (term,) = arguments
    number = static_number(term)
    if number is not None:
        test = ":v <> 0 AND NOT isnan(:v)"
        plain_test = ":v <> 0"
        floating = number.datatype in (XSD_DOUBLE, XSD_FLOAT)
        return native(XSD_BOOLEAN, sql(test if floating else plain_test, v=number.value))
    read = sql(
        "CASE WHEN trim(:v) IN ('true', '1') THEN TRUE"
        " WHEN trim(:v) IN ('false', '0') THEN FALSE END",
        v=_literal_text(term, strings_only=True),
    )
    if isinstance(term.encoding, Native):
        if term.encoding.datatype == XSD_BOOLEAN:
            return term
        return native(XSD_BOOLEAN, read)
    if not isinstance(term.encoding, General):
        return native(XSD_BOOLEAN, sql("CAST(NULL AS BOOLEAN)"))
    numbers = sql(
        "CASE WHEN :r IS NOT NULL THEN :d <> 0 AND NOT isnan(:d) END",
        r=rank(term),
        d=general_double(term),
    )
    own = sql(
        f"CASE WHEN struct_extract(:t, 'dt') = '{XSD_BOOLEAN}' THEN"
        " CASE WHEN struct_extract(:t, 'lex') IN ('true', '1') THEN TRUE"
        " WHEN struct_extract(:t, 'lex') IN ('false', '0') THEN FALSE END END",
        t=term.columns[0],
    )
    return native(XSD_BOOLEAN, sql("coalesce(:a, :b, :c)", a=read, b=numbers, c=own))


_ZONE: Final = "(Z|[+-][0-9]{2}:[0-9]{2})?"
_DATE_FORM: Final = f"-?[0-9]{{4,}}-[0-9]{{2}}-[0-9]{{2}}{_ZONE}"
_TIME_FORM: Final = (
    f"-?[0-9]{{4,}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}([.][0-9]+)?{_ZONE}"
)


def _temporal(target: str) -> Function:
    form = _DATE_FORM if target == XSD_DATE else _TIME_FORM

    def cast(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        (term,) = arguments
        if isinstance(term.encoding, Native):
            match term.encoding.datatype:
                case datatype if datatype == target:
                    return term
                case datatype if (datatype, target) == (XSD_DATE_TIME, XSD_DATE):
                    return native(XSD_DATE, sql("CAST(:v AS DATE)", v=term.columns[0]))
                case datatype if (datatype, target) == (XSD_DATE, XSD_DATE_TIME):
                    return native(XSD_DATE_TIME, sql("CAST(:v AS TIMESTAMP)", v=term.columns[0]))
        source = sql("trim(:v)", v=_literal_text(term, strings_only=False))
        other = _TIME_FORM if target == XSD_DATE else _DATE_FORM
        turned = (
            "regexp_replace(:v, 'T[0-9:.]+', '')"
            if target == XSD_DATE
            else "regexp_replace(:v, '^(-?[0-9]{4,}-[0-9]{2}-[0-9]{2})', '\\1T00:00:00')"
        )
        valid = "TRY_CAST(left(:v, 10) AS DATE) IS NOT NULL"
        lexical = sql(
            f"CASE WHEN regexp_full_match(:v, '{form}') AND {valid} THEN :v"
            f" WHEN :typed AND regexp_full_match(:v, '{other}') AND {valid} THEN {turned} END",
            v=source,
            typed=_is_temporal(term),
        )
        struct = general_struct(2, lexical, text(target), text(""))
        made = sql("CASE WHEN :l IS NOT NULL THEN :s END", l=lexical, s=struct)
        return SqlTerm(General(), (made,), True)

    return cast


def _is_temporal(term: SqlTerm) -> exp.Expression:
    """Whether a term is a date or dateTime; a string is read in the target's own form only."""
    if not isinstance(term.encoding, General):
        return exp.false()
    return sql(f"struct_extract(:t, 'dt') IN ('{XSD_DATE}', '{XSD_DATE_TIME}')", t=term.columns[0])


FUNCTIONS: Final = {
    XSD_STRING: _string,
    XSD_BOOLEAN: _boolean,
    XSD_DATE: _temporal(XSD_DATE),
    XSD_DATE_TIME: _temporal(XSD_DATE_TIME),
    **{
        datatype: _numeric(datatype)
        for datatype in (XSD_INTEGER, XSD_DECIMAL, XSD_FLOAT, XSD_DOUBLE)
    },
}
