"""Triple patterns to scans: unfolding over the rules of the view's graphs."""

from __future__ import annotations

from dataclasses import replace

from federation.algebra import PatternTerm, TriplePattern, Variable
from federation.planning.disjointness import rows_repeat, union_of_rules
from federation.planning.domains import Domain, Domains, Values, compatible
from federation.planning.plan import Empty, Plan, Scan, Table
from federation.view import ViewGraph
from mappers.published import ConstantTerm, TermMap, TripleRule, columns_of
from mappers.rdf import BlankNode, Iri, Term
from mappers.unfolding import Match, match_rule


def variable_name(term: PatternTerm) -> str | None:
    """The plan's name of a variable or of a blank node of the query; None for other terms."""
    match term:
        case Variable(name=name):
            return name
        case BlankNode(label=label):
            return f"_:{label}"
        case _:
            return None


def unfold_pattern(
    pattern: TriplePattern, graphs: tuple[ViewGraph, ...], known: Domains | None = None
) -> Plan:
    """The set of solutions of one triple pattern over the merge of some graphs.

    `known` are the domains of variables of whatever it will be joined with: rules that can give no
    such term may be left out.
    """
    places = (pattern.subject, pattern.predicate, pattern.object)
    return _unfold(places, [_constant(place) for place in places], graphs, known or {})


def count_rules(pattern: TriplePattern, graphs: tuple[ViewGraph, ...]) -> int:
    """How many rules a pattern's predicate and class leave to be looked at."""
    predicate, obj = _constant(pattern.predicate), _constant(pattern.object)
    return sum(len(graph.index.candidates(predicate, obj)) for graph in graphs)


def unfold_subject(subject: Iri | BlankNode, graphs: tuple[ViewGraph, ...]) -> Plan:
    """The predicates and objects (`p`, `o`) of a subject, which may be a blank node of the data."""
    places = (Iri("urn:subject"), Variable("p"), Variable("o"))
    return _unfold(places, [subject, None, None], graphs, {})


def _unfold(
    places: tuple[PatternTerm, ...],
    constants: list[Term | None],
    graphs: tuple[ViewGraph, ...],
    known: Domains,
) -> Plan:
    found: list[Scan] = []
    subject, predicate, obj = constants
    wanted = [known.get(variable_name(place) or "") for place in places]
    for graph in graphs:
        for rule in graph.index.candidates(predicate, obj):
            if not _may_give(rule, wanted):
                continue
            match = match_rule(rule, subject, predicate, obj, graph.masked_predicates)
            if match is not None:
                scan = _scan(graph, match, places)
                if scan is not None:
                    found.append(scan)
    if not found:
        names = [name for name in map(variable_name, places) if name is not None]
        return Empty(tuple(dict.fromkeys(names)))
    return union_of_rules(found)


def _may_give(rule: TripleRule, wanted: list[Domain | None]) -> bool:
    """Whether a rule can give terms of the wanted domains."""
    terms = (rule.subject, rule.predicate, rule.object)
    return all(
        domain is None or compatible((Values(term),), domain)
        for term, domain in zip(terms, wanted, strict=True)
    )


def _constant(place: PatternTerm) -> Term | None:
    return None if variable_name(place) is not None else place  # type: ignore[return-value]


def _scan(graph: ViewGraph, match: Match, places: tuple[PatternTerm, ...]) -> Scan | None:
    rule = match.rule
    triple = (rule.subject, rule.predicate, rule.object)
    outputs: dict[str, TermMap] = {}
    equal: list[tuple[TermMap, TermMap]] = []
    for place, term in zip(places, triple, strict=True):
        name = variable_name(place)
        if name is None:
            continue
        if name in outputs:
            if outputs[name] == term:
                continue
            if isinstance(term, ConstantTerm) and isinstance(outputs[name], ConstantTerm):
                return None
            equal.append((outputs[name], term))
        else:
            outputs[name] = term
    relation = graph.relations[rule.relation]
    nullable = {column.name for column in relation.columns if column.nullable}
    columns = dict.fromkeys(column for term in triple for column in columns_of(term))
    scan = Scan(
        table=Table(graph.silo, graph.version.folder, relation),
        outputs=tuple(outputs.items()),
        required=tuple(column for column in columns if column in nullable),
        conditions=match.conditions,
        distinct=False,
        graphs=(graph.iri,),
        patterns=(" ".join(map(str, places)),),
        triple=triple,
        equal=tuple(equal),
    )
    return replace(scan, distinct=True) if rows_repeat(scan) else scan
