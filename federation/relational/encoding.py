"""Encodings: how the values of a variable or expression stand in SQL columns.

An unbound variable and an error are both NULL in every column. `SqlTerm` is an encoding with one
SQL expression a column. Conversions go from the special to the general only:

    IriTemplate(parts)  ->  IRI text  ->  General
    Native(datatype)    ->  General
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from mappers.rdf import RDF_LANG_STRING


@dataclass(frozen=True, slots=True)
class IriTemplate:
    """IRIs of one shape: constant text, and None for each VARCHAR column.

    `(None,)` is a column of whole IRIs; `("text",)` a constant IRI without columns.
    `encoded` tells, a column each, whether its values are percent-encoded text (see
    `mappers.published.Slot`).
    """

    parts: tuple[str | None, ...]
    encoded: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Native:
    """Literals of one datatype and language in one column of the datatype's SQL type.

    See `mappers.published.NATIVE_TYPES`; xsd:integer expressions may also be HUGEINT, xsd:decimal
    any DECIMAL(p,s). All other datatypes are VARCHAR lexical forms.
    """

    datatype: str
    language: str = ""

    def __post_init__(self) -> None:
        if bool(self.language) != (self.datatype == RDF_LANG_STRING):
            raise ValueError("a language goes with rdf:langString, and only with it")


@dataclass(frozen=True, slots=True)
class General:
    """Any term in one STRUCT(k, lex, dt, lang) column (`mappers.published.GENERAL_TYPE`)."""


Encoding = IriTemplate | Native | General

WHOLE_IRI = IriTemplate((None,), (False,))


@dataclass(frozen=True, slots=True)
class SqlTerm:
    """A term-valued SQL expression.

    `columns` has one expression a column of the encoding. `nullable` False promises that it is
    bound and never an error. A constant IRI (a template without columns) is never nullable: where
    it might be unbound, it is WHOLE_IRI over a CASE.
    """

    encoding: Encoding
    columns: tuple[exp.Expression, ...]
    nullable: bool
