"""The files of an open dataset: which there are, their bytes, their digests. They never change."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256

from synergie.errors import NotFound
from synergie.exchange.publications_public import Dataset, OpenVersion
from synergie.formats.opendata import open_csv, open_geojson, open_package, open_parquet
from synergie.formats.opendata.open_package import File
from synergie.schemas.release import Energy, Licence, Release

SLUG: dict[Energy, str] = {"electricity": "electricite", "gas": "gaz"}
LICENCES: dict[Licence, tuple[str, str]] = {
    "etalab-2.0": (
        "Licence Ouverte 2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    ),
    "odbl-1.0": ("ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}
"""Name and address of the text of each licence."""

ALL_PERIODS = "toutes-periodes"
PACKAGE = "datapackage.json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. `file_type`: of the EU's list of file types; None: not of the catalogue."""

    suffix: str
    media_type: str
    file_type: str | None
    make: Callable[[tuple[Release, ...]], bytes]


@dataclass(frozen=True, slots=True)
class Facts:
    """One file before it is sent: its name, how long it is, its digest."""

    name: str
    size: int
    sha256: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Made:
    """One file as it is sent."""

    name: str
    content: bytes
    sha256: str
    media_type: str


def _schema(told: dict[str, object]) -> Callable[[tuple[Release, ...]], bytes]:
    content = f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()
    return lambda _: content


def _record(some: tuple[Release, ...]) -> bytes:
    told = [one.model_dump_json() for one in some]
    return (told[0] if len(told) == 1 else f"[{','.join(told)}]").encode()


_CSV, _JSON = "text/csv", "application/json"
OPEN = Kind("-ouvert.csv", _CSV, "CSV", open_csv.for_machines)
SHEET = Kind("-tableur.csv", _CSV, "CSV", open_csv.for_spreadsheets)
PARQUET = Kind(".parquet", "application/vnd.apache.parquet", "PARQUET", open_parquet.parquet)
GEOJSON = Kind(".geojson", "application/geo+json", "GEOJSON", open_geojson.geojson)
OPEN_SCHEMA = Kind("-ouvert.schema.json", _JSON, None, _schema(open_package.machine_schema()))
SHEET_SCHEMA = Kind("-tableur.schema.json", _JSON, None, _schema(open_package.spreadsheet_schema()))
RECORD = Kind(".releve.json", _JSON, None, _record)
KINDS = (OPEN, SHEET, PARQUET, GEOJSON, OPEN_SCHEMA, SHEET_SCHEMA, RECORD)


def kinds() -> tuple[Kind, ...]:
    """The kinds of file that this installation can write."""
    return tuple(one for one in KINDS if one is not PARQUET or open_parquet.there())


def data_kinds() -> tuple[Kind, ...]:
    """Those that hold the sums."""
    return tuple(one for one in kinds() if one.file_type is not None)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of *dataset*: of one version, or (None) of the newest version of each period.

    `whole` reads versions with their cells; it is asked only for what is not known yet.
    """

    dataset: Dataset
    whole: Callable[[Sequence[OpenVersion]], tuple[Release, ...]]

    def stem(self, one: OpenVersion | None) -> str:
        """The name of the files without their suffix."""
        slug = SLUG[self.dataset.terms.energy]
        return f"{slug}-{ALL_PERIODS}" if one is None else f"{slug}-{one.period}-v{one.version}"

    def name(self, one: OpenVersion | None, kind: Kind) -> str:
        """The name of a file."""
        return f"{self.stem(one)}{kind.suffix}"

    def address(self, one: OpenVersion | None, name: str) -> str:
        """Where a file is, from the root of the server."""
        below = "" if one is None else f"{one.period}/v{one.version}/"
        return f"/public/donnees/{self.dataset.id}/{below}{name}"

    def facts(self, one: OpenVersion | None, kind: Kind) -> Facts:
        """What a file is, before it is sent."""
        return Facts(self.name(one, kind), *_measured(self._key(one, kind)), kind)

    def named(self, one: OpenVersion | None, name: str) -> Made:
        """The file that is called *name*. NotFound."""
        if name == PACKAGE:
            content = self.package(one)
            return Made(name, content, sha256(content).hexdigest(), _JSON)
        for kind in kinds():
            if name == self.name(one, kind):
                key = self._key(one, kind)
                return Made(name, _bytes(key), _measured(key)[1], kind.media_type)
        raise NotFound

    def package(self, one: OpenVersion | None) -> bytes:
        """`datapackage.json`: every file beside it, with its digest; of a version, never changed.

        It bears no word that the publisher may change afterwards: those are on the landing page.
        """
        licence = (one or self.dataset.versions[0]).facts.licence or self.dataset.terms.licence
        spdx = {"etalab-2.0": "etalab-2.0", "odbl-1.0": "ODC-ODbL-1.0"}[licence]
        name = self.stem(one).lower()
        told = open_package.data_package(
            f"{self.dataset.id}-{name}"[:100],
            title=f"{self.dataset.scheme.title} : {name}",
            description="Sommes d'énergie par groupe fixe ; une ligne masquée n'a pas de nombre.",
            licence=f"{spdx} {LICENCES[licence][1]}",
            files=[self._file(one, kind) for kind in data_kinds()],
        )
        return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()

    def _file(self, one: OpenVersion | None, kind: Kind) -> File:
        found = self.facts(one, kind)
        dialect, schema = None, None
        if kind is OPEN:
            dialect, schema = open_package.MACHINE, open_package.machine_schema()
        elif kind is SHEET:
            dialect, schema = open_package.SPREADSHEET, open_package.spreadsheet_schema()
        form = kind.suffix.rpartition(".")[2]
        return File(
            found.name,
            found.size,
            found.sha256,
            kind.media_type,
            form,
            dialect=dialect,
            schema=schema,
        )

    def _key(self, one: OpenVersion | None, kind: Kind) -> "_Key":
        some = self.dataset.current if one is None else (one,)
        return _Key(tuple(each.id for each in some), kind, lambda: self.whole(some))


@dataclass(frozen=True, slots=True)
class _Key:
    """What decides the bytes of a file: releases never change, so their names are enough."""

    releases: tuple[str, ...]
    kind: Kind
    some: Callable[[], tuple[Release, ...]] = field(compare=False)


@lru_cache(maxsize=8)
def _bytes(key: _Key) -> bytes:
    """The few files that were asked for last: one of a département is some megabytes."""
    return key.kind.make(key.some())


class _Measures:
    """Length and digest of files, by what decides their bytes; the bytes are not kept."""

    def __init__(self) -> None:
        self._known: dict[_Key, tuple[int, str]] = {}

    def __call__(self, key: _Key) -> tuple[int, str]:
        known = self._known.get(key)
        if known is None:
            content = _bytes(key)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            bare = replace(key, some=tuple)
            self._known[bare] = known = len(content), sha256(content).hexdigest()
        return known


_MOST_KNOWN = 4_096
_measured = _Measures()
