"""Algebra back to SPARQL text: what is sent to Oxigraph on the residual path, and to endpoints.

The text reads back to an equivalent query, not always to equal algebra: grouping becomes a
sub-select, and a projected expression a BIND, because both say the same and need no case analysis.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Final, assert_never

from federation.algebra import (
    Aggregate,
    AlternativePath,
    Ask,
    Bgp,
    Call,
    Construct,
    Describe,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    InversePath,
    Join,
    LeftJoin,
    Link,
    Minus,
    NegatedPropertySet,
    OrderBy,
    Path,
    PathPattern,
    Pattern,
    PatternTerm,
    Project,
    Query,
    Reduced,
    RepeatPath,
    Select,
    SequencePath,
    Service,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
)
from federation.syntax.scope import in_scope
from mappers.errors import QueryError
from mappers.rdf import (
    RDF_TYPE,
    XSD_BOOLEAN,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
    escape_literal,
)

_BAD_IRI: Final = re.compile(r'[<>"{}|^`\\\x00-\x20\ud800-\udfff]')
_LANGUAGE: Final = re.compile(r"[a-zA-Z]+(-[a-zA-Z0-9]+)*")
_NAME: Final = re.compile(r"[A-Za-z0-9_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d]+")
_PLAIN: Final = {
    XSD_INTEGER: re.compile(r"-?[0-9]+"),
    XSD_DECIMAL: re.compile(r"-?[0-9]*\.[0-9]+"),
    XSD_DOUBLE: re.compile(r"-?([0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
    XSD_BOOLEAN: re.compile("true|false"),
}
_COMPARISONS: Final = frozenset(("=", "!=", "<", ">", "<=", ">="))
_INFIX: Final = _COMPARISONS | frozenset(("||", "&&", "+", "-", "*", "/"))
_SELECTS: Final = (Project, Distinct, Reduced, Slice, OrderBy, Group)


def print_query(query: Query) -> str:
    """SPARQL 1.1 text that means what the query means.

    Raises QueryError if it holds an IRI or a language tag that no SPARQL text can hold.
    """
    printer = _Printer(query)
    base = f"BASE {_iri(query.base)}\n" if query.base else ""
    dataset = "".join(f"FROM {_iri(name.value)} " for name in query.dataset.default)
    dataset += "".join(f"FROM NAMED {_iri(name.value)} " for name in query.dataset.named)
    form = query.form
    match form:
        case Select(pattern, variables):
            inner = pattern if isinstance(pattern, _SELECTS) else Project(pattern, variables)
            return base + printer.select(inner, dataset)
        case Ask(pattern):
            return f"{base}ASK {dataset}WHERE {printer.group(pattern)}"
        case Construct(template, pattern):
            triples = printer.triples(template)
            return f"{base}CONSTRUCT {{ {triples}}} {dataset}WHERE {printer.group(pattern)}"
        case Describe(terms, pattern):
            listed = " ".join(map(printer.term, terms)) or "*"
            return f"{base}DESCRIBE {listed} {dataset}WHERE {printer.group(pattern)}"
    assert_never(form)


class _Printer:
    """Writes the parts of one query; knows the names its variables and blank nodes get."""

    def __init__(self, query: Query) -> None:
        self._taken = {node.name for node in _walk(query.form) if isinstance(node, Variable)}
        self._names: dict[Variable | BlankNode, str] = {}
        blocks = Counter(
            node
            for bgp in _walk(query.form)
            if isinstance(bgp, Bgp)
            for node in {part for part in _walk(bgp) if isinstance(part, BlankNode)}
        )
        # A label may stand in one block only; a plan may have split the block, and then a
        # variable does the same.
        self._split = {node for node, count in blocks.items() if count > 1}

    # --- terms --------------------------------------------------------------------------------

    def term(self, term: PatternTerm) -> str:
        """A term or variable."""
        match term:
            case Variable():
                return "?" + self._name(term)
            case Iri(value):
                return _iri(value)
            case BlankNode(label) if term in self._split:
                return "?" + self._fresh(term, "node_" + label)
            case BlankNode():
                return "_:" + self._fresh(term, term.label)
            case Literal():
                return _literal(term)
        assert_never(term)

    def _name(self, variable: Variable) -> str:
        if _NAME.fullmatch(variable.name):
            return variable.name
        return self._fresh(variable, variable.name)

    def _fresh(self, node: Variable | BlankNode, wanted: str) -> str:
        name = self._names.get(node)
        if name is None:
            stem = re.sub(r"[^A-Za-z0-9_]", "", wanted) or "v"
            number = 0
            name = stem
            while name in self._taken:
                number += 1
                name = f"{stem}_{number}"
            self._taken.add(name)
            self._names[node] = name
        return name

    def triples(self, patterns: tuple[TriplePattern | PathPattern, ...]) -> str:
        """Triples, each ended by a dot."""
        return "".join(
            f"{self.term(item.subject)} "
            + (self.term(item.predicate) if isinstance(item, TriplePattern) else _path(item.path))
            + f" {self.term(item.object)} . "
            for item in patterns
        )

    # --- patterns -----------------------------------------------------------------------------

    def group(self, pattern: Pattern) -> str:
        """The pattern as a group in braces."""
        if isinstance(pattern, _SELECTS):
            return f"{{ {self.select(pattern)} }}"
        conditions: list[Expression] = []
        while isinstance(pattern, Filter):
            conditions.append(pattern.condition)
            pattern = pattern.pattern
        filters = "".join(f"FILTER({self.expression(item)}) " for item in reversed(conditions))
        return f"{{ {self._members(pattern)}{filters}}}"

    def _members(self, pattern: Pattern) -> str:
        """What stands within the braces of a group; a filter gets braces of its own."""
        match pattern:
            case Bgp(patterns):
                return self.triples(patterns)
            case Join(left, right):
                flat = not isinstance(right, Join | LeftJoin | Minus | Extend)
                return self._members(left) + (
                    self._members(right) if flat else self.group(right) + " "
                )
            case LeftJoin(left, right, condition):
                return self._members(left) + self._optional(right, condition)
            case Minus(left, right):
                return f"{self._members(left)}MINUS {self.group(right)} "
            case Extend(inner, variable, expression):
                bind = f"BIND({self.expression(expression)} AS {self.term(variable)}) "
                return self._members(inner) + bind
            case Union(left, right):
                return f"{self._branch(left)} UNION {self.group(right)} "
            case Graph(name, inner):
                return f"GRAPH {self.term(name)} {self.group(inner)} "
            case Service(name, inner, silent):
                word = "SERVICE SILENT" if silent else "SERVICE"
                return f"{word} {self.term(name)} {self.group(inner)} "
            case Values():
                return self._values(pattern)
            case Filter() | Project() | Distinct() | Reduced() | Slice() | OrderBy() | Group():
                return self.group(pattern) + " "
        assert_never(pattern)

    def _branch(self, pattern: Pattern) -> str:
        """The left side of a UNION: another union needs no braces."""
        if isinstance(pattern, Union):
            return f"{self._branch(pattern.left)} UNION {self.group(pattern.right)}"
        return self.group(pattern)

    def _optional(self, pattern: Pattern, condition: Expression | None) -> str:
        # A filter right inside the braces of OPTIONAL would become its condition.
        inner = self._members(pattern)
        if condition is not None:
            inner += f"FILTER({self.expression(condition)}) "
        return f"OPTIONAL {{ {inner}}} "

    def _values(self, values: Values) -> str:
        names = " ".join(map(self.term, values.variables))
        rows = " ".join(
            "(" + " ".join("UNDEF" if term is None else self.term(term) for term in row) + ")"
            for row in values.rows
        )
        return f"VALUES ({names}) {{ {rows} }} "

    # --- SELECT -------------------------------------------------------------------------------

    def select(self, pattern: Pattern, dataset: str = "") -> str:
        """A SELECT, at the top or within a group."""
        end = word = ""
        if isinstance(pattern, Slice):
            end += f" OFFSET {pattern.offset}" if pattern.offset else ""
            end += f" LIMIT {pattern.limit}" if pattern.limit is not None else ""
            pattern = pattern.pattern
        if isinstance(pattern, Distinct | Reduced):
            word = "DISTINCT " if isinstance(pattern, Distinct) else "REDUCED "
            pattern = pattern.pattern
        variables: tuple[Variable, ...] | None = None
        if isinstance(pattern, Project):
            variables, pattern = pattern.variables, pattern.pattern
        if isinstance(pattern, OrderBy):
            keys = "".join(
                f" {'DESC' if key.descending else 'ASC'}({self.expression(key.expression)})"
                for key in pattern.keys
            )
            end = f" ORDER BY{keys}{end}"
            pattern = pattern.pattern
        if isinstance(pattern, Group) and (
            variables is None or set(variables) == set(in_scope(pattern))
        ):
            listed, where, grouping = self._grouping(pattern, variables)
            return f"SELECT {word}{listed} {dataset}WHERE {where}{grouping}{end}"
        listed = self._projection(pattern, variables)
        return f"SELECT {word}{listed} {dataset}WHERE {self.group(pattern)}{end}"

    def _projection(self, pattern: Pattern, variables: tuple[Variable, ...] | None) -> str:
        if variables:
            return " ".join(map(self.term, variables))
        if variables is None or not in_scope(pattern):
            return "*"
        return "?" + self._fresh(Variable(".none"), "none")

    def _grouping(
        self, group: Group, variables: tuple[Variable, ...] | None
    ) -> tuple[str, str, str]:
        """Projection, pattern and GROUP BY of a Group."""
        aggregates = dict(group.aggregates)
        listed = [
            f"({self._aggregate(aggregates[variable])} AS {self.term(variable)})"
            if variable in aggregates
            else self.term(variable)
            for variable in variables or in_scope(group)
        ]
        if not listed:
            listed = [f"(COUNT(*) AS ?{self._fresh(Variable('.none'), 'none')})"]
        keys = "".join(f" {self.term(key)}" for key in group.keys)
        return " ".join(listed), self.group(group.pattern), f" GROUP BY{keys}" if keys else ""

    def _aggregate(self, aggregate: Aggregate) -> str:
        distinct = "DISTINCT " if aggregate.distinct else ""
        argument = "*" if aggregate.argument is None else self.expression(aggregate.argument)
        separator = ""
        if aggregate.function == "GROUP_CONCAT":
            separator = f'; SEPARATOR="{_escaped(aggregate.separator)}"'
        return f"{aggregate.function}({distinct}{argument}{separator})"

    # --- expressions --------------------------------------------------------------------------

    def expression(self, expression: Expression) -> str:
        """An expression, with brackets around every operator."""
        match expression:
            case Variable() | Iri() | Literal():
                return self.term(expression)
            case Exists(pattern):
                return f"EXISTS {self.group(pattern)}"
            case Aggregate():
                return self._aggregate(expression)
            case Call(function, arguments):
                texts = [self.expression(argument) for argument in arguments]
                if function in _INFIX and _is_call(arguments[0], function):
                    # A chain of one operator reads from the left anyway.
                    texts[0] = texts[0][1:-1]
                return _call(function, texts)
        assert_never(expression)


def _is_call(expression: Expression, function: str) -> bool:
    return (
        isinstance(expression, Call)
        and expression.function == function
        and function not in _COMPARISONS
    )


def _call(function: str, texts: list[str]) -> str:
    if function in _INFIX:
        return f"({texts[0]} {function} {texts[1]})"
    if function in ("!", "unary-", "unary+"):
        return f"({function.removeprefix('unary')} {texts[0]})"
    if function in ("IN", "NOT IN"):
        return f"({texts[0]} {function} ({', '.join(texts[1:])}))"
    name = _iri(function) if ":" in function else function
    return f"{name}({', '.join(texts)})"


def _path(path: Path) -> str:
    match path:
        case Link(iri):
            return _iri(iri.value)
        case InversePath(inner):
            return f"(^{_path(inner)})"
        case SequencePath(left, right):
            return f"({_path(left)}/{_path(right)})"
        case AlternativePath(left, right):
            return f"({_path(left)}|{_path(right)})"
        case RepeatPath(inner, minimum, unbounded):
            sign = "?" if not unbounded else "+" if minimum else "*"
            return f"({_path(inner)}{sign})"
        case NegatedPropertySet(forward, inverse):
            links = [_iri(iri.value) for iri in forward or ()]
            links += ["^" + _iri(iri.value) for iri in inverse or ()]
            if not links:
                # `!()` is any predicate; not every engine reads it.
                return f"({_iri(RDF_TYPE)}|!{_iri(RDF_TYPE)})"
            return f"!({'|'.join(links)})"
    assert_never(path)


def _iri(value: str) -> str:
    if _BAD_IRI.search(value):
        raise QueryError(f"{value!r} holds a character that no IRI may hold.")
    return f"<{value}>"


def _escaped(text: str) -> str:
    if re.search("[\ud800-\udfff]", text):
        raise QueryError("A literal holds half of a surrogate pair, which is no character.")
    return escape_literal(text)


def _literal(literal: Literal) -> str:
    plain = _PLAIN.get(literal.datatype)
    if plain is not None and plain.fullmatch(literal.lexical):
        return literal.lexical
    if literal.language:
        if not _LANGUAGE.fullmatch(literal.language):
            raise QueryError(f"{literal.language!r} is no language tag.")
        return f'"{_escaped(literal.lexical)}"@{literal.language}'
    text = f'"{_escaped(literal.lexical)}"'
    if str(literal).endswith('"'):
        return text
    return f"{text}^^{_iri(literal.datatype)}"


def _walk(node: object) -> Iterator[object]:
    """Each part of the algebra, outermost first, without recursion."""
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(reversed(part))
        elif is_dataclass(part):
            yield part
            stack.extend(getattr(part, field.name) for field in fields(part))
