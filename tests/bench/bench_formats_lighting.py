"""An inventory of 100,000 light points: read, checked, and written as EclExt."""

import random
import struct
import zipfile
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from synergie import formats
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, seconds

POINTS = 100_000
ROUNDS = 5
WORDS: dict[str, tuple[Any, ...]] = {
    "typeSource": ("LED", "SHP", "IM", "FLUO"),
    "puissance": (30, 45, 70, 100, 150),
    "fluxLumina": (3000, 4500, 9000),
    "temperatur": (2200, 3000, 4000),
    "hauteurFeu": (4.0, 6.5, 8.0, 10.0),
    "statut": ("functional",),
    "usage": ("A", "B1", "C"),
    "structure": ("LANT", "PROJ", "BOR"),
    "support": ("MAT", "MUR", "POT"),
    "modele": ("Citea", "Stela long", "Voltana 3"),
    "datePose": ("2010-05-01", "2021-11-30"),
}
"""Columns of the inventory beside its identifiers: their names, cut at 10 letters, and words."""


def _pyogrio() -> Any:
    try:
        return import_module("pyogrio.raw")
    except ImportError as error:
        raise NotMeasured("needs pyogrio") from error


def _made(folder: Path, driver: str) -> Path:
    """The inventory as another program writes it; a shapefile in a zip."""
    np, draw = import_module("numpy"), random.Random(1)  # noqa: S311 (the same at each run)
    columns: dict[str, list[Any]] = {
        "id": [f"PL-{i:06d}" for i in range(POINTS)],
        "armoire": [f"A-{i // 60:04d}" for i in range(POINTS)],
        "insee": ["54430"] * POINTS,
        **{name: draw.choices(words, k=POINTS) for name, words in WORDS.items()},
    }
    places = [
        struct.pack("<BI2d", 1, 1, draw.uniform(9e5, 9.4e5), draw.uniform(6.84e6, 6.88e6))
        for _ in range(POINTS)
    ]
    fields = [
        np.array(cells, dtype=object if isinstance(cells[0], str) else None)
        for cells in columns.values()
    ]
    path = folder / ("lights.gpkg" if driver == "GPKG" else "lights.shp")
    _pyogrio().write(
        path, np.array(places, dtype=object), fields, list(columns), geometry_type="Point",
        crs="EPSG:2154", driver=driver,
    )  # fmt: skip
    if driver == "GPKG":
        return path
    packed = folder / "lights.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob("lights.*")):
            if part != packed:
                archive.write(part, part.name)
    return packed


def _ours(path: Path, folder: Path) -> None:
    with formats.read(path) as result, (folder / "eclext.zip").open("wb") as sink:
        formats.write(result.records, sink, format="eclext")
    assert (result.report.kept, result.report.refusals) == (POINTS, 0)


def _peer(path: Path, folder: Path, driver: str) -> None:
    """The same file read and written in its own format, into arrays: no check of any value."""
    raw = _pyogrio()
    meta, _, places, fields = raw.read(f"/vsizip/{path}" if path.suffix == ".zip" else path)
    out = folder / ("again.gpkg" if driver == "GPKG" else "again.shp")
    out.unlink(missing_ok=True)
    raw.write(
        out, places, fields, meta["fields"], geometry_type="Point", crs=meta["crs"], driver=driver
    )
    assert len(places) == POINTS


def inventory(driver: str) -> Callable[[], Measured]:
    """How many times as long as pyogrio alone: both in turn, medians."""

    def run() -> Measured:
        with TemporaryDirectory() as name:
            folder = Path(name)
            path = _made(folder, driver)
            mine, theirs = [], []
            for turn in range(ROUNDS + 1):
                times = (
                    seconds(lambda: _ours(path, folder)),
                    seconds(lambda: _peer(path, folder, driver)),
                )
                if turn:  # one unmeasured round goes first
                    mine.append(times[0])
                    theirs.append(times[1])
        notes = f"ours {median(mine):.4g} s, peer {median(theirs):.4g} s, {ROUNDS} rounds"
        return Measured(median(mine) / median(theirs), notes)

    return run


def _title(kind: str) -> str:
    return f"{POINTS:,} light points in a {kind}: read, checked, written as EclExt"


def _versioned() -> str:
    try:
        return f"pyogrio {version('pyogrio')} reading and writing the same file, unchecked"
    except ImportError:
        return "pyogrio reading and writing the same file, unchecked"


BENCHES = [
    Bench(
        name=name,
        title=_title(kind),
        goal=Goal("<", 2),
        unit="times as long",
        peer=_versioned(),
        run=inventory(driver),
    )
    for name, kind, driver in (
        ("inventory-eclext", "shapefile", "ESRI Shapefile"),
        ("inventory-eclext-geopackage", "GeoPackage", "GPKG"),
    )
]
