"""Geometries as Well-Known Text in CRS84 (longitude, latitude)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyproj
import shapely
from pyproj.exceptions import CRSError

from mappers.errors import SourceFormatError
from mappers.mapping import Source

DECIMALS = 7
"""Digits kept of a degree: about a centimetre."""


def wkt_column(source: Source, geometries: Sequence[object], crs: pyproj.CRS | None) -> pa.Array:
    """Shapely geometries in a CRS (None: CRS84 already) as WKT in CRS84; None stays NULL."""
    array = np.asarray(geometries, dtype=object)
    if crs is not None and not _is_lon_lat(crs):
        transformer = pyproj.Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)
        array = shapely.transform(
            array,
            lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1])),
        )
        if not np.isfinite(shapely.bounds(array[~shapely.is_missing(array)])).all():
            raise SourceFormatError(
                f"Some coordinates of the source {source.name!r} lie outside of {crs.name}.",
                location=source.location,
                way_out="Compare the `crs` of the source with the file.",
            )
    texts = shapely.to_wkt(array, rounding_precision=DECIMALS, trim=True, output_dimension=2)
    return pa.array(list(texts), type=pa.string())


def crs_of(source: Source, stated: str) -> pyproj.CRS:
    """The coordinate reference system of a name or WKT; SourceFormatError if there is none such."""
    try:
        return pyproj.CRS.from_user_input(stated)
    except CRSError as error:
        raise SourceFormatError(
            f"{stated[:60]!r} is not a coordinate reference system.",
            location=source.location,
            way_out="Name it as in `crs: EPSG:25833`.",
        ) from error


def _is_lon_lat(crs: pyproj.CRS) -> bool:
    """Whether coordinates are WGS 84 degrees; files write them longitude first in any case."""
    return crs.to_authority() in (("OGC", "CRS84"), ("EPSG", "4326"))
