"""A city with enough rows that a careless query over them never ends, and a very long coast."""

from __future__ import annotations

import math
from pathlib import Path

BASE = "https://data.example.org/crowd/"
HOUSES = 20_000
COAST_POINTS = 100_000

_CITY = f"""\
[city]
id = "crowd"
title = "Crowd"
base = "{BASE}"

[silos.houses]
mapper = "houses"
"""

_MAPPING = """\
prefixes: {by: "https://bygraf.example.org/def#"}
sources:
  houses: {access: houses/houses.csv, referenceFormulation: csv, keys: [[id]]}
  coast: {access: houses/coast.csv, referenceFormulation: csv, keys: [[id]]}
mappings:
  house:
    sources: [houses]
    subjects: base:id/house/$(id)
    po:
      - [a, by:House]
      - [rdfs:label, $(name)]
      - [by:beside, base:id/house/$(beside)~iri]
  coast:
    sources: [coast]
    subjects: base:id/coast/$(id)
    po:
      - [a, by:Coast]
      - {p: geo:asWKT, o: {value: $(wkt), datatype: geo:wktLiteral}}
"""

_POLICY = """\
@prefix by: <https://bygraf.example.org/def#> .
@prefix dct: <http://purl.org/dc/terms/> .
<graph/houses> dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ; by:access by:public .
"""


def write_city(folder: Path) -> Path:
    """Write the city's definition; gives its file."""
    silo = folder / "houses"
    silo.mkdir(parents=True)
    (silo / "silo.toml").write_text('[silo]\nid = "houses"\ntitle = "Houses"\n')
    (silo / "mapping.yml").write_text(_MAPPING)
    (silo / "policy.ttl").write_text(_POLICY)
    (folder / "queries").mkdir()
    file = folder / "city.toml"
    file.write_text(_CITY)
    return file


def write_data(folder: Path) -> Path:
    """Write the source files; gives the folder for BYGRAF_DATA.

    Each house stands beside the next, and the last beside the first. The name of every house is 30
    times `a` and an exclamation mark, on which a pattern such as `(a+)+$` backtracks for hours.
    """
    silo = folder / "crowd" / "houses"
    silo.mkdir(parents=True)
    name = "a" * 30 + "!"
    lines = [f"{house},{name},{(house + 1) % HOUSES}" for house in range(HOUSES)]
    (silo / "houses.csv").write_text("id,name,beside\n" + "\n".join(lines) + "\n")
    points = [_coast_point(number) for number in range(COAST_POINTS)]
    ring = ", ".join([*points, points[0]])
    (silo / "coast.csv").write_text(f'id,wkt\n1,"POLYGON (({ring}))"\n')
    return folder


def _coast_point(number: int) -> str:
    """A point of a ring whose distance from its middle goes up and down."""
    turn = 2 * math.pi * number / COAST_POINTS
    distance = 1 + 0.3 * math.sin(5_000 * turn)
    return f"{10 + distance * math.cos(turn):.9f} {50 + distance * math.sin(turn):.9f}"
