"""Canonical lexical forms of the datatypes that are kept as values (XML Schema 1.1 Part 2).

These are the canonical mappings of XML Schema 1.1: the decimal `2.0` is `2`, `1.50` is `1.5`, the
double 1.5 is `1.5E0`.
"""

from __future__ import annotations

import math
import re
import struct
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from mappers.rdf import (
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
    Literal,
)

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?")


def canonical_literal(literal: Literal) -> Literal | None:
    """The literal of the same value in canonical form.

    None if it is ill-typed, or a date or dateTime with a time zone or outside the years 1 to 9999,
    which no native column holds. Only for the datatypes of `mappers.published.NATIVE_TYPES`.
    """
    form = _FORMS[literal.datatype](literal.lexical.strip())
    return None if form is None else Literal(form, literal.datatype)


def _integer(text: str) -> str | None:
    return str(int(text)) if _INTEGER.fullmatch(text) else None


def _decimal(text: str) -> str | None:
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        return decimal_form(Decimal(text))
    except InvalidOperation:
        return None


def decimal_form(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def double_form(value: float) -> str:
    """A double in canonical form: one digit before the point, shortest mantissa, `E`, exponent."""
    text = repr(value)
    if text[0] == "-":
        return "-" + double_form(-value)
    if not math.isfinite(value):
        return "INF" if value > 0 else "NaN"
    # most numbers are written without exponent and are not below 1
    whole, point, fraction = text.partition(".")
    if point and "e" not in fraction and whole != "0":
        if fraction == "0":
            whole, fraction = whole.rstrip("0"), ""
        return f"{text[0]}.{whole[1:] + fraction or '0'}E{text.index('.') - 1}"
    mantissa, _, power = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # the place of the first digit that is not 0, counted from the point
    place = len(digits) - len(fraction) - 1 + int(power or 0)
    digits = digits.rstrip("0")
    return f"{digits[0]}.{digits[1:] or '0'}E{place}" if digits else "0.0E0"


def float_form(value: float) -> str:
    """A single-precision value in canonical form: the fewest digits that read back as the same."""
    if not math.isfinite(value):
        return double_form(value)
    for digits in range(1, 10):
        short = float(f"{value:.{digits}g}")
        if struct.pack("f", short) == struct.pack("f", value):
            return double_form(short)
    return double_form(value)


def _double(text: str) -> str | None:
    if not _DOUBLE.fullmatch(text):
        return None
    return double_form(float(text.replace("INF", "inf")))


def _boolean(text: str) -> str | None:
    return {"true": "true", "1": "true", "false": "false", "0": "false"}.get(text)


def _date(text: str) -> str | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _date_time(text: str) -> str | None:
    if not _DATE_TIME.fullmatch(text):
        return None
    try:
        return date_time_form(datetime.fromisoformat(text))
    except ValueError:
        return None


def date_time_form(value: datetime) -> str:
    """A dateTime without time zone, fractional seconds without trailing zeros."""
    text = value.replace(microsecond=0).isoformat()
    if value.microsecond:
        text += f".{value.microsecond:06d}".rstrip("0")
    return text


_FORMS = {
    XSD_INTEGER: _integer,
    XSD_DECIMAL: _decimal,
    XSD_DOUBLE: _double,
    XSD_FLOAT: _double,
    XSD_BOOLEAN: _boolean,
    XSD_DATE: _date,
    XSD_DATE_TIME: _date_time,
}
