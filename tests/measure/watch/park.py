"""A park of cabinets drawn by a program, and faults planted in it: what watch is tuned on, and
judged on with other seeds. The lamps follow rules of their own, not those of the detector."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from synergie.calendar import compute_altitude

type Floats = NDArray[np.float64]

PLACE = (6.13, 48.77)
ZONE = ZoneInfo("Europe/Paris")
STEP_S = 1800
YEAR = 366
"""Nights whose sun is reckoned at once: none is drawn for longer."""


@dataclass(frozen=True)
class Cabinet:
    """What a cabinet is; the draw of its nights has a seed of its own."""

    seed: int
    lamps: int
    lamp_w: float
    photocell: bool
    below_deg: float
    offset_min: float
    off: tuple[float, float] | None
    """Local hours with the *share* of W."""
    share: float
    base_w: float

    @property
    def watts(self) -> float:
        return self.lamps * self.lamp_w


@dataclass(frozen=True)
class Fault:
    kind: str
    night: int
    size: float = 0.0
    nights: int = 60


@dataclass(frozen=True)
class Drawn:
    start: datetime
    values: Floats
    lost: NDArray[np.int64]
    """Lamps out, each night."""


def draw_cabinet(seed: int) -> Cabinet:
    rng = np.random.default_rng([seed, 1])
    photocell = bool(rng.random() < 0.4)
    kinds = [(23.0, 5.0), (0.0, 5.5), (22.5, 5.5), (1.0, 5.0)]
    off = kinds[rng.integers(4)] if rng.random() < 0.6 else None
    lamps, lamp_w = int(rng.integers(15, 61)), float(rng.uniform(30, 150))
    return Cabinet(
        seed=seed,
        lamps=lamps,
        lamp_w=lamp_w,
        photocell=photocell,
        below_deg=float(rng.normal(-2.2, 0.8)) if photocell else -2.0,
        offset_min=0.0 if photocell else float(rng.uniform(-10, 12)),
        off=off,
        share=0.0 if off is None or rng.random() < 0.8 else 0.5,
        base_w=float(rng.uniform(0, 0.02)) * lamps * lamp_w,
    )


def draw_curve(
    cabinet: Cabinet,
    first: date,
    nights: int,
    faults: tuple[Fault, ...] = (),
    *,
    failures: bool = True,
    gaps: bool = True,
) -> Drawn:
    """Half-hours of *nights* nights from the noon (UTC+1) of *first*."""
    rng = np.random.default_rng([cabinet.seed, 2])
    start = datetime(first.year, first.month, first.day, 11, tzinfo=UTC)
    on, off = _draw_times(cabinet, first, nights, rng)
    for one in faults:
        _plant_times(one, on, off)
    lost = _draw_failures(cabinet, nights, rng) if failures else np.zeros(nights, dtype=np.int64)
    lit = _draw_light(cabinet, _local_hours(start, nights * 1440), on, off, faults)
    if cabinet.photocell:
        _add_storms(lit, nights, rng)
    power = cabinet.lamp_w * np.repeat(cabinet.lamps - lost, 1440) * lit
    power = power.reshape(-1, STEP_S // 60).mean(axis=1) * _draw_noise(nights, rng)
    base = cabinet.base_w * (1 + 0.05 * rng.standard_normal(len(power)))
    for one in faults:
        part = slice(one.night * 48, (one.night + one.nights) * 48)
        power[part] *= 1 - one.size if one.kind in {"partial", "phase"} else 1
        base[part] += one.size * cabinet.watts if one.kind == "base" else 0
    values = np.maximum(np.round(power + base), 0.0)
    if gaps:
        _blank(values, rng)
    for one in faults:
        part = slice(one.night * 48, (one.night + one.nights) * 48)
        if one.kind in {"silent", "stuck"}:
            values[part] = np.nan if one.kind == "silent" else round(cabinet.watts)
    return Drawn(start, values, lost)


def _draw_times(
    cabinet: Cabinet, first: date, nights: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Minutes from the start at which light goes on, and off, each night."""
    on, off = (each[:nights].copy() for each in _sun_times(first, round(cabinet.below_deg, 1)))
    if cabinet.photocell:
        weather = _draw_chain(nights, 0.35, 7.0, rng)
        on -= weather + rng.normal(0, 2, nights)
        off += 0.6 * np.roll(weather, -1) + rng.normal(0, 4, nights)
    else:
        on += cabinet.offset_min + rng.normal(0, 0.7, nights)
        off -= cabinet.offset_min + rng.normal(0, 0.7, nights)
    return on, off


def _plant_times(one: Fault, on: Floats, off: Floats) -> None:
    part = slice(one.night, one.night + one.nights)
    if one.kind == "clock":
        on[part] += one.size
        off[part] += one.size
    if one.kind == "cell":
        on[part] -= one.size
        off[part] += one.size
    if one.kind == "dark":
        on[part] = off[part]


def _draw_failures(cabinet: Cabinet, nights: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Lamps out each night: 4 of 100 fail in a year and are mended after 20 to 70 nights."""
    lost = np.zeros(nights, dtype=np.int64)
    for _lamp in range(cabinet.lamps):
        night = int(rng.exponential(365 / 0.04))
        if night < nights:
            lost[night : night + int(rng.integers(20, 70))] += 1
    return lost


def _draw_light(
    cabinet: Cabinet, local: Floats, on: Floats, off: Floats, faults: tuple[Fault, ...]
) -> Floats:
    """The share of W of each minute."""
    lit = np.zeros(len(local))
    for begins, ends in zip(on, off, strict=True):
        lit[max(round(begins), 0) : max(round(ends), 0)] = 1.0
    if cabinet.off is not None:
        lit[_between(local, *cabinet.off)] *= cabinet.share
    for one in faults:
        part = np.zeros(len(local), dtype=bool)
        part[one.night * 1440 : (one.night + one.nights) * 1440] = True
        if one.kind == "day":
            lit[part & _between(local, 8, 22)] = 1.0
        if one.kind == "no_schedule":
            lit[part & _between(local, 23, 5)] = 1.0
    return lit


def _between(local: Floats, begins: float, ends: float) -> NDArray[np.bool_]:
    after, before = local >= begins, local < ends
    return after & before if begins < ends else after | before


def _add_storms(lit: Floats, nights: int, rng: np.random.Generator) -> None:
    """Three dark afternoons a year."""
    for night in np.flatnonzero(rng.random(nights) < 3 / 365):
        at = int(night) * 1440 + int(rng.integers(60, 300))
        lit[at : at + int(rng.integers(20, 90))] = 1.0


def _draw_noise(nights: int, rng: np.random.Generator) -> Floats:
    """The voltage of the night (alike from one to the next), of the step, and the season."""
    steps = nights * 48
    voltage = np.repeat(_draw_chain(nights, 0.5, 0.008, rng), 48)
    season = 0.01 * np.sin(2 * np.pi * (np.arange(steps) / 48 / 365 + rng.random()))
    found: Floats = 1 + voltage + season + 0.01 * rng.standard_normal(steps)
    return found


def _draw_chain(n: int, rho: float, sigma: float, rng: np.random.Generator) -> Floats:
    found = np.empty(n)
    last = rng.standard_normal()
    for each in range(n):
        last = rho * last + np.sqrt(1 - rho**2) * rng.standard_normal()
        found[each] = sigma * last
    return found


def _blank(values: Floats, rng: np.random.Generator) -> None:
    for _each in range(rng.poisson(len(values) / 48 / 30)):
        at = int(rng.integers(len(values)))
        values[at : at + int(rng.integers(1, 8))] = np.nan
    if rng.random() < 0.5:
        at = int(rng.integers(len(values)))
        values[at : at + 48 * int(rng.integers(1, 5))] = np.nan


@lru_cache(maxsize=64)
def _local_hours(start: datetime, minutes: int) -> Floats:
    days = [start + timedelta(minutes=n) for n in range(0, minutes, 30)]
    hours = [(at.astimezone(ZONE).hour + at.astimezone(ZONE).minute / 60) for at in days]
    found: Floats = np.repeat(hours, 30) + np.tile(np.arange(30) / 60, len(hours))
    return found


@lru_cache(maxsize=4)
def _altitudes(first: date) -> Floats:
    start = datetime(first.year, first.month, first.day, 11, tzinfo=UTC)
    moments = (start + timedelta(minutes=10 * n) for n in range(YEAR * 144 + 1))
    return np.array([compute_altitude(at, *PLACE) for at in moments])


@lru_cache(maxsize=256)
def _sun_times(first: date, below: float) -> tuple[Floats, Floats]:
    """Minutes from the start at which the sun sinks under *below*, and rises above it."""
    sun = _altitudes(first)
    on, off = np.empty(YEAR), np.empty(YEAR)
    for night in range(YEAR):
        part = sun[night * 144 : night * 144 + 145]
        under = np.flatnonzero(part < below)
        a, b = under[0], under[-1]
        on[night] = 10 * (night * 144 + a - 1 + (part[a - 1] - below) / (part[a - 1] - part[a]))
        off[night] = 10 * (night * 144 + b + (part[b] - below) / (part[b] - part[b + 1]))
    return on, off
