"""What a file does not say of itself and its sender declares: saved with the batch."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field

from synergie.schemas.about import About
from synergie.schemas.assets.lighting_mapping import LightingMapping
from synergie.schemas.readings.table_profile import TableProfile
from synergie.schemas.wire import Wire
from synergie.units import Many, Provenance, TimeZone


class Profile(Wire):
    """Declared facts for reading or writing a file; what the file itself says comes first."""

    stamp: Literal["start", "end"] | None = None
    """Side of the step that a stamp marks: C1-C4 `start`, C5 `end` (Enedis GUI.0497, p. 15).
    Null: the file must show it, or it is refused."""
    unit: Literal["W", "kW", "VAr", "kVAr"] | None = None
    """Unit of a curve whose file leaves it blank.
    Null: the default of its format, with a warning."""
    direction: Literal["import", "export"] | None = None
    """Whether a curve that does not say it was drawn (`import`) or fed in (`export`).
    Null: drawn, with a warning."""
    time_zone: TimeZone = "Europe/Paris"
    """Zone of local times without offset and of civil days. Overseas points differ."""
    mapping: LightingMapping | None = None
    """Columns of a lighting inventory. Null: proposed from its header, said in a warning."""
    table: TableProfile | None = None
    """How a table of any maker is read. Null: a format that needs one proposes it and stops."""
    provenance: Provenance | None = None
    """Where the records come from. Null: `synthetic` for PRM that begin with 99, else `partner`."""
    confirmed: Many[Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,40}$")]] = ()
    """Codes of the doubts about a file without a table profile that its owner looked at and found
    right, in this file alone. Example: `places-abroad`."""
    about: About | None = None
    """What a written file says of itself: title, date, freshness, who to ask. Null: nothing."""

    def confirming(self, codes: Sequence[str]) -> Self:
        """The same with more doubts confirmed, where a file of its kind keeps them."""
        if self.table is None:
            return self.model_copy(update={"confirmed": (*self.confirmed, *codes)})
        table = self.table.model_copy(update={"confirmed": (*self.table.confirmed, *codes)})
        return self.model_copy(update={"table": table})
