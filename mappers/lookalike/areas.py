"""Areas: outlines of both systems (GeoJSON), the list of 2021 (CSV), the old register (.xls)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

from mappers.lookalike.files import Cell, feature, multi_polygon, polygon, write_csv, write_geojson
from mappers.lookalike.town import Area, Town
from mappers.lookalike.workbook import Value, write_workbook

_WRONG_CODE: Final = {"04030417": "06010102"}
"""The code that one outline of 2006 is given with, which is that of an area elsewhere."""

_CRS84: Final = "urn:ogc:def:crs:OGC:1.3:CRS84"
_WGS84: Final = "urn:ogc:def:crs:EPSG::4326"
_NAME_COLUMNS: Final = (
    "techn. Schlüssel (UUID),Planungsraum (Nummer),Planungsraum (Name),Bezirksregion (Nummer),"
    "Bezirksregion (Name),Prognoseraum (Nummer),Prognoseraum (Name),Bezirk,Fläche in qm,"
    "Stand der Daten"
)


def write_areas(town: Town, folder: Path) -> None:
    """Write the files of areas into their folder."""
    for name, areas, crs in (
        ("berlin-lor-districts", town.districts, _CRS84),
        ("berlin-lor-forecast-areas-from-2021", town.forecast_areas, _WGS84),
        ("berlin-lor-district-regions-until-2020", town.old_regions, _WGS84),
        ("berlin-lor-planning-areas-until-2020", town.old_areas, _WGS84),
    ):
        write_geojson(folder / f"{name}.geojson", map(_outline, areas), crs=crs)
    write_geojson(
        folder / "lor_bezirksregionen_2021_wgs84.geojson",
        (_outline_2021(area, "BZR", "GROESSE_m2") for area in town.regions),
    )
    write_geojson(
        folder / "lor_planungsraeume_2021_wgs84.geojson",
        (_outline_2021(area, "PLR", "GROESSE_M2") for area in town.areas),
    )
    write_csv(
        folder / "LOR_2021.csv",
        _NAME_COLUMNS.split(","),
        _names(town, town.random("names")),
        encoding="utf-8-sig",
    )
    write_workbook(folder / "LOR-Schluesselsystematik.xls", _register(town))


def _outline(area: Area) -> dict[str, object]:
    box = area.box
    properties = {
        "id": _WRONG_CODE.get(area.code, area.code),
        "name": area.name,
        "area": round(box.square_metres, 2),
        "bounding_box": list(box.bounds()),
    }
    return feature(properties, multi_polygon(box.ring()))


def _outline_2021(area: Area, prefix: str, size: str) -> dict[str, object]:
    properties = {
        f"{prefix}_ID": area.code,
        f"{prefix}_NAME": area.name,
        "BEZ": area.district,
        "STAND": "01.01.2021",
        size: round(area.box.square_metres, 3),
    }
    return feature(properties, polygon(area.box.ring()))


def _names(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    above = {area.code: area for area in (*town.regions, *town.forecast_areas)}
    for area in town.areas:
        region, forecast = above[area.code[:6]], above[area.code[:4]]
        yield (
            str(UUID(int=random.getrandbits(128), version=4)).upper(),
            area.code,
            area.name,
            region.code,
            region.name,
            forecast.code,
            forecast.name,
            area.district_name,
            f"{area.box.square_metres:.2f}",
            " 01.01.2021",
        )


def _register(town: Town) -> dict[str, Sequence[Sequence[Value]]]:
    """A cover, and a sheet a district laid out for print."""
    cover = [["Erdachtes Schlüsselverzeichnis"], ["Stand: März 2009"]]
    sheets: dict[str, Sequence[Sequence[Value]]] = {"Deckblatt": cover}
    regions = {area.code: area for area in town.old_regions}
    for district in town.districts:
        areas = [area for area in town.old_areas if area.district == district.code]
        sheets[district.code] = [*_heading(), *_register_rows(district, areas, regions)]
    return sheets


def _heading() -> list[list[Value]]:
    return [
        ["", "Schlüssel- und Namensverzeichnis der erdachten Räume", *[""] * 10],
        [
            *("Bezirk", "", "", "Prognoseräume\nEbene 3", "", ""),
            *("Bezirksregionen\nEbene 2", "", "", "Planungsraum\nEbene 1", "", ""),
        ],
        ["Schlüssel", "", "Name"] * 4,
        [""] * 12,
    ]


def _register_rows(
    district: Area, areas: Sequence[Area], regions: dict[str, Area]
) -> Iterator[list[Value]]:
    """A row a planning area: what is the same as above is left out, some codes are numbers."""
    before = ""
    for number, area in enumerate(areas):
        code, region = area.code, regions[area.code[:6]]
        row: list[Value] = [""] * 12
        if not before:
            row[1:3] = [code[:2], district.name]
        if before[:6] != code[:6]:
            row[4:6] = [code[2:4], f"{region.name}  Nord"]
            # in some sheets the codes of regions are numbers, which have no zero before them
            row[7:9] = [code[4:6] if number else float(code[4:6]), region.name]
        row[10:12] = [float(code[6:]) if number % 2 else code[6:], area.name.replace("ß", "ss")]
        yield row
        before = code
