"""What luminaires light, as the law of light at night and the norm of road lighting see it."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.energy.records.power import ClockTime
from synergie.lighting.records.schedule import MonthDay
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, LongText

type AreaKind = Literal[
    "street", "closed-site", "heritage", "garden", "closing-garden", "facade", "office", "window",
    "car-park", "works", "other",
]  # fmt: skip
"""Installations of the arrêté of 27/12/2018, articles 1 and 2: streets and closed economic sites
(a), heritage, parks and gardens open all night, parks and gardens that close (b), facades, inside
of offices, shop windows (d), car parks of an activity (e), works (g), and what no hour binds."""
type RoadClass = Literal[
    "M1", "M2", "M3", "M4", "M5", "M6", "C0", "C1", "C2", "C3", "C4", "C5",
    "P1", "P2", "P3", "P4", "P5", "P6",
]  # fmt: skip
"""Classes of EN 13201-2: motor traffic, conflict areas, pedestrians and cycles."""
type _Length = Annotated[float, Field(gt=0, le=1000, json_schema_extra={"unit": "m"})]


class Derogation(Wire):
    """Leave to stay lit beyond the hours of article 2: holidays, events, tourist zones."""

    document: LongText
    """The document: who signed what, where to read it."""
    signed_on: CivilDate
    """Day it was signed."""
    until: CivilDate
    """Last day it holds."""
    from_day: MonthDay | None = None
    """First evening of the year it is for. Null: all year."""
    to_day: MonthDay | None = None
    """Last evening of the year, may lie before `from_day`. Null: all year."""


class LitArea(Wire):
    """A street, a park, a site: what some luminaires light. What is null is not known."""

    id: Key
    """The area."""
    kind: AreaKind | None = None
    """Which installation of article 2 it is."""
    opens: ClockTime | None = None
    """Local time at which the activity begins; where days differ, the latest."""
    closes: ClockTime | None = None
    """Local time at which it ends, or the park closes; where days differ, the earliest. Equal to
    `opens`: it never stops."""
    is_adapted: bool = False
    """Whether detection of presence and control by daylight are coupled: article 2 then lets hours
    be adapted."""
    derogation: Derogation | None = None
    """Leave to stay lit. Null: none is known."""
    is_built_up: bool | None = None
    """Whether it lies within a built-up area (agglomération of the road code)."""
    is_natural: bool | None = None
    """Whether it lies within a reserve or park of article 4."""
    is_accessible_path: bool = False
    """Whether it is a path for people of reduced mobility: 20 lx at most in place of lm/m2."""
    illuminance_lx: Annotated[
        float | None, Field(ge=0, le=10_000, json_schema_extra={"unit": "lx"})
    ] = None
    """Mean illuminance, lx."""
    surface_m2: Annotated[
        float | None, Field(gt=0, le=1_000_000, json_schema_extra={"unit": "m2"})
    ] = None
    """Surface that one luminaire is to light, m2. Null: `spacing_m` times `width_m`."""
    road_class: RoadClass | None = None
    """Class of lighting (EN 13201-2)."""
    width_m: _Length | None = None
    """Width of what is to be lit, m."""
    spacing_m: _Length | None = None
    """Distance from one luminaire to the next one, m; half of it where two face each other."""
    source: LongText
    """Where this comes from, with its date."""
