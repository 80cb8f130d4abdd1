"""Whether many agreements slow down a read under one: 10,000 live ones beside 10."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
from sqlalchemy import insert

from synergie.exchange import door as _door
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.series import SeriesBook
from synergie.policy import Ask
from synergie.schemas.trust.agreement import Agreement, Terms
from synergie.schemas.trust.agreement_bytes import terms_digest
from synergie.storage.assets.held import find_series_in_permit
from synergie.storage.assets.owned import SERIES
from synergie.storage.store import Session, Store
from synergie.storage.tables import AgreementItemRow, AgreementRow
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, side_by_side
from tests.exchange.people import NOW, Body, body, point, site, terms
from tests.exchange.test_curves import record

MANY, FEW = 10_000, 10
"""Live agreements of one recipient, each over a site of its own."""
READ = 5
"""Of them, those that are read."""
READS = 100
"""Decisions of one round, each with what it reads."""
POINTS = 200
"""Delivery points and series of the owner; the last agreements are over things long gone."""


@contextmanager
def _sqlite() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'bench.db'}")
        yield store
        store.close()


@contextmanager
def _postgres() -> Iterator[Store]:
    dsn = os.environ.get("SYNERGIE_TEST_POSTGRES")
    if not dsn:
        raise NotMeasured("no PostgreSQL server (SYNERGIE_TEST_POSTGRES)")
    name = f"synergie_{token_hex(6)}"
    with psycopg.connect(dsn, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
    store = Store.open(f"{dsn.rsplit('/', 1)[0]}/{name}")
    yield store
    store.close()
    with psycopg.connect(dsn, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _reader(store: Store, count: int) -> Callable[[], None]:
    """A store with *count* live agreements, and reads under one: by its name, and found."""
    owner, partner = body(store, "owner"), body(store, "partner")
    codes = [f"990000{number:08}" for number in range(POINTS)]
    places = Sites(store).publish(owner.caller, [site(f"S{n}") for n in range(POINTS)], now=NOW)
    records = [point(code, site=f"S{n}") for n, code in enumerate(codes)]
    SupplyPoints(store).publish(owner.caller, records, now=NOW)
    series = SeriesBook(store).publish(owner.caller, [record(code) for code in codes], now=NOW)
    sites = [one.id for one in places.items]
    with store.write() as session:
        _agree(session, owner, partner, [*sites, *(f"site_gone{n}" for n in range(count))][:count])
    with store.read() as session:
        session.connection().exec_driver_sql("ANALYZE")
    names = [one.id for one in series.items]

    def read() -> None:
        for turn in range(READS):
            with store.read() as session:
                _one(session, partner, names[turn % READ])
                ask = Ask(dataset="consumption")
                permit = _door.authorize_list(
                    session, partner.caller, ask, agreement=f"agr_{turn % READ:016}", now=NOW
                )
                assert SERIES.page(permit, session, after="", limit=50, now=NOW)

    return read


def _one(session: Session, partner: Body, series: str) -> None:
    _door.authorize_subject(
        session,
        partner.caller,
        Ask(dataset="consumption", curve=True, granularity="day"),
        agreement=None,
        now=NOW,
        table="series",
        subject=series,
        find=lambda permit: find_series_in_permit(permit, session, series),
    )


def _agree(session: Session, owner: Body, partner: Body, sites: list[str]) -> None:
    """Rows as both signatures leave them; those that are read are signed, the others are not."""
    made: Terms = terms(owner, partner, {"sites": [sites[0]]})
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for number, one in enumerate(sites):
        told = made.model_copy(
            update={"selector": made.selector.model_copy(update={"sites": (one,)})}
        )
        name, text = f"agr_{number:016}", told.model_dump_json()
        digest, signatures = "0" * 64, "[]"
        if number < READ:
            digest = terms_digest(name, 1, told)
            signatures = _signatures(name, told, digest, (owner, partner))
        rows.append(
            {
                "id": name, "version": 1, "owner": "owner", "recipient": "partner",
                "author": "owner", "state": "active", "valid_from": made.valid_from,
                "valid_until": made.valid_until, "terms": text, "terms_sha256": digest,
                "signatures": signatures, "history": _HISTORY,
            }
        )  # fmt: skip
        items.append({"agreement": name, "version": 1, "subject": one})
    session.connection().execute(insert(AgreementRow), rows)
    session.connection().execute(insert(AgreementItemRow), items)


_HISTORY = json.dumps(
    [
        {"act": act, "by": by, "at": NOW.isoformat(), "state": state}
        for act, by, state in (
            ("draft", "owner", "draft"),
            ("propose", "owner", "proposed"),
            ("accept", "partner", "active"),
        )
    ]
)


def _signatures(name: str, told: Terms, digest: str, sides: tuple[Body, Body]) -> str:
    """Both signatures of one agreement, as its row keeps them."""
    shown = Agreement(
        id=name, version=1, terms=told, terms_sha256=digest, state="draft", signatures=(),
        history=(), summary="x",
    )  # fmt: skip
    iat = int(NOW.timestamp())
    return json.dumps(
        [
            {
                "role": role,
                "organisation": side.caller.organisation,
                "signed_at": NOW.isoformat(),
                "jws": side.sign(shown, {"iat": iat}),
            }
            for role, side in zip(("owner", "recipient"), sides, strict=True)
        ]
    )


def _compared(engine: Callable[[], Any]) -> Callable[[], Measured]:
    def run() -> Measured:
        with ExitStack() as stack:
            many, few = (stack.enter_context(engine()) for _ in range(2))
            return side_by_side(_reader(many, MANY), _reader(few, FEW), rounds=7)

    return run


BENCHES = [
    Bench(
        name=f"agreements-{name}",
        title=f"Decide and read under one of 10,000 live agreements, {title}",
        goal=Goal(">=", 1 / 1.2),
        unit="×",
        peer="the same with 10 live agreements: at most 20 % slower is 0.833 ×",
        run=_compared(engine),
    )
    for name, title, engine in (
        ("sqlite", "SQLite", _sqlite),
        ("postgres", "PostgreSQL", _postgres),
    )
]
