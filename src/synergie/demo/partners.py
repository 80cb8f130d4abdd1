"""Three organisations with their own keys, known to the server by its operator's acts."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from synergie.client import Auth, Client
from synergie.client.keys import load_key, new_key, public_jwks, save_key
from synergie.demo.folder import Folder
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.organisations import Directory
from synergie.samples import Territory
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store

TIMEOUT_S = 120.0
"""How long one request of the demonstration may take on a slow machine, seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """One organisation with the keys of its program and of its signature, in its own folder."""

    organisation: Organisation
    client_id: str
    folder: Path

    @property
    def key(self) -> Path:
        """Private key of its program."""
        return self.folder / "cle.json"

    @property
    def signing_key(self) -> Path:
        """Private key that signs its agreements."""
        return self.folder / "cle-signature.json"

    def client(self, url: str) -> Client:
        """A client of the server at *url* that acts for this organisation."""
        auth = Auth.from_files(
            key=self.key,
            client_id=self.client_id,
            issuer=url,
            signing_key=self.signing_key,
            organisation=self.organisation.id,
        )
        return Client(url, auth, timeout=TIMEOUT_S)


def enrol_partners(folder: Folder, whole: Territory, *, now: datetime) -> dict[str, Partner]:
    """Each holder of *whole* with new keys, registered with every scope; by organisation.

    The communes enter the directory too, without keys: they act through their groupings.
    """
    holders = {holding.owner for holding in whole.holdings}
    partners = {o.id: _build_partner(folder, o) for o in whole.organisations if o.id in holders}
    store = Store.open(folder.store_url)
    try:
        for organisation in whole.organisations:
            _register_partner(store, organisation, partners.get(organisation.id), now=now)
    finally:
        store.close()
    return partners


def _build_partner(folder: Folder, organisation: Organisation) -> Partner:
    place = folder.partner(organisation.id)
    place.mkdir(parents=True, mode=0o700)
    partner = Partner(organisation=organisation, client_id=f"{organisation.id}-demo", folder=place)
    for path in (partner.key, partner.signing_key):
        save_key(new_key("ES256"), path)
    return partner


def _register_partner(
    store: Store, organisation: Organisation, partner: Partner | None, *, now: datetime
) -> None:
    if partner is None:
        Directory(store).add(organisation, now=now)
        return
    Directory(store).add(organisation, public_jwks(load_key(partner.signing_key)), now=now)
    Clients(store).register(
        partner.client_id,
        organisation.id,
        name=f"Démonstration, {organisation.name}",
        jwks=public_jwks(load_key(partner.key)),
        scopes=SCOPES,
        now=now,
    )
