"""What an owner sends to declare things: records of one noun, in one batch."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.series import SeriesRecord
from synergie.schemas.wire import Wire
from synergie.units import Id, Many

RecordT = TypeVar("RecordT")

MAX_RECORDS = 10_000
"""Records of one batch."""


class Publication(Wire, Generic[RecordT]):  # noqa: UP046 (pydantic names generic models better this way)
    """Records of one noun, each identified by its owner: new ones are added, known ones changed."""

    items: Annotated[Many[RecordT], Field(min_length=1, max_length=MAX_RECORDS)]
    """The records, 1 to 10,000. What is not told here stays as it is."""
    supersedes: Id | None = None
    """Receipt of the batch this one means to replace, to bring back a content replaced before.
    Null: an ordinary batch."""


class SitePublication(Publication[SiteRecord]):
    """Sites of one owner."""


class SupplyPointPublication(Publication[SupplyPointRecord]):
    """Delivery points of one owner."""


class SeriesPublication(Publication[SeriesRecord]):
    """Series of one owner."""


class CabinetPublication(Publication[CabinetRecord]):
    """Lighting cabinets of one owner."""


class LightPointPublication(Publication[LightPointRecord]):
    """Light points of one owner."""
