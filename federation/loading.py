"""Reading a city's published versions and policies into a catalogue."""

from __future__ import annotations

from pathlib import Path

from federation.catalogue import Catalogue, silo_entry
from federation.policy import parse_policies
from mappers.city import City
from mappers.versions import current_version


def load_catalogue(city: City, home: Path) -> Catalogue:
    """The catalogue of what the city's silos have published below `home`.

    The current policy governs every version, so the policy file of the mapper's folder is read where
    there is one, and only otherwise the copy published with the version. Raises MappingError for a
    policy that is wrong.
    """
    entries = []
    for silo in city.silos:
        version = current_version(home, city.id, silo.id)
        policies = ()
        if version is not None:
            file = city.folder / (silo.mapper or "") / "policy.ttl"
            text = file.read_text(encoding="utf-8") if file.is_file() else version.policy
            policies = parse_policies(text, str(file), base=city.base)
        entries.append(silo_entry(silo.id, silo.title, version, policies))
    return Catalogue(city.id, city.base, tuple(entries))
