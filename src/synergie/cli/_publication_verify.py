"""Whether published files hold what a publisher signed: from files alone."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synergie.cli._files import content, load
from synergie.errors import BadInput, Words

if TYPE_CHECKING:
    from synergie.schemas.signed_publication import PublicationClaims, PublicCells

_SIGNED = "a publication signed by a key of the set, in use then"
_DIGEST = "cells_sha256"
_WHY = (
    Words("another kind of signed text"),
    Words("no key of that name"),
    Words("a key that did not sign such texts then"),
    Words("signature does not verify"),
)
"""Why a signature does not hold (`proof.jose.Unsigned`), as far as it helps who checks."""


def signed(path: Path, jwks: Mapping[str, Any]) -> tuple["PublicationClaims", str]:
    """What the signature in *path* says, and the thumbprint (RFC 7638) of the key of *jwks* in it.

    BadInput when it is none by such a key.
    """
    from synergie.proof import jose, publication
    from synergie.proof.jose import Unsigned
    from synergie.schemas.open_publication import MOST_SIGNATURE

    with path.open("rb") as source:
        text = source.read(MOST_SIGNATURE + 2).decode("ascii", "replace").strip()
    try:
        said = publication.verified(text, jwks)
        kid = jose.peek(text, limit=MOST_SIGNATURE).header["kid"]
    except Unsigned as error:
        why = next((one for one in _WHY if one == str(error)), Words("another one"))
        raise BadInput(path.name, why, _SIGNED) from error
    (jwk,) = [one for one in jwks["keys"] if isinstance(one, dict) and one.get("kid") == kid]
    return said, jose.public_key(jwk).thumbprint()


def check(path: Path, said: "PublicationClaims", known: "PublicCells | None") -> "PublicCells":
    """The sums in the file *path*, which are those that *said* is over.

    BadInput with the place otherwise. *known*: the signed sums, when another file had them: what
    differs is named then.
    """
    from synergie.schemas.signed_publication import cells_digest

    found = _record(path, said) if path.suffix == ".json" else _csv(path, said)
    digest = cells_digest(found)
    if digest == said.cells_sha256:
        return found
    if known is not None:
        for where, one, other in _differences(found, known):
            raise BadInput(f"{path.name}, {where}", one, other)
    raise BadInput(f"{path.name}, {_DIGEST}", digest, said.cells_sha256)


def _record(path: Path, said: "PublicationClaims") -> "PublicCells":
    """The sums of a `….releve.json`, which is whole, and of the version that was signed."""
    import rfc8785

    from synergie.schemas.open_publication import publication_id
    from synergie.schemas.release import Release
    from synergie.schemas.signed_publication import public_cells

    one = load(path, Release)
    for name, found, wanted in (
        ("publication", publication_id(one.scheme, one.energy), said.publication),
        ("owner", one.owner, said.org),
        ("period", one.period, said.period),
        ("version", one.version, said.version),
        ("licence", one.licence, said.terms.licence),
    ):
        if found != wanted:
            raise BadInput(f"{path.name} /{name}", found, str(wanted))
    told = rfc8785.dumps(one.model_dump(mode="json", exclude={"sha256"}))
    if (digest := sha256(told).hexdigest()) != one.sha256:
        raise BadInput(f"{path.name} /sha256", one.sha256, digest)
    return public_cells(one.cells, one.hidden)


def _csv(path: Path, said: "PublicationClaims") -> "PublicCells":
    from synergie.formats.opendata.open_csv_back import read_back

    try:
        text = content(path).decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput(path.name, Words("other bytes"), "a text in UTF-8") from None
    try:
        return read_back(text, period=said.period, version=said.version)
    except BadInput as error:
        raise error.at(path.name) from error


def _differences(found: "PublicCells", known: "PublicCells") -> Iterator[tuple[str, object, str]]:
    """Place, what is there and what was signed, of each sum that is not as it was signed."""
    for one, other in zip_longest(found.cells, known.cells):
        if one is None or other is None:
            there, wanted = (each and each.cell for each in (one, other))
            yield "cells", Words("nothing") if there is None else there, str(wanted)
        elif one != other:
            told, kept = one.model_dump(), other.model_dump()
            name = next(name for name in told if told[name] != kept[name])
            yield f"{one.cell}, {name}", told[name], str(kept[name])
    yield from (
        ("hidden", Words("nothing") if one is None else one.cell, str(other and other.cell))
        for one, other in zip_longest(found.hidden, known.hidden)
        if one != other
    )
