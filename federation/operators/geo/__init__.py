"""GeoSPARQL functions over WKT and GeoJSON literals (GeoSPARQL 1.1, section 8), in CRS84."""

from __future__ import annotations

from typing import Final

from federation.operators.geo import distances, measures, properties, relations, shapes

GEOF: Final = "http://www.opengis.net/def/function/geosparql/"
DISTANCE_WITHIN: Final = "https://bygraf.example.org/def#distanceWithin"
MAY_BE_WITHIN: Final = "may be within"
"""A function of the engine's own: no question can name it, since its name is no IRI."""

_BY_LOCAL_NAME: Final = {
    **relations.FUNCTIONS,
    **distances.FUNCTIONS,
    **measures.FUNCTIONS,
    **shapes.FUNCTIONS,
    **properties.FUNCTIONS,
}

FUNCTIONS: Final = {
    **{GEOF + name: function for name, function in _BY_LOCAL_NAME.items()},
    DISTANCE_WITHIN: distances.within,
    MAY_BE_WITHIN: distances.may_be,
}
"""Function by IRI."""
