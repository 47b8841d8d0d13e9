"""Native columns as lexical forms (XML Schema Definition Language 1.1 Part 2, appendix E).

Numbers and times print as Oxigraph prints them, but for xsd:double and xsd:float, which print in
the canonical form of the standard (`1.5E0`): it is unambiguous and reads back as the same value.
"""

from __future__ import annotations

from functools import reduce

from sqlglot import exp

from federation.relational.nodes import cast, paren
from mappers.rdf import (
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
)

_SQL_TYPES = (
    (XSD_INTEGER, "BIGINT"),
    (XSD_DECIMAL, "DECIMAL(38, 18)"),
    (XSD_DOUBLE, "DOUBLE"),
    (XSD_FLOAT, "FLOAT"),
    (XSD_BOOLEAN, "BOOLEAN"),
    (XSD_DATE, "DATE"),
    (XSD_DATE_TIME, "TIMESTAMP"),
)


def sql_type(datatype: str) -> str:
    """The SQL type of an expression of a native datatype; VARCHAR for every other datatype."""
    return dict(_SQL_TYPES).get(datatype, "VARCHAR")


def lexical_form(column: exp.Expression, datatype: str) -> exp.Expression:
    """The canonical lexical form, as VARCHAR, of a column of the datatype's SQL type.

    A column of a datatype without a SQL type of its own is its own lexical form. NULL stays NULL.
    """
    if datatype in (XSD_INTEGER, XSD_BOOLEAN):
        return _varchar(column)
    if datatype == XSD_DECIMAL:
        return _decimal_text(column)
    if datatype in (XSD_DOUBLE, XSD_FLOAT):
        return _double_text(column)
    if datatype == XSD_DATE:
        return _era(column, _varchar(column), "%m-%d")
    if datatype == XSD_DATE_TIME:
        text = _call("replace", _varchar(column), _text(" "), _text("T"))
        return _era(column, text, "%m-%dT%H:%M:%S")
    return column


def text_constant(value: str) -> exp.Expression:
    """Any text as a SQL string constant."""
    if "\0" not in value:
        return exp.Literal.string(value)
    # DuckDB takes a NUL for the end of the statement, so it must not stand in the text
    parts: list[exp.Expression] = [exp.Literal.string(part) for part in value.split("\0")]
    nul = exp.Anonymous(this="chr", expressions=[exp.Literal.number(0)])
    joined = reduce(
        lambda a, b: exp.DPipe(this=exp.DPipe(this=a, expression=nul), expression=b), parts
    )
    return paren(joined)


def _text(value: str) -> exp.Expression:
    return exp.Literal.string(value)


def _varchar(value: exp.Expression) -> exp.Expression:
    return cast(value, "VARCHAR")


def _call(name: str, *arguments: exp.Expression) -> exp.Expression:
    """A function call by its DuckDB name, which no dialect rule rewrites."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def _case(*branches: tuple[exp.Expression, exp.Expression], default: exp.Expression) -> exp.Case:
    return exp.Case(
        ifs=[exp.If(this=condition, true=value) for condition, value in branches], default=default
    )


def _decimal_text(column: exp.Expression) -> exp.Expression:
    """Without trailing zeros, nor a point where no digit follows it.

    A DECIMAL(p,p) prints without a digit before the point; the digit is put back.
    """
    text = _varchar(column)
    trimmed = _call("rtrim", _call("rtrim", text, _text("0")), _text("."))
    bare = _call("starts_with", _call("ltrim", text, _text("-")), _text("."))
    whole = _call("rtrim", _call("replace", text, _text("."), _text("0.")), _text("0"))
    return _case(
        (bare, _call("rtrim", whole, _text("."))),
        (_call("contains", text, _text(".")), trimmed),
        default=text,
    )


def _double_text(column: exp.Expression) -> exp.Expression:
    """Mantissa with one digit before the point, `E`, exponent; else INF, -INF, NaN."""
    text = _varchar(_call("abs", column))
    negative = _call("signbit", column)
    sign = _case((negative, _text("-")), default=_text(""))
    mantissa = _call("split_part", text, _text("e"), exp.Literal.number(1))
    exponent = cast(_call("split_part", text, _text("e"), exp.Literal.number(2)), "INTEGER")
    scientific = exp.DPipe(
        this=exp.DPipe(
            this=_case(
                (_call("contains", mantissa, _text(".")), mantissa),
                default=exp.DPipe(this=mantissa, expression=_text(".0")),
            ),
            expression=_text("E"),
        ),
        expression=_varchar(exponent),
    )
    value = _case(
        (_is_plain(column), exp.DPipe(this=sign, expression=_plain_double(text))),
        (_call("isnan", column), _text("NaN")),
        (
            _call("isinf", column),
            exp.DPipe(this=sign, expression=_text("INF")),
        ),
        (
            exp.EQ(this=column, expression=exp.Literal.number(0)),
            exp.DPipe(this=sign, expression=_text("0.0E0")),
        ),
        (
            _call("contains", text, _text("e")),
            exp.DPipe(this=sign, expression=scientific),
        ),
        default=exp.DPipe(this=sign, expression=_positional(text)),
    )
    return _case((exp.Is(this=column, expression=exp.null()), exp.null()), default=value)


def _is_plain(column: exp.Expression) -> exp.Expression:
    """Whether a double is written with a point among its digits, and no zero before the first."""
    size = _call("abs", column)
    whole = exp.EQ(this=column, expression=_call("trunc", column))
    within = exp.And(
        this=exp.GTE(this=size, expression=exp.Literal.number(1)),
        expression=exp.LT(this=size, expression=exp.Literal.number("1e15")),
    )
    return exp.And(this=within, expression=exp.Not(this=paren(whole)))


def _plain_double(text: exp.Expression) -> exp.Expression:
    """Text such as `1500.25` with the point after its first digit: the quick way for most."""
    digits = _call("replace", _call("substr", text, exp.Literal.number(2)), _text("."), _text(""))
    exponent = exp.Sub(this=_call("strpos", text, _text(".")), expression=exp.Literal.number(2))
    first = _call("substr", text, exp.Literal.number(1), exp.Literal.number(1))
    return _call("concat", first, _text("."), digits, _text("E"), _varchar(paren(exponent)))


def _positional(text: exp.Expression) -> exp.Expression:
    """Positional text of a positive double (`1500.0`, `0.0015`) as mantissa and exponent."""
    whole = _call("split_part", text, _text("."), exp.Literal.number(1))
    fraction = _call("split_part", text, _text("."), exp.Literal.number(2))
    digits = _call(
        "rtrim",
        _call("ltrim", _call("replace", text, _text("."), _text("")), _text("0")),
        _text("0"),
    )
    rest = exp.Coalesce(
        this=exp.Nullif(this=_call("substr", digits, exp.Literal.number(2)), expression=_text("")),
        expressions=[_text("0")],
    )
    leading = exp.Sub(
        this=_call("length", _call("ltrim", fraction, _text("0"))),
        expression=_call("length", fraction),
    )
    exponent = _case(
        (
            exp.NEQ(this=whole, expression=_text("0")),
            exp.Sub(this=_call("length", whole), expression=exp.Literal.number(1)),
        ),
        default=exp.Sub(this=leading, expression=exp.Literal.number(1)),
    )
    mantissa = exp.DPipe(
        this=exp.DPipe(
            this=_call("substr", digits, exp.Literal.number(1), exp.Literal.number(1)),
            expression=_text("."),
        ),
        expression=rest,
    )
    return exp.DPipe(
        this=exp.DPipe(this=mantissa, expression=_text("E")), expression=_varchar(exponent)
    )


def _era(column: exp.Expression, text: exp.Expression, rest: str) -> exp.Expression:
    """Text of a date; years before 1 as XML Schema counts them: 0 is 1 BC, marked `(BC)` in SQL."""
    year = _call(
        "lpad", _varchar(_call("abs", _call("year", column))), exp.Literal.number(4), _text("0")
    )
    sign = _case(
        (exp.LT(this=_call("year", column), expression=exp.Literal.number(0)), _text("-")),
        default=_text(""),
    )
    early = exp.DPipe(
        this=exp.DPipe(this=sign, expression=exp.DPipe(this=year, expression=_text("-"))),
        expression=_call("strftime", column, _text(rest)),
    )
    return _case(
        (exp.LT(this=_call("year", column), expression=exp.Literal.number(1)), early),
        default=text,
    )
