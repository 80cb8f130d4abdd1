"""Offers on one forward curve: a twin in fractions, what a curve must be, bands, clicks, gas."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pydantic import ValidationError

from synergie.cli import main
from synergie.errors import BadInput
from synergie.purchase.plan.forward.curve import order_load, scale_profile, select_curve_prices
from synergie.purchase.plan.forward.files import read_forward_curve
from synergie.purchase.plan.forward.study import Load, value_offers
from synergie.purchase.plan.hedge.axis import Axis
from synergie.purchase.plan.hedge.risk import compute_cvar
from synergie.purchase.plan.hedge.scenarios import Scenarios
from synergie.purchase.records.forward import Commodity, ForwardCurve, ForwardProblem, ForwardStudy
from synergie.purchase.records.purchase import DeliveryPeriod

PARIS = ZoneInfo("Europe/Paris")
HEAD = "Début de l'heure;Prix (€/MWh);Coté le;Source"
AUTUMN = DeliveryPeriod(starts=date(2027, 10, 29), ends=date(2027, 11, 2))
"""Four days, the one of 25 hours among them."""
CENT, MILLI = Decimal("0.01"), Decimal("0.001")


def _hours(delivery: DeliveryPeriod) -> list[datetime]:
    first = datetime.combine(delivery.starts, datetime.min.time(), PARIS).astimezone(UTC)
    end = datetime.combine(delivery.ends, datetime.min.time(), PARIS).astimezone(UTC)
    return [first + timedelta(hours=n) for n in range(int((end - first).total_seconds() // 3600))]


def _row(start: datetime, price: str = "80,5", day: str = "25/11/2026", source: str = "S") -> str:
    local = start.astimezone(PARIS).isoformat(timespec="minutes")
    return f"{local};{price};{day};{source}"


def _read(
    rows: list[str], delivery: DeliveryPeriod = AUTUMN, energy: Commodity = "electricity"
) -> ForwardCurve:
    text = "\n".join([HEAD, *rows]) + "\n"
    curve, report = read_forward_curve(
        io.BytesIO(text.encode()), "pfc.csv", Axis.of(delivery, energy)
    )
    if curve is None:
        raise report.refused[0].with_line()
    return curve


def _is_peak(hour: datetime) -> bool:
    local = hour.astimezone(PARIS)
    return local.weekday() < 5 and 8 <= local.hour < 20


def _random_case(seed: int) -> tuple[dict[str, Any], list[Decimal], list[Decimal]]:
    """A problem of every kind of offer, prices and loads of its hours, as JSON has them."""
    rng = Random(seed)  # noqa: S311 (a test)
    days = {"starts": "2027-10-29", "ends": "2027-11-02"}
    cut = rng.choice(["2027-10-30", "2027-10-31", "2027-11-01"])

    def amount(low: int, high: int) -> str:
        return str(Decimal(rng.randint(low * 100, high * 100)) / 100)

    def formulas() -> list[dict[str, Any]]:
        spans = [("2027-10-29", cut), (cut, "2027-11-02")]
        return [
            {
                "starts": starts,
                "ends": ends,
                "terms": [
                    {"factor": amount(0, 2), "shape": shape, **days} for shape in ("base", "peak")
                ],
                "constant_eur_per_mwh": amount(-5, 9),
            }
            for starts, ends in spans
        ]

    def block(shape: str) -> dict[str, Any]:
        own = {"id": shape, "shape": shape, "mw": rng.randint(1, 8) / 4}
        return {**own, "starts": "2027-10-29", "ends": cut, "eur_per_mwh": amount(40, 120)}

    band = {"below": rng.choice([0, 0.1, 0.25]), "above": rng.choice([0, 0.1, 0.25])}
    offers: list[dict[str, Any]] = [
        {"kind": "fixed", "eur_per_mwh": amount(50, 120), "peak_eur_per_mwh": amount(50, 150)},
        {"kind": "indexed", "formulas": formulas()},
        {"kind": "blocks", "blocks": [block("base"), block("peak")],
         "margin_eur_per_mwh": amount(0, 5)},
        {"kind": "clicks", "formulas": formulas(), "clicks": [
            {"share": share, "fixed_on": "2026-10-01", "eur_per_mwh": amount(60, 99)}
            for share in (0.25, 0.5)
        ]},
    ]  # fmt: skip
    for n, offer in enumerate(offers):
        offer |= {"id": f"o{n}", "supplier": "S", "fixed_eur": amount(0, 99), "swing": band}
    problem = {
        "delivery": days,
        "offers": offers,
        "stresses": [
            {"id": "low", "price_factor": "0.6", "volume_factor": "0.7"},
            {"id": "high", "price_factor": "1.75", "volume_factor": "1.375"},
        ],
    }
    hours = range(len(_hours(AUTUMN)))
    prices = [Decimal(rng.randint(-2000, 20000)) / 100 for _ in hours]
    return problem, prices, [Decimal(rng.randint(0, 400)) / 100 for _ in hours]


def _cost_by_hand(offer: dict[str, Any], prices: list[Fraction], loads: list[Fraction]) -> Fraction:
    """Energy of an offer hour by hour, nothing of the plan's own code."""
    hours = _hours(AUTUMN)
    days = [hour.astimezone(PARIS).date().isoformat() for hour in hours]

    def product(shape: str) -> Fraction:
        inside = [p for p, h in zip(prices, hours, strict=True) if shape == "base" or _is_peak(h)]
        return sum(inside, Fraction(0)) / len(inside)

    products = {shape: product(shape) for shape in ("base", "peak")}

    def index(n: int) -> Fraction:
        (own,) = [one for one in offer["formulas"] if one["starts"] <= days[n] < one["ends"]]
        terms = (Fraction(one["factor"]) * products[one["shape"]] for one in own["terms"])
        return sum(terms, Fraction(own["constant_eur_per_mwh"]))

    total = Fraction(0)
    for n, hour in enumerate(hours):
        match offer["kind"]:
            case "fixed":
                name = "peak_eur_per_mwh" if _is_peak(hour) else "eur_per_mwh"
                total += loads[n] * Fraction(offer[name])
            case "indexed":
                total += loads[n] * index(n)
            case "clicks":
                fixed = sum(
                    Fraction(c["share"]) * Fraction(c["eur_per_mwh"]) for c in offer["clicks"]
                )
                left = 1 - sum(Fraction(c["share"]) for c in offer["clicks"])
                total += loads[n] * (fixed + left * index(n))
            case _:
                total += loads[n] * Fraction(offer["margin_eur_per_mwh"])
                bought = [
                    (Fraction(b["mw"]), Fraction(b["eur_per_mwh"]))
                    for b in offer["blocks"]
                    if b["starts"] <= days[n] < b["ends"] and (b["id"] == "base" or _is_peak(hour))
                ]
                total += sum((mw * eur for mw, eur in bought), Fraction(0))
                total += (loads[n] - sum((mw for mw, _ in bought), Fraction(0))) * prices[n]
    return total


def _stress_by_hand(
    offer: dict[str, Any], stress: dict[str, Any], spot: list[Fraction], mwh: list[Fraction]
) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Cost, volume outside the band, and what that volume costs at both prices."""
    factor, total = Fraction(stress["volume_factor"]), sum(mwh, Fraction(0))
    then = [price * Fraction(stress["price_factor"]) for price in spot]
    below, above = (Fraction(str(offer["swing"][name])) for name in ("below", "above"))
    most, least = total * (1 + above), total * (1 - below)
    outside = max(total * factor - most, Fraction(0)) - max(least - total * factor, Fraction(0))

    def due(prices: list[Fraction]) -> Fraction:
        paid = sum((p * one for p, one in zip(prices, mwh, strict=True)), Fraction(0))
        return outside * (paid / total - _cost_by_hand(offer, prices, mwh) / total)

    cost = _cost_by_hand(offer, then, [one * factor for one in mwh])
    return cost + Fraction(offer["fixed_eur"]), outside, due(spot), due(then)


def _to_cents(amount: Fraction, step: Decimal = CENT) -> Decimal:
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(step, ROUND_HALF_UP)


def _curve(prices: list[Decimal], delivery: DeliveryPeriod = AUTUMN) -> ForwardCurve:
    return ForwardCurve(
        quoted_on=date(2026, 11, 25),
        source="S",
        starts=_hours(delivery)[0],
        eur_per_mwh=tuple(prices),
    )


def _value(
    problem: dict[str, Any],
    prices: list[Decimal],
    loads: list[Decimal],
    scenarios: Scenarios | None = None,
) -> ForwardStudy:
    given = ForwardProblem.model_validate_json(json.dumps(problem))
    load = Load.of_series(np.array([float(one) for one in loads]), "charge.csv")
    curve = _curve(prices)
    if given.energy == "gas":
        curve = curve.model_copy(update={"starts": curve.starts + timedelta(hours=6)})
    return value_offers(given, curve, load, scenarios)


def test_every_kind_of_offer_costs_what_is_added_hour_by_hour() -> None:
    near = Decimal("0.01")
    for seed in range(20):
        problem, prices, loads = _random_case(seed)
        study = _value(problem, prices, loads)
        spot, mwh = [Fraction(p) for p in prices], [Fraction(one) for one in loads]
        by_hand = {}
        for offer in problem["offers"]:
            cost = _cost_by_hand(offer, spot, mwh) + Fraction(offer["fixed_eur"])
            by_hand[offer["id"]] = _to_cents(cost)
            told = next(one for one in study.offers if one.offer == offer["id"])
            assert abs(told.cost_eur - by_hand[offer["id"]]) <= near, (seed, offer["kind"])
            for case, stress in zip(told.cases, problem["stresses"], strict=True):
                amounts = case.cost_eur, case.outside_mwh, case.swing_at_curve_eur, case.swing_eur
                expected = _stress_by_hand(offer, stress, spot, mwh)
                for one, other in zip(amounts, expected, strict=True):
                    assert abs(one - _to_cents(other, MILLI)) <= near, (seed, offer["kind"])
        ranked = [one.offer for one in study.offers]
        assert ranked == sorted(by_hand, key=lambda name: (by_hand[name], name)), seed
        profile = sum((p * one for p, one in zip(spot, mwh, strict=True)), Fraction(0)) / sum(mwh)
        assert abs(study.load.profile_eur_per_mwh - _to_cents(profile)) <= near
        assert (
            abs(study.load.base_eur_per_mwh - _to_cents(sum(spot, Fraction(0)) / len(spot))) <= near
        )


def test_the_risk_is_that_of_the_scenarios_that_are_given() -> None:
    problem, prices, loads = _random_case(3)
    rng = np.random.default_rng(5)
    hours = len(prices)
    drawn = Scenarios(
        tuple(f"s{n}" for n in range(40)),
        rng.normal(80, 30, (40, hours)),
        rng.uniform(0.5, 2, (40, hours)),
    )
    study = _value(problem, prices, loads, drawn)
    fixed = next(one for one in study.offers if one.kind == "fixed")
    terms = problem["offers"][0]
    peak = Axis.of(AUTUMN).peak
    price = np.where(peak, float(terms["peak_eur_per_mwh"]), float(terms["eur_per_mwh"]))
    costs = drawn.loads @ price + float(terms["fixed_eur"])
    assert fixed.risk is not None
    assert float(fixed.risk.mean_eur) == pytest.approx(costs.mean(), abs=0.01)
    assert float(fixed.risk.cvar_eur) == pytest.approx(compute_cvar(costs, 0.95), abs=0.01)
    assert study.scenarios == 40


def test_a_curve_holds_every_hour_of_the_day_of_25_and_reads_back() -> None:
    hours = _hours(AUTUMN)
    assert len(hours) == 97
    curve = _read([_row(hour, f"{n},25") for n, hour in enumerate(hours)])
    assert (curve.quoted_on, curve.source) == (date(2026, 11, 25), "S")
    assert [str(price) for price in curve.eur_per_mwh[:3]] == ["0.25", "1.25", "2.25"]
    utc = [f"{hour.isoformat(timespec='minutes')};1;25/11/2026;S" for hour in hours]
    assert len(_read(utc).eur_per_mwh) == 97
    later = DeliveryPeriod(starts=date(2027, 10, 31), ends=date(2027, 11, 1))
    assert select_curve_prices(curve, Axis.of(later)).tolist()[:2] == [48.25, 49.25]
    with pytest.raises(BadInput, match="a price for each hour"):
        select_curve_prices(
            curve, Axis.of(DeliveryPeriod(starts=AUTUMN.starts, ends=date(2027, 11, 3)))
        )


def test_a_curve_that_is_not_whole_is_refused_with_its_place() -> None:
    hours = _hours(AUTUMN)
    rows = [_row(hour) for hour in hours]
    twice = rows.index("2027-10-31T02:00+01:00;80,5;25/11/2026;S")
    cases = {
        "a missing hour": (rows[:9] + rows[10:], "pfc.csv 2027-10-29T09:00"),
        "the second 02:00 missing": (rows[:twice] + rows[twice + 1 :], "2027-10-31T02:00+01:00"),
        "a doubled hour": ([*rows, rows[4]], "line 99"),
        "a doubled hour of another price": ([*rows, _row(hours[4], "9")], "line 99"),
        "the offset of winter in summer": (
            [rows[0].replace("+02:00", "+01:00"), *rows[1:]], "line 2, /Début"),
        "no offset": ([rows[0].replace("+02:00", ""), *rows[1:]], "line 2, /Début"),
        "half an hour": ([rows[0].replace("T00:00", "T00:30"), *rows[1:]], "line 2, /Début"),
        "no price": ([rows[0].replace("80,5", ""), *rows[1:]], "line 2"),
        "two quotations": ([*rows[:-1], _row(hours[-1], day="26/11/2026")], "line 98, /quoted_on"),
        "two sources": ([*rows[:-1], _row(hours[-1], source="T")], "line 98, /source"),
    }  # fmt: skip
    for name, (wrong, place) in cases.items():
        with pytest.raises(BadInput) as caught:
            _read(wrong)
        assert place in str(caught.value), name


def test_a_load_lacks_no_hour_and_a_profile_is_scaled_year_by_year() -> None:
    winter = DeliveryPeriod(starts=date(2027, 12, 31), ends=date(2028, 1, 2))
    hours, axis = _hours(winter), Axis.of(winter)
    loads = order_load(axis, {hour: float(n % 24) for n, hour in enumerate(hours)}, "l.csv")
    scaled = scale_profile(axis, loads, 8784.0)
    assert scaled[24:].sum() == pytest.approx(24.0)
    assert scaled[:24].sum() == pytest.approx(24 * 8784 / 8760)
    with pytest.raises(BadInput, match=r"l\.csv 2028-01-01T23:00"):
        order_load(axis, dict.fromkeys(hours[:-1], 1.0), "l.csv")
    with pytest.raises(BadInput, match="at least 0 MW"):
        order_load(axis, dict.fromkeys(hours, -1.0), "l.csv")


def test_gas_is_delivered_by_gas_days_and_its_curve_may_have_a_row_for_each() -> None:
    """From 29 October 6:00 to 2 November 6:00: the second gas day of the four has 25 hours."""
    axis = Axis.of(AUTUMN, "gas")
    assert (len(axis.starts), axis.starts[0]) == (97, datetime(2027, 10, 29, 4, tzinfo=UTC))
    assert [axis.days.count(date(2027, 10, 29) + timedelta(days=n)) for n in range(4)] == [
        24, 25, 24, 24,
    ]  # fmt: skip
    days = [datetime(2027, 10, 29, 6, tzinfo=PARIS) + timedelta(days=n) for n in range(4)]
    rows = [_row(day, f"{30 + n},5") for n, day in enumerate(days)]
    curve = _read(rows, AUTUMN, "gas")
    assert [float(price) for price in curve.eur_per_mwh] == [30.5] * 24 + [31.5] * 25 + [
        32.5
    ] * 24 + [33.5] * 24
    for wrong, place in (
        (rows[:1] + rows[2:], "pfc.csv 2027-10-30T06:00"),
        ([*rows, _row(days[3], "9")], "line 6"),
        ([*rows, _row(days[3] + timedelta(hours=1), "9")], "2027-10-29T07:00"),
    ):
        with pytest.raises(BadInput) as caught:
            _read(wrong, AUTUMN, "gas")
        assert place in str(caught.value)
    with pytest.raises(BadInput, match="2027-10-29T00:00"):
        _read(rows)  # as hours of electricity most are missing
    loads = order_load(axis, {day.astimezone(UTC): 2.0 + n for n, day in enumerate(days)}, "l.csv")
    given = ForwardProblem.model_validate_json(json.dumps({
        "delivery": {"starts": "2027-10-29", "ends": "2027-11-02"}, "energy": "gas",
        "offers": [
            {"kind": "fixed", "id": "f", "supplier": "S", "eur_per_mwh": "32"},
            {"kind": "indexed", "id": "peg", "supplier": "S", "formulas": [{
                "starts": "2027-10-29", "ends": "2027-11-02", "constant_eur_per_mwh": "1.25",
                "terms": [{"factor": "1", "shape": "base", "starts": "2027-10-29",
                           "ends": "2027-10-31"}]}]},
        ],
    }))  # fmt: skip
    study = value_offers(given, curve, Load.of_series(loads, "l.csv"))
    mwh = 2 * 24 + 3 * 25 + 4 * 24 + 5 * 24
    index = (Fraction("30.5") * 24 + Fraction("31.5") * 25) / 49 + Fraction("1.25")
    costs = {one.offer: one.cost_eur for one in study.offers}
    assert costs == {"f": Decimal(32 * mwh), "peg": _to_cents(index * mwh)}
    assert study.load.load_mwh == mwh
    assert any("gas days" in one.text for one in study.assumptions)


def test_terms_that_the_curve_does_not_price_are_refused_with_their_place() -> None:
    problem, prices, loads = _random_case(1)
    fixed, indexed, blocks, clicks = problem["offers"]
    late = clicks["clicks"][0] | {"fixed_on": "2026-11-26"}
    one = indexed["formulas"][0]
    far = one | {"terms": [one["terms"][0] | {"ends": "2027-12-31"}]}
    saturday = {"starts": "2027-10-30", "ends": "2027-10-31", "shape": "peak"}
    cases: list[tuple[dict[str, Any], dict[str, Any], str]] = [
        (clicks | {"clicks": [late]}, {}, "/offers/0/clicks/0/fixed_on"),
        (indexed | {"formulas": [one]}, {}, "/offers/0/formulas"),
        (indexed | {"formulas": [one, one]}, {}, "/offers/0/formulas/1"),
        (indexed | {"formulas": [far, indexed["formulas"][1]]}, {}, "/offers/0/formulas/0/terms/0"),
        (blocks | {"blocks": [blocks["blocks"][0] | saturday]}, {}, "/offers/0/blocks/0"),
        (fixed, {"energy": "gas"}, "/offers/0/peak_eur_per_mwh"),
        (indexed, {"energy": "gas"}, "/offers/0/formulas/0/terms/1/shape"),
    ]
    for offer, changes, place in cases:
        with pytest.raises(BadInput) as caught:
            _value(problem | {"offers": [offer]} | changes, prices, loads)
        assert caught.value.where == place
    for wrong in (
        clicks | {"clicks": [late | {"share": 0.6}, late | {"share": 0.5}]},
        clicks | {"formulas": []},
        clicks | {"kind": "swap"},
    ):
        with pytest.raises(ValidationError):
            ForwardProblem.model_validate_json(json.dumps(problem | {"offers": [wrong]}))


def test_the_command_prints_the_table_and_writes_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, prices, loads = _random_case(2)
    hours = _hours(AUTUMN)
    paths = [tmp_path / name for name in ("offres.json", "pfc.csv", "charge.csv", "page.html")]
    offers, curve, load, page = paths
    offers.write_text(json.dumps(problem), encoding="utf-8")
    rows = [_row(hour, str(p).replace(".", ",")) for hour, p in zip(hours, prices, strict=True)]
    curve.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    lines = [f"{h.isoformat()};{one}" for h, one in zip(hours, loads, strict=True)]
    load.write_text("\n".join(["debut;charge_mw", *lines]), encoding="utf-8")
    line = ["plan", "forward", str(offers), "--curve", str(curve), "--load", str(load)]
    assert main(["--locale", "en", *line, "--json"]) == 0
    told = ForwardStudy.model_validate_json(capsys.readouterr().out)
    assert [one.cost_eur for one in told.offers] == [
        one.cost_eur for one in _value(problem, prices, loads).offers
    ]
    assert main(["--locale", "fr", *line, "-o", str(page)]) == 0
    said = capsys.readouterr().out
    assert "Courbe du 25/11/2026 (S), 97 heures" in said
    assert "blocs et spot" in said
    text = page.read_text("utf-8")
    assert "Les offres sur la courbe" in text and "Ce que coûte le volume hors bande" in text
    assert main(["--locale", "fr", *line, "--energy", "876"]) == 0
    assert "est un profil" in capsys.readouterr().out
    curve.write_text("\n".join([HEAD, *rows[1:]]), encoding="utf-8")
    assert main(["--locale", "fr", *line]) == 1
    assert "pfc.csv 2027-10-29T00:00+02:00" in capsys.readouterr().err
