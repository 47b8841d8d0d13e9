"""The view: the part of the catalogue that one caller may use. Everything after it sees nothing
else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mappers.published import Relation, TripleRule, Version
from mappers.rule_index import RuleIndex, index_rules


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a name (`public` for nobody in particular) and roles."""

    name: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ViewGraph:
    """One named graph as a caller sees it.

    `rules` are those left after masks; a rule whose predicate is not constant must also leave out
    `masked_predicates`. `rules_applied` names, for the receipt, what was withheld by rule (data-
    independent sentences). `index` and `relations` find a pattern's rules and a rule's relation
    without a search.
    """

    iri: str
    silo: str
    version: Version
    rules: tuple[TripleRule, ...]
    masked_predicates: frozenset[str] = frozenset()
    rules_applied: tuple[str, ...] = ()
    index: RuleIndex = field(init=False, repr=False, compare=False)
    relations: Mapping[str, Relation] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", index_rules(self.rules))
        relations = {relation.name: relation for relation in self.version.relations}
        object.__setattr__(self, "relations", relations)


@dataclass(frozen=True, slots=True)
class View:
    """The graphs a caller may use for a purpose (a DPV local name or IRI, or None)."""

    caller: Caller
    purpose: str | None
    graphs: tuple[ViewGraph, ...]
