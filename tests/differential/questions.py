"""Strategies for queries over the village, as algebra."""

from __future__ import annotations

from hypothesis import strategies as st

from federation import algebra
from federation.algebra import (
    Aggregate,
    AlternativePath,
    Bgp,
    Call,
    Exists,
    Expression,
    InversePath,
    Link,
    NegatedPropertySet,
    Path,
    PathPattern,
    Pattern,
    PatternTerm,
    Query,
    RepeatPath,
    SequencePath,
    SortKey,
    TriplePattern,
    Variable,
)
from mappers.rdf import (
    RDF_LANG_STRING,
    RDF_TYPE,
    RDFS,
    XSD_DATE,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_INTEGER,
    Iri,
    Literal,
)
from tests.differential.village import BASE, BY

VARIABLES = tuple(Variable(name) for name in "abcd")
LINKS = tuple(Iri(BY + name) for name in ("near", "partOf", "district", "partner"))
VALUES = tuple(
    Iri(BY + name) for name in ("size", "population", "rating", "fee", "opened", "allDay")
)
LABEL, TYPE = Iri(RDFS + "label"), Iri(RDF_TYPE)
THINGS = (
    *(Iri(f"{BASE}id/district/{number}") for number in (1, 2, 3, 9)),
    *(Iri(f"{BASE}id/school/s{number}") for number in (1, 3)),
)
CLASSES = (Iri(BY + "District"), Iri(BY + "School"))
LITERALS = (
    Literal("120", XSD_INTEGER),
    Literal("3.25", XSD_DECIMAL),
    Literal("1.5", XSD_DOUBLE),
    Literal("Mitte"),
    Literal("Mitte", RDF_LANG_STRING, "de"),
    Literal("1990-08-01", XSD_DATE),
    Literal("2.0", XSD_DECIMAL),
)
variables = st.sampled_from(VARIABLES)
things = st.sampled_from(THINGS)
mostly_variables: st.SearchStrategy[PatternTerm] = st.one_of(variables, variables, things)


@st.composite
def triples(draw: st.DrawFn) -> TriplePattern:
    """A triple pattern whose object suits its predicate, most of the time."""
    subject = draw(mostly_variables)
    kind = draw(st.integers(0, 9))
    if kind < 4:
        return TriplePattern(subject, draw(st.sampled_from(LINKS)), draw(mostly_variables))
    if kind < 7:
        value: st.SearchStrategy[PatternTerm] = st.one_of(
            variables, variables, st.sampled_from(LITERALS)
        )
        return TriplePattern(subject, draw(st.sampled_from((*VALUES, LABEL))), draw(value))
    if kind < 9:
        return TriplePattern(subject, TYPE, draw(st.one_of(variables, st.sampled_from(CLASSES))))
    return TriplePattern(subject, draw(variables), draw(mostly_variables))


negated = st.builds(
    NegatedPropertySet,
    st.lists(st.sampled_from(LINKS), min_size=1, max_size=2).map(tuple),
    st.one_of(st.none(), st.lists(st.sampled_from(LINKS), min_size=1, max_size=1).map(tuple)),
)
paths: st.SearchStrategy[Path] = st.recursive(
    st.one_of(st.sampled_from(LINKS).map(Link), st.sampled_from(LINKS).map(Link), negated),
    lambda inner: st.one_of(
        st.builds(InversePath, inner),
        st.builds(SequencePath, inner, inner),
        st.builds(AlternativePath, inner, inner),
        st.builds(RepeatPath, inner, st.sampled_from((0, 1)), st.just(True)),
        st.builds(RepeatPath, inner, st.just(0), st.just(False)),
    ),
    max_leaves=3,
)
path_patterns = st.builds(PathPattern, mostly_variables, paths, mostly_variables).filter(
    lambda pattern: not isinstance(pattern.path, Link)
)


def _counts_differently(path: Path) -> bool:
    """Whether a path has alternatives: Oxigraph gives each pair of ends once, where SPARQL 1.1
    (section 18.4) gives one for each alternative.
    """
    match path:
        case AlternativePath():
            return True
        case NegatedPropertySet(forward=forward, inverse=inverse):
            return forward is not None and inverse is not None
        case SequencePath(left=left, right=right):
            return _counts_differently(left) or _counts_differently(right)
        case InversePath(path=inner) | RepeatPath(path=inner):
            return _counts_differently(inner)
        case Link():
            return False


def _path_block(part: PathPattern) -> Pattern:
    """The block of a path; each solution once, where Oxigraph counts otherwise."""
    if not _counts_differently(part.path):
        return Bgp((part,))
    ends = (part.subject, part.object)
    names = tuple(dict.fromkeys(end for end in ends if isinstance(end, Variable)))
    return algebra.Distinct(algebra.Project(Bgp((part,)), names)) if names else Bgp(())


blocks: st.SearchStrategy[Pattern] = st.one_of(
    st.lists(triples(), min_size=1, max_size=3).map(lambda parts: Bgp(tuple(parts))),
    st.lists(triples(), min_size=1, max_size=2).map(lambda parts: Bgp(tuple(parts))),
    path_patterns.map(_path_block),
    st.builds(
        lambda one, path: algebra.Join(Bgp((one,)), _path_block(path)), triples(), path_patterns
    ),
)

constants = st.sampled_from((*LITERALS, *THINGS[:2]))
values: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(variables, variables, constants, st.just(Variable("bound0"))),
    lambda inner: st.one_of(
        st.builds(lambda f, a, b: Call(f, (a, b)), st.sampled_from("+-*"), inner, inner),
        st.builds(lambda a: Call("STR", (a,)), inner),
        st.builds(lambda a: Call("DATATYPE", (a,)), inner),
        st.builds(lambda a, b: Call("COALESCE", (a, b)), inner, inner),
    ),
    max_leaves=3,
)


def conditions(patterns: st.SearchStrategy[Pattern]) -> st.SearchStrategy[Expression]:
    """Conditions, among them EXISTS and NOT EXISTS of the given patterns."""
    comparison = st.builds(
        lambda f, a, b: Call(f, (a, b)),
        st.sampled_from(("=", "!=", "<", ">", "<=", ">=")),
        values,
        values,
    )
    simple = st.one_of(
        comparison,
        comparison,
        variables.map(lambda one: Call("BOUND", (one,))),
        variables.map(lambda one: Call("ISIRI", (one,))),
        st.builds(lambda a, b: Call("IN", (a, b, LITERALS[0])), variables, constants),
        patterns.map(Exists),
        patterns.map(lambda one: Call("!", (Exists(one),))),
    )
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.builds(lambda f, a, b: Call(f, (a, b)), st.sampled_from(("&&", "||")), inner, inner),
            inner.map(lambda one: Call("!", (one,))),
        ),
        max_leaves=2,
    )


@st.composite
def inline(draw: st.DrawFn) -> Pattern:
    """VALUES of one or two variables, with UNDEF."""
    names = draw(st.lists(variables, min_size=1, max_size=2, unique=True))
    cell = st.one_of(st.none(), constants, things)
    row = st.tuples(*(cell for _ in names))
    return algebra.Values(tuple(names), tuple(draw(st.lists(row, min_size=1, max_size=3))))


def _bound(pattern: Pattern, expression: Expression) -> Pattern:
    """BIND to a variable that the pattern does not have yet."""
    number = repr(pattern).count("Extend(")
    return algebra.Extend(pattern, Variable(f"bound{number}"), expression)


def _sub_select(pattern: Pattern, names: list[Variable], distinct: bool) -> Pattern:
    chosen = algebra.Project(pattern, tuple(names))
    return algebra.Distinct(chosen) if distinct else chosen


def _above(inner: st.SearchStrategy[Pattern]) -> st.SearchStrategy[Pattern]:
    some = st.lists(variables, min_size=1, max_size=3, unique=True)
    return st.one_of(
        st.builds(algebra.Join, inner, st.one_of(inner, inline())),
        st.builds(algebra.LeftJoin, inner, inner, st.one_of(st.none(), conditions(blocks))),
        st.builds(algebra.Union, inner, inner),
        st.builds(algebra.Minus, inner, inner),
        st.builds(algebra.Filter, conditions(blocks), inner),
        st.builds(_bound, inner, values),
        st.builds(algebra.Join, inner, st.builds(_sub_select, inner, some, st.booleans())),
    )


patterns = st.recursive(st.one_of(blocks, blocks, blocks, inline()), _above, max_leaves=3)

AGGREGATES = (
    Aggregate("COUNT", None),
    *(
        Aggregate(function, variable, distinct)
        for function in ("COUNT", "SUM", "AVG", "MIN", "MAX")
        for variable in VARIABLES[:2]
        for distinct in (False, True)
    ),
)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """A SELECT: of variables, of aggregates, in an order, some of it."""
    pattern = draw(patterns)
    if draw(st.integers(0, 3)) == 0:
        keys = tuple(draw(st.lists(variables, max_size=2, unique=True)))
        made = draw(st.lists(st.sampled_from(AGGREGATES), min_size=1, max_size=2))
        named = tuple((Variable(f"made{i}"), aggregate) for i, aggregate in enumerate(made))
        grouped = algebra.Group(pattern, keys, named, implicit=not keys)
        names = (*keys, *(name for name, _ in named))
        return Query(algebra.Select(algebra.Project(grouped, names), names))
    names = tuple(draw(st.lists(variables, min_size=1, max_size=4, unique=True)))
    ordered = draw(st.booleans())
    if ordered:
        pattern = algebra.OrderBy(pattern, (SortKey(names[0], draw(st.booleans())),))
    chosen: Pattern = algebra.Project(pattern, names)
    if draw(st.booleans()):
        chosen = algebra.Distinct(chosen)
    return Query(algebra.Select(chosen, names))


@st.composite
def slices(draw: st.DrawFn) -> tuple[Query, int, int]:
    """A SELECT in the order of its first variable, with an offset and a limit to take of it."""
    names = tuple(draw(st.lists(variables, min_size=1, max_size=3, unique=True)))
    key = SortKey(names[0], draw(st.booleans()))
    ordered = algebra.OrderBy(draw(patterns), (key,))
    query = Query(algebra.Select(algebra.Project(ordered, names), names))
    return query, draw(st.integers(0, 3)), draw(st.integers(0, 5))
