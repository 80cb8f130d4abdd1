"""The open pages of a département: 500 communes, two years of months, both energies, over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from synergie.exchange.publication import _release_record as record
from synergie.exchange.publication.aggregate_year import bounds_of
from synergie.exchange.publication.cell_schemes import CellSchemes
from synergie.exchange.trust.organisations import Directory
from synergie.policy import Principal, permit_own_data
from synergie.policy.publication.cells import by_commune
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.schemas.publication.release import Energy, Release
from synergie.schemas.trust.organisation import Organisation
from synergie.server.app import create_app
from synergie.server.settings import Settings
from synergie.storage.publication.releases import save_release
from synergie.storage.store import Store
from tests.bench.harness import Bench, Goal, Measured, seconds

COMMUNES = 500
YEARS = (2024, 2025)
ROUNDS = 15
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
CALLER = Principal(client_id="bench", organisation="departement", scopes=frozenset())
ENERGIES: tuple[Energy, ...] = ("electricity", "gas")


def _release(scheme: CellScheme, energy: Energy, period: str) -> Release:
    """Most of the cells of those that stay; every third is hidden."""
    start, end = bounds_of(period)
    cells = [one for one in scheme.cells if "-stables" in one.id]
    shown: list[dict[str, Any]] = [
        {
            "cell": one.id,
            "name": one.name,
            "parent": one.parent,
            "insee_code": one.insee_code,
            "category": None,
            "movements": False,
            "n_points": 40,
            "energy_wh": 123_456_789,
        }
        for n, one in enumerate(cells)
        if n % 3
    ]
    same = {"kind": "primary", "fault": "few_points", "protects": None}
    return record.build_release(
        {
            "id": f"rel_{energy[:3]}{period.replace('-', '')}" + "a" * 12,
            "owner": CALLER.organisation,
            "scheme": scheme.id,
            "scheme_version": 1,
            "energy": energy,
            "period": period,
            "version": 1,
            "start": start,
            "end": end,
            "released_at": NOW,
            "cells": shown,
            "hidden": [{"cell": one.id, "name": one.name} | same for one in cells[::3]],
            "optimal": True,
            "not_counted": 0,
            "outside": 0,
            "twice": 0,
            "thresholds": {"min_points": 11, "min_enterprises": 3, "max_share": 0.85},
            "rules": record.RULES,
            "agreements": (),
            "open_data": True,
            "licence": "etalab-2.0",
        }
    )


def _filled(store: Store) -> str:
    """Everything that a département opened; the name of one dataset."""
    body = Organisation(
        id=CALLER.organisation,
        name="Département",
        kind="department",
        siren=None,
        insee_code=None,
        parent=None,
        provenance="synthetic",
    )
    key = ECKey.generate_key("P-256", {"kid": "bench"}).as_dict(private=False)
    Directory(store).add(body, {"keys": [key]}, now=NOW)
    communes = {f"54{i:03}": f"Commune {i}" for i in range(COMMUNES)}
    scheme = CellSchemeRecord(title="Communes", cells=by_commune("Département", communes))
    made = CellSchemes(store).save(CALLER, "communes", scheme, now=NOW)
    permit = permit_own_data(CALLER, action="write", now=NOW)
    with store.write() as session:
        for energy in ENERGIES:
            for year in YEARS:
                for month in range(1, 13):
                    one = _release(made, energy, f"{year}-{month:02}")
                    save_release(permit, session, one, onward=True)
    return f"{made.id}-electricity"


def _page(path: str) -> Callable[[], Measured]:
    """The median of *path*, whole, on a server that has served it once."""

    def run() -> Measured:
        with TemporaryDirectory(prefix="synergie-bench-") as folder:
            store = Store.open(f"sqlite:///{folder}/store.db")
            try:
                where = path.format(dataset=_filled(store))
                settings = Settings.read({}, data_dir=Path(folder) / "data", dev=True, limits=False)
                web = TestClient(create_app(store, settings))
                first = seconds(lambda: web.get(where).raise_for_status())
                told = [seconds(lambda: web.get(where).raise_for_status()) for _ in range(ROUNDS)]
                size = web.get(where).num_bytes_downloaded
            finally:
                store.close()
        notes = f"first reading {first:.3g} s, {size / 1000:.0f} kB packed, {ROUNDS} rounds"
        return Measured(median(told) * 1000, notes)

    return run


def _bench(name: str, what: str, path: str) -> Bench:
    return Bench(
        name=f"open-{name}",
        title=f"{what} of 500 communes, 48 releases, whole",
        goal=Goal("<=", 300),
        unit="ms",
        peer="users.md: 300 ms with a département",
        run=_page(path),
    )


BENCHES = [
    _bench("public", "The public page", "/public"),
    _bench("dataset", "The page of a dataset", "/public/donnees/{dataset}"),
    _bench("catalogue", "The DCAT catalogue", "/catalog.jsonld"),
]
