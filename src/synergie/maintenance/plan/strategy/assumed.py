"""Figures where nothing better is known: each says `assumed`, or the text it comes from."""

from decimal import Decimal

from synergie.maintenance.records.strategy import (
    DelayShare,
    Inspection,
    Response,
    UpkeepCosts,
)

LAW = (
    "decree 2010-1016 of 30 August 2010 and order of 26 December 2011: one year, two when the last "
    "report has no remark; taken to hold for street cabinets; what it finds is assumed"
)
_COSTS = (
    "assumed: crew with platform 130 EUR/h, 25 min a single lamp, 12 min in a group, 45 min a "
    "cabinet, LED 455 to 724 EUR a point in published works, energy 150 EUR/MWh, CO2 52 kg/MWh "
    "(average mix, Base Empreinte V23.6)"
)


def costs() -> UpkeepCosts:
    """Work at 130 EUR an hour, published LED prices; no penalty."""
    return UpkeepCosts(
        spot_eur=Decimal(87),
        spot_hours=Decimal("0.67"),
        group_cabinet_eur=Decimal(33),
        group_cabinet_hours=Decimal("0.25"),
        group_lamp_eur=Decimal(26),
        group_lamp_hours=Decimal("0.20"),
        cabinet_fault_eur=Decimal(130),
        cabinet_fault_hours=Decimal(1),
        inspection_eur=Decimal(65),
        inspection_hours=Decimal("0.5"),
        cleaning_lamp_eur=Decimal(13),
        cleaning_lamp_hours=Decimal("0.1"),
        led_eur=Decimal(600),
        led_hours=Decimal("0.75"),
        led_alone_eur=Decimal(720),
        led_part_eur=Decimal(90),
        led_life_years=25,
        energy_eur_mwh=Decimal(150),
        out_day_eur=Decimal(0),
        co2_kg_mwh=52.0,
        source=_COSTS,
    )


def responses() -> tuple[Response, ...]:
    """Most points within three days of a report, most cabinets within one, crews being free.

    A point out is told after ten days on average, by a round or a call; a street at once.
    """
    point = ((1, 0.3), (2, 0.3), (3, 0.25), (5, 0.1), (8, 0.05))
    street = ((0.25, 0.4), (0.5, 0.3), (1, 0.25), (2, 0.05))
    return (
        Response(
            severity="street", delays=_build_delay_shares(street), unseen_days=0.1, source="assumed"
        ),
        Response(
            severity="point", delays=_build_delay_shares(point), unseen_days=10, source="assumed"
        ),
    )


def inspection() -> Inspection:
    """Once a year at least; four defects in five that show are found."""
    return Inspection(
        longest_months=12, choices_months=(3, 6, 12), warning_months=6, finds=0.8, source=LAW
    )


def _build_delay_shares(pairs: tuple[tuple[float, float], ...]) -> tuple[DelayShare, ...]:
    return tuple(DelayShare(days=days, share=share) for days, share in pairs)
