"""Literals as Python values, where the datatype has one and the lexical form is valid."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

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

Value = int | float | bool | Decimal | date | datetime

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DOUBLE: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{1,6})?")
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}

_READERS: Final[Mapping[str, tuple[re.Pattern[str], Callable[[str], Value]]]] = {
    XSD_INTEGER: (_INTEGER, int),
    XSD_DECIMAL: (_DECIMAL, Decimal),
    XSD_DOUBLE: (_DOUBLE, float),
    XSD_FLOAT: (_DOUBLE, float),
    XSD_DATE: (_DATE, date.fromisoformat),
    XSD_DATE_TIME: (_DATE_TIME, datetime.fromisoformat),
    XSD_BOOLEAN: (re.compile("true|false|0|1"), _BOOLEANS.__getitem__),
}

NUMERIC: Final = frozenset((XSD_INTEGER, XSD_DECIMAL, XSD_DOUBLE, XSD_FLOAT))
"""The numeric datatypes that have a Python value here."""


def native_value(literal: Literal) -> Value | None:
    """The value of a literal, or None: another datatype, a time zone, an invalid lexical form.

    >>> native_value(Literal("007", XSD_INTEGER))
    7
    """
    reader = _READERS.get(literal.datatype)
    if reader is None or not reader[0].fullmatch(literal.lexical):
        return None
    try:
        return reader[1](literal.lexical)
    except ValueError:
        # the calendar has no such day, or the number has more digits than int() takes
        return None
