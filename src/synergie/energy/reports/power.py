"""The workbook of a re-fit: totals, every point, the requests to the grid operator, reasons."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from synergie.calendar import load_time_zone
from synergie.energy.records.power import SubscribedKva
from synergie.energy.records.power_plan import OptionCost, PowerOutcome, PowerPlan
from synergie.formats.checks import N_
from synergie.reports.language import choose_text
from synergie.reports.sheets import Column, Sheet, Value, write
from synergie.reports.written import short_date
from synergie.schemas.plan import Phrase

type Tell = Callable[[str], str]

_STATUS = {"change": N_("to change"), "keep": N_("to keep"), "not_compared": N_("not compared")}
_SOURCES = {"curve": N_("curve"), "burn_hours": N_("burn hours"), "declared": N_("declared")}
_CLASSES = ("HPH", "HCH", "HPB", "HCB")
_BILL = (
    ("management_eur", N_("Management (CG)")),
    ("metering_eur", N_("Metering (CC)")),
    ("power_eur", N_("Subscribed power (CS)")),
    ("energy_eur", N_("Energy, network (CS)")),
    ("overrun_eur", N_("Overruns (CMDPS)")),
    ("supply_eur", N_("Supply")),
    ("subscription_eur", N_("Subscription")),
    ("cta_eur", N_("CTA")),
    ("accise_eur", N_("Accise")),
    ("total_eur", N_("Total")),
)


def write_power(plan: PowerPlan, sink: BinaryIO, tell: Tell = str) -> None:
    """The workbook of *plan* into *sink*, in the words of *tell*. MissingExtra("frames").

    Powers and days within a text are written in the language spoken.
    """
    sheets = [
        _build_summary_sheet(plan, tell),
        _build_points_sheet(plan, tell),
        _build_requests_sheet(plan, tell),
        _build_bills_sheet(plan, tell),
        _build_reasons_sheet(plan, tell),
    ]
    write(sheets, sink, load_time_zone("Europe/Paris"))


def _build_sheet_column(tell: Tell, title: str, kind: str = "text") -> Column:
    return Column(tell(title), kind)  # type: ignore[arg-type]  # one of the kinds


def _build_summary_sheet(plan: PowerPlan, tell: Tell) -> Sheet:
    totals = plan.totals
    rows: list[tuple[str, Value]] = [
        (tell(N_("Points")), totals.points),
        (tell(N_("Points compared")), totals.compared),
        (tell(N_("Points to change")), totals.changed),
        (tell(N_("Today, € a year excluding VAT")), plan.baseline_eur),
        (tell(N_("Proposed, € a year excluding VAT")), plan.objective_eur),
        (tell(N_("Saved, € a year")), totals.saving_eur),
        (tell(N_("Fees of the changes, € once")), totals.fees_eur),
        (tell(N_("Saved net for each point compared, €")), totals.per_point_eur),
        (tell(N_("Saved net for each point to change, €")), totals.per_change_eur),
        (tell(N_("Yardstick, € a site and year")), totals.yardstick_eur),
        (tell(N_("Yardstick: what it covers")), totals.yardstick.tell(tell)),
        *((tell(N_("Compared with")), one.tell(tell)) for one in plan.baseline),
        *((tell(N_("Assumed")), one.tell(tell)) for one in plan.assumptions),
        (tell(N_("SHA-256 of the inputs")), plan.inputs_digest),
    ]
    columns = (
        _build_sheet_column(tell, N_("What")),
        _build_sheet_column(tell, N_("Value"), "long"),
    )
    return Sheet(tell(N_("Summary")), columns, rows)


def _build_points_sheet(plan: PowerPlan, tell: Tell) -> Sheet:
    columns = (
        _build_sheet_column(tell, N_("Point")),
        _build_sheet_column(tell, N_("Site")),
        _build_sheet_column(tell, N_("Member")),
        _build_sheet_column(tell, N_("Result")),
        _build_sheet_column(tell, N_("Option today")),
        _build_sheet_column(tell, N_("Power today, kVA")),
        _build_sheet_column(tell, N_("Reached, kVA"), "price"),
        _build_sheet_column(tell, N_("Option proposed")),
        _build_sheet_column(tell, N_("Power proposed, kVA")),
        _build_sheet_column(tell, N_("Today, € a year"), "euros"),
        _build_sheet_column(tell, N_("Proposed, € a year"), "euros"),
        _build_sheet_column(tell, N_("Saved, € a year"), "euros"),
        _build_sheet_column(tell, N_("Second best")),
        _build_sheet_column(tell, N_("Second best, € a year"), "euros"),
        _build_sheet_column(tell, N_("Days over today's power"), "whole"),
        _build_sheet_column(tell, N_("Days over the proposed power"), "whole"),
        _build_sheet_column(tell, N_("Load from")),
        _build_sheet_column(tell, N_("Risk"), "long"),
    )
    return Sheet(
        tell(N_("Points")), columns, (_build_point_row(one, tell) for one in plan.outcomes)
    )


def _build_point_row(one: PowerOutcome, tell: Tell) -> tuple[Value, ...]:
    return (
        one.point,
        one.name,
        one.member,
        tell(_STATUS[one.status]),
        _find_tariff_code(one.today),
        _format_subscribed_powers(one.today),
        one.reached_kva,
        _find_tariff_code(one.best),
        _format_subscribed_powers(one.best),
        _find_bill_total(one.today),
        _find_bill_total(one.best),
        one.saving_eur,
        _find_tariff_code(one.second),
        _find_bill_total(one.second),
        one.over_days_today,
        len(one.over_days) if one.over_known else None,
        None if one.source is None else tell(_SOURCES[one.source]),
        None if one.risk is None else one.risk.tell(tell),
    )


def _find_tariff_code(cost: OptionCost | None) -> str | None:
    return None if cost is None else cost.tariff_code


def _format_subscribed_powers(cost: OptionCost | None) -> str | None:
    if cost is None:
        return None
    point = choose_text(",", ".")
    return " / ".join(f"{one.kva.normalize():f}".replace(".", point) for one in cost.subscribed)


def _find_bill_total(cost: OptionCost | None) -> Value:
    return None if cost is None else cost.bill.total_eur


def _build_requests_sheet(plan: PowerPlan, tell: Tell) -> Sheet:
    """What to ask the grid operator for: a row a point that changes."""
    columns = (
        _build_sheet_column(tell, N_("Point")),
        _build_sheet_column(tell, N_("Site")),
        _build_sheet_column(tell, N_("Member")),
        _build_sheet_column(tell, N_("Option today")),
        _build_sheet_column(tell, N_("Option asked for")),
        _build_sheet_column(tell, N_("Power asked for, kVA"), "price"),
        *(Column(f"{name}, kVA", "price") for name in _CLASSES),
        _build_sheet_column(tell, N_("Request"), "long"),
    )
    rows = (_build_request_row(one, tell) for one in plan.outcomes if one.status == "change")
    return Sheet(tell(N_("Requests")), columns, rows)


def _build_request_row(one: PowerOutcome, tell: Tell) -> tuple[Value, ...]:
    subscribed = () if one.best is None else one.best.subscribed
    single = subscribed[0].kva if len(subscribed) == 1 else None
    return (
        one.point,
        one.name,
        one.member,
        _find_tariff_code(one.today),
        _find_tariff_code(one.best),
        single,
        *(_of_class(subscribed, name) for name in _CLASSES),
        _join_phrases(one.ask, tell),
    )


def _of_class(subscribed: tuple[SubscribedKva, ...], name: str) -> Value:
    return next((one.kva for one in subscribed if one.time_class == name), None)


def _join_phrases(phrases: tuple[Phrase, ...], tell: Tell) -> str:
    return choose_text(" ; ", "; ").join(one.tell(tell) for one in phrases)


def _build_bills_sheet(plan: PowerPlan, tell: Tell) -> Sheet:
    """Today, best and second best of every point, line by line."""
    columns = (
        _build_sheet_column(tell, N_("Point")),
        _build_sheet_column(tell, N_("What")),
        _build_sheet_column(tell, N_("Option")),
        _build_sheet_column(tell, N_("Power, kVA")),
        _build_sheet_column(tell, N_("Hours over the power"), "price"),
        *(_build_sheet_column(tell, title, "euros") for _name, title in _BILL),
    )
    return Sheet(tell(N_("Bills")), columns, _bill_rows(plan, tell), frozen=2)


def _bill_rows(plan: PowerPlan, tell: Tell) -> Iterator[tuple[Value, ...]]:
    for one in plan.outcomes:
        for title, cost in (
            (N_("today"), one.today),
            (N_("best"), one.best),
            (N_("second best"), one.second),
        ):
            if cost is not None:
                amounts = (getattr(cost.bill, name) for name, _title in _BILL)
                yield (
                    one.point,
                    tell(title),
                    cost.tariff_code,
                    _format_subscribed_powers(cost),
                    cost.overrun_hours,
                    *amounts,
                )


def _build_reasons_sheet(plan: PowerPlan, tell: Tell) -> Sheet:
    columns = (
        _build_sheet_column(tell, N_("Point")),
        _build_sheet_column(tell, N_("About")),
        _build_sheet_column(tell, N_("Text"), "long"),
    )
    return Sheet(tell(N_("Reasons")), columns, _reason_rows(plan, tell))


def _reason_rows(plan: PowerPlan, tell: Tell) -> Iterator[tuple[Value, ...]]:
    for one in plan.outcomes:
        for title, phrases in (
            (N_("reason"), one.reasons),
            (N_("question"), one.questions),
            (N_("not priced"), tuple(gap.reason for gap in one.not_priced)),
        ):
            yield from ((one.point, tell(title), phrase.tell(tell)) for phrase in phrases)
        if one.over_days:
            days = ", ".join(map(short_date, one.over_days))
            yield (one.point, tell(N_("days over the proposed power")), days)
