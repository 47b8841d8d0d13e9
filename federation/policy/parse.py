"""From a policy file to the policies of its graphs.

The file is Turtle. What would have no effect is an error and never ignored, because a mask or a
prohibition that nobody reads lets data out: unknown and misplaced terms, and nodes that no graph
leads to. `docs/reference/policy-file.md` describes the format.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph

from federation.licences import normalise
from federation.policy.model import BY, ODRL, Access, Evidence, GraphPolicy, Mask, Rule
from federation.policy.rules import read_rule
from federation.policy.terms import (
    DCT,
    GRANTING_CLASSES,
    POLICY_CLASSES,
    PROPOSING_CLASSES,
    WATCHED_NAMESPACES,
)
from federation.policy.turtle import Node, PolicyText, Value, read_policy_text
from mappers.errors import MappingError
from mappers.rdf import RDF

_ABOUT_A_GRAPH = (
    DCT + "license",
    BY + "access",
    BY + "attribution",
    BY + "licenceEvidence",
    BY + "mask",
    ODRL + "hasPolicy",
)
_RULES = (ODRL + "permission", ODRL + "prohibition")


def parse_policies(text: str, file: str, *, base: str) -> tuple[GraphPolicy, ...]:
    """The policies of the graphs that a policy file speaks of, in order of their IRIs.

    `base` resolves relative IRIs (the city's base), `file` is named in errors. Raises MappingError,
    with the line where it is known. Reads no other file and no network.
    """
    found = read_policy_text(text, base, file)
    seen: set[Node] = set()
    policies = tuple(_graph_policy(found, graph, seen) for graph in _graphs(found))
    _check_all_reached(found, seen)
    return policies


def short_policy(graph: str, licence: str | None, access: str, file: str) -> GraphPolicy:
    """The policy of a graph given in short in `city.toml`: a licence by name, and an access level.

    A licence that is not in the table counts as unknown. Raises MappingError for another access.
    """
    levels = {level.value: level for level in Access}
    if access not in levels:
        raise MappingError(
            f"The access of <{graph}> is {access!r}, which is not a level of access.",
            way_out=f"Write {', '.join(levels)} in {file}.",
        )
    return GraphPolicy(
        graph=graph,
        licence=None if licence is None else normalise(licence),
        stated_licence=licence,
        access=levels[access],
    )


def _graphs(text: PolicyText) -> tuple[str, ...]:
    graphs: set[str] = set()
    for node, statements in text.statements.items():
        predicates = {predicate for predicate, _ in statements}
        if isinstance(node, pyoxigraph.NamedNode):
            rules_of_its_own = predicates.intersection(_RULES) and not _is_policy(text, node)
            if rules_of_its_own or predicates.intersection(_ABOUT_A_GRAPH):
                graphs.add(node.value)
        graphs.update(_iris(text, text.values(node, ODRL + "target"), ODRL + "target"))
    return tuple(sorted(graphs))


def _is_policy(text: PolicyText, node: Node) -> bool:
    return bool(POLICY_CLASSES.intersection(_types(text, node)))


def _types(text: PolicyText, node: Node) -> frozenset[str]:
    values = text.values(node, RDF + "type")
    return frozenset(value.value for value in values if isinstance(value, pyoxigraph.NamedNode))


def _graph_policy(text: PolicyText, graph: str, seen: set[Node]) -> GraphPolicy:
    node = pyoxigraph.NamedNode(graph)
    owner = f"<{graph}>"
    seen.add(node)
    text.check_place(node, "graph", owner)
    if text.values(node, DCT + "licence"):
        raise text.error(
            "dct:licence is not a term of Dublin Core.", DCT + "licence", "Write dct:license."
        )
    permissions = _own_rules(text, node, _RULES[0], seen)
    prohibitions = _own_rules(text, node, _RULES[1], seen)
    for policy in _policies_of(text, node):
        more = _rules_of_policy(text, policy, graph, node, seen)
        permissions, prohibitions = permissions + more[0], prohibitions + more[1]
    stated = text.value(node, DCT + "license", owner)
    if isinstance(stated, pyoxigraph.BlankNode):
        raise text.error(f"The licence of {owner} has no IRI.", DCT + "license")
    return GraphPolicy(
        graph=graph,
        title=_title(text, node),
        licence=None if stated is None else normalise(stated.value),
        stated_licence=None if stated is None else stated.value,
        attribution=_text_value(text, node, BY + "attribution", owner),
        evidence=tuple(
            _evidence(text, item, seen) for item in text.values(node, BY + "licenceEvidence")
        ),
        access=_access(text, node, owner),
        permissions=permissions,
        prohibitions=prohibitions,
        masks=tuple(
            mask for item in text.values(node, BY + "mask") for mask in _masks(text, item, seen)
        ),
    )


def _access(text: PolicyText, node: Node, owner: str) -> Access:
    value = text.value(node, BY + "access", owner)
    if value is None:
        return Access.HIDDEN
    for level in Access:
        if isinstance(value, pyoxigraph.NamedNode) and value.value == BY + level.value:
            return level
    raise text.error(
        f"{_show(text, value)} is not a level of access.",
        BY + "access",
        "Write by:public, by:listed or by:hidden.",
    )


def _title(text: PolicyText, node: Node) -> str | None:
    """The first title that is a text; titles are for people, so any language will do."""
    for value in text.values(node, DCT + "title"):
        if isinstance(value, pyoxigraph.Literal):
            return value.value
    return None


def _own_rules(text: PolicyText, node: Node, predicate: str, seen: set[Node]) -> tuple[Rule, ...]:
    """The rules written at a graph itself, whose target is the graph."""
    graph = pyoxigraph.NamedNode(str(node.value))
    rules = []
    for value in text.values(node, predicate):
        rule_node = as_node(text, value, predicate)
        targets = text.values(rule_node, ODRL + "target")
        if any(target != graph for target in targets):
            raise text.error(
                f"A rule of {graph} has another target.",
                ODRL + "target",
                "Write the rule at the graph that it is about.",
            )
        rules.append(read_rule(text, rule_node, predicate, seen))
    return tuple(rules)


def _policies_of(text: PolicyText, graph: pyoxigraph.NamedNode) -> tuple[Node, ...]:
    """The ODRL policies with the graph as a target, and those that it names by odrl:hasPolicy."""
    found: dict[Node, None] = {}
    for value in text.values(graph, ODRL + "hasPolicy"):
        found[as_node(text, value, ODRL + "hasPolicy")] = None
    for node in text.statements:
        rules = [
            as_node(text, value, predicate)
            for predicate in _RULES
            for value in text.values(node, predicate)
        ]
        aimed = any(graph in text.values(item, ODRL + "target") for item in (node, *rules))
        if rules and aimed and node != graph:
            found[node] = None
    return tuple(found)


def _rules_of_policy(
    text: PolicyText, policy: Node, graph: str, node: Node, seen: set[Node]
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The permissions and prohibitions that an ODRL policy has for the graph; of an offer, none."""
    types = _types(text, policy)
    if not types & POLICY_CLASSES:
        raise text.error(
            f"What has rules for <{graph}> is not said to be a policy.",
            ODRL + "permission",
            "Add `a odrl:Set` or `a odrl:Agreement`.",
        )
    seen.add(policy)
    text.check_place(policy, "policy", "an ODRL policy")
    for conflict in text.values(policy, ODRL + "conflict"):
        if conflict != pyoxigraph.NamedNode(ODRL + "prohibit"):
            raise text.error(
                "Prohibition always wins here, so no other odrl:conflict can be promised.",
                ODRL + "conflict",
                "Write odrl:prohibit, or leave it out.",
            )
    named = node in text.statements and policy in text.values(node, ODRL + "hasPolicy")
    shared = {pyoxigraph.NamedNode(graph)} if named else set(text.values(policy, ODRL + "target"))
    rules: tuple[list[Rule], list[Rule]] = ([], [])
    for kind, predicate in zip(rules, _RULES, strict=True):
        for value in text.values(policy, predicate):
            rule_node = as_node(text, value, predicate)
            rule = read_rule(text, rule_node, predicate, seen, policy)
            targets = set(text.values(rule_node, ODRL + "target")) or shared
            if not targets:
                raise text.error("A rule of a policy has no target.", predicate, "Name its graph.")
            if pyoxigraph.NamedNode(graph) in targets and not types & PROPOSING_CLASSES:
                kind.append(rule)
    granted = rules[0] if types & GRANTING_CLASSES else []
    return tuple(granted), tuple(rules[1])


def _masks(text: PolicyText, value: Value, seen: set[Node]) -> tuple[Mask, ...]:
    node = as_node(text, value, BY + "mask")
    seen.add(node)
    text.check_place(node, "mask", "a mask")
    method = text.value(node, BY + "method", "A mask")
    if method is None or method != pyoxigraph.NamedNode(BY + "drop"):
        named = "no method" if method is None else f"the method {_show(text, method)}"
        raise text.error(
            f"A mask has {named}; only by:drop is known.", BY + "method", "Write by:method by:drop."
        )
    properties = _iris(text, text.values(node, BY + "property"), BY + "property")
    if not properties:
        raise text.error("A mask names no by:property.", BY + "mask", "Name what it leaves out.")
    roles = frozenset(_texts(text, text.values(node, BY + "exceptRole"), BY + "exceptRole"))
    return tuple(Mask(property, roles) for property in sorted(properties))


def _evidence(text: PolicyText, value: Value, seen: set[Node]) -> Evidence:
    node = as_node(text, value, BY + "licenceEvidence")
    seen.add(node)
    owner = "A by:licenceEvidence"
    text.check_place(node, "licence evidence", owner)
    grade = _text_value(text, node, BY + "grade", owner)
    if grade not in (None, "A", "B"):
        raise text.error(
            f"{grade!r} is not a grade of evidence.",
            grade,
            'Write "A" (stated by the publisher) or "B" (known of the source, not re-checked).',
        )
    source = text.value(node, DCT + "source", owner)
    if isinstance(source, pyoxigraph.BlankNode):
        raise text.error("The source of a licence statement has no IRI.", DCT + "source")
    return Evidence(
        grade=grade,
        source=None if source is None else source.value,
        statement=_text_value(text, node, BY + "statement", owner),
        date=_text_value(text, node, DCT + "date", owner),
    )


def as_node(text: PolicyText, value: Value, predicate: str) -> Node:
    """The value as a node that statements may be about; MappingError for a literal."""
    if isinstance(value, pyoxigraph.Literal):
        raise text.error(
            f"{text.short(predicate)} has the text {value.value!r} where a node is needed.",
            value.value,
            "Write it as [ ... ].",
        )
    return value


def _text_value(text: PolicyText, node: Node, predicate: str, owner: str) -> str | None:
    value = text.value(node, predicate, owner)
    return None if value is None else _texts(text, (value,), predicate)[0]


def _texts(text: PolicyText, values: Iterable[Value], predicate: str) -> list[str]:
    found = []
    for value in values:
        if not isinstance(value, pyoxigraph.Literal):
            raise text.error(
                f"{text.short(predicate)} needs a text, not {_show(text, value)}.",
                predicate,
                "Write it in quotation marks.",
            )
        found.append(value.value)
    return found


def _iris(text: PolicyText, values: Iterable[Value], predicate: str) -> frozenset[str]:
    found = set()
    for value in values:
        if not isinstance(value, pyoxigraph.NamedNode):
            raise text.error(
                f"{text.short(predicate)} needs an IRI, not {_show(text, value)}.",
                predicate,
                "Write it as <...> or with a prefix.",
            )
        found.add(value.value)
    return frozenset(found)


def _show(text: PolicyText, value: Value) -> str:
    if isinstance(value, pyoxigraph.NamedNode):
        return text.short(value.value)
    return repr(value.value) if isinstance(value, pyoxigraph.Literal) else "a blank node"


def _check_all_reached(text: PolicyText, seen: set[Node]) -> None:
    for node, statements in text.statements.items():
        for predicate, _ in statements:
            if predicate.startswith(WATCHED_NAMESPACES) and node not in seen:
                raise text.error(
                    f"{text.short(predicate)} is said of something that no graph leads to, so it "
                    "would have no effect.",
                    predicate,
                    "Write it at the graph that it is about.",
                )
