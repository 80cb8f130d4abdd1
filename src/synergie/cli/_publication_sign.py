"""A publication in a file, read whole before it is signed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from synergie.cli._files import load
from synergie.cli._offline import signer
from synergie.cli._texts import _, number
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.schemas.signed_publication import PublicationToSign

LICENCES = {"etalab-2.0": "Licence Ouverte 2.0", "odbl-1.0": "ODbL 1.0"}
"""Names of the licences, the same in both languages."""


def to_read(file: Path, org: str) -> "PublicationToSign":
    """The publication of *org* in *file*, each digest made again of what stands beside it.

    BadInput otherwise: nothing is signed that was not read.
    """
    from synergie.schemas.signed_publication import PublicationToSign, to_sign

    one = load(file, PublicationToSign)
    again = to_sign(one.org, one.version, one.seen, acts=one.acts)
    for name in ("publication", "cells_sha256", "seen_sha256"):
        found, made = getattr(one, name), getattr(again, name)
        if found != made:
            raise BadInput(f"{file.name} /{name}", found, str(made))
    if one.org != org:
        raise BadInput("--org", org, "the organisation that publishes")
    return one


def described(one: "PublicationToSign") -> Iterator[str]:
    """What is about to be signed, line by line: each sum, and each cell that is hidden."""
    terms = one.seen.terms
    text = _("{} opens “{}” to everybody, period {}, version {}, under {}")
    yield text.format(one.org, terms.title, one.seen.period, one.version, LICENCES[terms.licence])
    yield terms.description
    yield _("whom to ask: {}").format(terms.contact)
    for cell in one.seen.cells:
        told = _("shown: {} ({}), {} points, {} Wh")
        yield told.format(cell.name, cell.cell, number(cell.n_points), number(cell.energy_wh))
    for line in one.seen.hidden:
        yield _("hidden: {} ({})").format(line.name, line.cell)
    yield _("digest of the figures (SHA-256): {}").format(one.cells_sha256)


def signature(one: "PublicationToSign", key: Path) -> str:
    """The signature under *one* by the private key in *key*: a compact JWS."""
    from synergie.schemas.signed_publication import PUBLICATION_TYPE, claims_for

    auth = signer(one.org, key)
    return auth.prove(PUBLICATION_TYPE, claims_for(one, int(auth.clock())).model_dump(mode="json"))
