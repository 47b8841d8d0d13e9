"""What a policy says of a graph, as values (a closed profile of the ODRL Information Model 2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Final

from federation.licences import Condition, licence_by_key

BY: Final = "https://bygraf.example.org/def#"
ODRL: Final = "http://www.w3.org/ns/odrl/2/"
READ: Final = ODRL + "read"
USE: Final = ODRL + "use"
"""Includes every action but those of TRANSFERS (ODRL Vocabulary 2.2, `odrl:includedIn`)."""
TRANSFER: Final = ODRL + "transfer"
TRANSFERS: Final = frozenset({TRANSFER, ODRL + "sell", ODRL + "give"})
OWNER: Final = "owner"
"""The role of whoever owns the data: reads every graph that no prohibition takes from it."""


class Access(Enum):
    """Who learns of a graph: all read it, all see that it is there, or none without a right do."""

    PUBLIC = "public"
    LISTED = "listed"
    HIDDEN = "hidden"


class Operator(Enum):
    """The operators of a constraint (ODRL Vocabulary 2.2, section 3.13) that the profile knows."""

    EQ = "eq"
    NEQ = "neq"
    LT = "lt"
    LTEQ = "lteq"
    GT = "gt"
    GTEQ = "gteq"
    IS_A = "isA"
    IS_ANY_OF = "isAnyOf"
    IS_NONE_OF = "isNoneOf"


@dataclass(frozen=True, slots=True)
class PurposeConstraint:
    """The caller's purpose must stand in a relation to these purposes (IRIs)."""

    operator: Operator
    purposes: frozenset[str]


@dataclass(frozen=True, slots=True)
class TimeConstraint:
    """The time of asking must stand in a relation to a moment (UTC), or to a whole day (UTC)."""

    operator: Operator
    moment: datetime | date


@dataclass(frozen=True, slots=True)
class UnknownConstraint:
    """A constraint that the profile cannot check: never satisfied, never excluded."""

    text: str


Constraint = PurposeConstraint | TimeConstraint | UnknownConstraint


@dataclass(frozen=True, slots=True)
class Rule:
    """A permission or prohibition: no `assignees` means everybody, several constraints all hold.

    `assignees` are role names, `actions` IRIs, `duties` the actions that a permission asks for.
    """

    actions: frozenset[str]
    assignees: frozenset[str] = frozenset()
    constraints: tuple[Constraint, ...] = ()
    duties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mask:
    """A property (IRI) whose statements are left out for all but the roles excepted."""

    property: str
    except_roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a licence is stated: grade A (by the publisher) or B (of its source, unchecked)."""

    grade: str | None = None
    source: str | None = None
    statement: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class GraphPolicy:
    """The rights in one graph.

    `licence` is a key of `federation.licences` or None if not known; `stated_licence` is what the
    policy says, known or not. Without a known licence the graph is as good as hidden, whatever
    `access` says, and only its owner reads it.
    """

    graph: str
    licence: str | None = None
    stated_licence: str | None = None
    attribution: str | None = None
    evidence: tuple[Evidence, ...] = ()
    access: Access = Access.HIDDEN
    permissions: tuple[Rule, ...] = ()
    prohibitions: tuple[Rule, ...] = ()
    masks: tuple[Mask, ...] = ()
    title: str | None = None

    @property
    def effective_access(self) -> Access:
        """`access`, or hidden where no licence is known."""
        return self.access if self.licence is not None else Access.HIDDEN

    @property
    def conditions(self) -> frozenset[Condition]:
        """What the licence asks of whoever passes the data on."""
        return licence_by_key(self.licence).conditions


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an action is permitted, what is owed for it (IRIs), and why, in a sentence.

    The reason depends on the policy and the caller only, never on data.
    """

    permit: bool
    reason: str
    obligations: tuple[str, ...] = field(default=())
