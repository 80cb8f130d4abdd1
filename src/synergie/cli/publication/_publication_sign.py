"""A publication in a file, read whole before it is signed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from synergie.cli._offline import build_org_auth
from synergie.cli.files import load_record
from synergie.cli.texts import _, format_number
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.schemas.publication.release import ReleaseCell
    from synergie.schemas.publication.signed_publication import PublicationToSign


def to_read(file: Path, org: str) -> "PublicationToSign":
    """The publication of *org* in *file*, each digest made again of what stands beside it.

    BadInput otherwise: nothing is signed that was not read.
    """
    from synergie.schemas.publication.signed_publication import PublicationToSign, to_sign

    one = load_record(file, PublicationToSign)
    try:
        again = to_sign(one.org, one.version, one.seen, acts=one.acts)
    except BadInput as error:
        raise error.at(file.name) from error
    for name in ("publication", "cells_sha256", "seen_sha256"):
        found, made = getattr(one, name), getattr(again, name)
        if found != made:
            raise BadInput(f"{file.name} /{name}", found, str(made))
    if one.org != org:
        raise BadInput("--org", org, one.org)
    return one


def describe_publication_to_sign(one: "PublicationToSign") -> Iterator[str]:
    """What is about to be signed, line by line: all that is in the signature, and what it does."""
    from synergie.schemas.publication.licences import LICENCES

    terms, licence = one.seen.terms, LICENCES[one.seen.terms.licence].name
    text = _("{} opens “{}” to everybody, period {}, version {}, under {}")
    yield text.format(one.org, terms.title, one.seen.period, one.version, licence)
    yield terms.description
    yield _("publication: {}; earlier acts on it: {}").format(one.publication, one.acts)
    yield _("whom to ask: {}").format(terms.contact)
    if terms.scheme_version is not None:
        yield _("version of the partition: {}").format(format_number(terms.scheme_version))
    if (extent := terms.extent) is not None:
        text = _("extent: from {} to {} degrees east, from {} to {} degrees north")
        yield text.format(extent.west, extent.east, extent.south, extent.north)
    for reference in one.seen.agreements:
        yield _("agreement that the points come from: {}").format(reference)
    if one.seen.coming_back:
        yield _("past versions that signing opens again: {}").format(
            format_number(one.seen.coming_back)
        )
    yield from _describe_figures(one)


def _describe_figures(one: "PublicationToSign") -> Iterator[str]:
    """Each sum with what is said of it, each cell that is hidden, and the digest of them all."""
    for cell in one.seen.cells:
        told = _("shown: {} ({}), {} points, {} Wh").format(
            cell.name, cell.cell, format_number(cell.n_points), format_number(cell.energy_wh)
        )
        yield "; ".join((told, *_list_cell_traits(cell)))
    for line in one.seen.hidden:
        yield _("hidden: {} ({})").format(line.name, line.cell)
    yield _("digest of the figures (SHA-256): {}").format(one.cells_sha256)


def _list_cell_traits(cell: "ReleaseCell") -> Iterator[str]:
    """What the figures say of a cell beside its sum."""
    for text, value in (
        (_("within {}"), cell.parent),
        (_("commune {}"), cell.insee_code),
        (_("category {}"), cell.category),
    ):
        if value is not None:
            yield text.format(value)
    if cell.movements:
        yield _("points that join or leave")


def sign_publication_file(one: "PublicationToSign", key: Path) -> str:
    """The signature under *one* by the private key in *key*: a compact JWS."""
    from synergie.schemas.publication.signed_publication import PUBLICATION_TYPE, claims_for

    auth = build_org_auth(one.org, key)
    return auth.prove(PUBLICATION_TYPE, claims_for(one, int(auth.clock())).model_dump(mode="json"))
