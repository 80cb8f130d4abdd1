"""The whole server in process, with members that hold a token and something to protect.

Requests are signed by the hand-made JWTs of `partner`: no code of the server or of the client.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import httpx2
from fastapi import FastAPI

from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.organisations import Directory
from synergie.exchange.trust.webhooks.webhooks import WebhookKeys
from synergie.formats import Record
from synergie.policy import Principal, permit_own_data
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.organisation import Organisation
from synergie.server.app import create_app
from synergie.server.settings import Settings
from synergie.storage.head import head
from synergie.storage.store import Store
from synergie.storage.trust.webhooks import Hook, save_webhook
from synergie.watch.records.alert import StoredAlert
from synergie.watch.storage.alerts import insert_alert
from tests.formats.frames.made import half_hours, written
from tests.http_client import HttpClient
from tests.server import buying, contracting, lighting, maintaining
from tests.server.partner import GONE, NOW, URL, Clock, Partner, jwt

JSON = "application/json"
PRM = "99000000000017"
JUNE = date(2026, 6, 10)


@dataclass
class Member:
    """A partner's program, with a token for each set of scopes it asked for."""

    place: "Place"
    organisation: str
    partner: Partner
    _usual: str = ""
    _until: datetime = NOW

    def token(self, *scopes: str) -> str:
        """A new token, for *scopes* or for all that the program may have."""
        self.place.tick()
        proof = self.partner.proof("POST", f"{URL}/token")
        form = self.partner.form(scope=" ".join(scopes) if scopes else GONE)
        answer = self.place.http.post("/token", data=form, headers={"DPoP": proof})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def usual(self) -> str:
        """A token for everything, renewed before it expires."""
        self.place.tick()
        if self._until <= self.partner.clock.now:
            self._usual = self.token()
            self._until = self.partner.clock.now + timedelta(seconds=200)
        return self._usual

    def headers(self, method: str, path: str, token: str | None = None) -> dict[str, str]:
        """What a good request bears."""
        self.place.tick()
        url = f"{URL}{urlsplit(path).path}"
        return self.partner.presenting(token or self.usual(), method=method, url=url)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        """A request; *body* is JSON, or bytes as they are. A POST bears a fresh key."""
        whole = self.headers(method, path, token)
        if method == "PUT":
            whole |= {"Content-Type": JSON}
        if method == "POST":
            whole |= {"Content-Type": JSON, "Idempotency-Key": f'"{key or token_hex(6)}"'}
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        whole |= headers or {}
        return self.place.http.request(method, path, content=content, headers=whole)

    def get(self, path: str, **how: Any) -> httpx2.Response:
        return self.call("GET", path, **how)

    def every(self, path: str) -> list[dict[str, Any]]:
        """The items of all the pages of *path*, whatever other tests wrote before."""
        items, after = [], ""
        while True:
            page = self.get(f"{path}?limit=1000{after}").json()
            items += page["items"]
            if page["next"] is None:
                return items
            after = f"&after={page['next']}"

    def post(self, path: str, body: Any = None, **how: Any) -> httpx2.Response:
        return self.call("POST", path, body, **how)

    def put(self, path: str, body: Any = None, **how: Any) -> httpx2.Response:
        return self.call("PUT", path, body, **how)

    def made(self, path: str, *items: dict[str, Any]) -> list[str]:
        """Publish *items* and give the ids they got."""
        answer = self.post(path, {"items": list(items)})
        assert answer.status_code == 201, answer.text
        return [named["id"] for named in answer.json()["items"]]

    def signature(self, agreement: dict[str, Any]) -> str:
        """The member's signature over the terms of *agreement*."""
        role = "owner" if agreement["terms"]["owner"] == self.organisation else "recipient"
        claims = {
            "agreement": agreement["id"],
            "version": agreement["version"],
            "terms_sha256": agreement["terms_sha256"],
            "role": role,
            "org": self.organisation,
            "iat": self.partner.clock.at(0),
        }
        header = {"alg": "ES256", "kid": "k1", "typ": "synergie-agreement+jwt"}
        return jwt(header, claims, self.partner.key)

    def deposited(self, name: str, content: bytes) -> str:
        """Deposit a file and give its identifier."""
        kind = {"Content-Type": "application/octet-stream"}
        answer = self.post(f"/v1/deposits?name={name}", content, headers=kind)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def exported(self, *kinds: str, **more: Any) -> tuple[str, str]:
        """Make an export and acknowledge it: its identifier, and the receipt."""
        made = self.post("/v1/exports", {"kinds": kinds} | more)
        assert made.status_code == 201, made.text
        export, receipt = str(made.json()["id"]), self.acknowledged(made.json())
        answer = self.post(f"/v1/exports/{export}/receipt", {"receipt": receipt})
        assert answer.status_code == 200, answer.text
        return export, receipt

    def acknowledged(self, export: dict[str, Any], **more: Any) -> str:
        """The member's receipt for *export*, but for *more*."""
        claims = {
            "iss": self.organisation,
            "aud": URL,
            "iat": 1_790_000_000,
            "manifest_sha256": export["manifest_sha256"],
            "received_at": "2026-11-25T10:00:00Z",
            "files_ok": True,
        }
        return self.signed("synergie-receipt+jwt", claims | more)

    def signed(self, typ: str, claims: dict[str, Any]) -> str:
        """*claims* as a JWS of the kind *typ* by the member's key."""
        return jwt({"alg": "ES256", "kid": "k1", "typ": typ}, claims, self.partner.key)

    def act(self, agreement: str, act: str) -> httpx2.Response:
        """An act on an agreement, signed when it must be."""
        body = {}
        if act in ("propose", "accept"):
            body = {"signature": self.signature(self.get(f"/v1/agreements/{agreement}").json())}
        return self.post(f"/v1/agreements/{agreement}/{act}", body)


@dataclass
class Place:
    """The server and its clock, set by the test; or, when it is *real*, the time it is."""

    app: FastAPI
    http: httpx2.Client
    store: Store
    clock: Clock
    real: bool = False

    @classmethod
    def of(cls, store: Store, folder: Path, **chosen: Any) -> "Place":
        usual: dict[str, Any] = {
            "public_url": URL,
            "data_dir": folder,
            "dev": True,
            "limits": False,
            "ready_s": 60.0,  # a busy machine is no fault
        }
        settings = Settings.read({}, **(usual | chosen))
        app, clock = create_app(store, settings), Clock()
        app.state.now = lambda: clock.now
        http = HttpClient(app, base_url=URL, follow_redirects=False)
        return cls(app, http, store, clock)

    def tick(self) -> None:
        """Follow the time of the real server."""
        if self.real:
            self.clock.now = datetime.fromtimestamp(time.time(), UTC)

    def member(self, organisation: str, scopes: Iterable[str] = SCOPES) -> Member:
        """A new organisation with one program."""
        partner = Partner(f"{organisation}-app", self.clock)
        record = Organisation(
            id=organisation,
            name=organisation,
            kind="epci",
            siren=None,
            insee_code=None,
            parent=None,
            provenance="synthetic",
        )
        Directory(self.store).add(record, partner.key.jwks, now=NOW)
        Clients(self.store).register(
            partner.client_id,
            organisation,
            name="A program",
            jwks=partner.key.jwks,
            scopes=scopes,
            now=NOW,
        )
        return Member(self, organisation, partner)


def site(external_id: str = "S1", **more: Any) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "name": "École du centre",
        "kind": "building",
        "provenance": "synthetic",
    } | more


def point(code: str = PRM, **more: Any) -> dict[str, Any]:
    return {
        "scheme": "prm",
        "code": code,
        "personal_data": "none",
        "provenance": "synthetic",
    } | more


def series(code: str = PRM, **more: Any) -> dict[str, Any]:
    return {
        "supply_point": f"prm:{code}",
        "quantity": "active_power",
        "form": "mean_power",
        "unit": "W",
        "provenance": "synthetic",
    } | more


def cabinet(external_id: str = "A1", **more: Any) -> dict[str, Any]:
    return {"external_id": external_id, "provenance": "synthetic"} | more


light_point = cabinet


def profile(**more: Any) -> dict[str, Any]:
    return {"format": "enedis-hdm-curve", "profile": {"stamp": "end"} | more}


def curve(series_id: str, n: int = 48, **more: Any) -> dict[str, Any]:
    return {
        "series": series_id,
        "start": "2026-11-01T00:00:00Z",
        "step": "PT30M",
        "unit": "W",
        "values": [1000 + i for i in range(n)],
    } | more


def consent(supply_point: str, **more: Any) -> dict[str, Any]:
    return {
        "subject": "6d1f0c8a4b7e42d3a9c5f1e2b3a49788",
        "supply_points": [supply_point],
        "purpose": "joint_purchase",
        "granularity": "half_hour",
        "given_at": "2026-01-01T00:00:00Z",
    } | more


def perimeter(*sites: str, **more: Any) -> dict[str, Any]:
    return {"name": "Écoles du centre", "sites": list(sites)} | more


def january(series_id: str) -> dict[str, Any]:
    """The mean power of a month that is over, in one value."""
    start = "2024-12-31T23:00:00Z"
    return {"series": series_id, "start": start, "step": "P1M", "unit": "W", "values": [1000]}


def cell_scheme(**more: Any) -> dict[str, Any]:
    """One commune, its own lighting and buildings attested."""
    below = [
        {"id": name, "name": name, "parent": "commune", "category": name, "movements": False}
        for name in ("residential", "professional", "public_body")
    ]
    commune = {"id": "commune", "name": "Custines", "insee_code": "54430"}
    moving = {"id": "mouvements", "name": "x", "parent": "commune", "movements": True}
    return {"title": "Commune", "cells": [commune, *below, moving], "own_points": True} | more


def sums(scheme: str, **more: Any) -> dict[str, Any]:
    return {"scheme": scheme, "energy": "electricity", "period": "2025-01"} | more


def terms(owner: Member, recipient: Member, **more: Any) -> dict[str, Any]:
    return {
        "owner": owner.organisation,
        "recipient": recipient.organisation,
        "title": "Achat groupé 2027",
        "datasets": ["consumption", "assets"],
        "selector": {"cabinets": ["cab_0000000000"]},
        "granularity": "day",
        "purpose": "joint_purchase",
        "legal_basis": "contract",
        "data_period": {"start": "2020-01-01T00:00:00Z"},
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2036-01-01T00:00:00Z",
        "retention_days": 365,
    } | more


HOOK = "https://10.0.0.1/hook"
"""An address that nothing is ever sent to: the guard of outgoing calls refuses it."""


def webhook(member: Member, url: str = HOOK) -> str:
    """A webhook of *member*, as if its address had echoed; always the same identifier."""
    caller = Principal(
        client_id=member.partner.client_id, organisation=member.organisation, scopes=frozenset()
    )
    with member.place.store.write() as session:
        at = head(session)
        hook = Hook(
            id=f"wh_{member.organisation.encode().hex()}",
            owner=member.organisation,
            client=caller.client_id,
            url=url,
            signature="v1a",
            kinds=(),
            generation=1,
            fingerprint="",
            previous_until=None,
            disabled=None,
            epoch=at.epoch,
            seq=at.n,
            created_at=NOW,
        )
        keys: WebhookKeys = member.place.app.state.house.trust.webhooks.keys
        hook = replace(hook, fingerprint=keys.fingerprint(hook))
        save_webhook(permit_own_data(caller, action="write", now=NOW), session, hook)
    return hook.id


def alert(
    member: Member,
    series: str,
    cabinet: str | None = "A1",
    sign: str = "3",
    point: str | None = None,
) -> str:
    """An alert of *member*, as if its curve had told of dark nights; its number is all *sign*.

    *point*, without a cabinet: of that delivery point, as if its base had risen.
    """
    caller = Principal(client_id="watch", organisation=member.organisation, scopes=frozenset())
    made = StoredAlert(
        id=f"alr_{sign * 20}",
        owner=member.organisation,
        series=series,
        cabinet=cabinet,
        supply_point=point,
        provenance="synthetic",
        fault="dark" if point is None else "base",
        state="open",
        first_night=date(2026, 11, 2),
        said_night=date(2026, 11, 3),
        last_night=date(2026, 11, 20),
        value=0.0 if point is None else 3900.0,
        expected=3600.0 if point is None else 3000.0,
        unit="W",
        nights=19,
        kwh_night=-46.8 if point is None else 21.6,
        kwh=-889.2 if point is None else 410.4,
        sure=point is None,
        changed_at=NOW,
    )
    with member.place.store.write() as session:
        insert_alert(permit_own_data(caller, action="write", now=NOW), session, made)
    return made.id


BUDGET_LINE = {
    "member": "Commune", "service": "Écoles", "point": f"prm:{PRM}", "year": 2026, "eur": "100.00",
    "vat_included": True,
}  # fmt: skip


def budget(member: Member) -> None:
    """A line of a budget of *member*, and twelve bills of its point."""
    first = [date(2025 + (n > 2), (n + 9) % 12 + 1, 1) for n in range(13)]
    bills: list[Record] = [
        PeriodEnergy(
            name="École", supply_point=f"prm:{PRM}", from_date=starts, to_date=ends,
            energy_kwh=Decimal(300), cost_eur=Decimal(60), vat_included=True,
            provenance="synthetic",
        )
        for starts, ends in pairwise(first)
    ]  # fmt: skip
    member.deposited("factures.csv", written(bills, "template-monthly-energy"))
    member.put("/v1/budget/lines", {"lines": [BUDGET_LINE]})


@dataclass(frozen=True)
class Furnished:
    """A member with one of everything; a partner it shares with; and a stranger."""

    place: Place
    owner: Member
    partner: Member
    stranger: Member
    ids: dict[str, str]
    """Noun → the identifier of the owner's one."""


def furnish(place: Place) -> Furnished:
    """Everything a route may name, owned by one member; all but the light point is shared."""
    owner, partner, stranger = (place.member(f"org-{name}") for name in ("one", "two", "three"))
    ids = _declared(owner)
    ids["batch"] = owner.post("/v1/curves", curve(ids["series"])).json()["id"]
    ids["profile"] = owner.put("/v1/profiles/linky", profile()).json()["name"]
    ids["consent"] = owner.post("/v1/consents", consent(ids["supply_point"])).json()["id"]
    ids["perimeter"] = owner.put("/v1/perimeters", perimeter(ids["site"])).json()["id"]
    ids["alert"] = alert(owner, ids["series"])
    ids |= contracting.furnished(owner)
    budget(owner)
    ids |= buying.furnished(owner, partner)
    ids |= maintaining.furnished(owner, "A1")
    ids |= lighting.furnished(owner, (owner.organisation, "A1", "54430", "L1"))
    covered = {"sites": [ids["site"]], "cabinets": [ids["cabinet"]]}
    ids["agreement"] = active(
        owner,
        partner,
        selector=covered | {"purchases": [ids["group"]]},
        datasets=["consumption", "assets", "needs"],
    )
    ids["deposit"] = owner.deposited("juin.csv", written([half_hours(JUNE)], "curves-csv"))
    ids["export"], ids["receipt"] = owner.exported("sites")
    ids["scheme"] = owner.put("/v1/cell-schemes/communes", cell_scheme()).json()["id"]
    owner.post("/v1/curves", january(ids["series"]))
    released = owner.post("/v1/releases", sums(ids["scheme"]))
    assert released.status_code == 201, released.text
    ids["release"] = released.json()["id"]
    opened = {"granularity": "aggregate", "cell_scheme": ids["scheme"]}
    ids["sums"] = active(owner, partner, selector=covered, datasets=["consumption"], **opened)
    # record 0 of the journal: the first organisation came into the directory
    ids |= {"record": "0", "webhook": webhook(owner)}
    return Furnished(place, owner, partner, stranger, ids)


def _declared(owner: Member) -> dict[str, str]:
    ids = {}
    (ids["site"],) = owner.made("/v1/sites", site(insee_code="54430"))
    lighting = point(site="S1", usage="public_lighting")
    (ids["supply_point"],) = owner.made("/v1/supply-points", lighting)
    (ids["series"],) = owner.made("/v1/series", series())
    (ids["cabinet"],) = owner.made("/v1/cabinets", cabinet())
    (ids["light_point"],) = owner.made("/v1/light-points", light_point("L1", cabinet="A1"))
    return ids


def active(owner: Member, recipient: Member, **more: Any) -> str:
    """An agreement in force, signed by both."""
    answer = owner.post("/v1/agreements", terms(owner, recipient, **more))
    assert answer.status_code == 201, answer.text
    agreement = str(answer.json()["id"])
    for member, act in ((owner, "propose"), (recipient, "accept")):
        answer = member.act(agreement, act)
        assert answer.status_code == 200, answer.text
    return agreement
