"""Rules by what they can match: a pattern's predicate, and with `rdf:type` its class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from mappers.published import ConstantTerm, TermMap, TripleRule
from mappers.rdf import RDF_TYPE, Iri, Term


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """The rules of a graph, each list in the order of `rules`.

    `by_predicate` and `by_class` have the rules that may match a constant, those with a varying one
    included; a constant that is missing is matched by `any_predicate` or `any_class` only.
    """

    rules: tuple[TripleRule, ...]
    by_predicate: Mapping[Term, tuple[TripleRule, ...]]
    any_predicate: tuple[TripleRule, ...]
    by_class: Mapping[Term, tuple[TripleRule, ...]]
    any_class: tuple[TripleRule, ...]

    def candidates(self, predicate: Term | None, obj: Term | None) -> tuple[TripleRule, ...]:
        """The rules that may match a pattern (None is a variable); none that is left out can."""
        if predicate is None:
            return self.rules
        if obj is not None and predicate == Iri(RDF_TYPE):
            return self.by_class.get(obj, self.any_class)
        return self.by_predicate.get(predicate, self.any_predicate)


def index_rules(rules: tuple[TripleRule, ...]) -> RuleIndex:
    """The index of some rules."""
    by_predicate = _by_constant(rules, [rule.predicate for rule in rules])
    typing = by_predicate.get(Iri(RDF_TYPE), by_predicate[None])
    by_class = _by_constant(typing, [rule.object for rule in typing])
    return RuleIndex(
        rules,
        MappingProxyType({term: found for term, found in by_predicate.items() if term is not None}),
        by_predicate[None],
        MappingProxyType({term: found for term, found in by_class.items() if term is not None}),
        by_class[None],
    )


def _by_constant(
    rules: tuple[TripleRule, ...], terms: Sequence[TermMap]
) -> dict[Term | None, tuple[TripleRule, ...]]:
    """The rules with each constant in a place or a varying term there; under None the latter."""
    found: dict[Term | None, list[TripleRule]] = {None: []}
    for rule, term in zip(rules, terms, strict=True):
        if isinstance(term, ConstantTerm):
            found.setdefault(term.term, list(found[None])).append(rule)
        else:
            for bucket in found.values():
                bucket.append(rule)
    return {constant: tuple(bucket) for constant, bucket in found.items()}
