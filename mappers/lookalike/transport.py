"""Transport: stations (JSON by key), agencies and transfers (GTFS), chargers, counters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from mappers.lookalike.files import Cell, feature, point, write_csv, write_geojson, write_json
from mappers.lookalike.names import firm_name, postcode, street_name
from mappers.lookalike.town import Town, lon_lat

_CHARGERS: Final = 90
_CAMERAS: Final = 24
_CHARGER_COLUMNS: Final = (
    "id,quelle,betreiber,ladeeinr_art,plz_ort,adresse,ladeart,bemerkungen,anschlussltg_kw,"
    "steckertyp_1,p1_kw,steckertyp_2,p2_kw,steckertyp_3,p3_kw,steckertyp_4,p4_kw,inbetrieb_am,"
    "x_wert,y_wert"
)
_AGENCY_COLUMNS: Final = "agency_id,agency_name,agency_url,agency_timezone,agency_lang,agency_phone"
_TRANSFER_COLUMNS: Final = (
    "from_stop_id,to_stop_id,transfer_type,min_transfer_time,"
    "from_route_id,to_route_id,from_trip_id,to_trip_id"
)
_AGENCIES: Final = (
    ("1", "Musterbahn GmbH", "https://musterbahn.example"),
    ("2", "Erdachte Verkehrsbetriebe", "https://erdacht.example"),
    ("3", "Fähren der Erzählung", "https://faehren.example"),
)

Stop = dict[str, object]


def write_transport(town: Town, folder: Path) -> None:
    """Write the files of the transport silo into their folder."""
    stations = dict(_stations(town, town.random("stations")))
    write_json(folder / "vbb-stations-8.31.0-full.json", stations)
    write_csv(
        folder / "gtfs_agency.txt",
        _AGENCY_COLUMNS.split(","),
        [(*agency, "Europe/Berlin", "de", "") for agency in _AGENCIES],
        newline="\r\n",
    )
    write_csv(
        folder / "gtfs_transfers.txt",
        _TRANSFER_COLUMNS.split(","),
        _transfers(sorted(stations), town.random("transfers")),
        newline="\r\n",
    )
    write_csv(
        folder / "ladesaeulen.csv",
        _CHARGER_COLUMNS.split(","),
        _chargers(town, town.random("chargers")),
    )
    write_geojson(folder / "telraam_segments.geojson", _cameras(town, town.random("cameras")))
    write_geojson(folder / "ecocounter_segments.geojson", _counters(town, town.random("counters")))
    # ASCII only: what was UTF-8 read as Windows-1252 is written in escapes
    write_geojson(
        folder / "TEU-Standorte.geojson", _detectors(town, town.random("loops")), ascii_only=True
    )


def _stations(town: Town, random: Random) -> Iterator[tuple[str, Stop]]:
    for number, area in enumerate(town.areas * 3):
        identifier = f"de:11000:9{number:08}"
        name = f"{street_name(random)}/{area.name} (Berlin)"
        x, y = area.box.spot(random)
        platforms: list[Stop] = [
            {
                "type": "stop",
                "id": f"{identifier}:{at}:{50 + at}",
                "name": name,
                "station": identifier,
                "location": _location(x + 20 * at, y),
            }
            for at in range(1, random.randint(1, 3))
        ]
        yield identifier, _station(identifier, name, x, y, random, platforms)
    # a station beyond the city, and one abroad whose id has no county
    yield (
        "de:12054:900000001",
        _station("de:12054:900000001", "Vordorf, Bahnhof", 371_000.0, 5_806_000.0, random, []),
    )
    yield (
        "900000099999",
        _station("900000099999", "Hinterland, dworzec", 460_000.0, 5_830_000.0, random, []),
    )


def _station(
    identifier: str, name: str, x: float, y: float, random: Random, platforms: list[Stop]
) -> Stop:
    return {
        "type": "station",
        "id": identifier,
        "name": name,
        "location": _location(x, y),
        "weight": random.choice((3, 543, 3861.75, 77.5)),
        "stops": platforms,
    }


def _location(x: float, y: float) -> dict[str, object]:
    lon, lat = lon_lat(x, y)
    return {"type": "location", "latitude": lat, "longitude": lon}


def _transfers(stations: list[str], random: Random) -> Iterator[tuple[Cell, ...]]:
    for _ in range(300):
        start, end = random.choice(stations), random.choice(stations)
        ensured = random.random() < 0.1
        yield start, end, 1 if ensured else 2, None if ensured else 300, None, None, None, None
        # the same pair again, for another pair of lines
        if random.random() < 0.2:
            yield start, end, 2, 240, "1_3", "2_3", None, None


def _chargers(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    for number in range(1, _CHARGERS + 1):
        fast = random.random() < 0.2
        plug, power = ("DC Kupplung Combo", 50) if fast else ("AC Steckdose Typ 2", 11)
        plugs = 4 if number % 10 == 0 else 2
        place = f"{postcode(random) if number % 30 else '12'} Berlin"
        x, y = random.choice(town.areas).box.spot(random)
        opened = f"{random.randint(2012, 2022)}-{random.randint(1, 12):02}-15T00:00:00"
        yield (
            number,
            "bnetza",
            firm_name(random),
            "Schnellladeeinrichtung" if fast else "Normalladeeinrichtung",
            place,
            f"{street_name(random)} {random.randint(1, 99)}",
            None,
            None,
            plugs * power,
            *(plug, power) * plugs,
            *(None, None) * (4 - plugs),
            opened,
            x,
            y,
        )


def _cameras(town: Town, random: Random) -> Iterator[dict[str, object]]:
    for number in range(_CAMERAS):
        x, y = town.areas[number].box.spot(random)
        line = [list(lon_lat(x + 40 * at, y)) for at in range(3)]
        hourly = number % 3 != 0
        amounts: dict[str, object] = {
            mode: round(random.uniform(0, 90), 6) if hourly else ""
            for mode in ("heavy", "car", "bike", "pedestrian", "v85")
        }
        # some segments have several streets, and then a list of names
        name = (
            [street_name(random), street_name(random)] if number % 7 == 1 else street_name(random)
        )
        yield feature(
            {
                "segment_id": 9_900_000_000 + number,
                "last_data_package": "2024-01-15 17:10:37.093400+00:00",
                "timezone": "Europe/Berlin",
                "date": "2024-01-15 15:00:00+00:00" if hourly else "",
                "period": "hourly" if hourly else "",
                "uptime": 0.5 if hourly else "",
                **amounts,
                "osm": {"osmid": number, "name": name, "highway": "residential"},
                "cameras": [{"instance_id": number, "status": "active", "manual": False}],
            },
            {"type": "MultiLineString", "coordinates": [line]},
        )


def _counters(town: Town, random: Random) -> Iterator[dict[str, object]]:
    for number, (x, y) in enumerate(town.counters):
        lon, lat = lon_lat(x, y)
        daily = random.randint(400, 6000)
        name, identifier = street_name(random), 399_900_000 + number
        yield feature(
            {
                "segment_id": identifier,
                "counter": [{"lon": lon, "lat": lat, "description": name}],
                "timezone": "Europe/Berlin",
                "eco-counter": {
                    "idPdc": identifier,
                    "lat": lat,
                    "lon": lon,
                    "nom": name,
                    "debut": "01/01/2016",
                    "debutPeriode": "01/01/2024",
                    "nomOrganisme": "Erdachtes Amt",
                    "pays": "de",
                    "today": "15/01/2024",
                    "total": daily * 14,
                    "lastDay": daily,
                    "moyD": daily,
                },
            },
            point(lon, lat),
        )


def _detectors(town: Town, random: Random) -> Iterator[dict[str, object]]:
    for number in range(40):
        lon, lat = lon_lat(*town.areas[number].box.spot(random))
        texts = {
            "Position": "Grünstraße" if number % 2 else "A999",
            "Location": f"AS Möwenhöhe \N{EN DASH} Café Brücke {number}",
            "Direction": random.choice(("Südwest", "Nord", "Südost", "Ost")),
        }
        # a few have no lane at all
        if number % 5:
            texts["Lane"] = random.choice(("Hauptfahrbahn rechte Spur", "Abbiegespur für Räder"))
        yield feature(
            {
                "name": f"TEU9{number // 2:04}_Det{number % 2}",
                "Start of Operation": f"{2003 + number % 15}-02-18",
                **{name: text.encode().decode("cp1252") for name, text in texts.items()},
            },
            point(lon, lat),
        )
