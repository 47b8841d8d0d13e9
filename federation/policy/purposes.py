"""Purposes of use, as the Data Privacy Vocabulary (DPV 2.3, section Purposes) orders them.

Only the part of the taxonomy a city is likely to meet is kept here. Of a purpose that is not kept
it is not known what it is a kind of.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

DPV: Final = "https://w3id.org/dpv#"

_BROADER: Final = MappingProxyType(
    {
        "AcademicResearch": ("ResearchAndDevelopment",),
        "Advertising": ("Marketing",),
        "CombatClimateChange": ("PublicBenefit",),
        "CommercialPurpose": (),
        "CommercialResearch": ("CommercialPurpose", "ResearchAndDevelopment"),
        "CustomerManagement": (),
        "DataAltruism": ("PublicBenefit",),
        "DataGovernance": ("OrganisationGovernance",),
        "DataQualityManagement": ("DataGovernance",),
        "DirectMarketing": ("Marketing",),
        "EnforceAccessControl": ("EnforceSecurity",),
        "EnforceSecurity": (),
        "EstablishContractualAgreement": (),
        "FulfilmentOfContractualObligation": ("FulfilmentOfObligation",),
        "FulfilmentOfObligation": (),
        "HumanResourceManagement": (),
        "ImproveHealthcare": ("PublicBenefit",),
        "ImprovePublicServices": ("PublicBenefit",),
        "ImproveTransportMobility": ("PublicBenefit",),
        "LegalCompliance": ("FulfilmentOfObligation",),
        "Marketing": (),
        "NonCommercialPurpose": (),
        "NonCommercialResearch": ("NonCommercialPurpose", "ResearchAndDevelopment"),
        "OrganisationGovernance": (),
        "Personalisation": (),
        "PersonalisedAdvertising": ("Advertising", "Personalisation"),
        "PoliticalCampaign": ("Advertising", "Personalisation"),
        "ProtectionOfPublicSecurity": ("PublicBenefit",),
        "ProvideOfficialStatistics": ("PublicBenefit",),
        "PublicBenefit": (),
        "PublicPolicyMaking": ("PublicBenefit",),
        "PublicRelations": ("Marketing",),
        "RecordManagement": (),
        "ResearchAndDevelopment": (),
        "ScientificResearch": ("ResearchAndDevelopment",),
        "SellDataToThirdParties": ("SellProducts",),
        "SellInsightsFromData": ("SellProducts",),
        "SellProducts": ("ServiceProvision",),
        "ServiceManagement": (),
        "ServiceOptimisation": ("ServiceManagement",),
        "ServiceProvision": ("ServiceManagement",),
        "SocialMediaMarketing": ("Marketing",),
        "TargetedAdvertising": ("PersonalisedAdvertising",),
    }
)
_LOCAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


def purpose_iri(purpose: str) -> str:
    """The IRI of a purpose given by IRI, `dpv:` name or local name of DPV."""
    text = purpose.strip()
    name = text.removeprefix("dpv:")
    return DPV + name if _LOCAL_NAME.match(name) else text


def is_a(purpose: str, kind: str) -> bool | None:
    """Whether a purpose (IRI) is another one or a kind of it; None if that is not known here."""
    if purpose == kind:
        return True
    name = purpose.removeprefix(DPV)
    if not purpose.startswith(DPV) or name not in _BROADER:
        return None
    if kind == DPV + "Purpose":
        return True
    return any(is_a(DPV + broader, kind) for broader in _BROADER[name])
