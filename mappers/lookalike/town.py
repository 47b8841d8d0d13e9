"""The plan of the lookalike city: districts, areas and places that all its files agree on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice
from random import Random
from typing import Final

from pyproj import Transformer

from mappers.lookalike.names import place_names

CELL: Final = 8_000.0
"""Side of a district in metres."""

ORIGIN: Final = (375_000.0, 5_808_000.0)
"""South-west corner of the city, EPSG:25833, metres."""

# From north to south and west to east; Charlottenburg-Wilmersdorf lies north of Steglitz, because a
# planning area of the one is given with the code of the other in the file of 2006.
_GRID: Final = (("12", "03", "11", "10"), ("05", "04", "01", "02"), ("06", "07", "08", "09"))

_DISTRICTS: Final = {
    "01": "Mitte",
    "02": "Friedrichshain-Kreuzberg",
    "03": "Pankow",
    "04": "Charlottenburg-Wilmersdorf",
    "05": "Spandau",
    "06": "Steglitz-Zehlendorf",
    "07": "Tempelhof-Schöneberg",
    "08": "Neukölln",
    "09": "Treptow-Köpenick",
    "10": "Marzahn-Hellersdorf",
    "11": "Lichtenberg",
    "12": "Reinickendorf",
}


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def lon_lat(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude (degrees, CRS84, 6 decimals) of metres in EPSG:25833."""
    lon, lat = _transformer("EPSG:25833", "OGC:CRS84").transform(x, y)
    return round(lon, 6), round(lat, 6)


def zone_32(x: float, y: float) -> tuple[float, float]:
    """Metres in EPSG:25832, the zone west of the city, of metres in EPSG:25833."""
    east, north = _transformer("EPSG:25833", "EPSG:25832").transform(x, y)
    return round(east, 4), round(north, 4)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in metres of EPSG:25833."""

    west: float
    south: float
    east: float
    north: float

    @property
    def square_metres(self) -> float:
        """Its size in square metres."""
        return (self.east - self.west) * (self.north - self.south)

    def corners(self) -> list[tuple[float, float]]:
        """Its closed ring, counter-clockwise, metres of EPSG:25833."""
        west, south, east, north = self.west, self.south, self.east, self.north
        return [(west, south), (east, south), (east, north), (west, north), (west, south)]

    def ring(self) -> list[tuple[float, float]]:
        """Its closed ring as longitude and latitude."""
        return [lon_lat(x, y) for x, y in self.corners()]

    def bounds(self) -> tuple[float, float, float, float]:
        """Least and greatest longitude and latitude: west, south, east, north."""
        ring = self.ring()
        lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
        return min(lons), min(lats), max(lons), max(lats)

    def holds(self, x: float, y: float) -> bool:
        """Whether a point (metres of EPSG:25833) lies in it."""
        return self.west <= x < self.east and self.south <= y < self.north

    def spot(self, random: Random, margin: float = 50.0) -> tuple[float, float]:
        """A point in it, at least `margin` metres from its edge; metres of EPSG:25833."""
        return (
            round(random.uniform(self.west + margin, self.east - margin), 2),
            round(random.uniform(self.south + margin, self.north - margin), 2),
        )


@dataclass(frozen=True, slots=True)
class Area:
    """A district, forecast area, district region or planning area: its code nests by prefix."""

    code: str
    name: str
    box: Box

    @property
    def district(self) -> str:
        """The code of the district that it lies in."""
        return self.code[:2]

    @property
    def district_name(self) -> str:
        """The name of the district that it lies in."""
        return _DISTRICTS[self.district]


@dataclass(frozen=True, slots=True)
class Town:
    """The whole plan, made once from a seed; sites are metres of EPSG:25833."""

    seed: int
    districts: tuple[Area, ...]
    forecast_areas: tuple[Area, ...]
    regions: tuple[Area, ...]
    areas: tuple[Area, ...]
    old_regions: tuple[Area, ...]
    old_areas: tuple[Area, ...]
    counters: tuple[tuple[float, float], ...]
    air_stations: tuple[tuple[float, float], ...]

    def random(self, topic: str) -> Random:
        """The source of chance for one topic, the same whatever else is drawn."""
        return chance(self.seed, topic)


def chance(seed: int, topic: str) -> Random:
    """A source of chance of its own for a topic; a seed always gives the same numbers."""
    return Random(f"{seed}/{topic}")  # noqa: S311 - no secret depends on it


def plan(seed: int) -> Town:
    """The plan of the city of a seed."""
    random = chance(seed, "plan")
    names = iter(place_names(random))
    districts = tuple(_district(code) for code in sorted(_DISTRICTS))
    regions: list[Area] = []
    areas: list[Area] = []
    old_regions: list[Area] = []
    old_areas: list[Area] = []
    for district in districts:
        for half in _halves(district.box):
            number = len(regions) % 2 + 1
            code = f"{district.code}{number}00{number}"
            regions.append(Area(code, next(names), half))
            areas += _new_areas(code, half, number, list(islice(names, 2)))
        strips = 4 if district.code in {"01", "04", "07", "10"} else 3
        old_areas += _old_areas(district, strips, list(islice(names, strips)))
        old_regions += _old_regions(district, old_areas[-strips:], list(islice(names, 2)))
    return Town(
        seed=seed,
        districts=districts,
        forecast_areas=tuple(
            Area(r.code[:4], f"{r.district_name} {r.code[2]}", r.box) for r in regions
        ),
        regions=tuple(regions),
        areas=tuple(areas),
        old_regions=tuple(old_regions),
        old_areas=tuple(old_areas),
        counters=tuple(area.box.spot(random, 300) for area in areas[::5]),
        air_stations=tuple(district.box.spot(random, 600) for district in districts[:8]),
    )


def _district(code: str) -> Area:
    row, column = next((row, line.index(code)) for row, line in enumerate(_GRID) if code in line)
    west = ORIGIN[0] + column * CELL
    south = ORIGIN[1] + (len(_GRID) - 1 - row) * CELL
    return Area(code, _DISTRICTS[code], Box(west, south, west + CELL, south + CELL))


def _halves(box: Box) -> tuple[Box, Box]:
    middle = (box.west + box.east) / 2
    return (
        Box(box.west, box.south, middle, box.north),
        Box(middle, box.south, box.east, box.north),
    )


def _new_areas(region: str, box: Box, number: int, names: list[str]) -> list[Area]:
    middle = (box.south + box.north) / 2
    boxes = (
        Box(box.west, box.south, box.east, middle),
        Box(box.west, middle, box.east, box.north),
    )
    return [
        Area(f"{region}{2 * number - 1 + at:02}", name, part)
        for at, (name, part) in enumerate(zip(names, boxes, strict=True))
    ]


def _old_areas(district: Area, strips: int, names: list[str]) -> list[Area]:
    codes = ("010101", "010102", "030416", "030417")
    kept = codes if strips == len(codes) else (*codes[:2], codes[3])
    box, height = district.box, (district.box.north - district.box.south) / strips
    return [
        Area(
            district.code + code,
            name,
            Box(box.west, box.south + at * height, box.east, box.south + (at + 1) * height),
        )
        for at, (code, name) in enumerate(zip(kept, names, strict=True))
    ]


def _old_regions(district: Area, parts: list[Area], names: list[str]) -> list[Area]:
    regions = []
    for suffix, name in zip(("0101", "0304"), names, strict=True):
        boxes = [part.box for part in parts if part.code[2:6] == suffix]
        whole = Box(boxes[0].west, boxes[0].south, boxes[0].east, boxes[-1].north)
        regions.append(Area(district.code + suffix, name, whole))
    return regions
