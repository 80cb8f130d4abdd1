"""A public sandbox: a synthetic territory, and for whoever asks a body with keys, for a few hours.

Nothing in it is anybody's: the operator's process makes it, and removes all of it on schedule. Keys
are made here and given once, which is right for a trial and for nothing else.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from synergie.client.auth import Auth
from synergie.client.keys import Jwk, new_key, public_jwks
from synergie.errors import Overloaded, TooManyRequests
from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.accounts import Accounts, principal_of
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.held_keys import SigningKeyCustody
from synergie.exchange.trust.organisations import Directory
from synergie.policy import Principal
from synergie.samples import EPCI, Holding, Territory, YearCurve, territory, year_curves
from synergie.schemas.readings.curve import Curve
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.agreement import Agreement, Party, Period, Selector, Terms
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store

GIVEN = tuple(scope for scope in SCOPES if scope != "webhooks:write")
"""What a program of a newcomer may ask for: all but to have this server call somewhere."""
DAYS = 30
"""Days of readings that the territory holds."""
POINTS = 6
"""Street lighting points whose readings newcomers may see."""

_OPERATOR = "synergie-sandbox"
_FULL_S = 600.0
_UNUSED = timedelta(hours=1)
"""After which a place that nobody used is given back."""
_LAW = "code général des collectivités territoriales, article L.2212-2 (éclairage des voies)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What a newcomer gets, once: who it is, with which keys, and what it may read at once."""

    organisation: str
    client_id: str
    key: Jwk = field(repr=False)
    """The private key of its program and of its signature. It is shown nowhere again."""
    scopes: tuple[str, ...]
    agreement: str
    """An agreement in force that opens readings of the territory to it."""
    link_token: str = field(repr=False)
    """What the one-time link of its keeper holds."""
    ends_at: datetime
    """When all of it is removed."""


@dataclass(slots=True)
class _Place:
    """One newcomer, where it came from, and whether it came back with what it was given."""

    organisation: str
    source: str
    since: datetime
    keeper: str | None = None
    used: bool = False

    def is_unused(self, now: datetime) -> bool:
        """Whether nobody came with its keys within an hour."""
        return not self.used and now - self.since >= _UNUSED


@dataclass(slots=True)
class Sandbox:
    """The sandbox of one season: from a start with nothing until all is removed at `ends_at`."""

    store: Store
    accounts: Accounts
    held: SigningKeyCustody
    issuer: str
    ends_at: datetime
    most: int
    """Most newcomers at once; one more is told to come back."""
    each: int
    """Most newcomers at once from one source."""
    _key: Jwk = field(default_factory=new_key, repr=False)
    _points: tuple[str, ...] = ()
    _places: dict[str, "_Place"] = field(default_factory=dict)
    """By organisation."""
    _counting: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def build_territory(self, *, now: datetime) -> None:
        """The territory: its bodies, their things, and readings of the last days."""
        whole = territory(fast=True)
        for body in whole.organisations:
            keys = public_jwks(self._key) if body.id == EPCI else None
            Directory(self.store).add(body, keys, now=now)
        ground = _TerritoryContent(self.store, whole, now)
        self._points = ground.laid()

    def admit(self, *, source: str, now: datetime) -> Handed:
        """A new body with a program, a keeper, and an agreement, for a caller at *source*.

        A place that nobody used for an hour is given back first, its program and its keeper shut.
        TooManyRequests when that source has its places, Overloaded when all are taken.
        """
        name, key = f"essai-{token_hex(5)}", new_key()
        for unused in self._take_place(name, source, now):
            self._shut(unused, now)
        client_id = f"{name}-programme"
        Directory(self.store).add(_build_sandbox_organisation(name), public_jwks(key), now=now)
        Clients(self.store).register(
            client_id, name, name=client_id, jwks=public_jwks(key), scopes=GIVEN, now=now
        )
        keeper = self.accounts.add(name, "la personne qui essaie", "keeper", by=None, now=now)
        self._places[name].keeper = keeper.id
        self.held.bring(principal_of(keeper), json.dumps(key), now=now)
        return Handed(
            organisation=name,
            client_id=client_id,
            key=key,
            scopes=GIVEN,
            agreement=self._agreed(name, key, now).id,
            link_token=self.accounts.link(keeper.id, by=None, now=now),
            ends_at=self.ends_at,
        )

    def keep_place(self, organisation: str) -> None:
        """Note that a newcomer came with its program or its keeper: its place stays its own."""
        place = self._places.get(organisation)
        if place is not None:
            place.used = True

    def _take_place(self, name: str, source: str, now: datetime) -> list["_Place"]:
        """Take a place for *name*; those that were given back, unused."""
        with self._counting:
            unused = [one for one in self._places.values() if one.is_unused(now)]
            for one in unused:
                del self._places[one.organisation]
            if len(self._places) >= self.most:
                raise Overloaded(_FULL_S)
            if sum(one.source == source for one in self._places.values()) >= self.each:
                raise TooManyRequests(_UNUSED.total_seconds())
            self._places[name] = _Place(name, source, now)
            return unused

    def _shut(self, place: "_Place", now: datetime) -> None:
        Clients(self.store).disable(f"{place.organisation}-programme", now=now)
        if place.keeper is not None:
            self.accounts.close(place.keeper, by=None, now=now)

    def _agreed(self, recipient: str, key: Jwk, now: datetime) -> Agreement:
        """Readings of the territory's lighting, opened to *recipient* and signed by both."""
        book, owner, other = (
            Agreements(self.store),
            _build_sandbox_caller(EPCI),
            _build_sandbox_caller(recipient),
        )
        made = book.draft(
            owner, _build_sandbox_terms(recipient, self._points, now, self.ends_at), now=now
        )
        ours = self._signature(self._key, made, "owner", now=now)
        book.act(owner, made.id, "propose", signature=ours, now=now)
        theirs = self._signature(key, made, "recipient", now=now)
        return book.act(other, made.id, "accept", signature=theirs, now=now)

    def _signature(
        self, key: Mapping[str, Any], made: Agreement, role: Party, *, now: datetime
    ) -> str:
        body = made.terms.owner if role == "owner" else made.terms.recipient
        auth = Auth(key, body, self.issuer, clock=now.timestamp)
        return auth.sign(made, role, body)


@dataclass(frozen=True, slots=True)
class _TerritoryContent:
    """What the territory's community holds, put into the store."""

    store: Store
    whole: Territory
    now: datetime

    def laid(self) -> tuple[str, ...]:
        """The lighting points whose readings are there."""
        mine, caller, now = self.whole.holding(EPCI), _build_sandbox_caller(EPCI), self.now
        Sites(self.store).publish(caller, mine.sites, now=now)
        points = SupplyPoints(self.store).publish(caller, mine.supply_points, now=now)
        series = SeriesBook(self.store).publish(caller, mine.series, now=now)
        Cabinets(self.store).publish(caller, mine.cabinets, now=now)
        LightPoints(self.store).publish(caller, mine.light_points, now=now)
        chosen = _select_lighting_points(mine)
        keys = {record.supply_point: record.external_id for record in mine.series}
        ids = {item.external_id: item.id for item in series.items}
        curves = [
            curve
            for year in sorted({(now - timedelta(days=DAYS)).year, now.year})
            for whole in year_curves(self.whole, EPCI, year=year)
            if whole.supply_point in chosen
            for curve in _list_last_days(whole, ids[keys[whole.supply_point]], now)
        ]
        Curves(self.store).deposit(caller, curves, onces=[None] * len(curves), now=now)
        return tuple(item.id for item in points.items if item.external_id in chosen)


def _select_lighting_points(mine: Holding) -> frozenset[str]:
    """The first street lighting points, by their keys."""
    lights = [one.external_id for one in mine.supply_points if one.usage == "public_lighting"]
    return frozenset(lights[:POINTS])


def _list_last_days(year: YearCurve, series: str, now: datetime) -> Sequence[Curve]:
    """The last days of *year*, if it has any of them."""
    step = timedelta(minutes=30 if year.step == "PT30M" else 10)
    first = max(0, (now - timedelta(days=DAYS) - year.start) // step)
    last = min(len(year.values), (now - year.start) // step)
    if last <= first:
        return ()
    start = year.start + first * step
    values: list[int | float | None] = [*year.values[first:last]]
    return (Curve(series=series, start=start, step=year.step, unit="W", values=values),)


def _build_sandbox_organisation(name: str) -> Organisation:
    return Organisation(
        id=name,
        name=f"{name} (fictif)",
        kind="company",
        siren=None,
        insee_code=None,
        parent=None,
        provenance="synthetic",
    )


def _build_sandbox_caller(organisation: str) -> Principal:
    return Principal(client_id=_OPERATOR, organisation=organisation, scopes=frozenset(SCOPES))


def _build_sandbox_terms(
    recipient: str, points: tuple[str, ...], now: datetime, ends_at: datetime
) -> Terms:
    return Terms(
        owner=EPCI,
        recipient=recipient,
        title="Essai : éclairage de points fictifs, à la demi-heure",
        datasets=("consumption", "assets"),
        selector=Selector(supply_points=points),
        granularity="half_hour",
        purpose="energy_monitoring",
        legal_basis="public_task",
        legal_reference=_LAW,
        data_period=Period(start=now - timedelta(days=2 * DAYS)),
        valid_from=now - timedelta(minutes=1),
        valid_until=max(ends_at, now + timedelta(hours=1)),
        retention_days=1,
    )
