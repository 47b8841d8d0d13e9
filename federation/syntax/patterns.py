"""Group graph patterns, translated as they are read (SPARQL 1.1, sections 5 to 10 and 18.2.2)."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final, NamedTuple

from federation.algebra import (
    Bgp,
    Call,
    Expression,
    Extend,
    Filter,
    Graph,
    Join,
    LeftJoin,
    Minus,
    Pattern,
    Service,
    Union,
    Values,
    Variable,
)
from federation.syntax.expressions import ExpressionParser
from federation.syntax.limits import Limits
from federation.syntax.source import Source
from federation.syntax.terms import IRI_START, LITERAL_START
from federation.syntax.tokens import Tokens
from federation.syntax.triples import TRIPLE_START
from mappers.rdf import Iri, Literal

EMPTY: Final = Bgp(())
"""The pattern Z of the specification: one solution, the empty one."""


class ReadGroup(NamedTuple):
    """A group as read: its filter is kept apart, because OPTIONAL takes it as its condition."""

    pattern: Pattern
    condition: Expression | None
    scope: dict[Variable, None]
    """The variables in scope at the group's end (section 18.2.1), in order of appearance."""

    def filtered(self) -> Pattern:
        """The whole group as one pattern."""
        if self.condition is None:
            return self.pattern
        return Filter(self.condition, self.pattern)


class ReadSelect(NamedTuple):
    """A SELECT as read: its pattern and the variables it projects."""

    pattern: Pattern
    variables: tuple[Variable, ...]


def join(left: Pattern, right: Pattern) -> Pattern:
    """Join, without the empty pattern (section 18.2.2.8)."""
    if left == EMPTY:
        return right
    if right == EMPTY:
        return left
    return Join(left, right)


class PatternParser(ExpressionParser):
    """Reads group graph patterns."""

    def __init__(self, source: Source, tokens: Tokens, limits: Limits, base: str | None) -> None:
        super().__init__(source, tokens, limits, base)
        self._values_cells = 0

    @abstractmethod
    def sub_select(self) -> ReadSelect:
        """A SELECT within a group (rule 8)."""

    def group_pattern(self) -> Pattern:
        """A group with its filters applied."""
        return self.group().filtered()

    def group(self) -> ReadGroup:
        """`{ ... }`: a group or a sub-select (rule 53)."""
        self.expect("{")
        outer = (self.triples, self.scope, self.block, self.aggregates)
        self.triples, self.scope, self.aggregates = [], {}, None
        self.new_block()
        if self.kinds[self.at] == "SELECT":
            read = self.sub_select()
            result = ReadGroup(read.pattern, None, dict.fromkeys(read.variables))
        else:
            result = self._group_members()
        self.expect("}")
        self.triples, self.scope, self.block, self.aggregates = outer
        return result

    def _group_members(self) -> ReadGroup:
        """The members of a group in order (rule 54; section 18.2.2.6)."""
        pattern: Pattern = EMPTY
        condition: Expression | None = None
        while True:
            kind = self.kinds[self.at]
            if kind in TRIPLE_START:
                self.triples_block()
                continue
            if kind == "FILTER":
                # A filter does not end a basic graph pattern (section 5.2.2).
                self.at += 1
                filter_ = self.constraint()
                condition = filter_ if condition is None else Call("&&", (condition, filter_))
                self.accept(".")
                continue
            if self.triples:
                pattern = join(pattern, Bgp(tuple(self.triples)))
                self.triples = []
            self.new_block()
            if kind == "}":
                return ReadGroup(pattern, condition, self.scope)
            pattern = self._member(kind, pattern)
            self.accept(".")

    def _member(self, kind: str, pattern: Pattern) -> Pattern:
        """The pattern so far with one more member, which is neither triples nor a filter."""
        if kind == "{":
            return join(pattern, self._union())
        if kind == "OPTIONAL":
            self.at += 1
            optional = self.group()
            self.scope.update(optional.scope)
            return LeftJoin(pattern, optional.pattern, optional.condition)
        if kind == "BIND":
            return self._bind(pattern)
        if kind == "VALUES":
            values = self.values_clause()
            self.scope.update(dict.fromkeys(values.variables))
            return join(pattern, values)
        if kind == "GRAPH":
            self.at += 1
            name = self._name()
            return join(pattern, Graph(name, self._scoped_group()))
        if kind == "MINUS":
            self.at += 1
            return Minus(pattern, self.group_pattern())
        if kind == "SERVICE":
            self.at += 1
            silent = self.accept("SILENT")
            name = self._name()
            return join(pattern, Service(name, self._scoped_group(), silent))
        if kind == "SELECT":
            raise self.wrong("A sub-select must stand in braces of its own: { SELECT ... }.")
        raise self.unexpected("a triple", "a graph pattern", "'}'")

    def _name(self) -> Iri | Variable:
        name = self.variable_or_iri()
        if isinstance(name, Variable):
            self.scope[name] = None
        return name

    def _scoped_group(self) -> Pattern:
        read = self.group()
        self.scope.update(read.scope)
        return read.filtered()

    def _union(self) -> Pattern:
        pattern = self._scoped_group()
        while self.accept("UNION"):
            pattern = Union(pattern, self._scoped_group())
        return pattern

    def _bind(self, pattern: Pattern) -> Pattern:
        self.expect("BIND")
        self.expect("(")
        expression = self.expression()
        self.expect("AS")
        start = self.starts[self.at]
        variable = self.variable()
        if variable in self.scope:
            raise self.wrong(
                f"BIND cannot set {variable}, which the group already uses before it.", start
            )
        self.expect(")")
        self.scope[variable] = None
        return Extend(pattern, variable, expression)

    # --- VALUES -------------------------------------------------------------------------------

    def values_clause(self) -> Values:
        """VALUES with one variable or a list of them (rules 61 to 65)."""
        self.expect("VALUES")
        if self.kinds[self.at] == "VAR":
            variables = (self.variable(),)
            self.expect("{")
            rows = []
            while not self.accept("}"):
                rows.append((self._data_value("'}'"),))
            return Values(variables, tuple(rows))
        self.expect("(")
        names: list[Variable] = []
        while not self.accept(")"):
            start = self.starts[self.at]
            variable = self.variable()
            if variable in names:
                raise self.wrong(f"VALUES names {variable} twice.", start)
            names.append(variable)
        self.expect("{")
        table = []
        while not self.accept("}"):
            table.append(self._data_row(len(names)))
        return Values(tuple(names), tuple(table))

    def _data_row(self, width: int) -> tuple[Iri | Literal | None, ...]:
        start = self.starts[self.at]
        if not self.accept("("):
            raise self.unexpected("'('", "'}'")
        row: list[Iri | Literal | None] = []
        while not self.accept(")"):
            row.append(self._data_value("')'"))
        if len(row) != width:
            raise self.wrong(
                f"This row of VALUES has {len(row)} values for {width} variables.", start
            )
        return tuple(row)

    def _data_value(self, closing: str) -> Iri | Literal | None:
        self._values_cells += 1
        if self._values_cells > self.limits.values_cells:
            raise self.too_complex(
                f"VALUES holds more than {self.limits.values_cells:,} terms, which is the limit."
            )
        kind = self.kinds[self.at]
        if kind == "UNDEF":
            self.at += 1
            return None
        if kind in IRI_START:
            return self.iri()
        if kind in LITERAL_START:
            return self.literal()
        raise self.unexpected("an IRI", "a literal", "UNDEF", closing)
