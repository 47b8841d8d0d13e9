"""What an expression is compiled in: the terms of its variables, and how EXISTS is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from federation.algebra import Exists
from federation.operators.lets import Lets
from federation.relational.encoding import Native, SqlTerm
from mappers.rdf import XSD_BOOLEAN


@dataclass(frozen=True, slots=True)
class Scope:
    """The surroundings of an expression.

    `terms` are the variables in scope (one that is missing is unbound), `exists` writes an EXISTS
    as a SQL boolean, `now` is the query's one time (aware), `base` its base IRI, `lets` where large
    intermediate values become columns.
    """

    terms: Mapping[str, SqlTerm]
    exists: Callable[[Exists], exp.Expression]
    now: datetime
    base: str | None
    lets: Lets

    def keep(self, value: exp.Expression) -> exp.Expression:
        """The value, computed once if it is large: see `Lets.keep`."""
        return self.lets.keep(value)


Function = Callable[[tuple[SqlTerm, ...], Scope], SqlTerm]
"""An operator or function over compiled arguments. NULL columns are errors."""


def native(datatype: str, value: exp.Expression, *, nullable: bool = True) -> SqlTerm:
    """A literal of a datatype without language, from its SQL value."""
    return SqlTerm(Native(datatype), (value,), nullable)


def boolean(value: exp.Expression, *, nullable: bool = True) -> SqlTerm:
    """An xsd:boolean."""
    return native(XSD_BOOLEAN, value, nullable=nullable)
