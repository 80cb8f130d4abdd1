"""A folder of tables: bundles of publishers, and cells that a body enters itself.

`published.jws` is the bundle that holds, `published-<version>.jws` those before it,
`publishers.json` the keys that are trusted (a JWK set, RFC 7517), `entries/` the local entries.
Local ones win over the bundle, and the bundle over the tables of synergie. A file that is not
signed, older, cut, or whose versions overlap is refused as a whole, and nothing changes. A bundle
whose publisher is not trusted any more does not hold: who loads the folder is told, and goes on
without it.
"""

import csv
import io
import json
import os
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.tables._read import read_table
from synergie.energy.plan.tariff.tables._tables import SHAPES, Tables
from synergie.energy.plan.tariff.tables.bundle import PUBLISHED, PUBLISHERS, read_bundle
from synergie.energy.records.table_bundle import LocalEntry, TableBundle
from synergie.errors import BadInput, Words
from synergie.proof.jose import Unsigned, parse_strict_json, public_keys
from synergie.schemas.faults import faults

ENTRIES, SOURCES = "entries", "published-sources.json"
"""Local entries, and where each bundle was taken from."""
CONFIRMED = N_("another person than the one who entered it")
LOST = N_("tables of a publisher whose key is in publishers.json; these do not hold any more")


class LostPublisher(BadInput):
    """A bundle that was taken, of a publisher whose key is not trusted any more."""


type TellLost = Callable[[LostPublisher], None]


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


def load_folder(folder: Path, ours: Tables, tell: TellLost | None = None) -> Tables:
    """*ours*, with the bundle and the local entries of *folder* laid over.

    *tell* is called of a bundle whose publisher is not trusted any more, which is left out.
    BadInput: a file there that cannot be relied on; without *tell* LostPublisher, too.
    """
    found = ours
    kept = (PUBLISHED, PUBLISHERS, ENTRIES, *(f"{name}.csv" for name in SHAPES))
    if not any((folder / name).exists() for name in kept):
        return found.with_folder(folder)  # which says what is expected there
    published = _read_published(folder, PUBLISHED, tell)
    if published is not None:
        found = found.with_tables(published[1])
    if any((folder / f"{name}.csv").is_file() for name in SHAPES):
        found = found.with_folder(folder)
    for _, entry in list_entries(folder):
        if entry.confirmed_by is not None:
            found = found.with_tables(entry_tables(entry))
    return found


def _read_published(
    folder: Path, name: str, tell: TellLost | None
) -> tuple[TableBundle, Tables] | None:
    """The bundle in a file of *folder*. None: no file, or one that *tell* was called of."""
    path = folder / name
    if not path.is_file():
        return None
    content = path.read_bytes()
    lost = _find_lost_publisher(folder, name, content)
    if lost is None:
        return read_bundle(content, read_publishers(folder))
    if tell is None:
        raise lost
    tell(lost)
    return None


def _find_lost_publisher(folder: Path, name: str, content: bytes) -> LostPublisher | None:
    """What to say of a bundle whose key is not among those trusted. None: it is, or may be."""
    trusted = set[str | None]()
    if (folder / PUBLISHERS).is_file():
        trusted = {key.kid for key in public_keys(read_publishers(folder), PUBLISHERS).keys}
    kid = _read_unverified(content, 0).get("kid")
    if trusted and (kid is None or kid in trusted):
        return None
    claims = _read_unverified(content, 1)
    told = f"{claims.get('name', '-')}, {claims.get('version', '-')}"
    return LostPublisher(name, told[:80], LOST)


def _read_unverified(content: bytes, part: int) -> dict[str, object]:
    """The header (0) or the claims (1) of a JWS, to name it by; empty when it is none."""
    pieces = content.strip().split(b".")
    try:
        found = json.loads(b64decode(pieces[part] + b"===", altchars=b"-_"))
    except (ValueError, IndexError):
        return {}
    return found if isinstance(found, dict) else {}


def find_published(folder: Path, tell: TellLost | None = None) -> TableBundle | None:
    """The bundle that holds in *folder*. None: there is none, or *tell* was called of it."""
    found = _read_published(folder, PUBLISHED, tell)
    return None if found is None else found[0]


def install_bundle(
    folder: Path, content: bytes, *, source: str | None = None, tell: TellLost | None = None
) -> TableBundle:
    """Make the bundle in *content* the one that holds; the one before is kept.

    *source*: where it was taken from, to be told with it. BadInput: it cannot be relied on, or is
    not newer: nothing changes.
    """
    bundle, _ = read_bundle(content, read_publishers(folder))
    before = find_published(folder, tell)
    if before is not None and bundle.version <= before.version:
        raise BadInput(PUBLISHED, bundle.version, f"a version after {before.version}")
    if (folder / PUBLISHED).is_file():
        _write_whole(_name_older(folder), (folder / PUBLISHED).read_bytes())
    _write_whole(folder / PUBLISHED, content)
    notes = read_sources(folder) | ({} if source is None else {str(bundle.version): source[:200]})
    if notes:
        _write_whole(folder / SOURCES, json.dumps(notes, indent=1).encode())
    return bundle


def read_sources(folder: Path) -> dict[str, str]:
    """Where each bundle was taken from, by version, as far as it was noted."""
    path = folder / SOURCES
    found = json.loads(path.read_bytes()) if path.is_file() else {}
    return {str(version): str(source) for version, source in found.items()}


def _name_older(folder: Path) -> Path:
    """Where the bundle that holds is kept when another takes its place: by its version."""
    version = _read_unverified((folder / PUBLISHED).read_bytes(), 1).get("version", 0)
    number = version if isinstance(version, int) and version > 0 else 0
    return folder / f"published-{number}.jws"


def undo_bundle(folder: Path, tell: TellLost | None = None) -> TableBundle | None:
    """Make the bundle before the one that holds again; None: there was none before.

    What is taken back need not be of a publisher that is trusted; what holds again must, and *tell*
    is called of those that are passed over. BadInput: no bundle is there.
    """
    if not (folder / PUBLISHED).is_file():
        raise BadInput(PUBLISHED, Words("nothing"), "tables of a publisher")
    now = int(_name_older(folder).stem.partition("-")[2])
    older = {int(path.stem.partition("-")[2]): path for path in folder.glob("published-*.jws")}
    for version in sorted((one for one in older if one < now), reverse=True):
        found = _read_published(folder, older[version].name, tell)
        if found is not None:
            older[version].replace(folder / PUBLISHED)
            return found[0]
    (folder / PUBLISHED).unlink()
    return None


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
