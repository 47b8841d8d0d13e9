"""The types that a query's parameter may have, and the reading of values of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from mappers.errors import UsageError
from mappers.rdf import (
    XSD,
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_INTEGER,
    XSD_STRING,
    Iri,
    Literal,
)


class ParameterError(UsageError):
    """A parameter is unknown, has no value, or has one that is not of its type."""

    problem = "parameter-invalid"


@dataclass(frozen=True, slots=True)
class ParameterType:
    """A type: the datatype IRI of its literals (None for IRIs), their form, and an example."""

    datatype: str | None
    form: re.Pattern[str]
    example: str


PARAMETER_TYPES: Final[Mapping[str, ParameterType]] = MappingProxyType(
    {
        "xsd:integer": ParameterType(XSD_INTEGER, re.compile(r"[+-]?[0-9]+"), "2023"),
        "xsd:decimal": ParameterType(
            XSD_DECIMAL, re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"), "2.5"
        ),
        "xsd:double": ParameterType(
            XSD_DOUBLE,
            re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN"),
            "1.5e3",
        ),
        "xsd:boolean": ParameterType(XSD_BOOLEAN, re.compile("true|false"), "true"),
        "xsd:string": ParameterType(XSD_STRING, re.compile(r"(?s).*"), "Mitte"),
        "xsd:date": ParameterType(
            XSD_DATE, re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "2023-12-31"
        ),
        "xsd:gYear": ParameterType(XSD + "gYear", re.compile(r"[0-9]{4}"), "2023"),
        "iri": ParameterType(
            None,
            re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+"),
            "https://data.example.org/berlin/id/district/02",
        ),
    }
)
"""The types by their name in a header."""


def parameter_term(name: str, kind: str, text: str) -> Iri | Literal:
    """The term that a text means as a value of a parameter's type (a key of `PARAMETER_TYPES`).

    Raises ParameterError, with the type and an example, if it is none.

    >>> parameter_term("year", "xsd:integer", "2023").lexical
    '2023'
    """
    kind_type = PARAMETER_TYPES[kind]
    if not kind_type.form.fullmatch(text) or not _in_calendar(kind_type, text):
        raise ParameterError(
            f"The parameter {name!r} is of type {kind}, and {text!r} is not.",
            way_out=f"For example: {name}={kind_type.example}.",
        )
    return Iri(text) if kind_type.datatype is None else Literal(text, kind_type.datatype)


def _in_calendar(kind: ParameterType, text: str) -> bool:
    if kind.datatype != XSD_DATE:
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
