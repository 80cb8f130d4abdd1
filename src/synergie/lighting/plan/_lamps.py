"""What luminaires are once replaced: power, flux, upward share, colour, kind of lamp."""

from collections.abc import Callable, Sequence

import numpy as np

from synergie.lighting.plan.design import factors_of
from synergie.lighting.plan.measured import SOURCES, Floats, Park, Places
from synergie.lighting.records.retrofit import Retrofit

_NAN = float("nan")


def _compute_mean_share(entry: Retrofit) -> float:
    """CLO starts at `llmf` of the power, which makes up for what the lamp has not lost yet."""
    factors = factors_of(entry)
    return 1.0 if not entry.is_clo or factors is None else (1 + factors.llmf) / 2


class Lamps:
    """What luminaires are after their retrofit."""

    def __init__(self, park: Park, entries: Sequence[Retrofit], retrofit: Places) -> None:
        self._park, self._entries, self._retrofit = park, entries, retrofit

    def _of(self, told: Callable[[Retrofit], float | None]) -> Floats:
        """A figure of the entry of each luminaire; NaN where there is none."""
        each = [told(one) for one in self._entries]
        table = np.array([*(_NAN if one is None else float(one) for one in each), _NAN])
        found: Floats = table[self._retrofit]
        return found

    def power_w(self) -> Floats:
        """W, one luminaire."""
        return self._scaled(self._park.power_w, "power_w", "power_share")

    def mean_share(self) -> Floats:
        """Mean power over the life, as a share of that at its end: 1 but under CLO."""
        each = [_compute_mean_share(one) for one in self._entries]
        found: Floats = np.array([*each, 1.0])[self._retrofit]
        return found

    def flux_lm(self) -> Floats:
        """lm, one luminaire."""
        return self._scaled(self._park.flux_lm, "flux_lm", "flux_share")

    def _scaled(self, today: Floats, figure: str, share: str) -> Floats:
        told = self._of(lambda one: getattr(one, figure))
        scaled = today * self._of(lambda one: getattr(one, share))
        after = np.where(np.isnan(told), scaled, told)
        return np.where(self._retrofit < 0, today, after)

    def replaced(self, today: Floats, figure: str) -> Floats:
        """A figure of the luminaire: the entry's, today's where only its gear is replaced."""
        told = self._of(lambda one: getattr(one, figure))
        stays = np.array([*(one.source_type is None for one in self._entries), True])
        return np.where(stays[self._retrofit] & np.isnan(told), today, told)

    def source(self) -> Places:
        """Kind of lamp."""
        each = [
            -1 if one.source_type is None else SOURCES.index(one.source_type)
            for one in self._entries
        ]
        told = np.array([*each, -1], np.int32)[self._retrofit]
        return np.where(told >= 0, told, self._park.source).astype(np.int32)
