"""The decision: may this caller do this to this graph, for this purpose, at this time?

The rules, which hold where the ODRL Information Model leaves a choice:

- the world is closed: what no rule permits is denied;
- a prohibition wins over every permission;
- a constraint is true, false or not known; a permission needs every constraint true, a prohibition
  is off only if one is false, so that what is not known denies (a caller who states no purpose
  cannot get round a prohibition of a purpose);
- where no licence is known only the owner may read;
- an offer grants nothing: it never reaches this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

from federation.licences import Condition
from federation.policy.model import (
    ODRL,
    OWNER,
    READ,
    TRANSFER,
    TRANSFERS,
    USE,
    Access,
    Constraint,
    Decision,
    GraphPolicy,
    Operator,
    PurposeConstraint,
    Rule,
    TimeConstraint,
    UnknownConstraint,
)
from federation.policy.purposes import is_a, purpose_iri
from federation.view import Caller

PASSED_ON_DUTIES: Final = frozenset(
    {
        ODRL + "attribute",
        *(condition.value for condition in Condition),
    }
)
"""Duties that a receipt hands to the caller. Any other duty would have to be done beforehand, which
nothing records yet, so a permission that asks for one is not in force."""


def decide(
    policy: GraphPolicy, caller: Caller, purpose: str | None, action: str, now: datetime
) -> Decision:
    """Whether the caller may do the action (an ODRL action IRI) to the policy's graph.

    `purpose` is a DPV local name or IRI, `now` an aware date and time (ValueError otherwise). Pure.
    """
    if now.tzinfo is None:
        raise ValueError("the time of a decision needs a time zone")
    wanted = None if purpose is None else purpose_iri(purpose)
    for rule in policy.prohibitions:
        if _prohibits(rule, caller, action) and _holds(rule.constraints, wanted, now) is not False:
            return Decision(False, "A prohibition of the graph's policy applies.")
    if OWNER in caller.roles:
        return Decision(True, "The caller has the role of the owner.", _owed(policy, ()))
    if policy.licence is None:
        return Decision(False, "No licence of the graph is known, so only its owner may use it.")
    if policy.access is Access.PUBLIC and _covers(READ, action):
        return Decision(True, "The graph is public.", _owed(policy, ()))
    granting = [
        rule
        for rule in policy.permissions
        if _permits(rule, caller, action)
        and _holds(rule.constraints, wanted, now) is True
        and PASSED_ON_DUTIES.issuperset(rule.duties)
    ]
    if granting:
        duties = tuple(duty for rule in granting for duty in rule.duties)
        return Decision(True, "A permission of the graph's policy applies.", _owed(policy, duties))
    return Decision(False, "No permission of the graph's policy applies.")


def _owed(policy: GraphPolicy, duties: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*duties, *(condition.value for condition in policy.conditions)}))


def _covers(general: str, action: str) -> bool:
    """Whether an action is another or a part of it (ODRL Vocabulary 2.2, `odrl:includedIn`)."""
    whole = TRANSFER if action in TRANSFERS else USE
    return general in (action, whole)


def _is_for(rule: Rule, caller: Caller) -> bool:
    return not rule.assignees or not rule.assignees.isdisjoint(caller.roles)


def _permits(rule: Rule, caller: Caller, action: str) -> bool:
    return _is_for(rule, caller) and any(_covers(granted, action) for granted in rule.actions)


def _prohibits(rule: Rule, caller: Caller, action: str) -> bool:
    """Whether a prohibition meets an action: it is a part of what is prohibited, or includes it."""
    return _is_for(rule, caller) and any(
        _covers(denied, action) or _covers(action, denied) for denied in rule.actions
    )


def _holds(constraints: Iterable[Constraint], purpose: str | None, now: datetime) -> bool | None:
    """Whether all constraints hold: False if one does not, else None if one is not known."""
    results = [_satisfied(constraint, purpose, now) for constraint in constraints]
    if False in results:
        return False
    return None if None in results else True


def _satisfied(constraint: Constraint, purpose: str | None, now: datetime) -> bool | None:
    match constraint:
        case UnknownConstraint():
            return None
        case PurposeConstraint(operator, purposes):
            return None if purpose is None else _purpose_fits(operator, purpose, purposes)
        case TimeConstraint(operator, moment):
            return _time_fits(operator, now, moment)


def _purpose_fits(operator: Operator, purpose: str, purposes: frozenset[str]) -> bool | None:
    match operator:
        case Operator.EQ:
            return purposes == {purpose}
        case Operator.NEQ:
            return purposes != {purpose}
        case Operator.IS_A | Operator.IS_ANY_OF:
            return _kind_of_any(purpose, purposes)
        case Operator.IS_NONE_OF:
            among = _kind_of_any(purpose, purposes)
            return None if among is None else not among
        case _:
            return None


def _kind_of_any(purpose: str, kinds: frozenset[str]) -> bool | None:
    results = {is_a(purpose, kind) for kind in kinds}
    if True in results:
        return True
    return None if None in results else False


def _time_fits(operator: Operator, now: datetime, moment: datetime | date) -> bool | None:
    utc = now.astimezone(UTC)
    asked: datetime | date = utc if isinstance(moment, datetime) else utc.date()
    match operator:
        case Operator.EQ:
            return asked == moment
        case Operator.NEQ:
            return asked != moment
        case Operator.LT:
            return asked < moment
        case Operator.LTEQ:
            return asked <= moment
        case Operator.GT:
            return asked > moment
        case Operator.GTEQ:
            return asked >= moment
        case _:
            return None
