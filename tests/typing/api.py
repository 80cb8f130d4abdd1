"""The public API under mypy alone: never run. An `assert_type` that no longer holds is a break."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import assert_type

import pandas as pd
import polars as pl

import synergie
from synergie import AsyncClient, Auth, Client
from synergie.client import AsyncPages, Changes, CurveView, Pages
from synergie.client.keys import Jwk, load_key, new_key, public_jwks, save_key
from synergie.schemas.assets.cabinet import Cabinet
from synergie.schemas.assets.light_point import LightPoint
from synergie.schemas.assets.site import Site, SiteRecord
from synergie.schemas.assets.supply_point import SupplyPoint
from synergie.schemas.change import Change
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.series import Series
from synergie.schemas.trust.agreement import Agreement, Terms
from synergie.schemas.trust.organisation import Organisation


def keys(path: Path) -> Auth:
    assert_type(new_key("Ed25519"), Jwk)
    assert_type(load_key(path), Jwk)
    assert_type(save_key(new_key(), path), Path)
    assert_type(public_jwks(new_key()), dict[str, list[Jwk]])
    return Auth.from_files(key=path, client_id="pompey", issuer="https://x.example")


def read(client: Client, start: datetime, end: datetime) -> None:
    assert_type(client.organisations(), Pages[Organisation])
    assert_type(client.site("sit_1"), Site)
    assert_type([site.name for site in client.sites(agreement="agr_1")], list[str])
    assert_type(client.supply_point("sup_1"), SupplyPoint)
    assert_type(client.get_series("ser_1"), Series)
    assert_type(client.cabinet("cab_1"), Cabinet)
    assert_type(client.light_point("lig_1"), LightPoint)
    view = client.curve("ser_1", start=start, end=end, granularity="day")
    assert_type(view, CurveView)
    assert_type(view.to_pandas(), pd.DataFrame)
    assert_type(view.to_polars(), pl.DataFrame)
    assert_type(client.export(start=start, end=end), Iterator[Curve])
    assert_type(client.changes(), Changes)
    assert_type(client.follow("c0", save=Path("cursor").write_text), Iterator[Change])


def write(client: Client, records: list[SiteRecord], curves: list[Curve], terms: Terms) -> None:
    assert_type(client.publish_sites(records, mode="keep"), Receipt)
    assert_type(client.send_curve(curves[0]), Receipt)
    assert_type(client.send_curves(curves), Iterator[Receipt])
    assert_type(client.deposit("file.csv", dry_run=True), DepositReport)
    assert_type(client.accept(client.draft(terms).id), Agreement)


async def read_async(client: AsyncClient, start: datetime, end: datetime) -> None:
    assert_type(client.sites(), AsyncPages[Site])
    assert_type(await client.site("sit_1"), Site)
    assert_type([site.name async for site in client.sites()], list[str])
    assert_type(await client.curve("ser_1", start=start, end=end), CurveView)
    assert_type(client.export(start=start, end=end), AsyncIterator[Curve])


def errors(error: synergie.SynergieError) -> None:
    assert_type(error.reference, str | None)
    if isinstance(error, synergie.BadInput):
        assert_type((error.where, error.expected), tuple[str, str])
    if isinstance(error, synergie.NotAllowed):
        assert_type((error.reason, error.agreement), tuple[str, str | None])


def wrong(client: Client, start: datetime, end: datetime) -> None:
    client.curve("ser_1", start=start, end=end, granularity="week")  # type: ignore[arg-type]  # not one of the six
    client.publish_sites([], mode="loose")  # type: ignore[arg-type]  # not one of the two
    client.curve("ser_1", start, end)  # type: ignore[call-arg]  # times by their names
