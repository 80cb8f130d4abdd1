"""Bundles of tables that a publisher signs; the cells that tables tell, change, and must tell."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise

from joserfc.jwk import OKPKey
from pydantic import ValidationError

from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.tables._read import Version, Versions, read_table
from synergie.energy.plan.tariff.tables._tables import SHAPES, Tables
from synergie.energy.records.table_bundle import GoldenCell, TableBundle
from synergie.errors import BadInput, Words
from synergie.proof.jose import Unsigned, public_keys, verify_compact
from synergie.schemas.faults import faults

KIND = "synergie-tables+jws"
"""What the header of a signed bundle says that it is (`typ`)."""
PUBLISHED, PUBLISHERS = "published.jws", "publishers.json"
SIGNED = N_("tables signed by a publisher whose key is in publishers.json")
NEWER = N_("a version after {}")
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


def get_table_energy(table: str) -> str:
    """The energy whose bills need a table: `gas`, or `electricity`."""
    return "gas" if table.startswith(("gas_", "atrd", "atrt")) else "electricity"


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
