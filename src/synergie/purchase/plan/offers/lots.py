"""Lots by segment and usage, as the law and real tenders have them, and what each of them needs.

One market a lot and one award of it (CCP L2113-10, R2113-1); lots follow the needs survey: lighting
up to 36 kVA, buildings up to 36 kVA, C4, C2 and C3 (domain.md §3.1-3.2); gas by its option, T4
and TP apart. One purchase may hold lots of both energies: one convention, one plan. Points on the
grid of a local utility (entreprise locale de distribution) need lots of their own: no file tells
them apart, so the coordinator makes those.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal

from synergie.purchase.plan.award.faults import is_point_in_lot, sum_point_energy
from synergie.purchase.records.lot_needs import LotNeeds, LotSurvey, UnfitPoint
from synergie.purchase.records.purchase import ClassEnergy, Lot, PurchasePoint
from synergie.schemas.assets.supply_point import MarketSegment

STANDARD: tuple[tuple[str, str, tuple[MarketSegment, ...], bool | None], ...] = (
    ("lot-ep", "Éclairage public jusqu'à 36 kVA", ("C5",), True),
    ("lot-c5", "Bâtiments et autres jusqu'à 36 kVA", ("C5",), False),
    ("lot-c4", "Points de 36 à 250 kVA", ("C4",), None),
    ("lot-c2-c3", "Points au-delà de 250 kVA", ("C1", "C2", "C3"), None),
    ("lot-gaz-t1-t2", "Gaz jusqu'à 300 MWh par an", ("T1", "T2"), None),
    ("lot-gaz-t3", "Gaz de 300 à 5 000 MWh par an", ("T3",), None),
    ("lot-gaz-t4", "Gaz au-delà de 5 000 MWh par an", ("T4", "TP"), None),
)
"""Key, name, segments, and whether the lot is for lighting (None: for all usages)."""


def proposed(points: Sequence[PurchasePoint]) -> tuple[Lot, ...]:
    """The usual lots that *points* fill; each point that draws, of either energy, fits one."""
    lots = []
    for key, name, segments, lighting in STANDARD:
        usages = sorted(
            {
                point.usage
                for point in points
                if point.market_segment in segments
                and lighting in (None, point.usage == "public_lighting")
            }
        )
        if usages:
            fields = {"id": key, "name": name, "market_segments": segments, "usages": usages}
            lots.append(Lot.model_validate(fields))
    return tuple(lots)


def survey(points: Sequence[PurchasePoint], lots: Sequence[Lot]) -> LotSurvey:
    """What each lot needs (recensement), and the points that no lot or several take.

    Volumes are those of the survey, MWh a year, whatever the days a point is bought for.
    """
    inside: dict[str, list[PurchasePoint]] = defaultdict(list)
    unfit = []
    for point in points:
        fit = [lot.id for lot in lots if is_point_in_lot(lot, point)]
        if len(fit) == 1:
            inside[fit[0]].append(point)
        else:
            unfit.append(_build_unfit_point(point, fit))
    return LotSurvey(
        lots=tuple(_sum_lot_needs(lot, inside[lot.id]) for lot in lots), unfit=tuple(unfit)
    )


def _build_unfit_point(point: PurchasePoint, fit: list[str]) -> UnfitPoint:
    return UnfitPoint(
        point=point.id,
        member=point.member,
        market_segment=point.market_segment,
        usage=point.usage,
        lots=tuple(fit),
    )


def _sum_lot_needs(lot: Lot, points: Sequence[PurchasePoint]) -> LotNeeds:
    classes: dict[str, Decimal] = defaultdict(Decimal)
    for point in points:
        for part in point.energy:
            classes[part.time_class] += part.mwh
    options = Counter(point.tariff_code for point in points)
    return LotNeeds(
        lot=lot.id,
        name=lot.name,
        reserved=lot.reserved,
        points=len(points),
        members=tuple(sorted({point.member for point in points})),
        mwh=sum(map(sum_point_energy, points), Decimal(0)),
        classes=tuple(
            ClassEnergy(time_class=name, mwh=mwh) for name, mwh in sorted(classes.items())
        ),
        tariff_codes=tuple(sorted(options)),
    )
