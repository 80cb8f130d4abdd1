"""The files of an open dataset: which there are, their bytes, their digests.

What the files of a version say never changes, nor do their bytes while the programs that write them
stay the same (`Key`). Only what is told of signatures follows the last one.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version

from synergie.errors import NotFound
from synergie.exchange.publication.publications_public import Dataset, OpenVersion
from synergie.formats.opendata import open_csv, open_geojson, open_package, open_parquet
from synergie.formats.opendata.open_package import File, Proof, Terms
from synergie.schemas.publication.licences import LICENCES
from synergie.schemas.publication.release import Energy, Licence, Release
from synergie.storage.publication.open_files import Measure

SLUG: dict[Energy, str] = {"electricity": "electricite", "gas": "gaz"}
ALL_PERIODS = "toutes-periodes"
PACKAGE = "datapackage.json"
SIGNATURE = ".signature.jws"
"""How the name of a version's signature ends."""
KEYS = "cles.json"
"""The publisher's public keys that signed what is beside: one version, or all there are."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. `file_type`: of the EU's list of file types; None: not of the catalogue.

    `writers`: the packages that decide its bytes beside ours. `edition`: one more each time that
    the bytes of releases that are out become others.
    """

    suffix: str
    media_type: str
    file_type: str | None
    make: Callable[[tuple[Release, ...]], bytes]
    writers: tuple[str, ...] = ()
    edition: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """One file before it is sent: its name, how long it is, its digest."""

    name: str
    size: int
    sha256: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class PublicFile:
    """One file as it is sent."""

    name: str
    content: bytes
    sha256: str
    media_type: str


def _build_schema_writer(told: dict[str, object]) -> Callable[[tuple[Release, ...]], bytes]:
    content = f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()
    return lambda _: content


def _dump_single_release(some: tuple[Release, ...]) -> bytes:
    (one,) = some
    return one.model_dump_json().encode()


def _dump_releases(some: tuple[Release, ...]) -> bytes:
    return f"[{','.join(one.model_dump_json() for one in some)}]".encode()


_CSV, _JSON = "text/csv", "application/json"
_JWS, _JWKS = "application/jose", "application/jwk-set+json"
OPEN = Kind("-ouvert.csv", _CSV, "CSV", open_csv.for_machines)
SHEET = Kind("-tableur.csv", _CSV, "CSV", open_csv.for_spreadsheets)
PARQUET = Kind(
    ".parquet",
    "application/vnd.apache.parquet",
    "PARQUET",
    open_parquet.build_release_parquet,
    writers=("pyarrow",),
)
GEOJSON = Kind(".geojson", "application/geo+json", "GEOJSON", open_geojson.build_release_geojson)
OPEN_SCHEMA = Kind(
    "-ouvert.schema.json", _JSON, None, _build_schema_writer(open_package.machine_schema())
)
SHEET_SCHEMA = Kind(
    "-tableur.schema.json", _JSON, None, _build_schema_writer(open_package.spreadsheet_schema())
)
RECORD = Kind(".releve.json", _JSON, None, _dump_single_release, edition=2)
_RECORDS = Kind(".releve.json", _JSON, None, _dump_releases, edition=2)
"""Of all periods: a list, of one period too."""
KINDS = (OPEN, SHEET, PARQUET, GEOJSON, OPEN_SCHEMA, SHEET_SCHEMA, RECORD)


def list_file_kinds() -> tuple[Kind, ...]:
    """The kinds of file that this installation can write."""
    return tuple(one for one in KINDS if one is not PARQUET or open_parquet.is_parquet_available())


def data_kinds() -> tuple[Kind, ...]:
    """Those that hold the sums."""
    return tuple(one for one in list_file_kinds() if one.file_type is not None)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of *dataset*: of one version, or (None) of the newest version of each period.

    `whole` reads versions with their cells; it is asked only for what is not kept. `kept` tells
    lengths and digests by name, and keeps what it measures. `keys` reads the publisher's public
    keys that signed versions.
    """

    dataset: Dataset
    whole: Callable[[Sequence[OpenVersion]], tuple[Release, ...]]
    kept: "Kept"
    keys: Callable[[Sequence[OpenVersion]], Mapping[str, object]]

    def stem(self, one: OpenVersion | None) -> str:
        """The name of the files without their suffix."""
        slug = SLUG[self.dataset.terms.energy]
        return f"{slug}-{ALL_PERIODS}" if one is None else f"{slug}-{one.period}-v{one.version}"

    def name(self, one: OpenVersion | None, kind: Kind) -> str:
        """The name of a file."""
        return f"{self.stem(one)}{kind.suffix}"

    def signature(self, one: OpenVersion) -> str:
        """The name of the signature of a version, which there is when it was signed."""
        return f"{self.stem(one)}{SIGNATURE}"

    def address(self, one: OpenVersion | None, name: str) -> str:
        """Where a file is, from the root of the server."""
        below = "" if one is None else f"{one.period}/v{one.version}/"
        return f"/public/donnees/{self.dataset.id}/{below}{name}"

    def facts(self, one: OpenVersion | None) -> tuple[Facts, ...]:
        """What each file of the sums is, before it is sent: kept with the release, not made."""
        some = {kind: self._key(one, kind) for kind in data_kinds()}
        told = self.kept(self.dataset.publisher.id, [*some.values()])
        return tuple(
            Facts(self.name(one, kind), told[key.id].size, told[key.id].sha256, kind)
            for kind, key in some.items()
        )

    def named(self, one: OpenVersion | None, name: str) -> PublicFile:
        """The file that is called *name*. NotFound."""
        if name == PACKAGE:
            return _build_public_file(name, self.package(one), _JSON)
        if one is not None and one.signature is not None and name == self.signature(one):
            return _build_public_file(name, f"{one.signature}\n".encode(), _JWS)
        signed = [each for each in self.dataset.signed if one in (None, each)]
        if name == KEYS and signed:
            content = f"{json.dumps(self.keys(signed), indent=2)}\n".encode()
            return _build_public_file(name, content, _JWKS)
        for kind in list_file_kinds():
            if name == self.name(one, kind):
                return _build_public_file(name, self._key(one, kind).content(), kind.media_type)
        raise NotFound

    def package(self, one: OpenVersion | None) -> bytes:
        """`datapackage.json`: the files beside it; those with sums by their lengths and digests.

        It bears no word that the publisher signs: those are in the signature, which it names with
        the keys that verify it, once there is one. Those two have no digest: either may be told
        anew, and each is held by the other.
        """
        name = self.stem(one).lower()
        told = open_package.data_package(
            f"{self.dataset.id}-{name}"[:100],
            title=f"{self.dataset.scheme.title} : {name}",
            description="Sommes d'énergie par groupe fixe ; une ligne masquée n'a pas de nombre.",
            licences=self._licences(one),
            files=[_build_file_entry(found) for found in self.facts(one)],
            proofs=self._proofs(one),
        )
        return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()

    def _licences(self, one: OpenVersion | None) -> list[Terms]:
        """Of a version its own; of all periods each, and which periods when they differ."""
        if one is not None:
            return [_build_licence_terms(one.facts.licence or self.dataset.terms.licence)]
        told = self.dataset.licences
        return [_build_licence_terms(name, told[name] if len(told) > 1 else ()) for name in told]

    def _proofs(self, one: OpenVersion | None) -> Iterator[Proof]:
        """What shows who published: record, signature and keys; of all periods, those that hold."""
        if one is not None:
            yield Proof(self.name(one, RECORD), _JSON, "json", "Relevé scellé")
        some = self.dataset.current if one is None else (one,)
        signed = [each for each in some if each.signature is not None]
        for each in signed:
            below = f"{each.period}/v{each.version}/" if one is None else ""
            title = f"Signature de l'éditeur, période {each.period}, version {each.version}"
            yield Proof(f"{below}{self.signature(each)}", _JWS, "jws", title)
        if signed:
            yield Proof(KEYS, _JWKS, "jwks", "Clés publiques de l'éditeur")

    def _key(self, one: OpenVersion | None, kind: Kind) -> "Key":
        some = self.dataset.current if one is None else (one,)
        made = _RECORDS if one is None and kind is RECORD else kind
        return Key(tuple(each.id for each in some), made, lambda: self.whole(some))


def _build_licence_terms(name: Licence, periods: Sequence[str] = ()) -> Terms:
    """One licence; *periods*: those that it is of, when there are others."""
    told = LICENCES[name]
    title = told.name if not periods else f"{told.name} : {', '.join(periods)}"
    return Terms(told.spdx, told.address, title)


def _build_public_file(name: str, content: bytes, media_type: str) -> PublicFile:
    return PublicFile(name, content, sha256(content).hexdigest(), media_type)


def _build_file_entry(found: Facts) -> File:
    dialect, schema = None, None
    if found.kind is OPEN:
        dialect, schema = open_package.MACHINE, open_package.machine_schema()
    elif found.kind is SHEET:
        dialect, schema = open_package.SPREADSHEET, open_package.spreadsheet_schema()
    form = found.kind.suffix.rpartition(".")[2]
    if found.kind is PARQUET:  # `parquet` is a table to frictionless, whose bytes it never counts
        form = str(PARQUET.file_type)
    return File(
        found.name,
        found.size,
        found.sha256,
        found.kind.media_type,
        form,
        dialect=dialect,
        schema=schema,
    )


@dataclass(frozen=True, slots=True)
class Key:
    """What decides the bytes of a file: releases never change, so their names are enough."""

    releases: tuple[str, ...]
    kind: Kind
    some: Callable[[], tuple[Release, ...]] = field(compare=False)

    @property
    def id(self) -> str:
        """The name under which its length and digest are kept: another program writes others."""
        told = (*_list_writer_versions(self.kind), self.kind.suffix, *self.releases)
        return sha256("\x1f".join(told).encode()).hexdigest()

    def content(self) -> bytes:
        """The file."""
        return _render_file_bytes(self)

    def measured(self) -> Measure:
        """How long it is, and its digest."""
        content = self.content()
        return Measure(len(content), sha256(content).hexdigest())


type Kept = Callable[[str, Sequence[Key]], Mapping[str, Measure]]
"""Of a publisher's files: by `Key.id`, what each is."""


@cache
def _list_writer_versions(kind: Kind) -> tuple[str, ...]:
    """What the bytes of a kind depend on beside its releases."""
    packages = (f"{one} {version(one)}" for one in ("synergie", *kind.writers))
    return *packages, *((f"edition {kind.edition}",) if kind.edition > 1 else ())


@lru_cache(maxsize=8)
def _render_file_bytes(key: Key) -> bytes:
    """The few files that were asked for last: one of a département is some megabytes."""
    return key.kind.make(key.some())
