"""A territory to try everything on: a real server, people to log in as, things to do, then nothing.

All of it stands in one temporary folder, which goes with the command that made it.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from synergie.client import Client
from synergie.demo.accords import sign_all
from synergie.demo.contracting import leave_contract_to_sign, play_contract
from synergie.demo.files import list_votes, write_bills
from synergie.demo.folder import Folder, recreate_folder
from synergie.demo.house import running
from synergie.demo.late import write_flow
from synergie.demo.left import note_server, open_temporary_folder
from synergie.demo.partners import Partner, enrol_partners
from synergie.demo.screen import Screen
from synergie.demo.sending import Sender
from synergie.demo.shared_plans import compare_together, plan_together, to_sign
from synergie.exchange.assets.holdings import Holdings
from synergie.exchange.trust.accounts import Accounts, Browser, Spans, principal_of
from synergie.exchange.trust.held_keys import SigningKeyCustody
from synergie.samples import EPCI, LIGHTING, Territory, territory
from synergie.schemas.trust.account import Role
from synergie.schemas.trust.agreement import Agreement
from synergie.server.keyring import Keyring
from synergie.storage.store import Store

PREFIX = "synergie-essai-"
"""How the names of its folders begin."""
SEED = 54
"""The seed of the territory, as in the demonstration."""
LINK_HOURS = 12
"""Hours that the log-in links hold."""

PEOPLE: tuple[tuple[str, Role, str], ...] = (
    (EPCI, "reader", "élue en charge de l'énergie (essai)"),
    (EPCI, "agent", "la personne chargée de l'énergie (essai)"),
    (EPCI, "signer", "la personne qui signe les accords (essai)"),
    (EPCI, "keeper", "la personne qui tient les comptes (essai)"),
    (LIGHTING, "signer", "la personne chargée de l'éclairage au syndicat (essai)"),
)
"""Organisation, role and function of those who may log in."""

_SPANS = Spans(
    link=timedelta(hours=LINK_HOURS), idle=timedelta(minutes=30), whole=timedelta(hours=10)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Somebody whose place you may take, once."""

    organisation: str
    role: Role
    label: str
    link: str
    """Address that logs in, good once."""
    session: str = ""
    """What the cookie of its browser holds in the guided tour; "": there is none."""

    def as_json(self) -> dict[str, str]:
        """The same for programs."""
        return {
            "organisation": self.organisation,
            "role": self.role,
            "label": self.label,
            "link": self.link,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """What stands, and what there is to do."""

    url: str
    folder: Path
    """All of it; gone at the end."""
    seats: tuple[Seat, ...]
    missing: Path
    """The file that a late flow waits for."""
    flow: str
    """What people call that flow."""
    to_sign: Agreement
    """An agreement that waits for the community's signature."""
    contract: str
    """A performance contract that waits for the lighting syndicate's signature."""
    campaign: str
    """A joint maintenance whose plan waits for answers."""
    study: str
    """A comparison of lighting scenarios."""
    partner: Partner
    """A program with its keys, to call the API."""

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "url": self.url,
            "folder": str(self.folder),
            "seats": [seat.as_json() for seat in self.seats],
            "missing_file": str(self.missing),
            "flow": self.flow,
            "agreement_to_sign": self.to_sign.id,
            "contract_to_sign": self.contract,
            "campaign": self.campaign,
            "lighting_study": self.study,
            "client": self.partner.client_id,
            "key": str(self.partner.key),
        }


@contextmanager
def open_sandbox(
    *, whole: bool, screen: Screen, now: datetime, guided: bool = False
) -> Iterator[Sandbox]:
    """A sandbox until the block ends; *whole*: thirteen communes instead of three.

    *guided*: each seat has a session for the guided tour, too.

    Its folder is removed in any case; when it is killed, by the next one. Misconfigured when the
    server does not start.
    """
    with open_temporary_folder(PREFIX) as place:
        screen.step("Territoire : tirage des données synthétiques")
        drawn = territory(seed=SEED, fast=not whole)
        folder = recreate_folder(place / "essai")
        partners = enrol_partners(folder, drawn, now=now)
        screen.step("Serveur : démarrage")
        with running(folder, lambda pid: note_server(place, pid)) as url, ExitStack() as stack:
            clients = {name: stack.enter_context(one.client(url)) for name, one in partners.items()}
            stage = _Stage(folder, drawn, partners, clients, screen, guided)
            yield stage.set(url, fast=not whole, now=now)


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where the sandbox is put together."""

    folder: Folder
    whole: Territory
    partners: Mapping[str, Partner]
    clients: Mapping[str, Client]
    screen: Screen
    guided: bool

    def set(self, url: str, *, fast: bool, now: datetime) -> Sandbox:
        """Everything that there is to see and to do."""
        for name, partner in self.partners.items():
            self.screen.step(f"Dépôts : {partner.organisation.name}")
            Sender(partner, self.clients[name], self.whole, self.screen).send()
        self.screen.step("Un flux en retard")
        missing = self._late(now)
        self.clients[EPCI].deposit(write_bills(self.folder.partner(EPCI), self.whole, now=now))
        self.clients[EPCI].budgets.replace(list_votes(self.whole))
        self.screen.step("Accords, plan et comparaison")
        signed = sign_all(self.clients, now=now)
        play_contract(self.clients, self.partners, self.whole, signed, now=now)
        return Sandbox(
            url=url,
            folder=self.folder.root,
            seats=self._seats(url, now),
            missing=missing,
            flow="R50",
            to_sign=to_sign(self.clients, now=now),
            contract=leave_contract_to_sign(self.clients[LIGHTING], self.whole),
            campaign=plan_together(self.clients, now=now),
            study=compare_together(self.clients, fast=fast, now=now),
            partner=self.partners[EPCI],
        )

    def _late(self, now: datetime) -> Path:
        place = self.folder.root / "a-deposer"
        place.mkdir()
        came, missing = write_flow(self.folder.partner(EPCI), place, self.whole, now=now)
        self.clients[EPCI].deposit(came)
        return missing

    def _seats(self, url: str, now: datetime) -> tuple[Seat, ...]:
        """People who may log in; those who sign find their organisation's key held."""
        root = Keyring.open(self.folder.server / "keys").secret_for("held-keys")
        store = Store.open(self.folder.store_url)
        try:
            desk, keys, seats = Accounts(store, _SPANS), SigningKeyCustody(store, root), []
            for organisation, role, label in PEOPLE:
                made = desk.add(organisation, label, role, by=None, now=now)
                session = self._begin_session(desk, made.id, now) if self.guided else ""
                token = desk.link(made.id, by=None, now=now)
                link = f"{url}/entrer/lien?jeton={token}"
                seats.append(
                    Seat(organisation=organisation, role=role, label=label, link=link,
                         session=session)
                )  # fmt: skip
                if role == "signer":
                    keys.make(principal_of(made), now=now)
            Holdings(store).count(now=now)  # or the first to look would see sums that wait
            return tuple(seats)
        finally:
            store.close()

    @staticmethod
    def _begin_session(desk: Accounts, account: str, now: datetime) -> str:
        token = desk.link(account, by=None, now=now)
        return desk.enter(token, browser=Browser(), now=now).token
