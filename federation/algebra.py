"""The SPARQL 1.1 algebra as frozen values (SPARQL 1.1 Query Language, section 18).

A query text becomes one `Query`. Blank nodes of a pattern are kept as `BlankNode` terms and act as
variables that are not projected. Every node is hashable and prints by `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal as OneOf

from mappers.rdf import BlankNode, Iri, Literal


@dataclass(frozen=True, slots=True)
class Variable:
    """A query variable, without its `?` or `$`."""

    name: str

    def __str__(self) -> str:
        return f"?{self.name}"


GraphTerm = Iri | Literal | BlankNode
PatternTerm = Iri | Literal | BlankNode | Variable


# --- property paths (section 9) ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """The path of one predicate: `iri`."""

    iri: Iri


@dataclass(frozen=True, slots=True)
class InversePath:
    """`^path`."""

    path: Path


@dataclass(frozen=True, slots=True)
class SequencePath:
    """`left/right`."""

    left: Path
    right: Path


@dataclass(frozen=True, slots=True)
class AlternativePath:
    """`left|right`."""

    left: Path
    right: Path


@dataclass(frozen=True, slots=True)
class RepeatPath:
    """`path*` (minimum 0, unbounded), `path+` (1, unbounded), `path?` (0, not unbounded)."""

    path: Path
    minimum: OneOf[0, 1]
    unbounded: bool


@dataclass(frozen=True, slots=True)
class NegatedPropertySet:
    """`!(iri|^iri|...)`: links by a predicate not named, forward and backward.

    `forward` is None where only inverse predicates are named, and the other way round.
    """

    forward: tuple[Iri, ...] | None
    inverse: tuple[Iri, ...] | None


Path = Link | InversePath | SequencePath | AlternativePath | RepeatPath | NegatedPropertySet


# --- expressions (section 17) -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """An operator, built-in function, cast or extension function applied to arguments.

    `function` is an operator (`||`, `&&`, `!`, `=`, `!=`, `<`, `>`, `<=`, `>=`, `+`, `-`, `*`, `/`,
    `unary-`, `unary+`, `IN`, `NOT IN`), an upper-case built-in name (`STRLEN`, `BOUND`, `IF`,
    `COALESCE`, `SAMETERM`, `ISIRI`, ...; `URI` is given as `IRI`, `ISURI` as `ISIRI`), or the full
    IRI of a function or cast. For `IN` the first argument is the value looked for.
    """

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """`EXISTS { pattern }`; `NOT EXISTS` is `Call("!", (Exists(...),))`."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A set function; only as the value of a `Group`'s aggregate.

    `function` is COUNT, SUM, MIN, MAX, AVG, SAMPLE or GROUP_CONCAT; `argument` None is `COUNT(*)`.
    """

    function: str
    argument: Expression | None
    distinct: bool = False
    separator: str = " "


Expression = Variable | Iri | Literal | Call | Exists | Aggregate


# --- patterns (sections 18.2 and 18.5) --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """A triple in which any place may be a variable (a blank node acts as one)."""

    subject: PatternTerm
    predicate: Iri | Variable
    object: PatternTerm

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object}"


@dataclass(frozen=True, slots=True)
class PathPattern:
    """Two terms joined by a property path that is more than one predicate."""

    subject: PatternTerm
    path: Path
    object: PatternTerm


@dataclass(frozen=True, slots=True)
class Bgp:
    """A basic graph pattern; the empty one has one solution, the empty one.

    Paths stand in it too, where the text has them within one block of triples.
    """

    patterns: tuple[TriplePattern | PathPattern, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Join of two patterns."""

    left: Pattern
    right: Pattern


@dataclass(frozen=True, slots=True)
class LeftJoin:
    """OPTIONAL; `condition` is the filter of the optional group, which sees both sides."""

    left: Pattern
    right: Pattern
    condition: Expression | None


@dataclass(frozen=True, slots=True)
class Filter:
    """The solutions for which the condition's effective boolean value is true."""

    condition: Expression
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Union:
    """The bag union of two patterns."""

    left: Pattern
    right: Pattern


@dataclass(frozen=True, slots=True)
class Minus:
    """MINUS (section 8.3)."""

    left: Pattern
    right: Pattern


@dataclass(frozen=True, slots=True)
class Extend:
    """BIND, or a projected expression: adds a variable; an error leaves it unbound."""

    pattern: Pattern
    variable: Variable
    expression: Expression


@dataclass(frozen=True, slots=True)
class Graph:
    """GRAPH: the pattern matched in one named graph, or in each."""

    name: Iri | Variable
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Service:
    """SERVICE (SPARQL 1.1 Federated Query)."""

    name: Iri | Variable
    pattern: Pattern
    silent: bool


@dataclass(frozen=True, slots=True)
class Values:
    """Inline data; None in a row is UNDEF."""

    variables: tuple[Variable, ...]
    rows: tuple[tuple[Iri | Literal | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Grouping and aggregation (section 18.5.1).

    `keys` are variables; a key expression has first been put in an `Extend` below. `aggregates`
    gives each a variable (fresh, named `.agg0`, `.agg1`, ... where the text gives none). With no
    keys and `implicit`, there is one group even over no solution.
    """

    pattern: Pattern
    keys: tuple[Variable, ...]
    aggregates: tuple[tuple[Variable, Aggregate], ...]
    implicit: bool


@dataclass(frozen=True, slots=True)
class Project:
    """The solutions restricted to the variables; a sub-select is a `Project` inside a pattern."""

    pattern: Pattern
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """DISTINCT."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Reduced:
    """REDUCED."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class SortKey:
    """One ORDER BY condition."""

    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True)
class OrderBy:
    """ORDER BY."""

    pattern: Pattern
    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """OFFSET and LIMIT; `limit` None is none."""

    pattern: Pattern
    offset: int
    limit: int | None


Pattern = (
    Bgp
    | Join
    | LeftJoin
    | Filter
    | Union
    | Minus
    | Extend
    | Graph
    | Service
    | Values
    | Group
    | Project
    | Distinct
    | Reduced
    | OrderBy
    | Slice
)


# --- query forms (section 16) -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DatasetClause:
    """FROM and FROM NAMED; both empty where the query has neither."""

    default: tuple[Iri, ...] = ()
    named: tuple[Iri, ...] = ()

    @property
    def stated(self) -> bool:
        """Whether the query states a data set at all."""
        return bool(self.default or self.named)


@dataclass(frozen=True, slots=True)
class Select:
    """SELECT; the outermost modifiers are in `pattern`, whose `Project` lists `variables`."""

    pattern: Pattern
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Construct:
    """CONSTRUCT: a template, whose blank nodes are fresh in each solution."""

    template: tuple[TriplePattern, ...]
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Ask:
    """ASK."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Describe:
    """DESCRIBE: IRIs and variables; `DESCRIBE *` lists the pattern's variables."""

    terms: tuple[Iri | Variable, ...]
    pattern: Pattern


Form = Select | Construct | Ask | Describe


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: its form, data set, base and prefixes."""

    form: Form
    dataset: DatasetClause = DatasetClause()
    base: str | None = None
    prefixes: tuple[tuple[str, str], ...] = field(default=(), compare=False)
