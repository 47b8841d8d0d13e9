"""A village of two silos that speak of the same districts, with all that makes a mapping hard.

Typed columns with nulls, repeated rows, one property with two datatypes, the same triples in both
silos, links in a circle, and a property that only some rows have.
"""

from __future__ import annotations

from pathlib import Path

from mappers.city import City, load_city
from mappers.publish import publish_silo
from mappers.publish.trial import no_gate
from mappers.published import Version

BASE = "https://data.example.org/village/"
BY = "https://bygraf.example.org/def#"
PREFIXES = f'prefixes: {{by: "{BY}"}}\n'

PLACES_MAPPING = """\
sources:
  districts: {access: places/districts.csv, referenceFormulation: csv, keys: [[id]]}
  links: {access: places/links.csv, referenceFormulation: csv}
mappings:
  district:
    sources: [districts]
    subjects: base:id/district/$(id)
    po:
      - [a, by:District]
      - [rdfs:label, $(name), de~lang]
      - [by:size, $(area), xsd:decimal]
      - [by:partOf, base:id/district/$(parent)~iri]
      - [by:population, $(people), xsd:integer]
  link:
    sources: [links]
    subjects: base:id/district/$(from)
    po:
      - [by:near, base:id/district/$(to)~iri]
"""
DISTRICTS = """\
id,name,area,parent,people
1,Mitte,12.50,,900
2,Nord,3.25,1,120
3,Süd,,1,
4,Ost,3.25,2,120
5,West,0,2,0
"""
LINKS = "from,to\n1,2\n2,3\n3,1\n3,4\n4,4\n1,2\n,5\n"

SCHOOLS_MAPPING = """\
sources:
  schools: {access: schools/schools.csv, referenceFormulation: csv, keys: [[id]]}
  counts: {access: schools/counts.csv, referenceFormulation: csv}
mappings:
  school:
    sources: [schools]
    subjects: base:id/school/$(id)
    po:
      - [a, by:School]
      - [rdfs:label, $(name)]
      - [by:district, base:id/district/$(district)~iri]
      - [by:size, $(pupils), xsd:integer]
      - [by:rating, $(rating), xsd:double]
      - [by:fee, $(fee), xsd:decimal]
      - [by:opened, $(opened), xsd:date]
      - [by:allDay, $(all_day), xsd:boolean]
      - [by:partner, base:id/school/$(partner)~iri]
  count:
    sources: [counts]
    subjects: base:id/district/$(district)
    po:
      - [a, by:District]
      - [by:population, $(people), xsd:integer]
      - [rdfs:label, $(name), de~lang]
"""
SCHOOLS = """\
id,name,district,pupils,rating,fee,opened,all_day,partner
s1,Mitte,1,300,1.5,0,1990-08-01,true,s2
s2,Am Park,1,120,,12.50,2001-01-15,false,s1
s3,Am Park,2,0,2.25,,,true,
s4,Neue,3,,1.5,3.25,1990-08-01,,s3
s5,Ferne,9,55,-0.5,12.5,2020-02-29,false,s5
s6,,,120,3,,2001-01-15,,
"""
COUNTS = "district,people,name\n1,900,Mitte\n2,121,Nord\n2,121,Nord\n3,77,\n,5,Nirgends\n"


def write_village(folder: Path) -> City:
    """Write the definition, mappings and sources; gives the city."""
    files = {
        "city.toml": f'[city]\nid = "village"\nbase = "{BASE}"\n[silos.places]\n'
        'mapper = "places"\n[silos.schools]\nmapper = "schools"\n',
        "places/mapping.yml": PREFIXES + PLACES_MAPPING,
        "schools/mapping.yml": PREFIXES + SCHOOLS_MAPPING,
        "data/places/districts.csv": DISTRICTS,
        "data/places/links.csv": LINKS,
        "data/schools/schools.csv": SCHOOLS,
        "data/schools/counts.csv": COUNTS,
    }
    for silo in ("places", "schools"):
        files[f"{silo}/silo.toml"] = f'[silo]\nid = "{silo}"\ntitle = "{silo.title()}"\n'
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_city(folder / "city.toml")


def publish_village(folder: Path) -> tuple[Version, ...]:
    """Write and publish the village below a folder; gives the versions of its silos."""
    city = write_village(folder)
    return tuple(
        publish_silo(city, silo, folder / "data", folder / "home", gate=no_gate).version
        for silo in ("places", "schools")
    )
