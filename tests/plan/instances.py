"""Shared benchmark instances as problems of ours; called by the tests and by the bench."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from synergie.energy.records.offer import Offer, Price, Subscription, Tier
from synergie.maintenance.records.maintenance import DayCost, Depot, MaintenanceProblem, Visit, Zone
from synergie.purchase.records.purchase import ClassEnergy, Lot, PurchasePoint, PurchaseProblem


def known(shared: Path, family: str) -> dict[str, dict[str, Any]]:
    """`known.json` of a family: what is proved or best known of each instance."""
    found: dict[str, dict[str, Any]] = _read(shared / "benchmarks" / family / "known.json")
    return found


def read(shared: Path, name: str) -> dict[str, Any]:
    """A total-quantity discount instance as it is published."""
    found: dict[str, Any] = _read(shared / "benchmarks" / "synergie-tqd" / "data" / f"{name}.json")
    return found


def tqd(shared: Path, name: str) -> PurchaseProblem:
    """A total-quantity discount instance: members of one lot, each choosing a candidate lot.

    The cost of a member at a tier is given as an amount, so it enters as the subscription of a
    tariff option of its own, with energy at 0 EUR/MWh.
    """
    data = read(shared, name)
    members = range(data["members"])
    return PurchaseProblem(
        points=tuple(
            PurchasePoint(
                id=f"p{m}",
                member=f"m{m:03d}",
                market_segment="C4",
                usage="building",
                tariff_code=f"M{m}",
                energy=(ClassEnergy(time_class="BASE", mwh=_decimal(data["volume_mwh"][m])),),
            )
            for m in members
        ),
        lots=(
            Lot(
                id="lot",
                name="lot",
                market_segments=("C4",),
                usages=("building",),
                max_awards=None,
            ),
        ),
        offers=tuple(_offer(data, s) for s in range(data["suppliers"])),
        nobody_pays_more=False,
        may_leave=False,
        alone_tier="first",
    )


def _offer(data: dict[str, Any], s: int) -> Offer:
    return Offer(
        id=f"s{s}",
        lot="lot",
        supplier=f"s{s}",
        fixed_eur=_decimal(data["fixed_eur_per_supplier"][s]),
        tiers=tuple(_tier(data, s, k) for k in range(data["tiers"])),
    )


def _tier(data: dict[str, Any], s: int, k: int) -> Tier:
    members = range(data["members"])
    return Tier(
        from_mwh=_decimal(data["tier_min_mwh"][s][k]),
        to_mwh=_decimal(data["tier_max_mwh"][s][k]),
        prices=tuple(
            Price(tariff_code=f"M{m}", time_class="BASE", eur_per_mwh=Decimal(0)) for m in members
        ),
        subscriptions=tuple(
            Subscription(tariff_code=f"M{m}", eur_per_point=_decimal(data["cost_eur"][m][s][k]))
            for m in members
        ),
    )


def maintenance(shared: Path, name: str) -> MaintenanceProblem:
    """A year plan of synergie-maintenance: one depot, one organisation, whole crew-days a zone."""
    data = _read(shared / "benchmarks" / "synergie-maintenance" / "data" / f"{name}.json")
    return MaintenanceProblem(
        weeks=data["weeks"],
        crew_day_hours=_decimal(data["crew_day_hours"]),
        zones=tuple(Zone(id=f"z{g:02d}", name=f"z{g:02d}") for g in range(data["zones"])),
        depots=(
            Depot(
                id="depot",
                organisation="all",
                crew_days=tuple(data["crew_days_per_week"]),
                day_costs=tuple(
                    DayCost(zone=f"z{g:02d}", eur=_decimal(cost))
                    for g, cost in enumerate(data["crew_day_cost_eur"])
                ),
            ),
        ),
        visits=tuple(_visits(data)),
    )


def _visits(data: dict[str, Any]) -> Iterator[Visit]:
    for c in range(data["clusters"]):
        # the files count weeks from 0
        yield Visit(
            cabinet=f"c{c:04d}",
            organisation="all",
            zone=f"z{data['zone'][c]:02d}",
            hours=_decimal(data["hours"][c]),
            first_week=data["first_week"][c] + 1,
            last_week=data["last_week"][c] + 1,
            costs_eur=tuple(_decimal(cost) for cost in data["visit_cost_eur"][c]),
        )


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))


__all__ = ["known", "maintenance", "read", "tqd"]
