"""The lamps of 2021: 7,500 of them, 130 W each on average with their control gear.

Mix of 2021 [assumed from the national mix of 2015-2020]: high-pressure sodium 68 %, metal halide
12 %, mercury 8 %, LED 12 %. The counts are chosen so that the total is 975,000 W exactly.
"""

from dataclasses import dataclass

from synergie.samples.draw import Draw
from synergie.schemas.assets.light_point import SourceType


@dataclass(frozen=True, slots=True)
class Lamp:
    """One kind of luminaire with its lamp; every figure is a typical value [assumed]."""

    source_type: SourceType
    """Kind of lamp (EclExt)."""
    lamp_w: int
    """Nominal power of the lamp, W."""
    power_w: int
    """Lamp and control gear together, W."""
    flux_lm: int
    """Flux of the luminaire, lm."""
    cct_k: int
    """Colour temperature, K."""
    ulr: float
    """Upward light ratio once installed, 0 to 1."""
    years: tuple[int, int]
    """First and last year in which they were put up."""
    count: int
    """How many in the territory."""


LAMPS: tuple[Lamp, ...] = (
    Lamp("SHP", 70, 83, 4200, 2000, 0.04, (2000, 2012), 902),
    Lamp("SHP", 100, 116, 7000, 2000, 0.04, (1998, 2012), 1344),
    Lamp("SHP", 150, 170, 11200, 2000, 0.06, (1996, 2011), 2854),
    Lamp("IM", 100, 115, 6300, 3000, 0.03, (2006, 2014), 450),
    Lamp("IM", 150, 170, 9500, 3000, 0.03, (2006, 2014), 450),
    Lamp("VM", 125, 140, 4100, 4000, 0.25, (1982, 1998), 600),
    Lamp("LED", 48, 52, 6000, 3000, 0.01, (2015, 2021), 900),
)
"""The kinds and their counts; the sum of `power_w` times `count` is 975,000 W."""


def all_lamps(seed: int) -> list[Lamp]:
    """The 7,500 lamps in the order in which light points take them."""
    row = [lamp for lamp in LAMPS for _ in range(lamp.count)]
    return Draw(seed, "lamps").shuffled(row)
