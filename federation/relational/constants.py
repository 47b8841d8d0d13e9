"""Terms of a query as SQL constants (RDF 1.1 Concepts, sections 3.3 and 5)."""

from __future__ import annotations

import math
import re
import struct
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlglot import exp

from federation.relational.encoding import General, IriTemplate, Native, SqlTerm
from federation.relational.lexical import sql_type, text_constant
from federation.relational.nodes import bare, cast
from mappers.published import NATIVE_TYPES
from mappers.rdf import (
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
)

_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]*")
_DECIMAL: Final = re.compile(r"(?!-0$)-?(0|[1-9][0-9]{0,19})(\.([0-9]{0,17}[1-9]))?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{0,5}[1-9])?"
)


def constant_term(term: Iri | Literal | BlankNode) -> SqlTerm:
    """The term in the narrowest encoding that holds it exactly.

    A literal of a native datatype is a value only if its lexical form is the canonical one;
    otherwise, and for a date with a time zone, it is general, so that its lexical form is kept.
    """
    match term:
        case Iri(value=iri):
            return SqlTerm(IriTemplate((iri,), ()), (), False)
        case BlankNode(label=label):
            return SqlTerm(General(), (_general(1, label, "", ""),), False)
        case Literal(lexical=lexical, datatype=datatype, language=language):
            if datatype not in NATIVE_TYPES:
                text = text_constant(lexical)
                return SqlTerm(Native(datatype, language.lower()), (text,), False)
            value = native_constant(lexical, datatype)
            if value is None:
                return SqlTerm(General(), (_general(2, lexical, datatype, ""),), False)
            return SqlTerm(Native(datatype), (value,), False)


def native_constant(lexical: str, datatype: str) -> exp.Expression | None:
    """A SQL constant whose canonical lexical form is exactly the given one, or None."""
    if datatype == XSD_INTEGER:
        if _INTEGER.fullmatch(lexical) and -(2**63) <= int(lexical) < 2**63:
            return cast(exp.Literal.string(lexical), "BIGINT")
        return None
    if datatype == XSD_DECIMAL:
        return decimal_constant(Decimal(lexical)) if _DECIMAL.fullmatch(lexical) else None
    if datatype == XSD_BOOLEAN:
        return exp.Boolean(this=lexical == "true") if lexical in ("true", "false") else None
    if datatype in (XSD_DOUBLE, XSD_FLOAT):
        return _floating(lexical, datatype)
    if datatype == XSD_DATE:
        valid = _DATE.fullmatch(lexical) and _is_date(lexical)
    else:
        valid = _DATE_TIME.fullmatch(lexical) and _is_date_time(lexical)
    return cast(exp.Literal.string(lexical), sql_type(datatype)) if valid else None


def decimal_constant(value: Decimal) -> exp.Expression:
    """A SQL DECIMAL of the least precision and scale; at most 20 digits before the point."""
    text = format(value, "f")
    whole, _, fraction = text.lstrip("-").partition(".")
    scale = len(fraction)
    kind = f"DECIMAL({len(whole) + scale}, {scale})"
    return cast(exp.Literal.string(text), kind)


def canonical_double(value: float, *, single: bool = False) -> str:
    """The canonical lexical form of an xsd:double, or xsd:float if `single` (XSD 1.1, E.2)."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    if value == 0:
        return "-0.0E0" if math.copysign(1, value) < 0 else "0.0E0"
    shortest = _shortest_float(value) if single else repr(value)
    sign, digits, exponent = Decimal(shortest).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{exponent + len(text) - 1}"


def to_single(value: float) -> float:
    """The nearest xsd:float."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _shortest_float(value: float) -> str:
    """The shortest decimal text that reads back as the same single-precision number."""
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        if to_single(float(text)) == value:
            return text
    return repr(value)


def _floating(lexical: str, datatype: str) -> exp.Expression | None:
    text = {"INF": "inf", "-INF": "-inf", "NaN": "nan"}.get(lexical, lexical)
    if text == lexical and not re.fullmatch(r"-?[0-9]\.[0-9]+E-?[0-9]+", lexical):
        return None
    single = datatype == XSD_FLOAT
    value = to_single(float(text)) if single else float(text)
    if canonical_double(value, single=single) != lexical:
        return None
    return cast(exp.Literal.string(text), sql_type(datatype))


def _is_date(lexical: str) -> bool:
    try:
        date.fromisoformat(lexical)
    except ValueError:
        return False
    return True


def _is_date_time(lexical: str) -> bool:
    day, _, time = lexical.partition("T")
    try:
        datetime.fromisoformat(f"{day}T{time[:8]}")
    except ValueError:
        return False
    return True


def _general(kind: int, lexical: str, datatype: str, language: str) -> exp.Expression:
    fields = (
        ("k", cast(exp.Literal.number(kind), "UTINYINT")),
        ("lex", text_constant(lexical)),
        ("dt", exp.Literal.string(datatype)),
        ("lang", exp.Literal.string(language)),
    )
    return exp.Struct(
        expressions=[exp.PropertyEQ(this=bare(name), expression=value) for name, value in fields]
    )


def constant_datatype(value: exp.Expression) -> str | None:
    """The datatype of a general column that is a constant literal; None for any other."""
    if not isinstance(value, exp.Struct):
        return None
    fields = {
        one.name: one.expression for one in value.expressions if isinstance(one, exp.PropertyEQ)
    }
    datatype = fields.get("dt")
    if not isinstance(datatype, exp.Literal) or not datatype.this:
        return None
    return str(datatype.this)
