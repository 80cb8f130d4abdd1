"""What no luminaire of a street can be: refused, for it would be counted as if it were."""

from collections.abc import Sequence

import numpy as np

from synergie.errors import BadInput
from synergie.lighting.plan.measured import Floats
from synergie.lighting.records.retrofit import Retrofit

MOST_W = 30_000
"""No luminaire draws more, W: a mast of twelve floodlights of 2 kW draws 24,000."""
MOST_LM = 1_000_000
"""No luminaire gives more, lm: a floodlight of a stadium gives 200,000."""
MOST_LM_W = 250
"""No luminaire gives more, lm/W: the best LED on sale give some 220."""

_NAN = float("nan")
EXPECTED = (
    "a power of at most 30,000 W, or null where it is not known",
    "a flux of at most 1,000,000 lm, or null where it is not known",
    "a flux that the power can give: at most 250 lm/W",
    "a flux above 0 of a lamp that draws power, or null where it is not known",
)
"""What is expected of powers and fluxes."""
_FIELDS = ("power_w", "flux_lm", "flux_lm", "flux_lm")


def can_be(power_w: Floats, flux_lm: Floats, where: str) -> None:
    """BadInput for the first row that cannot be, at `/{where}/{row}/…`; NaN is not known."""
    wrong = (
        power_w > MOST_W,
        flux_lm > MOST_LM,
        flux_lm > MOST_LM_W * power_w,
        (flux_lm == 0) & (power_w > 0),
    )
    for rows, field, expected in zip(wrong, _FIELDS, EXPECTED, strict=True):
        if rows.any():
            at = int(np.flatnonzero(rows)[0])
            found = power_w[at] if field == "power_w" else flux_lm[at]
            raise BadInput(f"/{where}/{at}/{field}", int(found), expected)


def entries_can_be(entries: Sequence[Retrofit]) -> None:
    """BadInput for the first entry of a catalogue that cannot be."""
    power, flux = (
        np.array([_NAN if one is None else float(one) for one in told])
        for told in ([one.power_w for one in entries], [one.flux_lm for one in entries])
    )
    can_be(power, flux, "retrofits")
