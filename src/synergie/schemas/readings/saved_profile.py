"""A profile that an organisation confirmed once, under a name: the next file needs no question."""

from typing import Annotated

from pydantic import Field

from synergie.schemas.readings.profile import Profile
from synergie.schemas.wire import Wire
from synergie.units import Instant, OrganisationId, Sha256

ProfileName = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{2,63}$", examples=["factures-edf"])
]
"""Name of a saved profile, unique within the organisation; safe in an address."""

FormatName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", examples=["table-csv"])]


class SavedProfileRecord(Wire):
    """What its owner saves."""

    format: FormatName | None = None
    """The format it is for. Null: any."""
    profile: Profile
    """What the files do not say of themselves: columns, units, stamp side, zone."""


class SavedProfile(SavedProfileRecord):
    """A profile as it is kept here."""

    name: ProfileName
    """Its name. Example: `factures-edf`."""
    owner: OrganisationId
    """Whose files it reads; nobody else sees it."""
    version: Annotated[int, Field(ge=1)]
    """Counts its changes: each deposit keeps the profile it was read with."""
    fingerprint: Sha256 | None = None
    """The head of the tables it reads, so that they are known again. Null: no table, or one that
    names a meter, a year or a day of one file: it is used by its name only."""
    updated_at: Instant
    """When it was last changed."""
