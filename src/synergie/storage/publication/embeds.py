"""Figures of open datasets that organisations show on their own sites."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import col

from synergie.policy import Permit
from synergie.storage.publication.publication_tables import EmbedRow
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """One figure: of which open dataset, who published it, which sites may frame it.

    `revoked_at` None: it was not revoked.
    """

    id: str
    owner: str
    client: str
    dataset: str
    sites: tuple[str, ...]
    lang: Literal["fr", "en"]
    published_at: datetime
    revoked_at: datetime | None = None


def save_embed(permit: Permit, session: Session, embed: Embed) -> None:
    """Keep a new figure, or that it is revoked."""
    own_write(permit)
    session.merge(
        EmbedRow(
            id=embed.id,
            owner=permit.owner,
            client=embed.client,
            dataset=embed.dataset,
            sites=" ".join(embed.sites),
            lang=embed.lang,
            published_at=embed.published_at,
            revoked_at=embed.revoked_at,
        )
    )
    session.flush()


def list_embeds(permit: Permit, session: Session) -> list[Embed]:
    """Those of the permit's owner, the newest first, revoked ones too."""
    some = scoped_select(permit, EmbedRow).order_by(
        col(EmbedRow.published_at).desc(), col(EmbedRow.id)
    )
    return _build_embeds(session.exec(some).all())


def find_embed(permit: Permit, session: Session, embed: str) -> Embed | None:
    """One that the permit opens; None: there is none."""
    one = scoped_select(permit, EmbedRow).where(col(EmbedRow.id) == embed)
    return next(iter(_build_embeds(session.exec(one).all())), None)


def _build_embeds(rows: Sequence[EmbedRow]) -> list[Embed]:
    return [
        Embed(
            id=row.id,
            owner=row.owner,
            client=row.client,
            dataset=row.dataset,
            sites=tuple(row.sites.split()),
            lang="en" if row.lang == "en" else "fr",
            published_at=row.published_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
    ]
