"""The columns that all effects stand on: the park as it is, and what one scenario makes of it.

One row a `StudyLight` (which may stand for several alike: `count`). Not known is NaN in a column
of figures, -1 in a column of places.
"""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from synergie.energy.records.power import PowerClass
from synergie.lighting.records.effects import NotDone
from synergie.lighting.records.study import LightingScenario, LightingStudy
from synergie.schemas.assets.light_point import SourceType

type Floats = NDArray[np.float64]
type Places = NDArray[np.int32]
type Marks = NDArray[np.int8]

SOURCES: tuple[SourceType, ...] = get_args(SourceType.__value__)
"""Kinds of lamp: a column of kinds holds places in this."""
CLASSES: tuple[PowerClass, ...] = ("HPH", "HCH", "HPB", "HCB")
"""Time classes, in the order of every array that has them (season high: November to March)."""


@dataclass(frozen=True, slots=True, eq=False)
class Park:
    """The luminaires as they are today."""

    count: Floats
    """How many alike."""
    cabinet: Places
    """Place among the cabinets of the study; -1: not known."""
    commune: Places
    """Place among its communes; -1: not known."""
    source: Places
    """Place in `SOURCES`; -1: not known."""
    power_w: Floats
    """W, one luminaire."""
    flux_lm: Floats
    """lm, one luminaire."""
    ulr: Floats
    """Upward light ratio as installed, 0 to 1."""
    cct_k: Floats
    """Colour temperature, K."""
    installed: Floats
    """Year of installation with its fraction."""
    schedule: Places
    """Place among the schedules: the one followed today."""
    priority: Marks
    """1: lights a priority place; 0: does not; -1: not known."""
    corridor: Marks
    """1: within an ecological corridor; 0: not; -1: not known."""
    longitude: Floats
    """Degrees east, of its own or of its cabinet."""
    latitude: Floats
    """Degrees north, of its own or of its cabinet."""


@dataclass(frozen=True, slots=True, eq=False)
class Lit:
    """A year under the schedule of each luminaire."""

    hours: Floats
    """Hours with any light."""
    light_hours: Floats
    """Hours at full light that give the same light: flux times this is lm.h."""
    power_hours: Floats
    """Hours at full power that give the same energy, (n, 4) by time class."""
    dark_hours: Floats
    """Hours without light from 23:00 to 05:00 local, while the sun is down enough to light."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One scenario of a study, luminaire by luminaire; what criteria and money are found from."""

    study: LightingStudy
    """The study."""
    scenario: LightingScenario
    """The scenario."""
    park: Park
    """The luminaires as they are."""
    retrofit: Places
    """Place among the catalogue; -1: the luminaire stays."""
    schedule: Places
    """Place among the schedules: the one followed at the end."""
    year: Places
    """Year of the works; -1: none."""
    source: Places
    """Kind of lamp at the end."""
    power_w: Floats
    """W, one luminaire, at the end of the works and of its life."""
    flux_lm: Floats
    """lm, at the end."""
    ulr: Floats
    """Upward light ratio at the end."""
    cct_k: Floats
    """K, at the end."""
    lit: Lit
    """The year at the end."""
    lit_today: Lit
    """The year as it is today."""
    mean_share: Floats
    """Mean power over the life, as a share of the one at its end (CLO); 1 elsewhere."""
    unfit: NDArray[np.bool_]
    """Luminaires for which no entry gave their road its light: they stay."""
    clocks: tuple[int, ...]
    """Places of the cabinets that get a clock."""
    not_done: tuple[NotDone, ...]
    """What could not be done as told."""
    profile_kw: Floats
    """Mean power of each local hour, kW, (24,); NaN where not known of one luminaire at least."""
    months_kwh: Floats
    """Energy of each month, kWh, (12,)."""

    def kwh(self) -> Floats:
        """Energy of a year, kWh, (n, 4) by time class, all alike together."""
        watts = self.power_w * self.mean_share * self.park.count
        found: Floats = watts[:, None] * self.lit.power_hours / 1000
        return found
