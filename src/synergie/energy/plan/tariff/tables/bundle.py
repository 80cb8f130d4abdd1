"""Bundles of tables that a publisher signs, and cells that a body enters itself, in one folder.

`published.jws` is the bundle that holds, `published-<version>.jws` those before it,
`publishers.json` the keys that are trusted (a JWK set, RFC 7517), `entries/` the local entries.
Local ones win over the bundle, and the bundle over the tables of synergie. A file that is not
signed, older, cut, or whose versions overlap is refused as a whole, and nothing changes.
"""

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from joserfc.jwk import OKPKey
from pydantic import ValidationError

from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.tables._read import Version, Versions, read_table
from synergie.energy.plan.tariff.tables._tables import SHAPES, Tables
from synergie.energy.records.table_bundle import GoldenCell, LocalEntry, TableBundle
from synergie.errors import BadInput, Words
from synergie.proof.jose import Unsigned, parse_strict_json, public_keys, verify_compact
from synergie.schemas.faults import faults

KIND = "synergie-tables+jws"
"""What the header of a signed bundle says that it is (`typ`)."""
PUBLISHED, PUBLISHERS, ENTRIES = "published.jws", "publishers.json", "entries"
SIGNED = N_("tables signed by a publisher whose key is in publishers.json")
NEWER = N_("a version after {}")
CONFIRMED = N_("another person than the one who entered it")
_MOST = 4_000_000
_REVISED = frozenset(SHAPES) - {"cta", "vat"}
"""Tables whose figures the law revises: each row has its end."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that changes over some days."""

    table: str
    key: str
    cell: str
    begins: date
    ends: date
    """The day after the last one."""
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class TableEnd:
    """A day from which a table has no figures of some keys any more."""

    table: str
    ends: date
    """The first day without."""
    keys: tuple[str, ...]


def read_bundle(content: bytes, publishers: Mapping[str, object]) -> tuple[TableBundle, Tables]:
    """The tables of a signed bundle. BadInput: not signed, not whole, or not to be relied on."""
    bundle = _verify_bundle(content, publishers)
    versions: dict[str, Versions] = {}
    for one in bundle.tables:
        where = f"{one.table}.csv"
        versions[one.table] = read_table(one.csv, SHAPES[one.table], where)
        if one.table in _REVISED:
            _check_ends(versions[one.table], where)
    tables = Tables(versions)
    check_golden_cells(tables, bundle.golden)
    return bundle, tables


def _verify_bundle(content: bytes, publishers: Mapping[str, object]) -> TableBundle:
    keys = public_keys(publishers, PUBLISHERS)
    trusted = [key for key in keys.keys if isinstance(key, OKPKey)]
    if len(trusted) < len(keys.keys):
        raise BadInput(PUBLISHERS, Words("another key"), "Ed25519 keys")
    try:
        text = content.strip().decode("ascii")
        signed = verify_compact(text, KIND, trusted[0] if len(trusted) == 1 else keys, limit=_MOST)
    except (Unsigned, UnicodeDecodeError) as error:
        raise BadInput(PUBLISHED, Words("no signature that holds"), SIGNED) from error
    claims = {name: value for name, value in signed.claims.items() if name != "iss"}
    try:
        return TableBundle.model_validate_json(json.dumps(claims))
    except ValidationError as error:
        raise faults(error)[0] from error


def _check_ends(versions: Versions, where: str) -> None:
    for key, of_key in versions.items():
        if of_key[-1].valid_to == date.max:
            raise BadInput(f"{where}, {key}, /valid_to", "", "an end: the law revises this figure")


def check_golden_cells(tables: Tables, golden: tuple[GoldenCell, ...]) -> None:
    """BadInput at the first cell that a table does not tell as it must."""
    for one in golden:
        found = find_cell(tables, (one.table, one.key, one.cell), one.day)
        if found != one.value:
            place = f"{one.table}.csv, {one.key}, {one.cell}, {one.day}"
            raise BadInput(place, Words("nothing") if found is None else found, str(one.value))


def golden_cells() -> tuple[GoldenCell, ...]:
    """The cells that the tables of synergie must tell."""
    text = files(__package__).joinpath("golden.csv").read_text(encoding="utf-8")
    return tuple(GoldenCell.model_validate(row) for row in csv.DictReader(text.splitlines()))


def find_cell(tables: Tables, of: tuple[str, str, str], day: date) -> Decimal | None:
    """What a table tells of a key and column on *day*. None: nothing."""
    table, key, cell = of
    for version in tables.versions.get(table, {}).get(key, ()):
        if version.covers(day):
            return version.values.get(cell)
    return None


def list_cell_changes(before: Tables, after: Tables) -> Iterator[CellChange]:
    """Every cell that differs, with its days."""
    for table in sorted({*before.versions, *after.versions}):
        ours, theirs = before.versions.get(table, {}), after.versions.get(table, {})
        for key in sorted({*ours, *theirs}):
            yield from _list_key_changes((table, key), ours.get(key, ()), theirs.get(key, ()))


def _list_key_changes(
    of: tuple[str, str], ours: tuple[Version, ...], theirs: tuple[Version, ...]
) -> Iterator[CellChange]:
    marks = sorted({day for one in (*ours, *theirs) for day in (one.valid_from, one.valid_to)})
    for begins, ends in pairwise(marks):
        old = next((one.values for one in ours if one.covers(begins)), {})
        new = next((one.values for one in theirs if one.covers(begins)), {})
        for cell in dict.fromkeys((*old, *new)):
            if old.get(cell) != new.get(cell):
                yield CellChange(*of, cell, begins, ends, old.get(cell), new.get(cell))


def list_table_ends(tables: Tables, today: date, ahead: timedelta) -> list[TableEnd]:
    """The tables that end within *ahead* of *today*, or have ended; the next end first."""
    found: dict[tuple[str, date], list[str]] = {}
    for table, by_key in tables.versions.items():
        for key, of_key in by_key.items():
            ends = of_key[-1].valid_to
            if ends != date.max and ends <= today + ahead and not key.endswith("_non_economic"):
                found.setdefault((table, ends), []).append(key)
    ordered = sorted(found.items(), key=lambda item: (item[0][1], item[0][0]))
    return [TableEnd(table, ends, tuple(keys)) for (table, ends), keys in ordered]


def read_publishers(folder: Path) -> Mapping[str, object]:
    """The keys that *folder* trusts. BadInput: none."""
    path = folder / PUBLISHERS
    try:
        found = parse_strict_json(path.read_bytes()) if path.is_file() else None
    except Unsigned as error:
        raise BadInput(PUBLISHERS, Words("no JSON"), "a JWK set (RFC 7517)") from error
    if not isinstance(found, dict):
        raise BadInput(str(path), Words("nothing"), "the keys of publishers that are trusted")
    return found


def load_folder(folder: Path, ours: Tables) -> Tables:
    """*ours*, with the bundle and the local entries of *folder* laid over.

    BadInput: a file there that cannot be relied on.
    """
    found = ours
    kept = (PUBLISHED, PUBLISHERS, ENTRIES, *(f"{name}.csv" for name in SHAPES))
    if not any((folder / name).exists() for name in kept):
        return found.with_folder(folder)  # which says what is expected there
    if (folder / PUBLISHED).is_file():
        found = found.with_tables(_read_published(folder)[1])
    if any((folder / f"{name}.csv").is_file() for name in SHAPES):
        found = found.with_folder(folder)
    for _, entry in list_entries(folder):
        if entry.confirmed_by is not None:
            found = found.with_tables(entry_tables(entry))
    return found


def _read_published(folder: Path) -> tuple[TableBundle, Tables]:
    return read_bundle((folder / PUBLISHED).read_bytes(), read_publishers(folder))


def find_published(folder: Path) -> TableBundle | None:
    """The bundle that holds in *folder*. None: there is none."""
    return _read_published(folder)[0] if (folder / PUBLISHED).is_file() else None


def install_bundle(folder: Path, content: bytes) -> TableBundle:
    """Make the bundle in *content* the one that holds; the one before is kept.

    BadInput: it cannot be relied on, or is not newer: nothing changes.
    """
    bundle, _ = read_bundle(content, read_publishers(folder))
    before = find_published(folder)
    if before is not None and bundle.version <= before.version:
        raise BadInput(PUBLISHED, bundle.version, f"a version after {before.version}")
    if before is not None:
        _write_whole(folder / f"published-{before.version}.jws", (folder / PUBLISHED).read_bytes())
    _write_whole(folder / PUBLISHED, content)
    return bundle


def undo_bundle(folder: Path) -> TableBundle | None:
    """Make the bundle before the one that holds again; None: there was none before.

    BadInput: no bundle holds.
    """
    now = find_published(folder)
    if now is None:
        raise BadInput(PUBLISHED, Words("nothing"), "tables of a publisher")
    older = {int(path.stem.partition("-")[2]): path for path in folder.glob("published-*.jws")}
    kept = [version for version in older if version < now.version]
    if not kept:
        (folder / PUBLISHED).unlink()
        return None
    older[max(kept)].replace(folder / PUBLISHED)
    return find_published(folder)


def _write_whole(path: Path, content: bytes) -> None:
    """The file with all of *content*, or as it was."""
    beside = path.with_suffix(".part")
    with beside.open("wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    beside.replace(path)


def entry_tables(entry: LocalEntry) -> Tables:
    """The table of one local entry. BadInput: a column that its table has not."""
    shape = SHAPES[entry.table]
    cells = {name: str(value) for name, value in entry.cells.items()}
    for name in cells:
        if name not in (*shape.required, *shape.optional):
            raise BadInput(f"{entry.table}.csv", name, "a column of this table")
    source = f"saisie locale ({entry.entered_by}, {entry.confirmed_by or '-'}) : {entry.source}"
    row = {
        shape.key: entry.key, "valid_from": entry.valid_from.isoformat(),
        "valid_to": entry.valid_to.isoformat(), "source": source, **cells,
    }  # fmt: skip
    text = io.StringIO()
    writer = csv.DictWriter(text, shape.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    where = f"{entry.table}.csv"
    return Tables({entry.table: read_table(text.getvalue(), shape, where)})


def list_entries(folder: Path) -> Iterator[tuple[int, LocalEntry]]:
    """The local entries in *folder* by number. BadInput: a file that is none."""
    for path in sorted((folder / ENTRIES).glob("[0-9][0-9][0-9][0-9].json")):
        try:
            yield int(path.stem), LocalEntry.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise faults(error)[0].at(f"{ENTRIES}/{path.name} ") from error


def add_entry(folder: Path, entry: LocalEntry) -> int:
    """Keep a local entry, which holds when another person has confirmed it; its number.

    BadInput: a column that its table has not.
    """
    entry_tables(entry)
    (folder / ENTRIES).mkdir(parents=True, exist_ok=True)
    number = max((n for n, _ in list_entries(folder)), default=0) + 1
    _write_entry(folder, number, entry)
    return number


def confirm_entry(folder: Path, number: int, role: str) -> LocalEntry:
    """Let a local entry hold. BadInput: no such entry, or the one who entered it confirms it."""
    found = dict(list_entries(folder)).get(number)
    if found is None:
        raise BadInput(ENTRIES, number, "the number of a local entry")
    if role.strip().casefold() == found.entered_by.strip().casefold():
        raise BadInput(ENTRIES, role, CONFIRMED)
    confirmed = found.model_copy(update={"confirmed_by": role})
    _write_entry(folder, number, confirmed)
    return confirmed


def _write_entry(folder: Path, number: int, entry: LocalEntry) -> None:
    path = folder / ENTRIES / f"{number:04}.json"
    _write_whole(path, entry.model_dump_json(indent=1).encode())
