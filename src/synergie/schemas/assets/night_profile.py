"""How light is lowered at night (EclExt v1.1: ProfilNocturne, PlageVariation)."""

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from synergie.schemas.wire import Wire
from synergie.units import CivilDate, ExternalId, Many, Provenance

type DimmedQuantity = Literal["EX", "F", "P", "TC"]
"""EX switch-off, F luminous flux, P power, TC colour temperature (EclExt grandeurVariation)."""

EclExtTime = Annotated[
    str,
    StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](HL|TU)$|^[+-][0-9]{1,4}(MN|CS|LS)$"),
]
"""A time of EclExt, kept as written: `21:36HL` local, `20:36TU` UTC, `-196MN` minutes from the
middle of the night, `-15CS` from sunset, `+15LS` from sunrise."""

_CLOCK = re.compile(r"(\d\d):(\d\d)(HL|TU)")


def parse_eclext_time(time: str) -> tuple[str, int]:
    """Reference (HL, TU, MN, CS, LS) and minutes of an EclExt *time* (after midnight for a clock).

    "Middle of the night" is not defined in the text; ours is halfway from sunset to sunrise.
    """
    if found := _CLOCK.fullmatch(time):
        return found[3], int(found[1]) * 60 + int(found[2])
    return time[-2:], int(time[:-2])


class DimmingRange(Wire):
    """A stretch of the night with less light."""

    external_id: ExternalId
    """Its name (EclExt nomPlage)."""
    quantity: DimmedQuantity
    """What is lowered (EclExt grandeurVariation)."""
    start: EclExtTime
    """When it begins (EclExt heureDebut), as written."""
    end: EclExtTime
    """When it ends (EclExt heureFin), as written."""
    value_kind: Literal["%", "VA"] = "%"
    """Share of full light, or an absolute value (EclExt formatVariation)."""
    value: Annotated[float, Field(ge=0, le=1_000_000)]
    """What remains: 0 to 100 for `%`, else in the unit of the quantity (EclExt valeur)."""
    valid_from: CivilDate | None = None
    """First day it holds (EclExt valideDe). Null: always."""
    valid_to: CivilDate | None = None
    """The last day it holds (EclExt valideJusque). Null: until changed."""
    provenance: Provenance
    """`synthetic` for demonstration records."""


class NightProfile(Wire):
    """The course of one night for the light points that follow it."""

    external_id: ExternalId
    """Its name (EclExt nomProfil)."""
    on_at: EclExtTime | None = None
    """When light goes on in the evening (EclExt allumageSoir). Null: not known."""
    off_at: EclExtTime | None = None
    """When light goes off in the morning (EclExt extinctionMatin). Null: not known."""
    ranges: Annotated[Many[ExternalId], Field(max_length=48)] = ()
    """Names of its dimming ranges (EclExt ProfilContientPlage). Empty: full light."""
    provenance: Provenance
    """`synthetic` for demonstration records."""
