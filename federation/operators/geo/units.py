"""Units of measure by IRI: of length and of area on the ground, and of angles (GeoSPARQL 1.1, 8.7).

OGC names units by `http://www.opengis.net/def/uom/`, QUDT by `http://qudt.org/vocab/unit/`. A unit
of length stands for its square too, where an area is asked for: OGC has no name for that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from federation.relational.encoding import IriTemplate, SqlTerm
from federation.unsupported import Unsupported

OGC: Final = "http://www.opengis.net/def/uom/OGC/1.0/"
_EPSG: Final = "http://www.opengis.net/def/uom/EPSG/0/"
_QUDT: Final = "http://qudt.org/vocab/unit/"

Quantity = Literal["length", "area", "angle"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: so many metres, square metres or degrees."""

    quantity: Quantity
    size: float


_METRES: Final = MappingProxyType(
    {
        1.0: (OGC + "metre", _EPSG + "9001", _QUDT + "M"),
        1000.0: (_EPSG + "9036", _QUDT + "KiloM"),
        0.01: (_EPSG + "1033", _QUDT + "CentiM"),
        0.3048: (_EPSG + "9002", _QUDT + "FT"),
        1609.344: (_EPSG + "9093", _QUDT + "MI"),
        1852.0: (_EPSG + "9030", _QUDT + "MI_N"),
    }
)
_SQUARE_METRES: Final = MappingProxyType(
    {1.0: (_QUDT + "M2",), 10_000.0: (_QUDT + "HA",), 1_000_000.0: (_QUDT + "KiloM2",)}
)
_DEGREES: Final = MappingProxyType(
    {
        1.0: (OGC + "degree", _EPSG + "9102", _EPSG + "9122", _QUDT + "DEG"),
        180 / math.pi: (OGC + "radian", _EPSG + "9101", _QUDT + "RAD"),
    }
)

UNITS: Final = MappingProxyType(
    {iri: Unit("length", size) for size, iris in _METRES.items() for iri in iris}
    | {iri: Unit("area", size) for size, iris in _SQUARE_METRES.items() for iri in iris}
    | {iri: Unit("angle", size) for size, iris in _DEGREES.items() for iri in iris}
)
"""Every unit that is known, by IRI."""


def unit_of(term: SqlTerm, function: str) -> Unit:
    """The unit that an argument names. Raises Unsupported if it is no constant, or not known."""
    if isinstance(term.encoding, IriTemplate) and not term.columns:
        iri = "".join(part or "" for part in term.encoding.parts)
        if iri in UNITS:
            return UNITS[iri]
        raise Unsupported(f"geof:{function} in the unit <{iri}>")
    raise Unsupported(f"geof:{function} in a unit that is no constant")


def length_unit(term: SqlTerm, function: str) -> Unit:
    """A unit of length or an angle. Raises Unsupported for another."""
    unit = unit_of(term, function)
    if unit.quantity == "area":
        raise Unsupported(f"geof:{function} in a unit of area")
    return unit


def area_unit(term: SqlTerm, function: str) -> Unit:
    """A unit of area, or an angle, of which a square is meant. Raises Unsupported for another."""
    unit = unit_of(term, function)
    return Unit("area", unit.size**2) if unit.quantity == "length" else unit
