"""Physical columns of a relation: what its rules need, encoded, cast and checked set at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from typing import Literal as OneOf

from mappers.errors import Location, SourceFormatError
from mappers.mapping import (
    ConstantValue,
    IriTemplateValue,
    LiteralValue,
    ObjectValue,
    Part,
    Reference,
    WholeIriValue,
)
from mappers.publish import sql
from mappers.publish.casts import Cast, cast_of
from mappers.publish.joins import check_column
from mappers.publish.workspace import Workspace
from mappers.published import (
    GENERAL_TYPE,
    NATIVE_TYPES,
    WKB_SUFFIX,
    ColumnTerm,
    ConstantTerm,
    GeneralTerm,
    Slot,
    TemplateTerm,
    TermMap,
)
from mappers.rdf import WKT_LITERAL
from mappers.sources import FILE, ROW
from mappers.unfolding import separates
from mappers.wkt import as_geometry

_TRACES: Final = (FILE, ROW)


@dataclass(slots=True)
class PhysicalColumns:
    """The columns that a relation is published with, found as its rules are compiled.

    Raw cells are kept under their own name where they serve as they are; otherwise a column is
    called after the raw one, `%` and what it holds: `lor%iri`, `damage%decimal`.
    """

    workspace: Workspace
    relation: str
    columns: dict[str, str] = field(default_factory=dict)
    """Physical name -> SQL over the relation."""
    slots: dict[str, str] = field(default_factory=dict)
    """Raw column -> the physical column that stands for it in templates."""
    runs: set[str] = field(default_factory=set)
    """Physical columns that hold several raw ones, with the text between them in a template."""
    _terms: dict[ObjectValue, TermMap] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for trace in _TRACES:
            if trace in self.workspace.types[self.relation]:
                self.columns[trace] = sql.name(trace)

    def term(self, value: ObjectValue) -> TermMap:
        """The term map of a value; SourceFormatError for a cell that does not fit."""
        if value not in self._terms:
            self._terms[value] = self._term(value)
        return self._terms[value]

    def _term(self, value: ObjectValue) -> TermMap:
        match value:
            case ConstantValue(term=term):
                return ConstantTerm(term)
            case IriTemplateValue(parts=parts, blank=blank):
                return self._template(parts, "bnode" if blank else "iri")
            case WholeIriValue(reference=reference):
                return self._whole_iri(reference)
            case LiteralValue(parts=parts, datatype=datatype, language=language):
                return self._literal(parts, datatype, language)
            case _:
                raise TypeError(f"{value!r} is to be resolved before")

    def _type(self, reference: Reference) -> str:
        check_column(self.workspace, self.relation, reference)
        return self.workspace.types[self.relation][reference.column]

    def _template(self, parts: tuple[Part, ...], kind: OneOf["iri", "bnode"]) -> TemplateTerm:
        """A template in which different values always give different text.

        Where text between two columns could be part of either (`{a}-{b}`), one column holds all
        three, so that equality of terms stays equality of columns.
        """
        runs: list[list[Part]] = [[]]
        for part in parts:
            if isinstance(part, str) and separates(part):
                runs += [[part], []]
            else:
                runs[-1].append(part)
        found: list[str | Slot] = []
        for run in runs:
            places = [i for i, part in enumerate(run) if isinstance(part, Reference)]
            if len(places) < 2:
                found += [p if isinstance(p, str) else Slot(self._slot(p)) for p in run]
                continue
            first, last = places[0], places[-1] + 1
            before, after = run[:first], run[last:]
            found += [part for part in before if isinstance(part, str)]
            found.append(Slot(self._run(tuple(run[first:last]))))
            found += [part for part in after if isinstance(part, str)]
        return TemplateTerm(tuple(found), kind)

    def _run(self, parts: tuple[Part, ...]) -> str:
        """The physical column of several neighbouring columns and the safe text between them."""
        texts = [sql.text(p) if isinstance(p, str) else f"({self._safe(p)[1]})" for p in parts]
        label = "".join(part if isinstance(part, str) else part.column for part in parts)
        found = self._add(f"{label}%iri", f"({' || '.join(texts)})")
        self.runs.add(found)
        return found

    def _slot(self, reference: Reference) -> str:
        raw = reference.column
        if raw not in self.slots:
            self.slots[raw] = self._add(*self._safe(reference))
        return self.slots[raw]

    def _safe(self, reference: Reference) -> tuple[str, str]:
        """The name and SQL of a column whose cells stand in a template."""
        raw = reference.column
        sql_type = self._type(reference)
        cell = sql.lexical(raw, sql_type)
        query = sql.select([f"coalesce(bool_and({sql.is_iri_safe(cell)}), true)"], self.relation)
        if self.workspace.one(query)[0] and sql_type == "VARCHAR":
            return raw, cell
        return f"{raw}%iri", sql.iri_safe(cell)

    def _whole_iri(self, reference: Reference) -> TermMap:
        sql_type = self._type(reference)
        if sql_type == GENERAL_TYPE:
            return GeneralTerm(self._add(reference.column, sql.name(reference.column)))
        cell = sql.lexical(reference.column, sql_type)
        bad = f"NOT {sql.matches(cell, sql.ABSOLUTE_IRI)}"
        self._refuse(cell, bad, reference.column, "an absolute IRI", "Repair it in a view's SQL.")
        physical = reference.column if sql_type == "VARCHAR" else f"{reference.column}%text"
        return TemplateTerm((Slot(self._add(physical, cell), encoded=False),))

    def _literal(self, parts: tuple[Part, ...], datatype: str, language: str) -> TermMap:
        single = parts[0] if len(parts) == 1 and isinstance(parts[0], Reference) else None
        if single is None:
            raw_type, cell, label = "VARCHAR", self._joined(parts), _label(parts)
        else:
            raw_type, label = self._type(single), single.column
            if raw_type == GENERAL_TYPE:
                return GeneralTerm(self._add(label, sql.name(label)))
            if _serves(raw_type, datatype):
                cell = sql.name(label)
                pattern = sql.LEXICAL.get(datatype)
                if raw_type == "VARCHAR" and pattern:
                    bad = f"NOT {sql.matches(cell, pattern)}"
                    self._refuse(cell, bad, label, _article(datatype), None)
                return self._text(self._add(label, cell), cell, datatype, language)
            cell = sql.lexical(label, raw_type)
        cast = cast_of(cell, datatype, raw_type)
        if cast is None:
            pattern = sql.LEXICAL.get(datatype)
            if pattern:
                bad = f"NOT {sql.matches(cell, pattern)}"
                self._refuse(cell, bad, label, _article(datatype), None)
            return self._text(self._add(f"{label}%text", cell), cell, datatype, language)
        return self._cast(cell, cast, label, datatype)

    def _text(self, physical: str, cell: str, datatype: str, language: str) -> TermMap:
        """A column kept as it is written; a geometry also as it is computed with."""
        if datatype == WKT_LITERAL:
            self.columns[physical + WKB_SUFFIX] = f"ST_AsWKB({as_geometry(cell)})"
        return ColumnTerm(physical, datatype, language)

    def _cast(self, cell: str, cast: Cast, label: str, datatype: str) -> TermMap:
        self._refuse(cell, cast.bad, label, _article(datatype), cast.way_out)
        if cast.too_large is not None:
            way_out = "Map it as xsd:decimal, which holds more digits."
            self._refuse(cell, cast.too_large, label, "a number of 64 bits", way_out)
        kind = datatype.rpartition("#")[2]
        if cast.is_native is not None:
            query = sql.select([f"coalesce(bool_and({cast.is_native}), true)"], self.relation)
            if not self.workspace.one(query)[0]:
                general = (
                    f"CASE WHEN {cell} IS NOT NULL THEN {{'k': 2::UTINYINT, 'lex': {cell},"
                    f" 'dt': {sql.text(datatype)}, 'lang': ''}} END"
                )
                return GeneralTerm(self._add(f"{label}%{kind}", general))
        value = cast.value
        if cast.digits is not None:
            value = self._decimal(cast, label)
        return ColumnTerm(self._add(f"{label}%{kind}", value), datatype)

    def _decimal(self, cast: Cast, label: str) -> str:
        """The cast to the smallest DECIMAL that holds every value."""
        assert cast.digits is not None
        whole, fraction = cast.digits
        query = sql.select([f"max({whole})", f"max({fraction})"], self.relation)
        found = [number if isinstance(number, int) else 0 for number in self.workspace.one(query)]
        precision = max(sum(found), 1)
        if precision > 38:
            raise SourceFormatError(
                f"The numbers need {precision} digits, and a decimal column holds 38.",
                location=Location(*self._described(), field=label),
                way_out="Round them in a view's SQL, or use xsd:double.",
            )
        return f"CAST({cast.value} AS DECIMAL({precision}, {found[1]}))"

    def _joined(self, parts: tuple[Part, ...]) -> str:
        texts = [
            sql.text(part)
            if isinstance(part, str)
            else f"({sql.lexical(part.column, self._type(part))})"
            for part in parts
        ]
        return f"({' || '.join(texts)})"

    def _add(self, physical: str, expression: str) -> str:
        """Add a column under a name like the one given, which DuckDB compares without case."""
        if physical.lower().endswith(WKB_SUFFIX):
            physical = f"{physical}%text"  # else it would be read as the geometry of another
        taken = {name.lower() for name in self.columns}
        name, number = physical, 1
        while self.columns.get(name) != expression and name.lower() in taken:
            number += 1
            name = f"{physical}-{number}"
        self.columns[name] = expression
        return name

    def _described(self) -> tuple[str, int | None]:
        place = self.workspace.places[self.relation]
        return place.file, place.line

    def _refuse(self, cell: str, bad: str, label: str, what: str, way_out: str | None) -> None:
        """Raise SourceFormatError for the first cell that is not NULL and bad."""
        traced = all(trace in self.workspace.types[self.relation] for trace in _TRACES)
        columns = [cell, *(sql.name(trace) for trace in _TRACES if traced)]
        query = sql.select(columns, self.relation, where=f"{cell} IS NOT NULL AND {bad}", limit=1)
        row = self.workspace.connection.execute(query).fetchone()
        if row is None:
            return
        if traced and row[1] is not None:
            place = Location(row[1], row=row[2], field=label)
        else:
            place = Location(*self._described(), field=label)
        raise SourceFormatError(
            f"The value {str(row[0])[:100]!r} is not {what}.", location=place, way_out=way_out
        )


def _serves(sql_type: str, datatype: str) -> bool:
    """Whether cells of a type are values of a datatype as they stand."""
    wanted = NATIVE_TYPES.get(datatype, "VARCHAR")
    return sql_type == wanted or (wanted == "DECIMAL" and sql_type.startswith("DECIMAL("))


def _label(parts: tuple[Part, ...]) -> str:
    return " ".join(part.column for part in parts if isinstance(part, Reference)) or "constant"


def _article(datatype: str) -> str:
    prefixed = datatype.replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
    return f"an {prefixed}" if prefixed.startswith("xsd:") else f"a {prefixed}"
