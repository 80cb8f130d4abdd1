"""A relay as its own process before a real server: one agreement is open, two canaries are not."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from synergie.client import Auth, Client
from synergie.client.keys import save_key
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Agreement, Dataset, Period, Selector, Terms
from synergie.storage.store import Store
from synergie.testing import Running, server

START = datetime(2026, 10, 24, 22, tzinfo=UTC)
"""Midnight of Paris before the day of 25 hours."""
VALUES = tuple(1000 + step for step in range(50))
"""The half-hours of that day, W."""
WATT_HOURS = tuple(value / 2 for value in VALUES)
"""The same as an agreement by half-hours shows them, Wh."""
CANARY = "CANARI-DE-LA-VOISINE"
OWN_CANARY = "CANARI-DU-LECTEUR"
PLACE = Location(longitude=6.125, latitude=48.775)
READER = "org-reader"


@dataclass(frozen=True)
class Got:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Relaying:
    """A relay that runs, and where."""

    process: subprocess.Popen[str]
    home: str
    log: Path

    @property
    def address(self) -> str:
        return urlsplit(self.home).netloc

    @property
    def secret(self) -> str:
        return urlsplit(self.home).path.strip("/")

    def get(self, path: str, method: str = "GET", **headers: str) -> Got:
        """What the relay answers at *path*, pass word included."""
        return self.ask(f"/{self.secret}{path}", method, headers)

    def ask(self, path: str, method: str = "GET", headers: dict[str, str] | None = None) -> Got:
        """What it answers at exactly *path*."""
        connection = HTTPConnection(self.address, timeout=60)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, told, answer.read())
        finally:
            connection.close()


@dataclass(frozen=True)
class Shared:
    """A server, whose owner opened one point, its series and one cabinet to a reader."""

    running: Running
    owner: Client
    reader: Client
    auth: Auth
    agreement: Agreement
    series: str
    cabinet: str
    folder: Path

    def command(self, *options: str, agreement: str | None = None) -> list[str]:
        key = self.folder / "cle.json"
        if not key.exists():
            save_key(self.auth.key, key)
        named = ["--agreement", agreement or self.agreement.id]
        return [
            sys.executable, "-m", "synergie", "proxy", "--server", self.running.url,
            "--client", self.auth.client_id, "--key", str(key),
            *([] if "--own" in options else named), *options,
        ]  # fmt: skip


@contextmanager
def relaying(shared: Shared, *options: str, agreement: str | None = None) -> Iterator[Relaying]:
    """`synergie proxy`, ready; ended at the end."""
    log = shared.folder / "relais.log"
    environ = {name: text for name, text in os.environ.items() if not name.startswith("SYNERGIE_")}
    with log.open("w", encoding="utf-8") as sink:
        process = subprocess.Popen(
            shared.command(*options, agreement=agreement),
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
            env=environ | {"PYTHONUNBUFFERED": "1"},
        )
        assert process.stdout is not None
        try:
            home = process.stdout.readline().strip()
            assert home.startswith("http://"), log.read_text(encoding="utf-8")
            yield Relaying(process, home, log)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(30)
            process.stdout.close()


def terms(selector: Selector, *datasets: Dataset, owner: str = "org-owner") -> Terms:
    return Terms(
        owner=owner,
        recipient=READER,
        title="Suivi de l'éclairage <script>alert(1)</script>",
        datasets=datasets,
        selector=selector,
        granularity="half_hour",
        purpose="energy_monitoring",
        legal_basis="public_task",
        legal_reference="code de l'énergie, article L.111-73",
        data_period=Period(start=datetime(2020, 1, 1, tzinfo=UTC)),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=datetime(2036, 1, 1, tzinfo=UTC),
        retention_days=365,
    )


def furnish(client: Client, prm: str, name: str) -> tuple[str, str, str, str]:
    """A site, a point with a curve, and a cabinet; the ids of point, series, cabinet and site."""
    (site,) = client.publish_sites(
        [SiteRecord(external_id=name, name=name, kind="other", provenance="synthetic")]
    ).items
    point = SupplyPointRecord(
        scheme="prm", code=prm, site=name, personal_data="none", usage="public_lighting",
        provenance="synthetic",
    )  # fmt: skip
    (made,) = client.publish_supply_points([point]).items
    record = SeriesRecord(
        supply_point=f"prm:{prm}", quantity="active_power", form="mean_power", unit="W",
        provenance="synthetic",
    )  # fmt: skip
    (series,) = client.publish_series([record]).items
    curve = Curve(series=series.id, start=START, step="PT30M", unit="W", values=list(VALUES))
    client.send_curve(curve)
    (cabinet,) = client.publish_cabinets(
        [CabinetRecord(external_id=name[:30], location=PLACE, provenance="synthetic")]
    ).items
    return made.id, series.id, cabinet.id, site.id


@pytest.fixture(scope="module")
def shared(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    folder = tmp_path_factory.mktemp("relais")
    shutil.copy(blank_sqlite, folder / "store.db")
    store = Store.open(f"sqlite:///{folder / 'store.db'}")
    with server(store, demand_nonce=True) as running:
        owner, other = running.client("org-owner"), running.client("org-other")
        auth = running.auth(READER)
        with Client(running.url, auth) as reader:
            point, series, cabinet, site = furnish(owner, "99000000000017", "École")
            furnish(other, "99000000000024", CANARY)
            furnish(reader, "99000000000031", OWN_CANARY)
            selector = Selector(sites=(site,), supply_points=(point,), cabinets=(cabinet,))
            draft = owner.draft(terms(selector, "consumption", "assets"))
            owner.propose(draft.id)
            agreement = reader.accept(draft.id)
            yield Shared(running, owner, reader, auth, agreement, series, cabinet, folder)
    store.close()


@pytest.fixture(scope="module")
def relay(shared: Shared) -> Iterator[Relaying]:
    """The relay of the agreement, in French."""
    with relaying(shared) as found:
        yield found
