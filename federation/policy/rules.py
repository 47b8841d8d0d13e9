"""Reading the rules of a policy file: who, what, for which purpose and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

import pyoxigraph

from federation.policy.model import (
    ODRL,
    Constraint,
    Operator,
    PurposeConstraint,
    Rule,
    TimeConstraint,
    UnknownConstraint,
)
from federation.policy.purposes import purpose_iri
from federation.policy.terms import ACTIONS, CC, OPERANDS, OPERATORS, XSD_DATES
from federation.policy.turtle import Node, PolicyText, Value

_SUPPORTED: Final = frozenset(
    ODRL + name for name in ("leftOperand", "operator", "rightOperand", "uid")
)
_TIME_OPERATORS: Final = frozenset(
    {Operator.EQ, Operator.NEQ, Operator.LT, Operator.LTEQ, Operator.GT, Operator.GTEQ}
)
_PURPOSE_OPERATORS: Final = frozenset(
    {Operator.EQ, Operator.NEQ, Operator.IS_A, Operator.IS_ANY_OF, Operator.IS_NONE_OF}
)


def read_rule(
    text: PolicyText, node: Node, predicate: str, seen: set[Node], policy: Node | None = None
) -> Rule:
    """The permission or prohibition at a node; what the policy it stands in shares counts for it.

    Adds the nodes it has read to `seen`. Raises MappingError for what it does not understand, other
    than constraints, which then are never satisfied (ODRL Information Model 2.2, section 2.7.1 for
    what a policy shares).
    """
    kind = predicate.removeprefix(ODRL)
    seen.add(node)
    text.check_place(node, kind, f"an odrl:{kind}")
    shared_actions = text.values(policy, ODRL + "action") if policy is not None else ()
    shared_roles = text.values(policy, ODRL + "assignee") if policy is not None else ()
    actions = _actions(text, (*text.values(node, ODRL + "action"), *shared_actions))
    if not actions:
        raise text.error(f"A {kind} names no action.", predicate, "Write odrl:action odrl:read.")
    roles = (*text.values(node, ODRL + "assignee"), *shared_roles)
    return Rule(
        actions=actions,
        assignees=frozenset(_role(text, value) for value in roles),
        constraints=tuple(
            _constraint(text, value, seen) for value in text.values(node, ODRL + "constraint")
        ),
        duties=tuple(
            duty for value in text.values(node, ODRL + "duty") for duty in _duty(text, value, seen)
        ),
    )


def _role(text: PolicyText, value: Value) -> str:
    if isinstance(value, pyoxigraph.BlankNode):
        raise text.error("An assignee has no name.", ODRL + "assignee", "Write the role in quotes.")
    return value.value


def _actions(text: PolicyText, values: Iterable[Value]) -> frozenset[str]:
    found = set()
    for value in values:
        known = isinstance(value, pyoxigraph.NamedNode) and (
            value.value in ACTIONS or value.value.startswith(CC)
        )
        if not isinstance(value, pyoxigraph.NamedNode) or not known:
            name = value.value if isinstance(value, pyoxigraph.NamedNode) else ODRL + "action"
            raise text.error(
                "An action is not one of ODRL's, or has refinements, which are not understood.",
                name,
                "Write an action by its IRI, such as odrl:read.",
            )
        found.add(value.value)
    return frozenset(found)


def _duty(text: PolicyText, value: Value, seen: set[Node]) -> tuple[str, ...]:
    if isinstance(value, pyoxigraph.Literal):
        raise text.error("A duty is a text.", value.value, "Write [ odrl:action odrl:attribute ].")
    seen.add(value)
    text.check_place(value, "duty", "an odrl:duty")
    actions = _actions(text, text.values(value, ODRL + "action"))
    if not actions:
        raise text.error("A duty names no action.", ODRL + "duty", "Write its odrl:action.")
    return tuple(sorted(actions))


def _constraint(text: PolicyText, value: Value, seen: set[Node]) -> Constraint:
    """One constraint; what the profile cannot check becomes an UnknownConstraint."""
    if isinstance(value, pyoxigraph.Literal):
        raise text.error("A constraint is a text.", value.value, "Write [ odrl:leftOperand ... ].")
    _mark(text, value, seen)
    unsupported = sorted(
        predicate
        for predicate, _ in text.statements.get(value, ())
        if predicate.startswith(ODRL) and predicate not in _SUPPORTED
    )
    if unsupported or value not in text.statements:
        return UnknownConstraint(", ".join(text.short(name) for name in unsupported))
    left = _part(text, value, "leftOperand")
    operator = _part(text, value, "operator")
    rights = tuple(
        item for right in text.values(value, ODRL + "rightOperand") for item in text.items(right)
    )
    if not rights:
        raise text.error(
            "A constraint has no odrl:rightOperand.", left, "Write what it compares to."
        )
    if left.startswith(ODRL) and left not in OPERANDS:
        raise text.error(f"{text.short(left)} is not a left operand of ODRL.", left)
    if operator.startswith(ODRL) and operator not in OPERATORS:
        raise text.error(f"{text.short(operator)} is not an operator of ODRL.", operator)
    operators = {ODRL + known.value: known for known in Operator}
    known = operators.get(operator)
    if left == ODRL + "purpose" and known in _PURPOSE_OPERATORS:
        return PurposeConstraint(known, frozenset(_purpose(text, item) for item in rights))
    if left == ODRL + "dateTime" and known in _TIME_OPERATORS and len(rights) == 1:
        return TimeConstraint(known, _moment(text, rights[0]))
    return UnknownConstraint(f"{text.short(left)} {text.short(operator)}")


def _mark(text: PolicyText, value: Value, seen: set[Node]) -> None:
    """Note as read a constraint and all that is below it."""
    if isinstance(value, pyoxigraph.Literal) or value in seen:
        return
    seen.add(value)
    for _, below in text.statements.get(value, ()):
        _mark(text, below, seen)


def _part(text: PolicyText, node: Node, name: str) -> str:
    found = text.value(node, ODRL + name, "A constraint")
    if not isinstance(found, pyoxigraph.NamedNode):
        raise text.error(
            f"A constraint has no IRI as its odrl:{name}.", ODRL + "constraint", "Write one."
        )
    return found.value


def _purpose(text: PolicyText, value: Value) -> str:
    if isinstance(value, pyoxigraph.BlankNode):
        raise text.error(
            "A purpose has no IRI.", ODRL + "purpose", "Write one, such as dpv:Marketing."
        )
    return purpose_iri(value.value)


def _moment(text: PolicyText, value: Value) -> datetime | date:
    """The time of a constraint; without a zone it is taken as UTC."""
    if not isinstance(value, pyoxigraph.Literal) or value.datatype.value not in XSD_DATES:
        shown = value.value
        raise text.error(
            f"{shown!r} is not a time.", shown, 'Write "..."^^xsd:dateTime or "..."^^xsd:date.'
        )
    try:
        if value.datatype.value == XSD_DATES[1]:
            return date.fromisoformat(value.value)
        moment = datetime.fromisoformat(value.value)
    except ValueError as error:
        raise text.error(
            f"{value.value!r} is not a valid time: {error}.",
            value.value,
            "Write it like 2026-12-31T23:59:59Z, or a date like 2026-12-31.",
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
