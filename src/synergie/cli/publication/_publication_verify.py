"""Whether published files hold what a publisher signed: from files alone."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synergie.cli.files import read_json_content
from synergie.cli.publication._publication_read import READERS
from synergie.cli.texts import _, format_number
from synergie.errors import BadInput, Words

if TYPE_CHECKING:
    from synergie.formats.opendata.open_back import Back
    from synergie.schemas.publication.signed_publication import PublicationClaims, PublicCells

_SIGNED = "a publication signed by a key of the set, in use then"
_DIGEST = "cells_sha256"
_WHY = (
    Words("another kind of signed text"),
    Words("no key of that name"),
    Words("a key that did not sign such texts then"),
    Words("signature does not verify"),
)
"""Why a signature does not hold (`proof.jose.Unsigned`), as far as it helps who checks."""


def read_publication_signature(
    path: Path, jwks: Mapping[str, Any]
) -> tuple["PublicationClaims", str]:
    """What the signature in *path* says, and the thumbprint (RFC 7638) of the key of *jwks* in it.

    BadInput when it is none by such a key.
    """
    from synergie.proof import jose, publication
    from synergie.proof.jose import Unsigned
    from synergie.schemas.publication.open_publication import MOST_SIGNATURE

    with path.open("rb") as source:
        text = source.read(MOST_SIGNATURE + 2).decode("ascii", "replace").strip()
    try:
        said = publication.verify_publication(text, jwks)
        kid = jose.parse_unverified(text, limit=MOST_SIGNATURE).header["kid"]
    except Unsigned as error:
        why = next((one for one in _WHY if one == str(error)), Words("another one"))
        raise BadInput(path.name, why, _SIGNED) from error
    (jwk,) = [one for one in jwks["keys"] if isinstance(one, dict) and one.get("kid") == kid]
    return said, jose.public_key(jwk).thumbprint()


def check(path: Path, said: "PublicationClaims", known: "PublicCells | None") -> "Back":
    """The sums in the file *path*, which are those that *said* is over.

    BadInput with the place otherwise. *known*: the signed sums, when another file had them: what
    differs is named then.
    """
    from synergie.schemas.publication.signed_publication import cells_digest

    try:
        back = READERS[path.suffix](read_json_content(path), said)
        digest = cells_digest(back.told)
    except BadInput as error:
        raise error.at(f"{path.name} " if error.where.startswith("/") else path.name) from error
    if digest == said.cells_sha256:
        return back
    if known is not None:
        for where, one, other in _find_sum_differences(back.told, known):
            raise BadInput(f"{path.name}, {where}", one, other)
    raise BadInput(f"{path.name}, {_DIGEST}", digest, said.cells_sha256)


def describe_publication_file(path: Path, back: "Back") -> Iterator[str]:
    """What was found of a file that holds what was signed, and what in it no signature covers."""
    text = _("{}: the {} sums and {} hidden cells that were signed")
    yield text.format(
        path.name, format_number(len(back.told.cells)), format_number(len(back.told.hidden))
    )
    if path.suffix == ".json":
        yield _(
            "{}: its identifier, time of release, agreements, thresholds, counts of points left "
            "out and kinds of hiding are in no signature"
        ).format(path.name)
    if path.suffix == ".parquet":
        yield _(
            "{}: what it says of its rows (statistics, descriptions) is in no signature"
        ).format(path.name)
    if back.others:
        yield _("{}: {} rows of other periods or versions are not in this signature").format(
            path.name, format_number(back.others)
        )


def _find_sum_differences(
    found: "PublicCells", known: "PublicCells"
) -> Iterator[tuple[str, object, str]]:
    """Place, what is there and what was signed, of each sum that is not as it was signed."""
    for one, other in zip_longest(found.cells, known.cells):
        if one is None or other is None:
            yield (
                "cells",
                _describe_present_value(one and one.cell),
                str(_describe_present_value(other and other.cell)),
            )
        elif one != other:
            told, kept = one.model_dump(), other.model_dump()
            name = next(name for name in told if told[name] != kept[name])
            yield (
                f"{one.cell}, {name}",
                _describe_present_value(told[name]),
                str(_describe_present_value(kept[name])),
            )
    yield from (
        (
            "hidden",
            _describe_present_value(one and one.cell),
            str(_describe_present_value(other and other.cell)),
        )
        for one, other in zip_longest(found.hidden, known.hidden)
        if one != other
    )


def _describe_present_value(value: object) -> object:
    return Words("nothing") if value is None else value
