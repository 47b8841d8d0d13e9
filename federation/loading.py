"""Reading a city's published versions and policies into a catalogue."""

from __future__ import annotations

from pathlib import Path

from federation.catalogue import Catalogue, silo_entry
from federation.policy import GraphPolicy, current_policies, policy_stamp
from mappers.city import City, SiloEntry
from mappers.versions import current_id, current_version

Stamp = tuple[object, ...]


def catalogue_stamp(city: City, home: Path) -> Stamp:
    """What the catalogue depends on: each silo's current version and its policy file as it
    is now."""
    return tuple(
        (current_id(home, city.id, silo.id), policy_stamp(policy_file(city, silo)))
        for silo in city.silos
    )


def policy_file(city: City, silo: SiloEntry) -> Path:
    """Where the policy of a silo's mapper lies."""
    return city.folder / (silo.mapper or silo.id) / "policy.ttl"


def load_catalogue(city: City, home: Path) -> Catalogue:
    """The catalogue of what the city's silos have published below `home`.

    The current policy governs every version: the policy file of the mapper's folder is read where
    there is one, and only otherwise the copy published with the version. Raises MappingError for a
    policy that is wrong.
    """
    entries = []
    for silo in city.silos:
        version = current_version(home, city.id, silo.id)
        policies: tuple[GraphPolicy, ...] = ()
        if version is not None:
            file = policy_file(city, silo)
            policies = current_policies(file, version.policy, base=city.base)
        entries.append(silo_entry(silo.id, silo.title, version, policies))
    return Catalogue(city.id, city.base, tuple(entries))
