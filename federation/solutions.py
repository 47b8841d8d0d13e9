"""Solutions: the rows of an answer, decoded from SQL columns to RDF terms as they are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

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

Row = tuple[Term | None, ...]
Decoder = Callable[[Any], Term | None]


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
        for batch in table.to_batches(max_chunksize=10_000):
            columns = [_decode_column(batch, name, terms.get(name)) for name in variables]
            yield list(zip(*columns, strict=True)) if columns else [()] * batch.num_rows

    return Solutions(variables, table.num_rows, batches)


def _decode_column(batch: pa.RecordBatch, name: str, term: SqlTerm | None) -> list[Term | None]:
    if term is None:
        return [None] * batch.num_rows
    values = [
        batch.column(column_name(name, index)).to_pylist() for index in range(len(term.columns))
    ]
    match term.encoding:
        case IriTemplate(parts=parts):
            return _decode_template(parts, values, batch.num_rows)
        case Native(datatype=datatype, language=language):
            form = _FORMS.get(datatype, str)
            return [
                None if value is None else Literal(form(value), datatype, language)
                for value in values[0]
            ]
        case General():
            return [None if value is None else general_term(value) for value in values[0]]


def _decode_template(
    parts: tuple[str | None, ...], values: list[list[str | None]], rows: int
) -> list[Term | None]:
    if not values:
        constant = Iri("".join(part for part in parts if part is not None))
        return [constant] * rows
    decoded: list[Term | None] = []
    for row in zip(*values, strict=True):
        if any(value is None for value in row):
            decoded.append(None)
            continue
        slots = iter(row)
        decoded.append(Iri("".join(str(next(slots)) if part is None else part for part in parts)))
    return decoded


def general_term(value: Mapping[str, Any]) -> Term:
    """The term of a general column's struct."""
    match value["k"]:
        case 0:
            return Iri(value["lex"])
        case 1:
            return BlankNode(value["lex"])
        case _:
            return Literal(value["lex"], value["dt"], value["lang"])


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
            return BlankNode(value["value"])
        case _:
            language = value.get("xml:lang", "")
            datatype = value.get("datatype", XSD_STRING)
            if language:
                return Literal(value["value"], RDF_LANG_STRING, language.lower())
            return Literal(value["value"], datatype)
