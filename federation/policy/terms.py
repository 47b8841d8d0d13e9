"""The words a policy file may use: the terms of `by:` and `odrl:`, and where each belongs."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from federation.policy.model import BY, ODRL
from mappers.rdf import RDF, RDFS, XSD

DCT: Final = "http://purl.org/dc/terms/"
CC: Final = "http://creativecommons.org/ns#"

_BY_NAMES: Final = (
    "access attribution drop exceptRole grade hidden licenceEvidence listed mask method property "
    "public statement"
)
BY_TERMS: Final = frozenset(BY + name for name in _BY_NAMES.split())
"""The terms of the city ontology that a policy may use; `ontology/policy.ttl` defines them."""

_CLASSES: Final = (
    "Action Agreement Assertion Asset AssetCollection Constraint Duty LogicalConstraint Offer "
    "Party PartyCollection Permission Policy Privacy Prohibition Request Rule Set Ticket"
)
_POLICY_CLASSES: Final = "Agreement Assertion Offer Policy Privacy Request Set Ticket"
_PROPERTIES: Final = (
    "action and andSequence assignee assigneeOf assigner assignerOf conflict consequence "
    "constraint dataType duty failure function hasPolicy implies includedIn inheritFrom "
    "leftOperand obligation operator or output partOf permission profile prohibition refinement "
    "relation remedy rightOperand rightOperandReference source status target uid unit xone"
)
_ACTIONS: Final = (
    "acceptTracking aggregate annotate anonymize archive attribute commercialize compensate "
    "concurrentUse delete derive digitize display distribute ensureExclusivity execute extract "
    "give grantUse include index inform install modify move nextPolicy obtainConsent play "
    "present print read reproduce reviewPolicy sell share stream synchronize textToSpeech "
    "transfer transform translate uninstall use watermark write"
)
_OPERANDS: Final = (
    "absolutePosition absoluteSize absoluteSpatialPosition absoluteTemporalPosition count "
    "dateTime delayPeriod deliveryChannel elapsedTime event fileFormat industry language media "
    "meteredTime payAmount percentage policyUsage product purpose recipient relativePosition "
    "relativeSize relativeSpatialPosition relativeTemporalPosition resolution spatial "
    "spatialCoordinates system systemDevice timeInterval unitOfCount version virtualLocation"
)
_OPERATORS: Final = "eq gt gteq hasPart isA isAllOf isAnyOf isNoneOf isPartOf lt lteq neq"
_INDIVIDUALS: Final = "All Group Individual invalid perm prohibit policyUsage"

ACTIONS: Final = frozenset(ODRL + name for name in _ACTIONS.split())
OPERANDS: Final = frozenset(ODRL + name for name in _OPERANDS.split())
OPERATORS: Final = frozenset(ODRL + name for name in _OPERATORS.split())
ODRL_TERMS: Final = frozenset(
    ODRL + name
    for words in (_CLASSES, _PROPERTIES, _ACTIONS, _OPERANDS, _OPERATORS, _INDIVIDUALS)
    for name in words.split()
)
"""The terms of ODRL 2.2, whether the profile makes use of them or not."""

POLICY_CLASSES: Final = frozenset(ODRL + name for name in _POLICY_CLASSES.split())
GRANTING_CLASSES: Final = frozenset(ODRL + name for name in ("Agreement", "Policy", "Set"))
"""The policies whose permissions count (ODRL Formal Semantics)."""
PROPOSING_CLASSES: Final = frozenset(ODRL + name for name in ("Offer", "Request"))
"""Policies that nobody has agreed to, so that nothing in them counts."""

_ANYWHERE: Final = frozenset(
    {RDF + "type", RDFS + "label", RDFS + "comment", ODRL + "uid", DCT + "description"}
)


def _places(*names: str) -> frozenset[str]:
    return _ANYWHERE | frozenset(names)


def _odrl(names: str) -> frozenset[str]:
    return frozenset(ODRL + name for name in names.split())


ALLOWED: Final = MappingProxyType(
    {
        "graph": _places(
            DCT + "license",
            BY + "access",
            BY + "attribution",
            BY + "licenceEvidence",
            BY + "mask",
        )
        | _odrl("permission prohibition hasPolicy"),
        "policy": _ANYWHERE
        | _odrl("permission prohibition target action assigner assignee profile conflict"),
        "permission": _ANYWHERE | _odrl("action assigner assignee target constraint duty"),
        "prohibition": _ANYWHERE | _odrl("action assigner assignee target constraint"),
        "duty": _ANYWHERE | _odrl("action"),
        "mask": _places(BY + "property", BY + "method", BY + "exceptRole"),
        "licence evidence": _places(BY + "grade", BY + "statement", DCT + "source", DCT + "date"),
    }
)
"""The terms of `by:` and `odrl:` that each kind of node takes."""

WATCHED_NAMESPACES: Final = (BY, ODRL)
"""Namespaces in which an unknown or misplaced word is an error, since it would go unheeded."""

USUAL_PREFIXES: Final = MappingProxyType({"by": BY, "odrl": ODRL, "dct": DCT, "dcterms": DCT})

XSD_DATES: Final = (XSD + "dateTime", XSD + "date")
