"""What a silo has published: relations, and the rules by which they are triples.

A published version is a folder of immutable Parquet files and a `manifest.json`. Each file is one
`Relation`; each `TripleRule` says that every row of a relation, in which no column named by the
rule is NULL, is one triple of one named graph. No rule joins: joins of a mapping are resolved into
relations when it is published. The triples of a graph are the set of what its rules give.

Term maps name physical columns:

- `ConstantTerm`   the same term in every row;
- `TemplateTerm`   an IRI or blank node made of constant text and VARCHAR columns, already
                   percent-encoded when published, so that equality of terms is equality of columns;
- `ColumnTerm`     a literal of one datatype (and language) in a column of the datatype's SQL type;
- `GeneralTerm`    any term, in a STRUCT column `(k, lex, dt, lang)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from typing import Literal as OneOf

from mappers.rdf import (
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
    Iri,
    Literal,
)

GENERAL_TYPE: Final = "STRUCT(k UTINYINT, lex VARCHAR, dt VARCHAR, lang VARCHAR)"
"""The SQL type of a general term: kind (0 IRI, 1 blank node, 2 literal), lexical form, datatype IRI
('' unless a literal), language ('' unless tagged, lower case). No field is NULL in a bound term."""

NATIVE_TYPES: Final = {
    XSD_INTEGER: "BIGINT",
    XSD_DECIMAL: "DECIMAL",
    XSD_DOUBLE: "DOUBLE",
    XSD_FLOAT: "FLOAT",
    XSD_BOOLEAN: "BOOLEAN",
    XSD_DATE: "DATE",
    XSD_DATE_TIME: "TIMESTAMP",
}
"""Datatypes kept as values, canonical when printed. A column of any other datatype (xsd:string,
language-tagged, geo:wktLiteral, xsd:gYear, ...) is VARCHAR and holds the lexical form. A date or
dateTime column is native only if no value has a time zone; otherwise it is a general column."""

WKB_SUFFIX: Final = "%wkb"
"""A column `c` of geo:wktLiteral may have a BLOB column `c%wkb` beside it: the same geometry in
CRS84 as Well-Known Binary, so that no question needs to read text; NULL where it is malformed."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation: its SQL type in DuckDB's words, and whether it holds any NULL."""

    name: str
    sql_type: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Columns of a relation beside as many columns of another of the same version (or of the
    same).
    """

    columns: tuple[str, ...]
    relation: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A Parquet file of a version.

    `keys` are sets of columns that are unique and not null together; `rows` its number of rows.
    `__file` and `__row` (1-based data row), where present, trace a row to its source.
    `foreign_keys` name columns whose values, in every row where none of them is NULL, stand in a
    row of the counterpart; `apart` those of which no value does.
    """

    name: str
    file: str
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...]
    rows: int
    foreign_keys: tuple[Counterpart, ...] = ()
    apart: tuple[Counterpart, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Slot:
    """A column's value as a part of a template.

    `encoded` says that the column is percent-encoded (holds unreserved characters and non-ASCII
    letters only, so no `/`, `#`, `?`, `:`); a slot that is not may hold any text, as for a
    reference that is a whole IRI.
    """

    column: str
    encoded: bool = True


@dataclass(frozen=True, slots=True)
class ConstantTerm:
    """The same term in every row."""

    term: Iri | Literal


@dataclass(frozen=True, slots=True)
class TemplateTerm:
    """An IRI or blank node made of constant text and columns; no two constants are neighbours.

    `start` is the constant text it begins with, by which most templates are told apart.
    """

    parts: tuple[str | Slot, ...]
    kind: OneOf["iri", "bnode"] = "iri"
    start: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first = self.parts[0] if self.parts else ""
        object.__setattr__(self, "start", first if isinstance(first, str) else "")


@dataclass(frozen=True, slots=True)
class ColumnTerm:
    """A literal of constant datatype and language, in one column."""

    column: str
    datatype: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class GeneralTerm:
    """Any term, in one STRUCT column."""

    column: str


TermMap = ConstantTerm | TemplateTerm | ColumnTerm | GeneralTerm


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule was written: the mapping's file and line, and the source column of the
    object."""

    file: str
    line: int
    mapping: str
    source_column: str | None = None


@dataclass(frozen=True, slots=True)
class TripleRule:
    """Each row of `relation` in which no named column is NULL is a triple of `graph`."""

    graph: str
    relation: str
    subject: TermMap
    predicate: TermMap
    object: TermMap
    origin: Origin | None = None


def columns_of(term: TermMap) -> tuple[str, ...]:
    """The physical columns that a term map reads, in order."""
    match term:
        case ConstantTerm():
            return ()
        case TemplateTerm(parts=parts):
            return tuple(part.column for part in parts if isinstance(part, Slot))
        case ColumnTerm(column=column) | GeneralTerm(column=column):
            return (column,)


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a silo.

    `folder` is absolute; `id` is sortable by time; `graphs` are the IRIs of its named graphs;
    `policy` is the Turtle text of the silo's policy when published, `sources` the files read with
    their sha256, `report` a summary of the gate (targets, results, shapes by engine).
    """

    silo: str
    id: str
    folder: str
    created: str
    graphs: tuple[str, ...]
    relations: tuple[Relation, ...]
    rules: tuple[TripleRule, ...]
    policy: str
    sources: tuple[tuple[str, str], ...]
    triples: tuple[tuple[str, int], ...]
    """Each graph's number of rule rows (an upper bound of its triples)."""
    report: tuple[tuple[str, str], ...] = ()

    def relation(self, name: str) -> Relation:
        """The relation of that name; KeyError if there is none."""
        for relation in self.relations:
            if relation.name == name:
                return relation
        raise KeyError(name)
