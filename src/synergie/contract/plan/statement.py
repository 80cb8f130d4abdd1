"""The statement of a year: savings, the guarantee, what is due; rebuilt from its file alone."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

from synergie.contract.plan._text import (
    DISCUSSED,
    IN_PERIMETER,
    PRICE,
    REPORT_WHOLE,
    WHOLE_YEAR,
    YEAR,
)
from synergie.contract.plan.adjustments import check_adjustments, select_agreed
from synergie.contract.plan.baseline import check_fitted_plan, check_plan
from synergie.contract.plan.digest import compute_digest
from synergie.contract.plan.point_savings import MOST_UNSURE, MeasuredSaving, measure_point
from synergie.contract.plan.settlement import Settlement, settle, share_due
from synergie.contract.records.contract import (
    ContractPoint,
    ContractSpan,
    PerformanceContract,
    PriceClause,
)
from synergie.contract.records.statement import (
    ContractMemberPart,
    GuaranteeState,
    MemberStatement,
    PointSaving,
    SavingsReport,
    StatementInputs,
)
from synergie.errors import BadInput
from synergie.plan.money import round_to_cents
from synergie.schemas.plan import Phrase

_KWH_A_MWH = 1000
_YEARS = (365, 366)
_GRAIN = Decimal("0.001")


def build_statement(inputs: StatementInputs) -> SavingsReport:
    """The statement of the year that *inputs* tell, not yet signed.

    BadInput: a plan that is not as it was frozen, a year outside the guarantee, adjustments that
    overlap or are out of the perimeter, a price that the clause needs, a point without any day.
    """
    plan, contract = inputs.plan, inputs.plan.contract
    check_plan(plan)
    if inputs.year.from_date < contract.runs.from_date or (
        inputs.year.to_date > contract.runs.to_date
    ):
        raise BadInput("/year", f"{inputs.year.from_date} – {inputs.year.to_date}", YEAR)
    _check_length(contract, inputs.year)
    check_adjustments(contract, inputs.adjustments)
    agreed = select_agreed(contract, inputs.adjustments)
    found = [
        measure_point(point, baseline, inputs, agreed)
        for point, baseline in zip(contract.points, plan.baselines, strict=True)
    ]
    open_ones = [one for one in inputs.adjustments if one not in agreed]
    for one in open_ones:
        at = next(i for i, point in enumerate(contract.points) if point.id == one.point)
        found[at].remarks.append(Phrase(text=DISCUSSED, values=(one.id,)))
    prices = [_find_price(point, contract, inputs) for point in contract.points]
    return _assemble(inputs, found, prices, len(open_ones))


def _check_length(contract: PerformanceContract, year: ContractSpan) -> None:
    """Kilowatt-hours of a year are guaranteed of a whole one: half a year is no half of it."""
    days = (year.to_date - year.from_date).days
    if contract.guarantee.kwh_year is not None and days not in _YEARS:
        raise BadInput("/year", f"{days} days", WHOLE_YEAR)


def _assemble(
    inputs: StatementInputs,
    found: Sequence[MeasuredSaving],
    prices: Sequence[Decimal],
    discussed: int,
) -> SavingsReport:
    contract = inputs.plan.contract
    points = tuple(
        _build_point(point, one, price, _get_clause(point, contract))
        for point, one, price in zip(contract.points, found, prices, strict=True)
    )
    carbon = [_get_clause(point, contract).carbon_kg_per_kwh for point in contract.points]
    due = settle(contract.guarantee, found, prices, carbon, is_proved=_is_proved(found))
    half = _combine(found, [Decimal(1)] * len(found))
    draft = SavingsReport(
        inputs=inputs,
        points=points,
        members=_build_members(points, found, due),
        saved_kwh=due.saved,
        half_width_kwh=_round_half(half, 3),
        guaranteed_kwh=due.guaranteed,
        guaranteed_eur=round_to_cents(due.guaranteed * due.price / _KWH_A_MWH),
        guaranteed_kgco2=(due.guaranteed * due.carbon).quantize(_GRAIN),
        half_width_eur=_round_half(_combine(found, [one / _KWH_A_MWH for one in prices]), 2),
        half_width_kgco2=_round_half(_combine(found, carbon), 3),
        due_kwh=due.due.quantize(_GRAIN),
        due_kgco2=(due.due * due.carbon).quantize(_GRAIN),
        state=_find_state(due, half, found),
        saved_eur=sum((one.saved_eur for one in points), Decimal(0)),
        saved_kgco2=sum((one.saved_kgco2 for one in points), Decimal(0)),
        shortfall_eur=due.shortfall,
        bonus_eur=due.bonus,
        discussed=discussed,
        digest="0" * 64,
    )
    return draft.model_copy(update={"digest": compute_digest(draft)})


def check_statement(report: SavingsReport) -> None:
    """BadInput when a figure of *report* does not come out of its own inputs again.

    The baseline is fitted again, too, from the readings that the plan holds.
    """
    check_fitted_plan(report.inputs.plan)
    rebuilt = build_statement(report.inputs)
    for name in type(report).model_fields:
        if name != "signatures" and getattr(rebuilt, name) != getattr(report, name):
            raise BadInput(f"/{name}", "", REPORT_WHOLE)


def select_member(report: SavingsReport, member: str) -> MemberStatement:
    """What *member* is handed of *report*. BadInput: it has no point in it.

    Totals of the contract are left out: with two members they would tell the other's.
    """
    part = next((one for one in report.members if one.member == member), None)
    if part is None:
        raise BadInput("/member", member, IN_PERIMETER)
    contract = report.inputs.plan.contract
    return MemberStatement(
        contract=contract.id,
        operator=contract.operator,
        year=report.inputs.year,
        part=part,
        points=tuple(one for one in report.points if one.member == member),
        state=report.state,
        statement=report.digest,
    )


def _get_clause(point: ContractPoint, contract: PerformanceContract) -> PriceClause:
    return next(one for one in contract.prices if one.energy == point.energy)


def _find_price(
    point: ContractPoint, contract: PerformanceContract, inputs: StatementInputs
) -> Decimal:
    """EUR/MWh: that of the contract, the same times its index, or that of the year."""
    clause = _get_clause(point, contract)
    told = next((one for one in inputs.prices if one.energy == point.energy), None)
    if clause.basis == "reference" and clause.eur_per_mwh is not None:
        return clause.eur_per_mwh
    if clause.basis == "of_the_year" and told is not None and told.eur_per_mwh is not None:
        return told.eur_per_mwh
    if (
        clause.eur_per_mwh is not None
        and clause.index is not None
        and told is not None
        and told.index is not None
    ):
        return (clause.eur_per_mwh * told.index / clause.index).quantize(Decimal("0.0001"))
    raise BadInput("/prices", point.energy, PRICE)


def _build_point(
    point: ContractPoint, found: MeasuredSaving, price: Decimal, clause: PriceClause
) -> PointSaving:
    half = found.half_width
    return PointSaving(
        point=point.id,
        member=point.member,
        known_days=found.known,
        days=found.days,
        baseline_kwh=found.baseline,
        adjustment_kwh=found.adjustment,
        measured_kwh=found.measured,
        saved_kwh=found.saved,
        half_width_kwh=_round_half(half, 3),
        eur_per_mwh=price,
        saved_eur=round_to_cents(found.saved * price / _KWH_A_MWH),
        saved_kgco2=(found.saved * clause.carbon_kg_per_kwh).quantize(_GRAIN),
        proved=found.is_proved,
        remarks=tuple(found.remarks),
    )


def _build_members(
    points: Sequence[PointSaving], found: Sequence[MeasuredSaving], due: Settlement
) -> tuple[ContractMemberPart, ...]:
    """The sums of each member's points; what is due by the baseline of each."""
    members = list(dict.fromkeys(one.member for one in points))
    weights = [
        sum(
            (
                max(Decimal(0), one.baseline + one.adjustment)
                for point, one in zip(points, found, strict=True)
                if point.member == member
            ),
            Decimal(0),
        )
        for member in members
    ]
    shares = share_due(due, weights)
    return tuple(
        ContractMemberPart(
            member=member,
            saved_kwh=_sum_of(points, member, "saved_kwh"),
            saved_eur=_sum_of(points, member, "saved_eur"),
            saved_kgco2=_sum_of(points, member, "saved_kgco2"),
            due_eur=share,
        )
        for member, share in zip(members, shares, strict=True)
    )


def _sum_of(points: Sequence[PointSaving], member: str, name: str) -> Decimal:
    return sum((getattr(one, name) for one in points if one.member == member), Decimal(0))


def _combine(found: Sequence[MeasuredSaving], worth: Sequence[Decimal]) -> float | None:
    """Of points that err on their own (V3), each kilowatt-hour at its *worth*."""
    known = [
        one.half_width * float(each)
        for one, each in zip(found, worth, strict=True)
        if one.half_width is not None
    ]
    return sqrt(sum(one**2 for one in known)) if known else None


def _round_half(half: float | None, decimals: int) -> Decimal | None:
    return None if half is None else Decimal(f"{half:.{decimals}f}")


def _is_proved(found: Sequence[MeasuredSaving]) -> bool:
    """The whole: enough days at each point, and an interval of at most half the saving."""
    saved = float(sum((one.saved for one in found), Decimal(0)))
    usual = sqrt(sum(one.usual_half_width**2 for one in found))
    return _has_enough_days(found) and saved > 0 and usual <= MOST_UNSURE * saved


def _has_enough_days(found: Sequence[MeasuredSaving]) -> bool:
    return all(one.has_enough_days for one in found)


def _find_state(
    due: Settlement, half: float | None, found: Sequence[MeasuredSaving]
) -> GuaranteeState:
    if not _has_enough_days(found):
        return "unproved"
    around = half or 0.0
    off = float(due.saved - due.guaranteed)
    if off >= around:
        return "reached"
    return "missed" if off < -around else "unsure"
