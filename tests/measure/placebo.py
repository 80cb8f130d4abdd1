"""Years in which nothing was saved: residuals drawn in blocks, so that days follow each other.

`python -m tests.measure.placebo 500` says how many intervals of 90 % cover the truth, which is 0.
"""

import sys
from datetime import date, timedelta

import numpy as np

from synergie.measure.daily import DailySeries, Floats
from synergie.measure.regression import fit_daily_model, predict_energy
from synergie.measure.savings import compute_saving

FIRST = date(2023, 1, 1)
BLOCK = 28
RHO = 0.3


def count_covered(years: int, *, seed: int, confidence: float = 0.90) -> tuple[int, int]:
    """How many of *years* have 0 within the interval of their saving."""
    draw = np.random.default_rng(seed)
    residuals = _draw_following(draw, 3 * 365, RHO) * 9
    covered = 0
    for _ in range(years):
        outside = np.concatenate([_draw_weather(draw), _draw_weather(draw)])
        energy = 40 + 5 * np.maximum(0, 15 - outside)
        energy = energy + _draw_blocks(draw, residuals, len(outside))
        meter, weather = DailySeries(FIRST, energy), DailySeries(FIRST, outside)
        turn = FIRST + timedelta(days=365)
        model = fit_daily_model(meter.cut(FIRST, turn), weather)
        adjusted = predict_energy(model, weather.cut(turn, weather.ends))
        found = compute_saving(model.fit, adjusted, meter, confidence=confidence)
        covered += abs(found.saved) <= found.half_width
    return covered, years


def _draw_weather(draw: np.random.Generator) -> Floats:
    season = 11 - 9 * np.cos(2 * np.pi * np.arange(365) / 365)
    found: Floats = season + draw.normal(0, 1) + 3 * _draw_following(draw, 365, 0.7)
    return found


def _draw_following(draw: np.random.Generator, n: int, rho: float) -> Floats:
    found = np.empty(n)
    found[0] = draw.normal()
    for i in range(1, n):
        found[i] = rho * found[i - 1] + draw.normal() * np.sqrt(1 - rho**2)
    return found


def _draw_blocks(draw: np.random.Generator, residuals: Floats, n: int) -> Floats:
    starts = draw.integers(0, len(residuals) - BLOCK, n // BLOCK + 1)
    return np.concatenate([residuals[at : at + BLOCK] for at in starts])[:n]


if __name__ == "__main__":
    hits, total = count_covered(int(sys.argv[1]), seed=2023)
    print(f"{hits} / {total}: {hits / total:.1%}")  # noqa: T201 (its result)
