"""Solutions: the rows of an answer, decoded from SQL columns to RDF terms as they are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from federation.relational.encoding import General, IriTemplate, Native, SqlTerm
from federation.sql.relation import column_name
from mappers.canonical import date_time_form, decimal_form, double_form, float_form
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
    BlankNode,
    Iri,
    Literal,
    Term,
)
from mappers.worker.residual import as_written, data_label

Row = tuple[Term | None, ...]
Decoder = Callable[[Any], Term]
Made = dict[Any, Term]
"""The terms made so far of one column's values."""

_MOST_MADE = 100_000


@dataclass(frozen=True, slots=True)
class Solutions:
    """A sequence of rows over some variables; a value is None where the variable is unbound."""

    variables: tuple[str, ...]
    size: int
    batches: Callable[[], Iterator[list[Row]]]

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Row]:
        for rows in self.batches():
            yield from rows


def from_arrow(
    table: pa.Table, variables: tuple[str, ...], terms: Mapping[str, SqlTerm]
) -> Solutions:
    """The rows of a SQL result, whose columns are named after the variables."""

    def batches() -> Iterator[list[Row]]:
        made: list[Made] = [{} for _ in variables]
        for batch in table.to_batches(max_chunksize=50_000):
            columns = [
                _decode_column(batch, name, terms.get(name), known)
                for name, known in zip(variables, made, strict=True)
            ]
            yield list(zip(*columns, strict=True)) if columns else [()] * batch.num_rows

    return Solutions(variables, table.num_rows, batches)


def _decode_column(
    batch: pa.RecordBatch, name: str, term: SqlTerm | None, made: Made
) -> list[Term | None]:
    if term is None:
        return [None] * batch.num_rows
    columns = [batch.column(column_name(name, index)) for index in range(len(term.columns))]
    match term.encoding:
        case IriTemplate(parts=parts):
            return _decode_template(parts, columns, batch.num_rows, made)
        case Native(datatype=datatype, language=language):
            form = _FORMS.get(datatype, str)

            def decode(value: Any) -> Term:
                return Literal(form(value), datatype, language)

            return _decode_each(columns[0], decode, made)
        case General():
            return _decode_general(columns[0], made)


def _decode_each(column: pa.Array, decode: Decoder, made: Made) -> list[Term | None]:
    """The terms of a column, in which equal values are decoded once."""
    encoded = column.dictionary_encode()
    terms = []
    for value in encoded.dictionary.to_pylist():
        # the two zeros of doubles are equal, but not the same term
        key = value if value != 0 else str(value)
        term = made.get(key)
        if term is None:
            term = decode(value)
            if len(made) < _MOST_MADE:
                made[key] = term
        terms.append(term)
    if encoded.null_count == 0:
        return [terms[index] for index in encoded.indices.to_pylist()]
    return [None if index is None else terms[index] for index in encoded.indices.to_pylist()]


def _decode_template(
    parts: tuple[str | None, ...], columns: list[pa.Array], rows: int, made: Made
) -> list[Term | None]:
    if not columns:
        return [Iri("".join(part for part in parts if part is not None))] * rows
    slots = iter(columns)
    texts = [next(slots) if part is None else pa.scalar(part, pa.string()) for part in parts]
    # a NULL in any slot makes the whole text NULL, and the IRI unbound
    joined = pc.binary_join_element_wise(*texts, pa.scalar("", pa.string()))
    return _decode_each(joined, Iri, made)


def _decode_general(column: pa.StructArray, made: Made) -> list[Term | None]:
    """The terms of a general column; equal terms are made once."""
    found: list[Term | None] = []
    fields = zip(*(field.to_pylist() for field in column.flatten()), strict=True)
    for value in fields:
        if value[0] is None:
            found.append(None)
            continue
        term = made.get(value)
        if term is None:
            term = _general(*value)
            if len(made) < _MOST_MADE:
                made[value] = term
        found.append(term)
    return found


def _general(kind: int, lexical: str, datatype: str, language: str) -> Term:
    match kind:
        case 0:
            return Iri(lexical)
        case 1:
            return BlankNode(lexical)
        case _:
            return Literal(lexical, datatype, language)


def _boolean_form(value: bool) -> str:
    return "true" if value else "false"


def _integer_form(value: object) -> str:
    return str(int(value))  # type: ignore[call-overload]


_FORMS: Mapping[str, Callable[[Any], str]] = {
    XSD_INTEGER: _integer_form,
    XSD_DECIMAL: decimal_form,
    XSD_DOUBLE: double_form,
    XSD_FLOAT: float_form,
    XSD_BOOLEAN: _boolean_form,
    XSD_DATE: lambda value: str(value.isoformat()),
    XSD_DATE_TIME: date_time_form,
}


def from_sparql_json(text: bytes, variables: tuple[str, ...]) -> Solutions:
    """The rows of a SPARQL 1.1 results document in JSON."""
    bindings = json.loads(text)["results"]["bindings"]
    rows: list[Row] = [
        tuple(_json_term(binding[name]) if name in binding else None for name in variables)
        for binding in bindings
    ]
    return Solutions(variables, len(rows), lambda: iter([rows]))


def _json_term(value: Mapping[str, str]) -> Term:
    match value["type"]:
        case "uri":
            return Iri(value["value"])
        case "bnode":
            return BlankNode(data_label(value["value"]))
        case _:
            language = value.get("xml:lang", "")
            datatype = value.get("datatype", XSD_STRING)
            if language:
                return Literal(value["value"], RDF_LANG_STRING, language.lower())
            return as_written(value["value"], datatype)
