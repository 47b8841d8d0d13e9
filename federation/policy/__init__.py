"""Policies: what a policy file says of each graph, and what follows from it for a caller."""

from federation.policy.decide import decide
from federation.policy.files import current_policies
from federation.policy.model import (
    BY,
    ODRL,
    OWNER,
    READ,
    Access,
    Decision,
    Evidence,
    GraphPolicy,
    Mask,
    Rule,
)
from federation.policy.parse import parse_policies, short_policy
from federation.policy.purposes import DPV, purpose_iri
from federation.policy.turning import turning_points

__all__ = [
    "BY",
    "DPV",
    "ODRL",
    "OWNER",
    "READ",
    "Access",
    "Decision",
    "Evidence",
    "GraphPolicy",
    "Mask",
    "Rule",
    "current_policies",
    "decide",
    "parse_policies",
    "purpose_iri",
    "short_policy",
    "turning_points",
]
