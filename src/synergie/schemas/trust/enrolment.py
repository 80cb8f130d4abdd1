"""What a partner asks who wants a key of theirs to be registered; it is signed by that key."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from synergie.schemas.wire import Wire
from synergie.units import Many, OrganisationId, Text

_SHORT = Field(min_length=1, max_length=255)


class Request(Wire):
    """What the signer asks; the members of the JWS."""

    model_config = ConfigDict(extra="ignore")  # RFC 7519 §4: a later version may tell more

    iss: Annotated[str, _SHORT]
    """Who asks: the program's identifier, or the organisation's."""
    aud: Annotated[str, _SHORT]
    """The server it is for: its public address."""
    nonce: Annotated[str, _SHORT]
    """The word that the operator gave, good once."""
    iat: Annotated[int, Field(ge=0)]
    """When it was made, seconds since 1970."""
    exp: Annotated[int, Field(ge=0)]
    """Until when it may be used, seconds since 1970."""
    organisation: OrganisationId
    """For whom the program acts, or who will sign."""
    jwks: dict[str, Any] | None = None
    """The public key that signed this. Null: at `jwks_uri`."""
    jwks_uri: Annotated[str, Field(max_length=2048)] | None = None
    """Where the program publishes its keys. Null: they are in `jwks`."""
    scopes: Many[Text] = ()
    """What the program asks to be able to ask for."""
    name: Text | None = None
    """What people call the program."""
