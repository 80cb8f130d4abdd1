"""The record of one point: amounts, days, risk, reasons, questions, and what to ask for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cached_property

from synergie.energy.plan.power import _text
from synergie.energy.plan.power._choose import Choice, Priced, is_same_option
from synergie.energy.plan.power._clock import CLASSES
from synergie.energy.plan.power._days import days_over, overrun_hours, stress_micro
from synergie.energy.plan.power._group import compute_reached_power
from synergie.energy.plan.power._price import LINES
from synergie.energy.plan.power._text import phrase
from synergie.energy.records.power import PowerLoad, PowerPoint, PowerRules, SubscribedKva
from synergie.energy.records.power_plan import Gap, OptionCost, OptionGap, PowerBill, PowerOutcome
from synergie.schemas.plan import Phrase

_MICRO = 6
_MOST_C5_VA = 36_000
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class ChoiceContext:
    """A choice, and what it is told with."""

    choice: Choice
    load: PowerLoad
    rules: PowerRules
    on: date

    @cached_property
    def reached_va(self) -> int | None:
        """Greatest power of the year, VA."""
        return compute_reached_power(self.load)

    @cached_property
    def changes(self) -> bool:
        """Whether something other than today is proposed."""
        today, best = self.choice.today, self.choice.best
        return today is not None and best is not None and not is_same_option(today, best)

    @cached_property
    def over(self) -> list[date] | None:
        """Days over the proposed power. None: not known."""
        return None if self.choice.best is None else days_over(self.load, self.choice.best.power_va)

    @cached_property
    def over_today(self) -> list[date] | None:
        """Days over today's power. None: not known."""
        today = self.choice.today
        return None if today is None else days_over(self.load, today.power_va)


def not_compared(point: PowerPoint, reason: Phrase) -> PowerOutcome:
    """A point of which too little is known to price anything."""
    load = point.load
    return PowerOutcome(
        point=point.id,
        member=point.member,
        name=point.name,
        status="not_compared",
        today=None,
        best=None,
        second=None,
        saving_eur=None,
        subscribed_kva=_find_highest_kva(point),
        reached_kva=None if load is None else reached_kva(compute_reached_power(load)),
        proposed_kva=None,
        over_days_today=None,
        over_days=(),
        over_known=False,
        stress_eur=None,
        source=None if load is None else load.source,
        missing_steps=0 if load is None else load.missing_steps,
        risk=None,
        ask=(),
        reasons=(reason,),
        questions=(),
        not_priced=(),
    )


def build_power_outcome(of: ChoiceContext) -> PowerOutcome:
    """What a point is to do, and why."""
    choice, point = of.choice, of.choice.point
    today, best = choice.today, choice.best
    saving = None if today is None or best is None else today.cents - best.cents
    status = "change" if of.changes else "keep"
    return PowerOutcome(
        point=point.id,
        member=point.member,
        name=point.name,
        status="not_compared" if saving is None else status,  # type: ignore[arg-type]  # two words
        today=cost(today),
        best=cost(best),
        second=cost(choice.second),
        saving_eur=None if saving is None else _convert_to_euros(saving),
        fee_eur=of.rules.change_fee_eur if of.changes else Decimal(0),
        subscribed_kva=_find_highest_kva(point),
        reached_kva=reached_kva(of.reached_va),
        proposed_kva=None if best is None else Decimal(max(best.power_va)).scaleb(-3).normalize(),
        over_days_today=None if of.over_today is None else len(of.over_today),
        over_days=tuple(of.over or ()),
        over_known=of.over is not None,
        stress_eur=_compute_stress_cost(of),
        source=of.load.source,
        missing_steps=of.load.missing_steps,
        risk=None if best is None else _describe_overrun_risk(of, best),
        ask=tuple(_iterate_operator_requests(of)) if of.changes else (),
        reasons=tuple(_iterate_reasons(of)),
        questions=tuple(_iterate_open_questions(of)),
        not_priced=tuple(_build_option_gap(of, code, gap) for code, gap in choice.gaps),
    )


def cost(one: Priced | None) -> OptionCost | None:
    """An option with its bill; None of none."""
    if one is None or one.of.bills is None:
        return None
    cents = dict(zip(LINES, one.of.bills.line_cents[one.row].tolist(), strict=True))
    va = one.power_va
    names = (None,) if len(va) == 1 else CLASSES
    return OptionCost(
        tariff_code=one.code,
        subscribed=tuple(
            SubscribedKva(time_class=name, kva=Decimal(each).scaleb(-3).normalize())
            for name, each in zip(names, va, strict=True)
        ),
        overrun_hours=Decimal(overrun_hours(one)).scaleb(-_MICRO),
        bill=PowerBill(
            **{f"{name}_eur": _convert_to_euros(cents[name]) for name in LINES},
            total_eur=_convert_to_euros(one.cents),
        ),
    )


def _convert_to_euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def reached_kva(va: int | None) -> Decimal | None:
    """A reached power in kVA, rounded up to a tenth."""
    return None if va is None else Decimal(va).scaleb(-3).quantize(_TENTH, ROUND_CEILING)


def _find_highest_kva(point: PowerPoint) -> Decimal | None:
    return max((one.kva for one in point.subscribed), default=None)


def _compute_stress_cost(of: ChoiceContext) -> Decimal | None:
    """What the proposed powers would cost more if every power were a tenth higher."""
    best = of.choice.best
    micro = None if best is None else stress_micro(of.load, best.power_va)
    if best is None or micro is None or best.of.bills is None:
        return None
    per_hour = best.of.bills.scaled.rates.turpe.cmdps_eur_per_h or Decimal(0)
    more = Decimal(micro - overrun_hours(best)).scaleb(-_MICRO) * per_hour
    return more.quantize(Decimal("0.01"), ROUND_CEILING)


def _describe_overrun_risk(of: ChoiceContext, best: Priced) -> Phrase:
    if of.reached_va is None:
        return phrase(_text.UNKNOWN_REACH)
    if of.load.source == "burn_hours" and of.reached_va <= max(best.power_va):
        return phrase(_text.COMPUTED)
    if len(best.power_va) == 1:
        subscribed, top = best.power_va[0], max(of.reached_va, 1)
        left = (subscribed - top) * 100 // top
        return phrase(_text.TRIPS, _text.format_kva(subscribed), reached_kva(of.reached_va), left)
    hours = overrun_hours(best)
    if not hours:
        return phrase(_text.NO_OVERRUN)
    return phrase(_text.OVERRUN, _format_hours(hours), len(of.over or ()))


def _format_hours(micro: int) -> str:
    return f"{Decimal(micro).scaleb(-_MICRO):.1f}"


def _iterate_operator_requests(of: ChoiceContext) -> Iterator[Phrase]:
    """What to ask the grid operator for, when something changes."""
    today, best, rules = of.choice.today, of.choice.best, of.rules
    if today is None or best is None:
        return
    if today.code != best.code:
        yield phrase(_text.ASK_OPTION, best.code, today.code)
        if best.classes > 1 and best.classes != today.classes:
            yield phrase(_text.ASK_CALENDAR, best.classes)
    if today.power_va != best.power_va:
        yield _ask_power(today.power_va, best.power_va)
    if max(best.power_va) > max(today.power_va) and of.choice.point.connection_kva is None:
        yield phrase(_text.ASK_RISE, _text.format_kva(max(best.power_va)))
    yield phrase(_text.ASK_FROM, compute_earliest_change(of.choice.point, rules, of.on).isoformat())
    if rules.min_stay_months:
        yield phrase(_text.ASK_STAY, rules.min_stay_months)
    if rules.change_fee_eur:
        yield phrase(_text.ASK_FEE, rules.change_fee_eur)


def _ask_power(today: list[int], best: list[int]) -> Phrase:
    if len(best) == 1:
        return phrase(
            _text.ASK_POWER, _text.format_kva(best[0]), "/".join(map(_text.format_kva, today))
        )
    return phrase(_text.ASK_POWERS, *map(_text.format_kva, best))


def compute_earliest_change(point: PowerPoint, rules: PowerRules, on: date) -> date:
    """The first day on which a change may take effect: the minimum stay after the last one."""
    if point.changed_on is None:
        return on
    months = point.changed_on.month - 1 + rules.min_stay_months
    year, month = point.changed_on.year + months // 12, months % 12 + 1
    for day in range(point.changed_on.day, 0, -1):
        try:
            return max(on, date(year, month, day))
        except ValueError:
            continue
    return on


def _iterate_reasons(of: ChoiceContext) -> Iterator[Phrase]:
    choice = of.choice
    best = choice.best
    yield from _about_today(of)
    if best is None:
        yield phrase(_text.NOTHING)
        return
    yield from _against_today(of, best)
    yield from _about_margin(of, best)
    if choice.second is not None:
        yield phrase(_text.NEXT, choice.second.code, _text.format_cents(choice.second.cents))
    if choice.cheapest_network not in (None, best.code):
        yield phrase(_text.NETWORK_ALONE, choice.cheapest_network)
    if (hours := overrun_hours(best)) and best.of.bills is not None:
        paid = int(best.of.bills.line_cents[best.row][LINES.index("overrun")])
        yield phrase(_text.OVERRUNS, _format_hours(hours), _text.format_cents(paid))
    if of.load.missing_steps:
        yield phrase(_text.MISSING, of.load.missing_steps, of.load.steps)


def _against_today(of: ChoiceContext, best: Priced) -> Iterator[Phrase]:
    """What the choice saves, or why today's is kept."""
    today = of.choice.today
    if today is None:
        return
    if of.changes:
        now = _text.format_option(today.code, today.power_va)
        new = _text.format_option(best.code, best.power_va)
        saved = _text.format_cents(today.cents - best.cents)
        yield phrase(_text.CHEAPER, new, _text.format_cents(best.cents), saved, now)
        yield from _about_power(of, today, best)
    elif of.choice.held_back_cents:
        yield phrase(_text.KEEP_SMALL, _text.format_cents(of.choice.held_back_cents))
    else:
        yield phrase(_text.KEEP, _text.format_cents(today.cents))


def _about_today(of: ChoiceContext) -> Iterator[Phrase]:
    point, gap = of.choice.point, of.choice.today_gap
    if point.tariff_code is None or not point.subscribed:
        yield phrase(_text.NO_TODAY)
    elif gap == "no_tariff":
        yield phrase(_text.TODAY_GAP[gap], point.tariff_code, of.on.isoformat())
    elif gap is not None:
        yield phrase(_text.TODAY_GAP[gap], point.tariff_code)


def _about_power(of: ChoiceContext, today: Priced, best: Priced) -> Iterator[Phrase]:
    if of.reached_va is None or len(today.power_va) != 1 or len(best.power_va) != 1:
        return
    was, new, top = today.power_va[0], best.power_va[0], reached_kva(of.reached_va)
    if new < was:
        yield phrase(_text.POWER_DOWN, top, _text.format_kva(was), _text.format_kva(new))
    elif new > was:
        yield phrase(_text.POWER_UP, top, _text.format_kva(new), _text.format_kva(was))


def _about_margin(of: ChoiceContext, best: Priced) -> Iterator[Phrase]:
    """Where the power has less margin than is wanted: it held, or there is no room for more."""
    if of.reached_va is None or len(best.power_va) != 1:
        return
    point, rules = of.choice.point, of.rules
    margin = rules.margin if point.margin is None else point.margin
    wanted = Decimal(of.reached_va) * (1 + margin) / 1000
    step = rules.lu_kva_step if best.code == "BTINFLU" else rules.kva_step
    power = (wanted / step).to_integral_value(ROUND_CEILING) * step
    if of.reached_va <= best.power_va[0] < power * 1000:
        yield phrase(
            _text.MORE_MARGIN, _text.format_plain_number(power), _text.format_kva(best.power_va[0])
        )


def _iterate_open_questions(of: ChoiceContext) -> Iterator[Phrase]:
    point, today, top = of.choice.point, of.choice.today, of.reached_va
    if top is not None and not of.rules.across_segments:
        if point.market_segment == "C4" and top <= _MOST_C5_VA:
            yield phrase(_text.MAY_BE_C5, reached_kva(top))
        if point.market_segment == "C5" and top > _MOST_C5_VA:
            yield phrase(_text.MAY_BE_C4, reached_kva(top))
    if today is not None and of.over_today:
        yield phrase(
            _text.EXCEEDED, "/".join(map(_text.format_kva, today.power_va)), len(of.over_today)
        )
    yield from _about_accise(of)
    if of.load.offpeak_assumed:
        yield phrase(_text.ASSUMED_HOURS)
    if of.load.source == "declared" and of.load.starts is None:
        yield phrase(_text.UNDATED)


def _about_accise(of: ChoiceContext) -> Iterator[Phrase]:
    """Both rates where the activity does not determine one, and what lies between them."""
    for one in (of.choice.best, of.choice.today):
        rates = None if one is None or one.of.bills is None else one.of.bills.scaled.rates
        if rates is not None and rates.open_accise is not None:
            low, high = rates.open_accise
            kwh = sum((each.kwh for each in of.load.classes), Decimal(0))
            between = ((high - low) * kwh / 1000).quantize(Decimal("0.01"))
            yield phrase(_text.OPEN_ACCISE, low, high, between, rates.accise_eur_per_mwh)
            return


def _build_option_gap(of: ChoiceContext, code: str, gap: Gap) -> OptionGap:
    values = (code, of.on.isoformat()) if gap == "no_tariff" else (code,)
    text = _text.GAPS[gap]
    return OptionGap(tariff_code=code, kind=gap, reason=phrase(text, *values))
