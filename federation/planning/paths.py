"""Property paths to plans (SPARQL 1.1 sections 9 and 18.4)."""

from __future__ import annotations

from collections.abc import Iterator

from federation.algebra import (
    AlternativePath,
    Call,
    InversePath,
    Link,
    NegatedPropertySet,
    Path,
    PathPattern,
    PatternTerm,
    RepeatPath,
    SequencePath,
    TriplePattern,
    Variable,
)
from federation.planning.patterns import unfold_pattern, variable_name
from federation.planning.plan import (
    Closure,
    Empty,
    Filter,
    Join,
    Modify,
    Plan,
    UnionAll,
    variables_of,
)
from federation.planning.rules import Rule, optimise
from federation.unsupported import Unsupported
from federation.view import ViewGraph
from mappers.rdf import BlankNode, Iri, Literal


def plan_path(
    pattern: PathPattern,
    graphs: tuple[ViewGraph, ...],
    rules: tuple[Rule, ...],
    numbers: Iterator[int],
) -> list[Plan]:
    """Plans whose join gives the solutions of a path pattern over the merge of some graphs.

    `numbers` name the variables within the path; no two paths of a query may get the same.
    """
    fresh = (Variable(f".path{number}") for number in numbers)

    def walk(subject: PatternTerm, path: Path, obj: PatternTerm) -> list[Plan]:
        match path:
            case Link(iri=iri):
                return [unfold_pattern(TriplePattern(subject, iri, obj), graphs)]
            case InversePath(path=inner):
                return walk(obj, inner, subject)
            case SequencePath(left=left, right=right):
                middle = next(fresh)
                return [*walk(subject, left, middle), *walk(middle, right, obj)]
            case AlternativePath(left=left, right=right):
                branches = [_joined(walk(subject, one, obj), rules) for one in (left, right)]
                return [_union(branches)]
            case NegatedPropertySet():
                return [_negated(subject, path, obj, graphs, next(fresh))]
            case RepeatPath():
                return [closure(subject, path, obj)]

    def closure(subject: PatternTerm, path: RepeatPath, obj: PatternTerm) -> Plan:
        source, target = Variable(".from"), Variable(".to")
        step = _joined(walk(source, path.path, target), rules)
        zero = path.minimum == 0
        start, end = _end(subject), _end(obj)
        open_ends = isinstance(start, str) and isinstance(end, str)
        return Closure(
            step=Modify(step, (".from", ".to"), distinct=True),
            start=start,
            end=end,
            zero=zero,
            unbounded=path.unbounded,
            nodes=_nodes(graphs) if zero and open_ends else None,
            text=f"{subject} {_text(path)} {obj}",
        )

    return walk(pattern.subject, pattern.path, pattern.object)


def _end(term: PatternTerm) -> str | Iri | Literal:
    name = variable_name(term)
    if name is not None:
        return name
    assert isinstance(term, Iri | Literal) and not isinstance(term, BlankNode)
    return term


def _joined(parts: list[Plan], rules: tuple[Rule, ...]) -> Plan:
    return parts[0] if len(parts) == 1 else optimise(Join(tuple(parts)), rules)


def _union(branches: list[Plan]) -> Plan:
    kept = [branch for branch in branches if not isinstance(branch, Empty)]
    if not kept:
        return branches[0]
    return kept[0] if len(kept) == 1 else UnionAll(tuple(kept))


def _negated(
    subject: PatternTerm,
    path: NegatedPropertySet,
    obj: PatternTerm,
    graphs: tuple[ViewGraph, ...],
    predicate: Variable,
) -> Plan:
    """Links by any predicate but those named; a bag, one solution a link."""
    branches: list[Plan] = []
    for excluded, ends in ((path.forward, (subject, obj)), (path.inverse, (obj, subject))):
        if excluded is None:
            continue
        links = unfold_pattern(TriplePattern(ends[0], predicate, ends[1]), graphs)
        condition = Call("NOT IN", (predicate, *excluded))
        kept = Filter(links, condition) if excluded else links
        names = tuple(name for name in variables_of(links) if name != predicate.name)
        branches.append(Modify(kept, names))
    return branches[0] if len(branches) == 1 else UnionAll(tuple(branches))


def _nodes(graphs: tuple[ViewGraph, ...]) -> Plan:
    """All subjects and objects of the graphs, each once, as `.node`."""
    ends: list[Plan] = []
    for subject, obj in ((".node", ".other"), (".other", ".node")):
        pattern = TriplePattern(Variable(subject), Variable(".any"), Variable(obj))
        ends.append(Modify(unfold_pattern(pattern, graphs), (".node",), distinct=True))
    return Modify(UnionAll(tuple(ends)), (".node",), distinct=True)


def _text(path: Path) -> str:
    match path:
        case Link(iri=iri):
            return str(iri)
        case InversePath(path=inner):
            return f"^{_text(inner)}"
        case SequencePath(left=left, right=right):
            return f"({_text(left)}/{_text(right)})"
        case AlternativePath(left=left, right=right):
            return f"({_text(left)}|{_text(right)})"
        case RepeatPath(path=inner, minimum=minimum, unbounded=unbounded):
            return f"{_text(inner)}{'?' if not unbounded else '*' if minimum == 0 else '+'}"
        case NegatedPropertySet(forward=forward, inverse=inverse):
            names = [str(iri) for iri in forward or ()] + [f"^{iri}" for iri in inverse or ()]
            return f"!({'|'.join(names)})"
    raise Unsupported("path")
