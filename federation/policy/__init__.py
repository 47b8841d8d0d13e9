"""Policies: what a policy file says of each graph, and what follows from it for a caller."""

from federation.policy.decide import decide
from federation.policy.files import current_policies, policy_stamp
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
    "policy_stamp",
    "purpose_iri",
    "short_policy",
]
