"""The moments at which decisions may change by themselves, because a constraint names a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from federation.policy.model import GraphPolicy, TimeConstraint


def turning_points(policies: Iterable[GraphPolicy]) -> tuple[datetime, ...]:
    """The moments (UTC) that the policies' time constraints name, in order, each once.

    Between two of them, and at each of them, a decision depends on nothing but the caller, the
    purpose and the action. A constraint on a day turns where the day begins and where it ends.
    """
    return tuple(sorted({moment for policy in policies for moment in _moments(policy)}))


def _moments(policy: GraphPolicy) -> Iterator[datetime]:
    for rule in (*policy.permissions, *policy.prohibitions):
        for constraint in rule.constraints:
            if not isinstance(constraint, TimeConstraint):
                continue
            if isinstance(constraint.moment, datetime):
                yield constraint.moment.astimezone(UTC)
            else:
                begin = datetime.combine(constraint.moment, time(), UTC)
                yield begin
                yield begin + timedelta(days=1)
