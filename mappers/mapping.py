"""The logical mapping model: what every front end (YARRRML, RML, Python) compiles to.

A mapping names sources (files), views (SQL over sources) and rules that give each row's triples.
Terms are expressions over the columns of one row; a `JoinValue` refers to the subject of another
mapping. Every part that a person wrote carries its place in the file, so that errors can name it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mappers.errors import Location
from mappers.rdf import XSD_STRING, Iri, Literal


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of the row, as named by a mapping."""

    column: str
    location: Location = field(compare=False)


Part = str | Reference


@dataclass(frozen=True, slots=True)
class ConstantValue:
    """The same term in every row."""

    term: Iri | Literal


@dataclass(frozen=True, slots=True)
class IriTemplateValue:
    """An IRI (a blank node with `blank`) of text and percent-encoded columns (RML, IRI-safe)."""

    parts: tuple[Part, ...]
    blank: bool = False


@dataclass(frozen=True, slots=True)
class WholeIriValue:
    """A cell that is an absolute IRI as it stands."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class LiteralValue:
    """A literal of a constant datatype and language, made of text and columns."""

    parts: tuple[Part, ...]
    datatype: str = XSD_STRING
    language: str = ""


@dataclass(frozen=True, slots=True)
class JoinCondition:
    """Equality of a column of the row with a column of the joined mapping's row."""

    child: Reference
    parent: Reference


@dataclass(frozen=True, slots=True)
class JoinValue:
    """The subject of another mapping, for the rows that meet every condition."""

    mapping: str
    conditions: tuple[JoinCondition, ...]
    location: Location = field(compare=False)


SubjectValue = ConstantValue | IriTemplateValue | WholeIriValue
PredicateValue = ConstantValue | IriTemplateValue | WholeIriValue
ObjectValue = ConstantValue | IriTemplateValue | WholeIriValue | LiteralValue | JoinValue


@dataclass(frozen=True, slots=True)
class PredicateObjects:
    """Every predicate with every object; `graphs` empty means the graphs of the mapping."""

    predicates: tuple[PredicateValue, ...]
    objects: tuple[ObjectValue, ...]
    graphs: tuple[str, ...]
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """What each row of each source says; a "mapping" in YARRRML, a triples map in RML.

    `graphs` empty means the silo's own graph.
    """

    name: str
    sources: tuple[str, ...]
    subjects: tuple[SubjectValue, ...]
    statements: tuple[PredicateObjects, ...]
    graphs: tuple[str, ...]
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or several by a glob, and how to read it.

    `access` is a path below the city's data folder. `decimal` and `thousands` are the signs in
    numeric cells, `numeric` the columns they are confined to (empty: every cell that looks like
    such a number). `pad` gives columns a least width in zeros, `dates` the strftime format of date
    columns. `header` is the number of the row with the names, counted after `skip` lines; 0 where
    there is none.
    """

    name: str
    access: str
    format: str
    location: Location = field(compare=False)
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    decimal: str = "."
    thousands: str = ""
    numeric: tuple[str, ...] = ()
    null_values: tuple[str, ...] = ("",)
    pad: tuple[tuple[str, int], ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    skip: int = 0
    header: int = 1
    sheet: str | None = None
    iterator: str = "$"
    crs: str | None = None
    keys: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A relation given by one DuckDB SELECT over sources and other views."""

    name: str
    sql: str
    keys: tuple[tuple[str, ...], ...]
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping file."""

    file: str
    sources: tuple[Source, ...]
    views: tuple[View, ...]
    rules: tuple[Rule, ...]

    @property
    def relations(self) -> tuple[Source | View, ...]:
        """The sources and views, which rules read alike."""
        return (*self.sources, *self.views)


def references_of(value: ObjectValue) -> tuple[Reference, ...]:
    """The columns of the row itself that a value reads, in order."""
    match value:
        case ConstantValue():
            return ()
        case IriTemplateValue(parts=parts) | LiteralValue(parts=parts):
            return tuple(part for part in parts if isinstance(part, Reference))
        case WholeIriValue(reference=reference):
            return (reference,)
        case JoinValue(conditions=conditions):
            return tuple(condition.child for condition in conditions)
