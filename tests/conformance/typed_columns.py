"""Columns for terms: the plainest typed ones that hold them without loss, as publishing would."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Literal as OneOf

import pyarrow as pa

from mappers.canonical import canonical_literal, float_form
from mappers.publish.triples import general_arrow_type, general_value
from mappers.published import (
    GENERAL_TYPE,
    NATIVE_TYPES,
    Column,
    ColumnTerm,
    ConstantTerm,
    GeneralTerm,
    Slot,
    TemplateTerm,
    TermMap,
)
from mappers.rdf import (
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
    Term,
)

Terms = Sequence[Term | None]
Style = OneOf["typed", "plain", "constant", "parted"]
"""`plain` prefers whole IRIs to templates and general columns for blank nodes; `constant` makes a
term that every row has a part of the rule; `parted` gives two columns to the end of an IRI, which
then can be read in several ways."""

_SAFE = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2}|[^\x00-\x9f\ufff0-\uffff])+")
"""What may stand in a percent-encoded slot of a template, and not be empty (RFC 3987)."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column of terms as a term map over physical columns and their values."""

    term: TermMap
    columns: tuple[tuple[Column, pa.Array], ...] = ()


def type_of(term: Term) -> tuple[str, ...]:
    """What a typed column can hold beside the term: the same kind, datatype and language."""
    match term:
        case Iri():
            return ("iri",)
        case BlankNode():
            return ("bnode",)
        case Literal(datatype=datatype, language=language):
            return ("literal" if is_typable(term) else "general", datatype, language)


def is_typable(literal: Literal) -> bool:
    """Whether a column of the literal's datatype gives it back with the same lexical form."""
    if literal.datatype not in NATIVE_TYPES:
        return True
    if canonical_literal(literal) != literal:
        return False
    match literal.datatype:
        case _ if literal.datatype == XSD_INTEGER:
            return -(2**63) <= int(literal.lexical) < 2**63
        case _ if literal.datatype == XSD_DECIMAL:
            return sum(map(len, _digits(literal.lexical))) <= 38
        case _ if literal.datatype == XSD_FLOAT:
            try:
                packed = struct.pack("f", _float(literal.lexical))
            except OverflowError:
                return False
            return float_form(struct.unpack("f", packed)[0]) == literal.lexical
        case _:
            return True


def encode(name: str, terms: Terms, style: Style) -> Encoded:
    """The columns of some terms, None where a row has none."""
    present = {term for term in terms if term is not None}
    if len(present) == 1 and None not in terms and style == "constant":
        (term,) = present
        if not isinstance(term, BlankNode):
            return Encoded(ConstantTerm(term))
    types = {type_of(term) for term in present}
    if len(types) != 1:
        return _general(name, terms)
    ((kind, *_),) = types
    if kind == "iri":
        return _whole_iri(name, terms) if style == "plain" else _iri(name, terms, style == "parted")
    if kind == "bnode" and style != "plain":
        labels = [term.label if isinstance(term, BlankNode) else None for term in terms]
        return Encoded(TemplateTerm((Slot(name),), "bnode"), (_text(name, labels),))
    return _literal(name, terms) if kind == "literal" else _general(name, terms)


def _general(name: str, terms: Terms) -> Encoded:
    values = [None if term is None else general_value(term) for term in terms]
    column = Column(name, GENERAL_TYPE, nullable=None in terms)
    return Encoded(GeneralTerm(name), ((column, pa.array(values, general_arrow_type())),))


def _whole_iri(name: str, terms: Terms) -> Encoded:
    values = [term.value if isinstance(term, Iri) else None for term in terms]
    return Encoded(TemplateTerm((Slot(name, encoded=False),)), (_text(name, values),))


def _iri(name: str, terms: Terms, parted: bool) -> Encoded:
    """A template whose slots are the parts between `/`, `#` and `:` that differ."""
    split = [re.split("([/#:])", term.value) if isinstance(term, Iri) else None for term in terms]
    rows = [row for row in split if row is not None]
    if len({len(row) for row in rows}) != 1:
        return _whole_iri(name, terms)
    parts: list[str | Slot] = []
    columns: list[tuple[Column, pa.Array]] = []
    for place, values in enumerate(zip(*rows, strict=True)):
        last = place == len(rows[0]) - 1
        if len(set(values)) == 1 and not (last and not columns):
            parts.append(values[0])
            continue
        if not all(_SAFE.fullmatch(value) for value in values):
            return _whole_iri(name, terms)
        cuts = (0, 1, None) if last and parted and not any("%" in v for v in values) else (0, None)
        for start, end in pairwise(cuts):
            slot = f"{name}.{place}.{start}"
            cells = [None if row is None else row[place][start:end] for row in split]
            parts.append(Slot(slot))
            columns.append(_text(slot, cells))
    return Encoded(TemplateTerm(_joined(parts)), tuple(columns))


def _joined(parts: list[str | Slot]) -> tuple[str | Slot, ...]:
    """The parts, with neighbouring constants as one and no empty ones."""
    found: list[str | Slot] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    return tuple(found)


def _text(name: str, values: Sequence[str | None]) -> tuple[Column, pa.Array]:
    return Column(name, "VARCHAR", nullable=None in values), pa.array(values, pa.string())


def _literal(name: str, terms: Terms) -> Encoded:
    literals = [term if isinstance(term, Literal) else None for term in terms]
    some = next(literal for literal in literals if literal is not None)
    texts = [None if literal is None else literal.lexical for literal in literals]
    term = ColumnTerm(name, some.datatype, some.language)
    if some.datatype not in NATIVE_TYPES:
        return Encoded(term, (_text(name, texts),))
    sql_type, arrow_type = _native_type(some.datatype, [text for text in texts if text])
    if arrow_type is None:
        return _general(name, terms)
    values = [None if text is None else _value(some.datatype, text) for text in texts]
    return Encoded(term, ((Column(name, sql_type, None in values), pa.array(values, arrow_type)),))


def _native_type(datatype: str, texts: list[str]) -> tuple[str, pa.DataType | None]:
    """The types of a native column in SQL and Arrow; no Arrow type if no column holds them all."""
    if datatype == XSD_DECIMAL:
        whole = max(len(_digits(text)[0]) for text in texts)
        fraction = max(len(_digits(text)[1]) for text in texts)
        precision = max(whole + fraction, 1)
        if precision > 38:
            return "", None
        return f"DECIMAL({precision},{fraction})", pa.decimal128(precision, fraction)
    arrow = {
        XSD_INTEGER: pa.int64(),
        XSD_DOUBLE: pa.float64(),
        XSD_FLOAT: pa.float32(),
        XSD_BOOLEAN: pa.bool_(),
        XSD_DATE: pa.date32(),
        XSD_DATE_TIME: pa.timestamp("us"),
    }
    return NATIVE_TYPES[datatype], arrow[datatype]


def _value(datatype: str, text: str) -> object:
    match datatype:
        case _ if datatype == XSD_INTEGER:
            return int(text)
        case _ if datatype == XSD_DECIMAL:
            return Decimal(text)
        case _ if datatype == XSD_BOOLEAN:
            return text == "true"
        case _ if datatype == XSD_DATE:
            return date.fromisoformat(text)
        case _ if datatype == XSD_DATE_TIME:
            return datetime.fromisoformat(text)
        case _:
            return _float(text)


def _float(text: str) -> float:
    return float(text.replace("INF", "inf"))


def _digits(text: str) -> tuple[str, str]:
    """The digits of a decimal before and after the point."""
    whole, _, fraction = text.lstrip("+-").partition(".")
    return whole.lstrip("0"), fraction
