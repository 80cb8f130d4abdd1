"""Figures that an organisation shows on its own site, each at a signed address that it can revoke.

A figure is that of an open dataset of its own, decided anew each time it is read: what the public
page hides or closes is hidden or closed here. The signature is a MAC of the figure's identifier:
an address that nobody was given is absent.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange.publication.publications_public import Dataset, PublicData
from synergie.policy import Permit, Principal, permit_own_data
from synergie.policy.publication.public import open_data
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage.publication.embeds import Embed, find_embed, list_embeds, save_embed
from synergie.storage.store import Session, Store
from synergie.storage.trust.journal.journal import Entry, append

__all__ = ["Embed", "EmbedRead", "Embeds", "parse_site_origins"]

MOST_EMBEDS = 200
"""Figures of one organisation that are not revoked."""
_MOST_SITES = 10
_MAC = 32
_ORIGIN = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)
_SITES = "1 to 10 addresses of sites such as https://www.ville.example, without a path"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedRead:
    """A figure as somebody reads it. `dataset` None: it is revoked, or its data are closed."""

    embed: Embed
    dataset: Dataset | None


@dataclass(frozen=True, slots=True)
class Embeds:
    """Figures of the caller's organisation; one transaction each. *secret* signs addresses."""

    store: Store
    public: PublicData
    secret: bytes

    def publish(
        self,
        caller: Principal,
        dataset: str,
        sites: str,
        *,
        lang: Literal["fr", "en"],
        now: datetime,
    ) -> Embed:
        """Show the figure of *dataset* on *sites*, origins with spaces between them.

        NotFound for a dataset that is not open now, or another's; BadInput for what is no origin;
        Conflict when 200 are shown already.
        """
        origins = parse_site_origins(sites)
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            if self.public.dataset_in(session, dataset, now=now).publisher.id != permit.owner:
                raise NotFound
            shown = [one for one in list_embeds(permit, session) if one.revoked_at is None]
            if len(shown) >= MOST_EMBEDS:
                raise Conflict("200 figures", "fewer than 200")
            made = Embed(
                id=f"fig_{secrets.token_hex(10)}",
                owner=permit.owner,
                client=caller.client_id,
                dataset=dataset,
                sites=origins,
                lang=lang,
                published_at=now,
            )
            save_embed(permit, session, made)
            _record_embed_event(permit, session, caller, "figure.published", embed=made.id, now=now)
        return made

    def list_own(self, caller: Principal, *, now: datetime) -> list[Embed]:
        """Those of the caller's organisation, the newest first, revoked ones too."""
        with self.store.read() as session:
            return list_embeds(permit_own_data(caller, action="read", now=now), session)

    def list_datasets(self, caller: Principal, *, now: datetime) -> list[Dataset]:
        """What the caller's organisation may show: its own datasets that are open now."""
        found = self.public.datasets(now=now)
        return [one for one in found if one.publisher.id == caller.organisation]

    def revoke(self, caller: Principal, embed: str, *, now: datetime) -> None:
        """Show a figure no more, from the next read on. NotFound for one that is not shown."""
        with self.store.write(essential=True) as session:
            permit = permit_own_data(caller, action="write", now=now)
            found = find_embed(permit, session, embed)
            if found is None or found.revoked_at is not None:
                raise NotFound
            save_embed(permit, session, replace(found, revoked_at=now))
            _record_embed_event(permit, session, caller, "figure.revoked", embed=found.id, now=now)

    def read(self, embed: str, signature: str, *, now: datetime) -> EmbedRead:
        """What stands at a signed address now. NotFound for an address that is not ours."""
        if not hmac.compare_digest(signature.encode(), self.sign(embed).encode()):
            raise NotFound
        with self.store.read() as session:
            found = find_embed(open_data(now=now), session, embed)
            if found is None:
                raise NotFound
            if found.revoked_at is not None:
                return EmbedRead(embed=found, dataset=None)
            try:
                dataset = self.public.dataset_in(session, found.dataset, now=now)
            except NotFound:
                return EmbedRead(embed=found, dataset=None)
        mine = dataset.publisher.id == found.owner
        return EmbedRead(embed=found, dataset=dataset if mine else None)

    def sign(self, embed: str) -> str:
        """The signature of its address."""
        return hmac.digest(self.secret, embed.encode(), sha256).hex()[:_MAC]


def parse_site_origins(text: str) -> tuple[str, ...]:
    """Origins of sites with spaces or lines between them: `https://host`, once each. BadInput."""
    found = tuple(dict.fromkeys(one.removesuffix("/") for one in text.casefold().split()))
    wrong = next((one for one in found if not _ORIGIN.fullmatch(one)), None)
    if wrong is not None or not 1 <= len(found) <= _MOST_SITES:
        raise BadInput("/sites", text if wrong is None else wrong, _SITES)
    return found


def _record_embed_event(
    permit: Permit,
    session: Session,
    caller: Principal,
    event: JournalEvent,
    *,
    embed: str,
    now: datetime,
) -> None:
    entry = Entry(
        event, by=permit.bearer, client=caller.client_id, owner=permit.owner, subjects=(embed,)
    )
    append(permit, session, entry, now=now)
