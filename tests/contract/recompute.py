"""A statement computed again from its file alone, by formulas written a second time.

Nothing of `synergie` is used, no numpy: plain Python over JSON. The sun stands where NOAA's solar
calculator puts it, its obliquity without nutation, as the contract page names it.
"""

import hashlib
import json
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist, stdev
from typing import Any
from zoneinfo import ZoneInfo

type Json = dict[str, Any]
type ByDay = dict[date, Any]
type ByLamps = list[tuple[Json, ByDay]]

PARIS = ZoneInfo("Europe/Paris")
MILLI, CENT = Decimal("0.001"), Decimal("0.01")


def recompute(text: str) -> Json:
    """The figures of the statement in *text*."""
    report = json.loads(text)
    inputs = report["inputs"]
    contract = inputs["plan"]["contract"]
    agreed = [one for one in inputs["adjustments"] if _is_agreed(one, contract)]
    points = [
        _measure(point, baseline, inputs, [a for a in agreed if a["point"] == point["id"]])
        for point, baseline in zip(contract["points"], inputs["plan"]["baselines"], strict=True)
    ]
    return _settle(contract, inputs, points) | {"digest": digest(report), "points": points}


def digest(document: Json) -> str:
    """Of everything but itself and the signatures."""
    kept = {k: v for k, v in document.items() if k not in {"digest", "signatures"}}
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_agreed(one: Json, contract: Json) -> bool:
    parties = {contract["operator"], contract["client"]}
    return parties <= set(one["agreed_by"]) and one["agreed_on"] is not None


def _days(span: Json) -> Iterator[date]:
    day, end = date.fromisoformat(span["from_date"]), date.fromisoformat(span["to_date"])
    while day < end:
        yield day
        day += timedelta(days=1)


def _by_day(series: Json) -> ByDay:
    first = date.fromisoformat(series["first_day"])
    return {first + timedelta(days=i): v for i, v in enumerate(series["values"]) if v is not None}


def _measure(point: Json, baseline: Json, inputs: Json, agreed: list[Json]) -> Json:
    out = {d for a in agreed if a["kind"] in {"excluded", "meter"} for d in _days(a["span"])}
    days = [day for day in _days(inputs["year"]) if day not in out]
    measured = _measured(point, inputs, agreed)
    sampled: ByLamps = []
    if point["building"]:
        plain = adjusted = _predict(point, baseline["model"], inputs)
    else:
        plain, adjusted, sampled = _burn(point, inputs["year"], agreed)
        if point["option"] == "A":
            measured = {day: sum(kwh[day] for _, kwh in sampled) for day in days}
    known = [day for day in days if day in plain and day in measured]
    base, with_lamps, actual = (
        _milli(math.fsum(float(one[day]) for day in known)) for one in (plain, adjusted, measured)
    )
    extra = sum(
        (Decimal(a["kwh_day"]) * len(set(_days(a["span"])) & set(known))
         for a in agreed if a["kind"] == "energy"), Decimal(0),
    )  # fmt: skip
    change = with_lamps - base + extra
    halves = [
        _sample_half(sampled, known, share)
        if point["option"] == "A"
        else _half(baseline["model"], float(base + change), len(known), share)
        for share in (inputs["plan"]["contract"]["confidence"], 0.68)
    ]
    return {
        "known": len(known), "all": len(list(_days(inputs["year"]))), "member": point["member"],
        "energy": point["energy"], "baseline": base, "adjustment": change, "measured": actual,
        "saved": base + change - actual,
        "half": halves[0], "half68": halves[1] or 0.0,
    }  # fmt: skip


def _sample_half(sampled: ByLamps, known: list[date], confidence: float) -> float:
    """Of the energy of lamps whose power a sample told, drawn without return."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    squares = 0.0
    for lamps, kwh in sampled:
        watts = [float(one) for one in lamps["measured_watts"]]
        n, mean = len(watts), sum(watts) / len(watts)
        many = max(n, lamps["count"])
        error = z * stdev(watts) * math.sqrt((1 - n / many) / n) / mean
        squares += (error * math.fsum(kwh[day] for day in known)) ** 2
    return math.sqrt(squares)


def _milli(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(MILLI, ROUND_HALF_UP)


def _measured(point: Json, inputs: Json, agreed: list[Json]) -> ByDay:
    keys = {one["point"]: _by_day(one) for one in inputs["energies"]}
    found = keys.get(point["id"], {})
    for one in agreed:
        if one["kind"] == "meter":
            end = date.fromisoformat(one["span"]["to_date"])
            late = {d: v for d, v in keys.get(one["meter"], {}).items() if d >= end}
            found = {d: v for d, v in found.items() if d < end} | late
    return found


def _predict(point: Json, model: Json, inputs: Json) -> ByDay:
    found = {}
    for day, outside in _by_day(inputs["weather"]).items():
        kwh = model["base_kwh"]
        if model["below"] is not None:
            kwh += model["heating"] * max(0, model["below"] - outside)
        for name, value in model["terms"]:
            kwh += value * (name == "weekend" and day.weekday() > 4)
        found[day] = kwh
    return found


def _burn(point: Json, year: Json, agreed: list[Json]) -> tuple[ByDay, ByDay, ByLamps]:
    terms = point["lighting"]
    plain, adjusted = (dict.fromkeys(_days(year), 0.0) for _ in range(2))
    sampled: ByLamps = []
    lit = {day: list(_lit_minutes(day, terms)) for day in plain}
    for lamps in terms["lamps"]:
        watts = float(lamps["watts"]) / 1000
        mine = [a for a in agreed if a["lamps"] == lamps["id"]]
        after = [float(w) for w in lamps["measured_watts"]]
        own = dict.fromkeys(plain, 0.0)
        for day, minutes in lit.items():
            count, dimmed = lamps["count"], lamps["dimmed"]
            plain[day] += count * _hours(minutes, dimmed) * watts
            for one in mine:
                if day in set(_days(one["span"])):
                    if one["kind"] == "schedule":
                        dimmed = one["dimmed"]
                    else:
                        count += one["count"] if one["kind"] == "lamps" else -one["count"]
            hours = max(0, count) * _hours(minutes, dimmed)
            adjusted[day] += hours * watts
            if after:
                own[day] = hours * sum(after) / len(after) / 1000
        if after:
            sampled.append((lamps, own))
    return plain, adjusted, sampled


def _lit_minutes(day: date, terms: Json) -> Iterator[int]:
    """Local minutes of the five-minute looks at which the sun is low enough."""
    moment = datetime.combine(day, datetime.min.time(), PARIS).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), PARIS).astimezone(UTC)
    while moment < end:
        if _altitude(moment, terms["longitude"], terms["latitude"]) < terms["lit_below_deg"]:
            local = moment.astimezone(PARIS)
            yield local.hour * 60 + local.minute
        moment += timedelta(minutes=5)


def _altitude(moment: datetime, east: float, north: float) -> float:
    """90° less the zenith of the solar calculator, in its own steps, degrees throughout."""
    days = moment.timestamp() / 86_400 - 10_957.5  # from 2000-01-01 12:00 UTC
    century = days / 36_525
    mean = (280.46646 + century * (36000.76983 + century * 0.0003032)) % 360
    anomaly = 357.52911 + century * (35999.05029 - 0.0001537 * century)
    orbit = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = (
        _sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + _sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + _sin(3 * anomaly) * 0.000289
    )
    seen = mean + centre - 0.00569 - 0.00478 * _sin(125.04 - 1934.136 * century)
    tilt = 23 + (26 + (21.448 - century * 46.815) / 60) / 60
    height = math.degrees(math.asin(_sin(tilt) * _sin(seen)))
    y = math.tan(math.radians(tilt / 2)) ** 2
    ahead_min = 4 * math.degrees(
        y * _sin(2 * mean) - 2 * orbit * _sin(anomaly)
        + 4 * orbit * y * _sin(anomaly) * _cos(2 * mean)
        - y * y * _sin(4 * mean) / 2 - 1.25 * orbit * orbit * _sin(2 * anomaly)
    )  # fmt: skip
    solar_min = (days % 1 * 1440 + 720 + ahead_min + 4 * east) % 1440
    angle = solar_min / 4 - 180
    up = _sin(north) * _sin(height) + _cos(north) * _cos(height) * _cos(angle)
    return 90 - math.degrees(math.acos(up))


def _sin(degrees: float) -> float:
    return math.sin(math.radians(degrees))


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def _hours(minutes: list[int], dimmed: list[Json]) -> float:
    return sum(min([1.0, *(_share(one, minute) for one in dimmed)]) for minute in minutes) / 12


def _share(span: Json, minute: int) -> float:
    low, high = (int(t[:2]) * 60 + int(t[3:]) for t in (span["starts"], span["ends"]))
    inside = low <= minute < high if low < high else minute >= low or minute < high
    return float(span["share"]) if inside else 1.0


def _half(model: Json | None, adjusted: float, m: int, confidence: float) -> float | None:
    if model is None:
        return None
    n, rho = model["days"], model["autocorrelation"]
    effective = n * (1 - rho) / (1 + rho)
    months = m / (365.25 / 12)
    a = -0.00024 * months**2 + 0.03535 * months + 1.00286
    spread = math.sqrt(n / effective * (1 + 2 / effective) / m)
    t = student((1 + confidence) / 2, n - model["parameters"])
    return float(t * a * model["cv_rmse"] * spread * adjusted)


def student(share: float, freedom: int) -> float:
    """The quantile, by halving an interval over Simpson's rule."""
    log = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    scale = math.exp(log - 0.5 * math.log(freedom * math.pi))

    def density(x: float) -> float:
        return float(scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2))

    def below(x: float) -> float:
        step = x / 200
        inner = sum((4 if i % 2 else 2) * density(i * step) for i in range(1, 200))
        return 0.5 + step / 3 * (density(0) + density(x) + inner)

    low, high = 0.0, 10.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < share else (low, middle)
    return low


def _settle(contract: Json, inputs: Json, points: list[Json]) -> Json:
    prices = {one["energy"]: _price(one, inputs) for one in contract["prices"]}
    weights = [max(Decimal(0), one["baseline"] + one["adjustment"]) for one in points]
    total = sum(weights, Decimal(0))
    saved = sum((one["saved"] for one in points), Decimal(0))
    terms = contract["guarantee"]
    if terms["share"] is not None:
        guaranteed = (Decimal(terms["share"]) * total).quantize(MILLI, ROUND_HALF_UP)
    else:
        part = Decimal(sum(one["known"] for one in points)) / sum(one["all"] for one in points)
        guaranteed = (Decimal(terms["kwh_year"]) * part).quantize(MILLI, ROUND_HALF_UP)
    mean = sum((w * prices[one["energy"]] for w, one in zip(weights, points, strict=True)),
               Decimal(0)) / total  # fmt: skip
    off = saved - guaranteed
    off = Decimal(0) if abs(off) <= Decimal(terms["dead_band"]) * guaranteed else off
    whole = all(one["known"] >= int(0.9 * one["all"]) for one in points)
    usual = math.sqrt(sum(one["half68"] ** 2 for one in points))
    proved = whole and saved > 0 and usual <= 0.5 * float(saved)
    worth = off * mean / 1000
    bonus = worth * Decimal(terms["bonus_share"]) if off > 0 and proved else Decimal(0)
    factors = {one["energy"]: Decimal(one["carbon_kg_per_kwh"]) for one in contract["prices"]}
    carbon = sum((w * factors[one["energy"]] for w, one in zip(weights, points, strict=True)),
                 Decimal(0)) / total  # fmt: skip
    part = Decimal(1) if off < 0 else Decimal(terms["bonus_share"]) if proved else Decimal(0)
    return {
        "saved": saved, "guaranteed": guaranteed,
        "guaranteed_eur": guaranteed * mean / 1000, "guaranteed_kgco2": guaranteed * carbon,
        "due_kwh": -off * part, "due_kgco2": -off * part * carbon,
        "shortfall": max(Decimal(0), -worth).quantize(CENT, ROUND_HALF_UP),
        "bonus": bonus.quantize(CENT, ROUND_HALF_UP),
        "saved_eur": sum(
            ((one["saved"] * prices[one["energy"]] / 1000).quantize(CENT, ROUND_HALF_UP)
             for one in points), Decimal(0),
        ),
    }  # fmt: skip


def _price(clause: Json, inputs: Json) -> Decimal:
    told = next((one for one in inputs["prices"] if one["energy"] == clause["energy"]), None)
    if clause["basis"] == "reference" or told is None:
        return Decimal(clause["eur_per_mwh"])
    if clause["basis"] == "of_the_year":
        return Decimal(told["eur_per_mwh"])
    ratio = Decimal(clause["eur_per_mwh"]) * Decimal(told["index"]) / Decimal(clause["index"])
    return ratio.quantize(Decimal("0.0001"))
