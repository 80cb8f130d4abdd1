"""A publication: an agreement whose recipient is everybody, over the sums of one scheme."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.schemas.publication.release import Energy, Licence, PeriodText
from synergie.schemas.wire import Wire
from synergie.units import (
    Id,
    Instant,
    Latitude,
    Longitude,
    LongText,
    Many,
    OrganisationId,
    Sha256,
    Text,
)

type OpenState = Literal["active", "suspended", "ended"]
"""`active`: what was released is read by anybody. `suspended`: nothing of it is, until it is
resumed. `ended`: nothing of it is, until it is signed anew."""
type OpenAct = Literal["sign", "suspend", "resume", "end"]

MOST_SIGNATURE = 65_536
"""Characters of a signature: the terms are in it, and each of theirs may be written as twelve."""


class Extent(Wire):
    """The rectangle around a territory, WGS 84."""

    west: Longitude
    """Least longitude, degrees east."""
    south: Latitude
    """Least latitude, degrees north."""
    east: Longitude
    """Greatest longitude, degrees east."""
    north: Latitude
    """Greatest latitude, degrees north."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.west >= self.east or self.south >= self.north:
            raise ValueError("west before east, and south before north")
        return self


class OpenTerms(Wire):
    """What the publisher signs: the RFC 8785 bytes of exactly these fields."""

    scheme: Id
    """The cell scheme whose sums are opened: the fixed partition."""
    energy: Energy
    """What is summed."""
    title: Text
    """What people call the dataset. Example: "Consommation d'électricité par commune"."""
    description: LongText
    """What it is of, for somebody who has never heard of it."""
    licence: Licence
    """Under which anybody may use it again."""
    contact: Text
    """Whom to ask, and to whom one objects: a service with its address, never a private person."""
    extent: Extent | None = None
    """The rectangle around the territory, for catalogues. Null: none is told."""
    scheme_version: Annotated[int, Field(ge=1)] | None = None
    """The version of the cell scheme, that the year of the period has: a signature is over no
    other. Null: signed before versions were."""


class OpenStep(Wire):
    """One act on a publication."""

    act: OpenAct
    """What was done."""
    by: Text
    """The account or program that did it."""
    at: Instant
    """When."""
    state: OpenState
    """The state it led to."""
    period: PeriodText | None = None
    """With `sign`: the period that was released. Null: another act."""
    release: Id | None = None
    """With `sign`: the release that came of it. Null: another act."""
    terms_sha256: Sha256 | None = None
    """With `sign`: SHA-256 of the RFC 8785 bytes of the terms. Null: another act."""
    seen_sha256: Sha256 | None = None
    """With `sign`: SHA-256 of what the signer had been shown. Null: another act."""
    signature: Annotated[str, Field(max_length=MOST_SIGNATURE)] | None = None
    """With `sign`: compact JWS by a key of the publisher, `typ` `synergie-publication+jwt`, over
    the terms and the digest of the sums. Null: another act, or one before signatures were made."""


class OpenPublication(Wire):
    """A publication as the server holds it."""

    id: Id
    """The scheme and the energy, in one name: a scheme has one publication of each energy."""
    owner: OrganisationId
    """The organisation that publishes, and answers for it."""
    terms: OpenTerms
    """What was signed last."""
    state: OpenState
    """Whether anything of it is read by the public."""
    history: Many[OpenStep]
    """Every act, oldest first."""


class NamedAgreement(Wire):
    """An agreement in force that both its parties agreed to name in public: nothing else of it."""

    id: Id
    """The agreement."""
    title: Text
    """What its parties call it."""
    owner: Text
    """Name of the organisation whose data it opens."""
    recipient: Text
    """Name of the organisation that may read them."""
    valid_until: Instant
    """Until when."""


class PublicNaming(Wire):
    """Whether an agreement of one's own may be named in public."""

    agreement: NamedAgreement
    """What would be told of it."""
    ours: bool
    """Whether this organisation agreed to it. Never by default."""
    theirs: bool
    """Whether the other party did."""


def publication_id(scheme: str, energy: Energy) -> str:
    """The name of the publication of *energy* over *scheme*."""
    return f"{scheme}-{energy}"
