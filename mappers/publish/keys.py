"""Keys of relations: the declared ones verified, those of subjects discovered."""

from __future__ import annotations

from collections.abc import Iterable

from mappers.errors import Location, MappingError, SourceFormatError
from mappers.mapping import Mapping
from mappers.publish.sql import name, select
from mappers.publish.workspace import Workspace
from mappers.sources import FILE, ROW
from mappers.suggest import did_you_mean

Key = tuple[str, ...]


def verify_keys(workspace: Workspace, mapping: Mapping) -> None:
    """Raise SourceFormatError, with example rows, for a declared key that is empty or repeated."""
    for relation in mapping.relations:
        for key in relation.keys:
            _verify(workspace, relation.name, key, relation.location)


def is_key(workspace: Workspace, relation: str, key: Key) -> bool:
    """Whether no row has NULL in a key's columns, and no two rows the same values."""
    columns = ", ".join(name(column) for column in key)
    found = workspace.one(
        select([f"count(DISTINCT ({columns})) = count(*) AND {_present(key)}"], relation)
    )
    return bool(found[0])


def physical_keys(
    candidates: Iterable[Key], columns: Iterable[str], slots: dict[str, str]
) -> tuple[Key, ...]:
    """Keys over raw columns as keys over the published ones, where these hold every column.

    Percent-encoding keeps different texts different, so an encoded column serves as the raw one.
    """
    known = set(columns)
    found: dict[Key, None] = {}
    for key in candidates:
        # a column may be published twice, as text and encoded; subjects are joined on the latter
        encoded = tuple(slots.get(column, column) for column in key)
        as_text = tuple(c if c in known else slots.get(c, c) for c in key)
        for mapped in (encoded, as_text):
            if all(column in known for column in mapped):
                found[mapped] = None
    return tuple(found)


def _present(key: Key) -> str:
    return " AND ".join(f"count({name(column)}) = count(*)" for column in key)


def _verify(workspace: Workspace, relation: str, key: Key, place: Location) -> None:
    known = workspace.types[relation]
    for column in key:
        if column not in known:
            raise MappingError(
                f"A key of {relation!r} names the column {column!r}, which it does not have.",
                location=place,
                way_out=did_you_mean(column, known),
            )
    if is_key(workspace, relation, key):
        return
    traced = FILE in known and ROW in known
    shown = [name(column) for column in key]
    trace = [f"{name(FILE)} || ', row ' || {name(ROW)}"] if traced else []
    empty = " OR ".join(f"{column} IS NULL" for column in shown)
    row = workspace.connection.execute(
        select([*trace, *shown], relation, where=empty, limit=1)
    ).fetchone()
    label = ", ".join(key)
    if row is not None:
        where = f" in {row[0]}" if traced else ""
        raise SourceFormatError(
            f"The key ({label}) of {relation!r} is empty{where}.", location=place
        )
    rows = f"list({trace[0]} ORDER BY {name(FILE)}, {name(ROW)})[:3]" if traced else "NULL"
    grouped = f"{', '.join(shown)} HAVING count(*) > 1 ORDER BY ALL"
    query = f"{select([*shown, 'count(*)', rows], relation)} GROUP BY {grouped} LIMIT 1"
    twice = workspace.connection.execute(query).fetchone()
    assert twice is not None
    values = ", ".join(str(value) for value in twice[: len(key)])
    where = f": {'; '.join(twice[-1])}" if traced else ""
    raise SourceFormatError(
        f"The key ({label}) of {relation!r} is not unique:"
        f" {values} occurs {twice[-2]} times{where}.",
        location=place,
        way_out="Correct the key, or choose the rows in a view.",
    )
