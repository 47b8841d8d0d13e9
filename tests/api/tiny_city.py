"""A city of two silos, small enough to be published in a test.

`parks` is public; `staff` may be read by analysts only, who must state a purpose that is not asked of
anybody else.
"""

from __future__ import annotations

from pathlib import Path

BASE = "https://data.example.org/tiny/"

CITY = f"""\
[city]
id = "tiny"
title = "Tiny Town"
base = "{BASE}"

[silos.parks]
mapper = "parks"

[silos.staff]
mapper = "staff"

[callers.lab]
token_env = "TINY_TOKEN_LAB"
roles = ["analyst"]
"""

PARKS_MAPPING = """\
prefixes: {by: "https://bygraf.example.org/def#"}
sources:
  parks: {access: parks/parks.csv, referenceFormulation: csv, keys: [[id]]}
mappings:
  park:
    sources: [parks]
    subjects: base:id/park/$(id)
    po:
      - [a, by:Park]
      - [rdfs:label, $(name), de~lang]
      - [by:area, $(area), xsd:decimal]
      - {p: geo:asWKT, o: {value: $(wkt), datatype: geo:wktLiteral}}
"""

STAFF_MAPPING = """\
prefixes: {by: "https://bygraf.example.org/def#"}
sources:
  staff: {access: staff/staff.csv, referenceFormulation: csv, keys: [[id]]}
mappings:
  gardener:
    sources: [staff]
    subjects: base:id/gardener/$(id)
    po:
      - [a, by:Gardener]
      - [by:worksIn, base:id/park/$(park)~iri]
"""

PREFIXES = """\
@prefix by: <https://bygraf.example.org/def#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""

PARKS_POLICY = (
    PREFIXES
    + """\
<graph/parks> dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  by:access by:public ; by:attribution "Tiny Town, parks" .
"""
)

STAFF_POLICY = (
    PREFIXES
    + """\
<graph/staff> dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  by:access by:listed ; by:attribution "Tiny Town, staff" ;
  odrl:permission [ odrl:action odrl:read ; odrl:assignee "analyst" ] .
"""
)

PARKS_SHAPES = (
    PREFIXES
    + """\
by:ParkShape a sh:NodeShape ; sh:targetClass by:Park ;
  sh:property [ sh:path by:area ; sh:minCount 1 ; sh:minInclusive 0.0 ] .
"""
)

PARKS = """\
id,name,area,wkt
1,Volkspark,12.50,POINT (13.4 52.5)
2,Grüner Weg,3.25,POINT (13.5 52.6)
3,"Ecke, klein",0.75,
"""

STAFF = "id,park\n7,1\n8,1\n9,2\n"

PARKS_BY_AREA = """\
#+ title: Parks by area
#+ description: Parks of at least an area.
#+ tags: [parks]
#+ silos: [parks]
#+ parameters:
#+   least: {type: xsd:decimal, default: 1, description: Hectares}
PREFIX by: <https://bygraf.example.org/def#>
SELECT ?label ?area WHERE {
  ?park a by:Park ; rdfs:label ?label ; by:area ?area . FILTER (?area >= ?least)
} ORDER BY DESC(?area)
""".replace("PREFIX by", "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX by")


def _file(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def write_city(folder: Path) -> Path:
    """Write the city's definition and library; gives its file."""
    for silo, mapping, policy in (
        ("parks", PARKS_MAPPING, PARKS_POLICY),
        ("staff", STAFF_MAPPING, STAFF_POLICY),
    ):
        _file(folder, f"{silo}/silo.toml", f'[silo]\nid = "{silo}"\ntitle = "{silo.title()}"\n')
        _file(folder, f"{silo}/mapping.yml", mapping)
        _file(folder, f"{silo}/policy.ttl", policy)
    _file(folder, "parks/shapes.ttl", PARKS_SHAPES)
    _file(folder, "queries/parks/parks-by-area.rq", PARKS_BY_AREA)
    return _file(folder, "city.toml", CITY)


def write_data(folder: Path, parks: str = PARKS) -> Path:
    """Write the source files; gives the folder for BYGRAF_DATA."""
    _file(folder, "tiny/parks/parks.csv", parks)
    _file(folder, "tiny/staff/staff.csv", STAFF)
    return folder
