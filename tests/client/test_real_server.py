"""Both clients against the real server on a loopback port, with and without nonces."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from synergie import AsyncClient, Auth, Client
from synergie.client.keys import new_key, public_jwks
from synergie.errors import Conflict, KeyReused, NotAllowed, NotAuthenticated, NotFound, Unreachable
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.organisations import Directory
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.scopes import SCOPES
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Period, Selector, Terms
from synergie.schemas.trust.organisation import Organisation
from synergie.server import run
from synergie.server.app import create_app
from synergie.server.settings import Settings
from synergie.storage.store import Store

_START = datetime(2025, 10, 1, tzinfo=UTC)
_END = datetime(2025, 11, 1, tzinfo=UTC)
_N = 31 * 48
_OWNER, _READER = "cc-bassin-de-pompey", "sdel-54"


class World:
    """A server that runs, and two organisations that are known to it."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.url = settings.public_url
        self.keys = {name: new_key() for name in (_OWNER, _READER)}
        now = datetime.now(UTC)  # noqa: TID251 (the real server reads the real clock)
        for name, key in self.keys.items():
            body = Organisation(
                id=name, name=name, kind="epci", siren=None, insee_code=None, parent=None,
                provenance="synthetic",
            )  # fmt: skip
            jwks = public_jwks(key)
            Directory(store).add(body, jwks, now=now)
            Clients(store).register(
                f"{name}-program", organisation=name, name=name, jwks=jwks, scopes=SCOPES, now=now
            )
        self.now = now

    def auth(self, organisation: str) -> Auth:
        return Auth(
            self.keys[organisation], f"{organisation}-program", self.url, organisation=organisation
        )

    def client(self, organisation: str) -> Client:
        return Client(self.url, self.auth(organisation))

    def terms(self, supply_points: tuple[str, ...]) -> Terms:
        return Terms(
            owner=_OWNER, recipient=_READER, title="Suivi", datasets=("consumption",),
            selector=Selector(supply_points=supply_points), granularity="day",
            purpose="energy_monitoring", legal_basis="contract",
            data_period=Period(start=_START), valid_from=self.now - timedelta(days=1),
            valid_until=self.now + timedelta(days=90), retention_days=30,
        )  # fmt: skip


@pytest.fixture(params=["", "demand_nonce", "hard"], ids=["no nonce", "nonce", "hard"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    free: dict[str, Any] = {"dev": True, "limits": False, "header_s": 60, "body_s": 60}
    free[request.param or "docs"] = True
    chosen = Settings.read({}, **({"port": 0, "data_dir": tmp_path} | free))
    listening, settings = run.listening_on(chosen)
    store = Store.open(settings.store_url)
    ready = threading.Event()
    server = run.server_of(create_app(store, settings), settings, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        assert ready.wait(60)
        yield World(settings, store)
    finally:
        server.stop()
        thread.join()
        listening.close()
        store.close()


def _series(client: Client, count: int) -> tuple[list[str], tuple[str, ...]]:
    """Identifiers of *count* new series, and of their delivery points."""
    codes = [f"99{number:012}" for number in range(count)]
    points = client.publish_supply_points(
        SupplyPointRecord(scheme="prm", code=code, personal_data="none", provenance="synthetic")
        for code in codes
    )
    series = client.publish_series(
        SeriesRecord(
            supply_point=f"prm:{code}", quantity="active_power", form="mean_power", unit="W",
            provenance="synthetic",
        )
        for code in codes
    )  # fmt: skip
    return [item.id for item in series.items], tuple(item.id for item in points.items)


def _curve(series: str, shift: int = 0) -> Curve:
    values = [shift + index % 997 for index in range(_N)]
    return Curve(series=series, start=_START, step="PT30M", unit="W", values=[*values])


def test_what_is_sent_is_stored_once_and_read_back(world: World) -> None:
    with world.client(_OWNER) as client:
        series, _ = _series(client, 3)
        curves = [_curve(name, place) for place, name in enumerate(series)]
        receipts = list(client.send_curves(iter(curves), key="october"))
        again = list(client.send_curves(iter(curves), key="october"))
        assert [given.id for given in again] == [given.id for given in receipts]
        assert [given.kept for given in receipts] == [_N] * 3
        view = client.curve(series[1], start=_START, end=_END)
        assert [step.value for step in view] == curves[1].values
        assert view.to_polars()["start"][0] == _START
        exported = list(client.export(start=_START, end=_END))
        assert sorted(item.series for item in exported) == sorted(series)
        assert client.batch(receipts[0].id).kept == _N
        with pytest.raises(KeyReused):
            client.send_curve(curves[1], key="october-0/1")


def test_an_agreement_opens_what_it_says_until_it_is_revoked(world: World) -> None:
    with world.client(_OWNER) as owner, world.client(_READER) as reader:
        series, points = _series(owner, 2)
        list(owner.send_curves(_curve(name) for name in series))
        with pytest.raises(NotFound):
            reader.curve(series[0], start=_START, end=_END)
        draft = owner.draft(world.terms(points))
        proposed = owner.propose(draft.id, terms_sha256=draft.terms_sha256)
        assert proposed.state == "proposed"
        assert reader.accept(draft.id).state == "active"
        days = {"start": _START, "end": _END, "agreement": draft.id}
        assert [one.id for one in reader.series(agreement=draft.id)] == sorted(series)
        view = reader.curve(series[0], granularity="day", **days)  # type: ignore[arg-type]  # times and an id
        assert {step.end - step.start for step in view} >= {timedelta(hours=25)}
        with pytest.raises(NotAllowed) as finer:
            reader.curve(series[0], granularity="raw", **days)  # type: ignore[arg-type]  # as above
        assert (finer.value.reason, finer.value.agreement) == ("granularity_too_fine", draft.id)
        assert owner.revoke(draft.id).state == owner.revoke(draft.id).state == "revoked"
        with pytest.raises(NotAllowed, match="ended"):
            reader.curve(series[0], granularity="day", **days)  # type: ignore[arg-type]  # as above
        with pytest.raises(Conflict, match="revoked"):
            owner.suspend(draft.id)


def test_changes_tell_what_was_published_and_where_to_go_on(world: World) -> None:
    with world.client(_OWNER) as client:
        changes = client.changes()
        list(changes)
        record = SiteRecord(external_id="S1", name="École", kind="building", provenance="synthetic")
        receipt = client.publish_sites([record])
        after = changes.cursor
        assert [change.id for change in client.changes(after)] == [receipt.id]
        first = next(client.follow(after, wait_s=1))
        assert (first.kind, first.seq) == ("site", receipt.seq)


def test_the_asynchronous_client_does_the_same(world: World) -> None:
    async def exchange() -> tuple[list[str], int]:
        async with AsyncClient(world.url, world.auth(_OWNER)) as client:
            names = [one.id async for one in client.series()]
            sent = [given async for given in client.send_curves(map(_curve, names))]
            exported = [item async for item in client.export(start=_START, end=_END)]
            views = await asyncio.gather(
                *(client.curve(name, start=_START, end=_END) for name in names)
            )
            assert {len(view) for view in views} == {_N}
            return [given.owner for given in sent], len(exported)

    with world.client(_OWNER) as client:
        _series(client, 3)
    assert asyncio.run(exchange()) == ([_OWNER] * 3, 3)


def test_a_program_that_is_unknown_gets_no_token(world: World) -> None:
    stranger = Auth(new_key(), f"{_OWNER}-program", world.url)
    with Client(world.url, stranger) as client, pytest.raises(NotAuthenticated, match="client"):
        client.organisation(_OWNER)


def test_a_server_that_is_away_is_unreachable() -> None:
    import stamina

    url = "http://127.0.0.1:9"
    with (
        Client(url, Auth(new_key(), "program", url)) as client,
        stamina.set_testing(True, attempts=2, cap=True),
        pytest.raises(Unreachable),
    ):
        client.organisation(_OWNER)
