"""The rules of a mapping as triple rules over physical relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from mappers.errors import Location
from mappers.mapping import (
    JoinValue,
    Mapping,
    ObjectValue,
    PredicateObjects,
    Rule,
    SubjectValue,
    references_of,
)
from mappers.publish.columns import PhysicalColumns
from mappers.publish.joins import join_relations
from mappers.publish.workspace import Workspace
from mappers.published import Origin, TemplateTerm, TermMap, TripleRule


@dataclass(slots=True)
class CompiledRules:
    """The triple rules of a silo, and the physical columns of each relation that they read."""

    rules: list[TripleRule] = field(default_factory=list)
    relations: dict[str, PhysicalColumns] = field(default_factory=dict)
    subjects: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    """The raw columns of each relation's subject templates: candidates for keys."""


@dataclass(frozen=True, slots=True)
class _Statement:
    relation: str
    subject: SubjectValue
    predicate: SubjectValue
    object: ObjectValue
    location: Location


def compile_rules(workspace: Workspace, mapping: Mapping, graph: str) -> CompiledRules:
    """Compile every rule; `graph` is the one of rules that name none.

    Raises MappingError for a column that does not exist, SourceFormatError for a cell that is not
    what its rule says.
    """
    compiled = CompiledRules()
    by_name = {rule.name: rule for rule in mapping.rules}
    for rule in mapping.rules:
        for statement in rule.statements:
            graphs = statement.graphs or rule.graphs or (graph,)
            for found in _statements(workspace, rule, statement, by_name):
                _add(compiled, workspace, mapping.file, rule, found, graphs)
    # a triple that several lines of the mapping say of the same rows is one rule, of the first line
    first: dict[TripleRule, TripleRule] = {}
    for one in compiled.rules:
        first.setdefault(replace(one, origin=None), one)
    compiled.rules[:] = first.values()
    return compiled


def with_own_blank_nodes(rules: Iterable[TripleRule], silo: str) -> list[TripleRule]:
    """The rules, with blank nodes that no other silo's are the same as (RDF 1.1 Semantics, 4.1)."""
    return [
        replace(
            rule,
            subject=_own_blank_node(rule.subject, silo),
            object=_own_blank_node(rule.object, silo),
        )
        for rule in rules
    ]


def _own_blank_node(term: TermMap, silo: str) -> TermMap:
    if not isinstance(term, TemplateTerm) or term.kind != "bnode":
        return term
    # a silo's id has no `_`, so no two silos can make one label; nor has a node that a query makes
    first = term.parts[0] if isinstance(term.parts[0], str) else ""
    rest = term.parts[1:] if first else term.parts
    return replace(term, parts=(f"{silo}_{first}", *rest))


def _statements(
    workspace: Workspace, rule: Rule, group: PredicateObjects, by_name: dict[str, Rule]
) -> Iterator[_Statement]:
    """Each combination of source, subject, predicate and object, with joins resolved."""
    for source in rule.sources:
        for subject in rule.subjects:
            for predicate in group.predicates:
                for value in group.objects:
                    if not isinstance(value, JoinValue):
                        yield _Statement(source, subject, predicate, value, group.location)
                        continue
                    others = (subject, predicate)
                    joined = join_relations(workspace, rule, source, value, by_name, others)
                    for relation, (moved, verb), found in joined:
                        yield _Statement(relation, moved, verb, found, value.location)


def _add(
    compiled: CompiledRules,
    workspace: Workspace,
    file: str,
    rule: Rule,
    statement: _Statement,
    graphs: tuple[str, ...],
) -> None:
    relation = statement.relation
    columns = compiled.relations.get(relation)
    if columns is None:
        columns = compiled.relations[relation] = PhysicalColumns(workspace, relation)
    subject = columns.term(statement.subject)
    slots = tuple(dict.fromkeys(r.column for r in references_of(statement.subject)))
    if slots:
        compiled.subjects.setdefault(relation, set()).add(slots)
    predicate = columns.term(statement.predicate)
    found = columns.term(statement.object)
    references = references_of(statement.object)
    origin = Origin(
        file, statement.location.line or 0, rule.name, references[0].column if references else None
    )
    for graph in graphs:
        compiled.rules.append(TripleRule(graph, relation, subject, predicate, found, origin=origin))
