"""Our clients, and the examples, against a server that is difficult on purpose."""

import asyncio
import importlib.util
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest

import synergie.testing
from synergie import AsyncClient
from synergie.samples import EPCI
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.server.edge.hard import COMING, ONE_IN, Dice
from synergie.testing import Running

_START = datetime(2026, 6, 1, tzinfo=UTC) - timedelta(hours=2)
_DAY = [*range(48)]
_SERVED = [
    path
    for path in sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.py"))
    if "testing.server" in path.read_text(encoding="utf-8")
]


@pytest.fixture
def hard() -> Iterator[Running]:
    with synergie.testing.server(hard=True) as running:
        yield running


def test_a_client_does_its_day_with_every_trouble(hard: Running) -> None:
    client = hard.client(EPCI)
    sites = [
        SiteRecord(external_id=f"S{n}", name=f"École {n}", kind="building", provenance="synthetic")
        for n in range(60)
    ]
    kept = [client.publish_sites([one]).items[0].id for one in sites]
    assert sorted(site.id for site in client.sites()) == sorted(kept)
    assert len(set(kept)) == len(sites), "what was answered twice was done once"
    point = SupplyPointRecord(
        scheme="prm", code="99000000000017", personal_data="none", provenance="synthetic"
    )
    client.publish_supply_points([point])
    record = SeriesRecord(
        supply_point="prm:99000000000017",
        quantity="active_power",
        form="mean_power",
        unit="W",
        provenance="synthetic",
    )
    series = client.publish_series([record]).items[0].id
    for day in range(60):
        start = _START + timedelta(days=day)
        client.send_curve(Curve(series=series, start=start, step="PT30M", unit="W", values=_DAY))
        view = client.curve(series, start=start, end=start + timedelta(days=1))
        assert [step.value for step in view] == _DAY
    days = list(client.export(start=_START, end=_START + timedelta(days=60)))
    assert sum(len(curve.values) for curve in days) == 60 * 48
    dice: Dice = hard.app.state.dice
    assert {trouble for trouble, times in dice.met.items() if times} == set(ONE_IN)


def test_the_asynchronous_client_does_it_too(hard: Running) -> None:
    async def day() -> list[str]:
        async with AsyncClient(hard.url, hard.auth(EPCI)) as client:
            records = [
                SiteRecord(external_id=f"S{n}", name="x", kind="other", provenance="synthetic")
                for n in range(40)
            ]
            given = [(await client.publish_sites([one])).items[0].id for one in records]
            found = [site.id async for site in client.sites()]
            assert sorted(found) == sorted(given)
            return given

    assert len(asyncio.run(day())) == 40


def test_answers_bear_what_no_contract_names_yet(hard: Running) -> None:
    found = httpx2.get(f"{hard.url}/.well-known/oauth-authorization-server", timeout=60).json()
    assert COMING in found
    assert found["issuer"] == hard.url


def test_a_refusal_says_when_to_come_back(hard: Running) -> None:
    with httpx2.Client(timeout=60) as caller:
        troubles = [caller.post(f"{hard.url}/token") for _ in range(300)]
    refused = [one for one in troubles if one.status_code in {429, 503}]
    assert refused
    assert all(int(one.headers["retry-after"]) >= 1 for one in refused)
    assert {one.status_code for one in troubles} == {400, 429, 503}


def test_two_troubles_never_follow_one_another() -> None:
    dice = Dice(seed=1)
    came = [dice.meets("nonce") for _ in range(5_000)]
    assert sum(came) > 200
    assert not any(one and other for one, other in pairwise(came))


@pytest.mark.parametrize("example", _SERVED, ids=lambda path: path.stem)
def test_an_example_passes_on_a_bad_day(
    example: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(synergie.testing, "server", partial(synergie.testing.server, hard=True))
    described = importlib.util.spec_from_file_location(f"hard_{example.stem}", example)
    assert described
    assert described.loader
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    module.main()
    assert capsys.readouterr().out.strip()


def test_there_are_examples_with_a_server() -> None:
    assert len(_SERVED) >= 3
