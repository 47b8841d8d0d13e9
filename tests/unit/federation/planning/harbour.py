"""A small harbour of two silos, with all that the optimiser's rules look for.

Foreign keys with and without NULL, a table without a key, two tables whose subjects are made by one
template and are apart, one property in both silos.
"""

from __future__ import annotations

from pathlib import Path

from mappers.city import load_city
from mappers.publish import publish_silo
from mappers.publish.trial import no_gate
from mappers.published import Version

BASE = "https://data.example.org/harbour/"
BY = "https://bygraf.example.org/def#"
PREFIXES = f'prefixes: {{by: "{BY}"}}\n'

FLEET_MAPPING = """\
sources:
  owners: {access: owners.csv, referenceFormulation: csv}
  ships: {access: ships.csv, referenceFormulation: csv}
  ferries: {access: ferries.csv, referenceFormulation: csv}
  crew: {access: crew.csv, referenceFormulation: csv}
mappings:
  owner:
    sources: [owners]
    subjects: base:id/owner/$(id)
    po:
      - [a, by:Owner]
      - [rdfs:label, $(name)]
      - [by:country, $(country)]
  ship:
    sources: [ships]
    subjects: base:id/ship/$(id)
    po:
      - [a, by:Ship]
      - [rdfs:label, $(name)]
      - [by:owner, base:id/owner/$(owner)~iri]
      - [by:tons, $(tons), xsd:integer]
      - [by:built, $(built), xsd:date]
  ferry:
    sources: [ferries]
    subjects: base:id/ship/$(id)
    po:
      - [a, by:Ferry]
      - [rdfs:label, $(name)]
      - [by:owner, base:id/owner/$(owner)~iri]
      - [by:line, $(line)]
  crew:
    sources: [crew]
    subjects: base:id/ship/$(ship)
    po:
      - [by:sailor, base:id/sailor/$(sailor)~iri]
"""
FLEET = {
    "owners": "id,name,country\n1,Møller,DK\n2,Reeder & Co,DE\n3,,DE\n",
    "ships": "id,name,owner,tons,built\na,Anna,1,900,1990-08-01\nb,Berta,2,120,\n"
    "c,Clara,2,,2001-01-15\nd,,,300,2001-01-15\ne 1,Anna,3,300,\n",
    "ferries": "id,name,owner,line\nx,Xenia,1,North\ny,Berta,2,\n",
    "crew": "ship,sailor\na,s1\na,s2\nb,s1\nb,s1\ne 1,s3\n",
}
PORT_MAPPING = """\
sources:
  berths: {access: berths.csv, referenceFormulation: csv}
  visits: {access: visits.csv, referenceFormulation: csv}
mappings:
  berth:
    sources: [berths]
    subjects: base:id/berth/$(id)
    po:
      - [a, by:Berth]
      - [rdfs:label, $(name), en~lang]
      - [by:depth, $(depth), xsd:decimal]
  visit:
    sources: [visits]
    subjects: base:id/visit/$(ship)/$(day)
    po:
      - [by:ship, base:id/ship/$(ship)~iri]
      - [by:berth, base:id/berth/$(berth)~iri]
      - [by:day, $(day), xsd:date]
      - [by:tons, $(cargo), xsd:decimal]
"""
PORT = {
    "berths": "id,name,depth\nN1,North quay,12.5\nN2,North quay,7\nS1,,9.25\n",
    "visits": "ship,day,berth,cargo\na,2024-05-01,N1,12.5\na,2024-05-09,N2,\nb,2024-05-01,N2,3\n"
    "x,2024-05-02,S1,\nq,2024-06-01,N1,0.5\n",
}


def publish_harbour(folder: Path) -> tuple[Version, ...]:
    """Write and publish the harbour below a folder; gives the versions of its silos."""
    files = {
        "city.toml": f'[city]\nid = "harbour"\nbase = "{BASE}"\n[silos.fleet]\n'
        'mapper = "fleet"\n[silos.port]\nmapper = "port"\n',
        "fleet/mapping.yml": PREFIXES + FLEET_MAPPING,
        "port/mapping.yml": PREFIXES + PORT_MAPPING,
        **{f"data/{name}.csv": text for name, text in (FLEET | PORT).items()},
        **{
            f"{silo}/silo.toml": f'[silo]\nid = "{silo}"\ntitle = "{silo.title()}"\n'
            for silo in ("fleet", "port")
        },
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    city = load_city(folder / "city.toml")
    return tuple(
        publish_silo(city, silo, folder / "data", folder / "home", gate=no_gate).version
        for silo in ("fleet", "port")
    )
