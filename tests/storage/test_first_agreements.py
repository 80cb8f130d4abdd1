"""An agreement of the first version, signed then, still opens what it opened and still verifies."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import create_engine, text

from synergie.exchange.assets.sites import Sites
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import Principal
from synergie.schemas.trust.agreement_bytes import terms_digest
from synergie.storage.migrations._upgrade import upgrade
from synergie.storage.store import Store
from tests.schemas.test_agreement_bytes import FIRST, SIGNED_THEN
from tests.storage.test_migrations import url

__all__ = ["url"]

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
_SIDES = (("owner", "cc-bassin-de-pompey"), ("recipient", "sdel-54"))
AT = "2026-03-01T08:00:00.000000Z"
READER = Principal(client_id="sdel", organisation="sdel-54", scopes=frozenset())


def _signed(key: ECKey, role: str, by: str) -> dict[str, Any]:
    """A signature of that version."""
    claims = {
        "agreement": "agr_0001", "version": 1, "terms_sha256": SIGNED_THEN, "role": role,
        "org": by, "iat": int(datetime.fromisoformat(AT).timestamp()),
    }  # fmt: skip
    header = {"alg": "ES256", "kid": "k1", "typ": "synergie-agreement+jwt"}
    text = jws.serialize_compact(header, json.dumps(claims), key, algorithms=["ES256"])
    return {"role": role, "organisation": by, "signed_at": "2026-03-01T08:00:00Z", "jws": text}


def _key(key: ECKey, by: str) -> dict[str, Any]:
    public = json.dumps(key.as_dict(private=False))
    return {"organisation": by, "kid": "k1", "jwk": public, "valid_from": AT}


def _old_store(url: str) -> None:
    """The tables with a site and an agreement over it, as the first version wrote them."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    history = [
        {"act": act, "by": by, "at": "2026-03-01T08:00:00Z", "state": state}
        for act, by, state in (
            ("draft", "cc-bassin-de-pompey", "draft"),
            ("propose", "cc-bassin-de-pompey", "proposed"),
            ("accept", "sdel-54", "active"),
        )
    ]
    keys = [ECKey.generate_key("P-256", {"kid": "k1"}) for _ in _SIDES]
    signatures = [_signed(key, *side) for side, key in zip(_SIDES, keys, strict=True)]
    terms = FIRST | {
        "selector": FIRST["selector"] | {"supply_points": []},
        "data_period": FIRST["data_period"] | {"end": None},
        "legal_reference": None,
        "onward": "none",
    }
    body = {"external_id": "S1", "name": "B", "kind": "other", "provenance": "synthetic"}
    rows: list[tuple[str, dict[str, Any]]] = [
        (
            "site",
            {
                "id": "site_0001", "owner": "cc-bassin-de-pompey", "external_id": "S1",
                "body": json.dumps(body), "digest": "d", "updated_at": AT, "batch": "bat_1",
            },
        ),
        (
            "agreement",
            {
                "id": "agr_0001", "version": 1, "owner": "cc-bassin-de-pompey",
                "recipient": "sdel-54", "author": "cc-bassin-de-pompey", "state": "active",
                "valid_from": "2025-12-31T23:00:00.000000Z",
                "valid_until": "2028-01-01T00:00:00.000000Z", "terms": json.dumps(terms),
                "terms_sha256": SIGNED_THEN, "signatures": json.dumps(signatures),
                "history": json.dumps(history), "changed_at": AT,
            },
        ),
        *(("organisation_key", _key(key, by)) for (_, by), key in zip(_SIDES, keys, strict=True)),
        *(
            ("agreement_item", {"agreement": "agr_0001", "version": 1, "subject": one})
            for one in ("site_0001", "cab_0001", "cab_0002")
        ),
    ]  # fmt: skip
    with engine.begin() as connection:
        upgrade(connection)
        for table, row in rows:
            names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
            query = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 (ours)
            connection.execute(text(query), row)
    engine.dispose()


def test_it_opens_what_it_opened_and_its_digest_holds(url: str) -> None:
    _old_store(url)
    store = Store.open(url)
    book = Agreements(store)
    told = book.read(READER, "agr_0001", now=NOW)
    assert (told.fault, told.state) == (None, "active")
    assert (told.state, told.version_in_force, told.version_pending) == ("active", 1, None)
    assert terms_digest(told.id, told.version, told.terms) == told.terms_sha256 == SIGNED_THEN
    assert Sites(store).read(READER, "site_0001", now=NOW).name == "B"
    store.close()


@pytest.mark.parametrize(
    ("since", "n"), [("2026-03-01T08:00:00+00:00", 1), ("2026-03-01T08:00:01+00:00", 0)]
)
def test_the_moment_of_its_last_act_is_known(url: str, since: str, n: int) -> None:
    _old_store(url)
    store = Store.open(url)
    moment = datetime.fromisoformat(since)
    assert len(Agreements(store).page(READER, changed_since=moment, now=NOW).items) == n
    store.close()


def test_it_takes_every_act_of_today(url: str) -> None:
    _old_store(url)
    store = Store.open(url)
    book = Agreements(store)
    owner = Principal(client_id="p", organisation="cc-bassin-de-pompey", scopes=frozenset())
    assert book.act(owner, "agr_0001", "suspend", now=NOW).suspended_by == "owner"
    assert book.act(owner, "agr_0001", "resume", now=NOW).state == "active"
    new = book.redraft(owner, "agr_0001", book.read(owner, "agr_0001", now=NOW).terms, now=NOW)
    assert (new.version, new.version_in_force) == (2, 1)
    assert book.act(READER, "agr_0001", "terminate", now=NOW).state == "terminated"
    store.close()
