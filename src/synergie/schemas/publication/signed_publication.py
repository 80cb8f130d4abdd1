"""What a publisher signs when sums are opened to everybody, and the digests in it (RFC 8785)."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import ConfigDict, Field

from synergie.schemas.publication.cell_scheme import CellId
from synergie.schemas.publication.open_publication import OpenState, OpenTerms, publication_id
from synergie.schemas.publication.release import PeriodText, ReleaseCell, SuppressionLine
from synergie.schemas.publication.release_bytes import digest_of
from synergie.schemas.wire import Wire
from synergie.units import Id, Many, OrganisationId, Sha256, Text

PUBLICATION_TYPE = "synergie-publication+jwt"
"""`typ` of the JWS by which an organisation opens sums to everybody."""

_SUM = {
    "cell", "name", "parent", "insee_code", "category", "movements", "n_points", "energy_wh",
}  # fmt: skip
"""What of a sum is signed. Never changed: signatures stand on it."""

_Version = Annotated[int, Field(ge=1)]
_Acts = Annotated[int, Field(ge=0)]


class HiddenCell(Wire):
    """A cell that is not told, as everybody reads it: without why."""

    cell: CellId
    """The cell within its scheme."""
    name: Text
    """What people call it."""


class PublicCells(Wire):
    """The sums of one version as each of its files holds them."""

    cells: Many[ReleaseCell]
    """What is told, in the order of the tree."""
    hidden: Many[HiddenCell]
    """What is not."""


class PublicationSeen(Wire):
    """What a signer is shown before they sign; `seen_sha256` is its digest."""

    terms: OpenTerms
    """Title, description, licence and whom to ask."""
    period: PeriodText
    """The civil month or year."""
    cells: Many[ReleaseCell]
    """The sums that everybody would read."""
    hidden: Many[SuppressionLine]
    """What would be hidden, and why: told to the publisher only."""
    agreements: Many[Text]
    """The agreements that the sums stand on. Empty: the publisher's own data."""
    before: Id | None
    """The release that holds these sums: computed once, recorded, and never computed again for the
    signature. Null: a file of before."""
    state: OpenState | None
    """The state of the publication. Null: nothing was signed yet."""
    coming_back: Annotated[int, Field(ge=0)]
    """Past versions that would be open again."""


class PublicationToSign(Wire):
    """A publication as a file, to be signed away from every server (`synergie publication sign`).

    Each digest is made again from what stands beside it before anything is signed.
    """

    publication: Id
    """Which publication."""
    org: OrganisationId
    """The organisation that publishes."""
    version: _Version
    """The version that this period would have."""
    acts: _Acts
    """How many acts on the publication came before."""
    seen: PublicationSeen
    """What is shown to the signer."""
    cells_sha256: Sha256
    """SHA-256 of the RFC 8785 bytes of the sums as everybody would read them."""
    seen_sha256: Sha256
    """SHA-256 of the RFC 8785 bytes of `seen`. Never signed: why a cell is hidden could be guessed
    from it."""


class PublicationClaims(Wire):
    """What the signature of a publication says; the members of the JWS."""

    model_config = ConfigDict(extra="ignore")  # RFC 7519 §4: a later version may tell more

    publication: Id
    """Which publication: the scheme and the energy."""
    org: OrganisationId
    """The organisation that publishes, whose key signs."""
    period: PeriodText
    """The civil month or year."""
    version: _Version
    """The version of that period."""
    terms: OpenTerms
    """Title, description, licence and whom to ask, as they were signed."""
    cells_sha256: Sha256
    """SHA-256 of the RFC 8785 bytes of the sums, as each file of the version holds them."""
    acts: _Acts
    """How many acts on the publication came before: it is good for this one, and no later one."""
    iat: Annotated[int, Field(ge=0)]
    """When it was signed, seconds since 1970."""


def public_cells(cells: Iterable[ReleaseCell], hidden: Iterable[SuppressionLine]) -> PublicCells:
    """What everybody reads of sums and of what was hidden."""
    bare = tuple(HiddenCell(cell=line.cell, name=line.name) for line in hidden)
    return PublicCells(cells=tuple(cells), hidden=bare)


def cells_digest(told: PublicCells) -> str:
    """SHA-256, in hexadecimal, of the RFC 8785 bytes of sums as everybody reads them.

    BadInput for a sum that RFC 8785 does not tell exactly.
    """
    return digest_of(
        {
            "cells": [one.model_dump(mode="json", include=_SUM) for one in told.cells],
            "hidden": [{"cell": one.cell, "name": one.name} for one in told.hidden],
        }
    )


def compute_publication_digest(seen: PublicationSeen) -> str:
    """SHA-256, in hexadecimal, of the RFC 8785 bytes of what is shown: the same while it is."""
    return digest_of(seen.model_dump(mode="json"))


def to_sign(org: str, version: int, seen: PublicationSeen, *, acts: int) -> PublicationToSign:
    """The file for the signer of *org*, its digests made from *seen*; *acts* came before."""
    return PublicationToSign(
        publication=publication_id(seen.terms.scheme, seen.terms.energy),
        org=org,
        version=version,
        acts=acts,
        seen=seen,
        cells_sha256=cells_digest(public_cells(seen.cells, seen.hidden)),
        seen_sha256=compute_publication_digest(seen),
    )


def claims_for(paper: PublicationToSign, iat: int) -> PublicationClaims:
    """What is signed of *paper* at *iat*, seconds since 1970."""
    return PublicationClaims(
        publication=paper.publication,
        org=paper.org,
        period=paper.seen.period,
        version=paper.version,
        terms=paper.seen.terms,
        cells_sha256=paper.cells_sha256,
        acts=paper.acts,
        iat=iat,
    )
