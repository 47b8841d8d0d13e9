"""Expressions, built-in functions and aggregates (SPARQL 1.1, section 17; rules 110 to 128)."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from federation.algebra import Aggregate, Call, Exists, Expression, Pattern, Variable
from federation.syntax.limits import Limits
from federation.syntax.source import Source
from federation.syntax.terms import IRI_START, LITERAL_START
from federation.syntax.tokens import Tokens
from federation.syntax.triples import TriplesParser
from federation.syntax.vocabulary import AGGREGATES, BUILT_INS, SAME_FUNCTION
from mappers.errors import QueryUnsupportedError
from mappers.rdf import Iri

_OR, _AND, _COMPARE, _ADD, _MULTIPLY = range(1, 6)
_PRECEDENCE: Final = {
    "||": _OR,
    "&&": _AND,
    **dict.fromkeys(("=", "!=", "<", ">", "<=", ">=", "IN", "NOT"), _COMPARE),
    **dict.fromkeys(("+", "-", "SIGNED"), _ADD),
    **dict.fromkeys(("*", "/"), _MULTIPLY),
}

AGGREGATE_VARIABLE: Final = ".agg"
"""How the variable of an aggregate begins; no variable of a text can."""


class ExpressionParser(TriplesParser):
    """Reads expressions; `aggregates` collects set functions where they may stand, else is None."""

    def __init__(self, source: Source, tokens: Tokens, limits: Limits, base: str | None) -> None:
        super().__init__(source, tokens, limits, base)
        self.aggregates: dict[Aggregate, Variable] | None = None
        self._aggregate_count = 0

    @abstractmethod
    def group_pattern(self) -> Pattern:
        """A group graph pattern with its filters applied, for EXISTS."""

    def expression(self, least: int = _OR) -> Expression:
        """An expression of operators that bind at least as strongly as `least`."""
        left = self._unary()
        # What follows an operator must bind no more strongly than it (the right side has taken
        # the rest), and a comparison cannot follow a comparison.
        ceiling = _MULTIPLY
        while True:
            kind = self.kinds[self.at]
            level = _PRECEDENCE.get(kind, 0)
            if level < least or level > ceiling:
                return left
            if level == _COMPARE:
                left = self._comparison(left, kind)
                ceiling = _AND
                continue
            if kind == "SIGNED":
                # `?x -1` is read as a sign and a number: the sign is the operator here.
                number = self.values[self.at]
                self.kinds[self.at], self.values[self.at] = "NUMBER", number[1:]
                kind = number[0]
            else:
                self.at += 1
            left = Call(kind, (left, self.expression(level + 1)))
            ceiling = level

    def _comparison(self, left: Expression, kind: str) -> Expression:
        self.at += 1
        if kind == "NOT":
            self.expect("IN")
            return Call("NOT IN", (left, *self._expression_list()))
        if kind == "IN":
            return Call("IN", (left, *self._expression_list()))
        return Call(kind, (left, self.expression(_ADD)))

    def _unary(self) -> Expression:
        kind = self.kinds[self.at]
        if kind == "!":
            self.at += 1
            return Call("!", (self._primary_expression(),))
        if kind in ("-", "+"):
            self.at += 1
            return Call("unary" + kind, (self._primary_expression(),))
        return self._primary_expression()

    def _primary_expression(self) -> Expression:
        kind = self.kinds[self.at]
        if kind == "VAR":
            return self.variable()
        if kind in LITERAL_START:
            return self.literal()
        if kind in IRI_START:
            name = self.iri()
            return self._function_call(name) if self.kinds[self.at] == "(" else name
        if kind == "(":
            return self.bracketed()
        return self._built_in(kind)

    def bracketed(self) -> Expression:
        """`( expression )` (rule 120)."""
        self.expect("(")
        expression = self.expression()
        self.expect(")")
        return expression

    def constraint(self) -> Expression:
        """What a FILTER or HAVING takes: brackets, a built-in or a function call (rule 69)."""
        kind = self.kinds[self.at]
        if kind == "(":
            return self.bracketed()
        if kind in IRI_START:
            return self._function_call(self.iri())
        return self._built_in(kind, "'('", "a function")

    def begins_constraint(self) -> bool:
        """Whether a constraint can begin at this token."""
        kind = self.kinds[self.at]
        return (
            kind == "("
            or kind in IRI_START
            or kind in BUILT_INS
            or kind in AGGREGATES
            or kind in ("EXISTS", "NOT")
        )

    # --- calls --------------------------------------------------------------------------------

    def _function_call(self, name: Iri) -> Expression:
        if self.kinds[self.at] == "(" and self.kinds[self.at + 1] == "DISTINCT":
            raise QueryUnsupportedError(
                f"DISTINCT makes {name} an aggregate of its own, which Bygraf does not have.",
                location=self.location(),
            )
        return Call(name.value, self._expression_list())

    def _expression_list(self) -> tuple[Expression, ...]:
        self.expect("(")
        if self.accept(")"):
            return ()
        arguments = [self.expression()]
        while self.accept(","):
            if len(arguments) >= self.limits.list_terms:
                raise self.too_complex(
                    f"A list of expressions has more than {self.limits.list_terms} terms, "
                    "which is the limit."
                )
            arguments.append(self.expression())
        if self.kinds[self.at] != ")":
            raise self.unexpected("','", "')'")
        self.at += 1
        return tuple(arguments)

    def _built_in(self, kind: str, *expected: str) -> Expression:
        if kind in BUILT_INS:
            return self._named_call(kind)
        if kind in AGGREGATES:
            return self._aggregate(kind)
        if kind == "EXISTS":
            self.at += 1
            return Exists(self.group_pattern())
        if kind == "NOT":
            self.at += 1
            self.expect("EXISTS")
            return Call("!", (Exists(self.group_pattern()),))
        raise self.unexpected(*(expected or ("an expression",)))

    def _named_call(self, name: str) -> Expression:
        start = self.starts[self.at]
        self.at += 1
        if name == "BOUND":
            self.expect("(")
            variable = self.variable()
            self.expect(")")
            return Call("BOUND", (variable,))
        arguments = self._expression_list()
        least, most = BUILT_INS[name]
        if len(arguments) < least or (most is not None and len(arguments) > most):
            wanted = str(least) if least == most else f"{least} to {most}"
            plural = "" if wanted == "1" else "s"
            raise self.wrong(
                f"{name} takes {wanted} argument{plural}, not {len(arguments)}.", start
            )
        return Call(SAME_FUNCTION.get(name, name), arguments)

    # --- aggregates ---------------------------------------------------------------------------

    def _aggregate(self, name: str) -> Variable:
        """An aggregate (rule 127), collected; the variable stands for its value."""
        collected = self.aggregates
        if collected is None:
            raise self.wrong(
                f"{name} can stand only in SELECT, HAVING and ORDER BY, "
                "and not inside another aggregate."
            )
        self.at += 1
        self.expect("(")
        distinct = self.accept("DISTINCT")
        argument: Expression | None = None
        separator = " "
        if name == "COUNT" and self.accept("*"):
            pass
        else:
            self.aggregates = None
            argument = self.expression()
            self.aggregates = collected
            if name == "GROUP_CONCAT" and self.accept(";"):
                self.expect("SEPARATOR")
                self.expect("=")
                separator = self.string()
        self.expect(")")
        return self.collect(Aggregate(name, argument, distinct, separator), collected)

    def collect(self, aggregate: Aggregate, collected: dict[Aggregate, Variable]) -> Variable:
        """The variable of an aggregate, the same for the same aggregate of one SELECT."""
        variable = collected.get(aggregate)
        if variable is None:
            variable = Variable(f"{AGGREGATE_VARIABLE}{self._aggregate_count}")
            self._aggregate_count += 1
            collected[aggregate] = variable
        return variable
