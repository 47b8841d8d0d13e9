"""How large a plan may become before it is written as SQL."""

from __future__ import annotations

from federation.planning.plan import ExistsPlan, Plan, children
from mappers.errors import QueryTooComplexError
from mappers.limits import Limits


def check_plan_size(plan: Plan, limits: Limits) -> None:
    """Raise QueryTooComplexError if a plan has more than `limits.plan_nodes` operators.

    A pattern without a constant matches every rule of the view, so a short text may make a plan
    that takes minutes to write and to run.
    """
    nodes = 0
    left: list[Plan | ExistsPlan] = [plan]
    while left:
        nodes += 1
        left += children(left.pop())
        if nodes + len(left) > limits.plan_nodes:
            raise QueryTooComplexError(
                f"The plan of the query has more than {limits.plan_nodes:,} operators, which is "
                "the limit on the planned size.",
                way_out="Name predicates and classes in the patterns, or ask in several queries.",
            )


def check_sql_size(sql: str, limits: Limits) -> None:
    """Raise QueryTooComplexError if SQL is longer than `limits.sql_characters`."""
    if len(sql) > limits.sql_characters:
        raise QueryTooComplexError(
            f"The query becomes SQL of {len(sql):,} characters; the limit is "
            f"{limits.sql_characters:,}.",
            way_out="Name predicates and classes in the patterns, or ask in several queries.",
        )


def planning_too_deep() -> QueryTooComplexError:
    """The error that planning goes deeper than Python's stack."""
    return QueryTooComplexError(
        "The operators of the query are chained or nested too deeply to be planned.",
        way_out="Ask in several queries.",
    )


def planning_too_long(limits: Limits) -> QueryTooComplexError:
    """The error that planning takes longer than `limits.planning_seconds`."""
    return QueryTooComplexError(
        f"Planning the query took longer than the {limits.planning_seconds:g} s allowed, and was "
        "stopped.",
        way_out="Name predicates and classes in the patterns, or ask in several queries.",
    )
