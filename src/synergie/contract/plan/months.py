"""A statement by month, for its picture: the same formulas over each month."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt

from synergie.contract.plan.adjustments import select_agreed
from synergie.contract.plan.point_savings import measure_point
from synergie.contract.records.contract import ContractSpan
from synergie.contract.records.statement import SavingsReport, StatementInputs
from synergie.errors import BadInput


@dataclass(frozen=True, slots=True)
class MonthSaving:
    """All points over one month, on the days that count."""

    starts: date
    adjusted: Decimal
    measured: Decimal
    half_width: float
    """0 where no point has an interval."""


def list_month_savings(report: SavingsReport) -> tuple[tuple[date, MonthSaving | None], ...]:
    """Each month of the year; None where a point has no day that counts."""
    year = report.inputs.year
    found: list[tuple[date, MonthSaving | None]] = []
    low = year.from_date
    while low < year.to_date:
        high = min(year.to_date, (low.replace(day=1) + timedelta(days=32)).replace(day=1))
        span = ContractSpan(from_date=low, to_date=high)
        found.append((low, _sum_month(report.inputs.model_copy(update={"year": span}))))
        low = high
    return tuple(found)


def _sum_month(inputs: StatementInputs) -> MonthSaving | None:
    contract = inputs.plan.contract
    agreed = select_agreed(contract, inputs.adjustments)
    try:
        every = [
            measure_point(point, baseline, inputs, agreed)
            for point, baseline in zip(contract.points, inputs.plan.baselines, strict=True)
        ]
    except BadInput:  # a point without any day in this month: the year has told it
        return None
    return MonthSaving(
        starts=inputs.year.from_date,
        adjusted=sum((one.baseline + one.adjustment for one in every), Decimal(0)),
        measured=sum((one.measured for one in every), Decimal(0)),
        half_width=sqrt(sum((one.half_width or 0.0) ** 2 for one in every)),
    )
