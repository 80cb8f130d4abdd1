"""191 lighting cabinets: which tariff option and power each should have, and what to ask for.

Needs `pip install synergie[plan]`. Cabinets are synthetic; prices are those of a real schedule of
2026 (Hérault Énergies, lighting), network tariff and taxes those of 1 March 2026.
"""

from datetime import date
from decimal import Decimal

from synergie.energy.plan.power import Reading, burn_load, refit
from synergie.energy.records.offer import Price
from synergie.energy.records.power import (
    DimmedSpan,
    LightingUse,
    OffPeakWindow,
    PowerPoint,
    PowerPrices,
    PowerProblem,
    SubscribedKva,
)
from synergie.energy.records.tariff import PriceSchedule
from synergie.samples import territory
from synergie.samples.night import LATITUDE, LONGITUDE

FOUR = {"HPH": "117.16", "HCH": "85.53", "HPB": "59.45", "HCB": "61.94"}
CELLS = {
    "BTINFCUST": {"BASE": "86.90"},
    "BTINFLU": {"BASE": "86.90"},
    "BTINFCU4": FOUR,
    "BTINFMU4": FOUR,
}
OFF = (DimmedSpan(starts="00:00", ends="05:30"),)
HOURS = Reading(windows=(OffPeakWindow(starts="22:00", ends="06:00"),))


def main() -> None:
    """First the hours, then the option: re-fit for the hours that lamps really burn."""
    for name, dimmed in (("all night", ()), ("off from 00:00 to 05:30", OFF)):
        plan = refit(PowerProblem(points=points(dimmed), prices=(prices(),), on=date(2026, 3, 1)))
        totals = plan.totals
        print(f"{name}: today {plan.baseline_eur} EUR a year, re-fitted {plan.objective_eur} EUR")
        print(f"  {totals.changed} of {totals.points} change, {totals.per_point_eur} EUR each less")
    first = max(plan.outcomes, key=lambda one: one.saving_eur or 0)
    print(f"what to ask for {first.name} ({first.point}):")
    for phrase in (*first.ask, *first.reasons):
        print(f"  {phrase.tell(str)}")


def points(dimmed: tuple[DimmedSpan, ...]) -> tuple[PowerPoint, ...]:
    """The cabinets as they are subscribed; only programmable ones follow the switch-off."""
    whole = territory()
    served = {one.external_id: one for one in whole.supply_points}
    watts = whole.cabinet_power_w()
    found = []
    for cabinet in whole.cabinets:
        point = served[cabinet.supply_point or ""]
        use = LightingUse(
            installed_w=watts[cabinet.external_id], longitude=LONGITUDE, latitude=LATITUDE,
            dimmed=dimmed if cabinet.programmable else (),
        )  # fmt: skip
        found.append(
            PowerPoint(
                id=point.code, member=cabinet.insee_code or "-", name=cabinet.name,
                market_segment="C5", usage="public_lighting", tariff_code=point.tariff_code,
                subscribed=(SubscribedKva(kva=Decimal(int(point.subscribed_power_kva or 36))),),
                load=burn_load(use, date(2026, 1, 1), HOURS),
            )
        )  # fmt: skip
    return tuple(found)


def prices() -> PowerPrices:
    """The price schedule: there is no price for MUDT, so that option is never taken as free."""
    cells = [(code, name, eur) for code, of in CELLS.items() for name, eur in of.items()]
    rows = (Price(tariff_code=c, time_class=n, eur_per_mwh=Decimal(eur)) for c, n, eur in cells)
    return PowerPrices(schedule=PriceSchedule(name="lot 2, 2026", prices=tuple(rows)))


if __name__ == "__main__":
    main()
