"""Files of a purchase read at the terminal, and what they tell, in tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from zoneinfo import ZoneInfo

import typer

from synergie.cli.moment import parse_option_instant
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.energy.records.offer import Offer
    from synergie.formats import Report
    from synergie.purchase.plan.offers.assemble import Assembled
    from synergie.purchase.plan.offers.rows import Offers
    from synergie.purchase.records.fault import PurchaseFault
    from synergie.purchase.records.lot_needs import LotSurvey
    from synergie.purchase.records.offer_comparison import (
        ComparedOffer,
        LotComparison,
        OfferComparison,
    )
    from synergie.purchase.records.purchase import PurchaseProblem

MOST = 50
"""Refused rows, faults or points that are told one by one."""
_HOUR, _MINUTE = 3600, 60
_DAY = 24 * _HOUR

STATES = {
    "priced": N_("valid"),
    "not_priced": N_("not priced"),
    "no_tier": N_("no tier for this volume"),
    "not_green": N_("not green enough"),
    "expired": N_("expired"),
    "not_yet_valid": N_("not valid yet"),
}
PRICINGS = {"fixed": N_("fixed"), "indexed": N_("indexed"), "block_spot": N_("blocks and spot")}


def moment_of(at: str | None, now: datetime) -> datetime:
    """The moment that was asked for, else *now* to the second."""
    return now.replace(microsecond=0) if at is None else parse_option_instant("--at", at)


@dataclass(frozen=True, slots=True)
class Checked:
    """Price schedules that were read, and what is wrong with them."""

    names: Sequence[str]
    reports: Sequence["Report"]
    offers: "Offers"
    faults: Sequence["PurchaseFault"]
    at: datetime

    @property
    def blocks(self) -> bool:
        """Whether a row was refused or a fault blocks."""
        refused = any(report.refusals for report in self.reports)
        return refused or any(fault.severity == "blocking" for fault in self.faults)

    def show(self) -> None:
        """The offers in a table; refusals and faults on the error output."""
        for name, report in zip(self.names, self.reports, strict=True):
            print_file_report(name, report)
        print_aligned_rows(_iterate_offer_rows(self.offers.offers, self.at))
        tell_faults(self.faults)


def check_offer_files(files: Sequence[Path], at: datetime) -> Checked:
    """The offers of *files*, checked by themselves: tiers, cells told twice, validity."""
    from synergie.purchase.plan.award import check
    from synergie.purchase.plan.offers.files import Schedules, alone

    schedules = Schedules()
    for path in files:
        _read_named_file(path, schedules.add)
    offers = schedules.offers()
    problem = alone(offers.offers).model_copy(update={"award_at": at})
    found = check.faults(problem, offers.rows)
    faults = (*offers.faults, *(one for one in found if one.where.startswith("/offers")))
    told = [one.name for one in schedules.files], [one.report for one in schedules.files]
    return Checked(*told, offers, faults, at)


def checked_json(found: Checked) -> dict[str, Any]:
    """The same for programs."""
    return {
        "at": found.at.isoformat(),
        "files": [
            {
                "file": name,
                "kept": report.kept,
                "refused": [one.with_line().tell(str) for one in report.refused],
            }
            for name, report in zip(found.names, found.reports, strict=True)
        ],
        "offers": [offer.model_dump(mode="json") for offer in found.offers.offers],
        "faults": [fault.model_dump(mode="json") for fault in found.faults],
    }


@dataclass(frozen=True, slots=True)
class Gathered:
    """A perimeter, offers and a group, put together; what was refused was told."""

    assembled: "Assembled"
    refused: int

    @property
    def problem(self) -> "PurchaseProblem":
        """The purchase."""
        return self.assembled.problem

    def print_faults(self, at: datetime) -> bool:
        """Say all that is wrong at the moment *at*; whether something blocks."""
        problem = self.problem.model_copy(update={"award_at": at})
        faults = replace(self.assembled, problem=problem).faults()
        tell_faults(faults)
        blocking = any(fault.severity == "blocking" for fault in faults)
        return self.print_missing() or blocking

    def print_missing(self) -> bool:
        """Say which points lack what; whether any does, or a row was refused."""
        for one in self.assembled.missing[:MOST]:
            text = _("{}: left out, {} is missing")
            typer.echo(text.format(one.supply_point, one.column), err=True)
        return bool(self.assembled.missing or self.refused)


def assemble_purchase(
    perimeter: Path, files: Sequence[Path], group: Path | None, at: datetime | None
) -> Gathered:
    """The purchase that these files make; what they give is told on the error output."""
    from synergie.purchase.plan.offers.assemble import Group, problem_of
    from synergie.purchase.plan.offers.files import Schedules, read_group, read_perimeter

    places, report = _read_named_file(perimeter, read_perimeter)
    schedules = Schedules()
    reports = [(perimeter.name, report)]
    reports += [(path.name, _read_named_file(path, schedules.add)) for path in files]
    rows = Group()
    if group is not None:
        rows, report = _read_named_file(group, read_group)
        reports.append((group.name, report))
    for name, one in reports:
        print_file_report(name, one)
    made = problem_of(places, schedules.offers(), rows, award_at=at)
    return Gathered(made, sum(one.refusals for _name, one in reports))


def _read_named_file[T](path: Path, read: Callable[[BinaryIO, str], T]) -> T:
    try:
        with path.open("rb") as source:
            return read(source, path.name)
    except BadInput as error:
        if type(error) is not BadInput or path.name in error.where:
            raise
        raise error.at(f"{path.name} " if error.where.startswith("/") else path.name) from error


def print_file_report(name: str, report: "Report") -> None:
    """How many rows a file gave, and each that was refused, on the error output."""
    counts = format_number(report.kept), format_number(report.refusals)
    typer.echo(_("{}: {} rows kept, {} refused").format(name, *counts), err=True)
    for refused in report.refused[:MOST]:
        typer.echo(f"  {refused.with_line().tell(_)}", err=True)
    for remark in report.tell(_):
        typer.echo(f"  {_('note: {}').format(remark)}", err=True)


def tell_faults(found: Iterable["PurchaseFault"]) -> None:
    """Each fault on the error output, with whether it blocks."""
    faults = tuple(found)
    for fault in faults[:MOST]:
        word = _("blocking") if fault.severity == "blocking" else _("to look at")
        typer.echo(f"{word}{_(': ')}{fault.tell(_)}", err=True)
    if len(faults) > MOST:
        more = format_number(len(faults) - MOST)
        typer.echo(_("… and {} more; --json lists them all").format(more), err=True)


def _iterate_offer_rows(offers: Iterable["Offer"], at: datetime) -> Iterator[tuple[str, ...]]:
    yield _("lot"), _("offer"), _("supplier"), _("tiers"), _("prices"), _("validity")
    for one in offers:
        prices = sum(len(tier.prices) for tier in one.tiers)
        left = None if one.valid_until is None else (one.valid_until - at).total_seconds()
        cells = one.lot, one.id, one.supplier, str(len(one.tiers)), str(prices)
        yield (*cells, describe_validity(left, one.valid_until))


def describe_validity(left_s: float | None, until: datetime | None) -> str:
    """`expires in 1 h 42`, `expired for 0 h 05`; empty when nothing is told."""
    if left_s is None or until is None:
        return ""
    span = _format_duration(abs(left_s))
    clock = until.astimezone(ZoneInfo("Europe/Paris"))
    text = _("expires in {} ({})") if left_s > 0 else _("expired for {} ({})")
    return text.format(span, f"{clock:%d/%m/%Y %H:%M}")


def _format_duration(seconds: float) -> str:
    days, rest = divmod(int(seconds), _DAY)
    hours, minutes = rest // _HOUR, rest % _HOUR // _MINUTE
    if days:
        return _("{} d {} h").format(days, hours)
    return _("{} h {:02}").format(hours, minutes)


def show_comparison(told: "OfferComparison") -> None:
    """A table a lot, best first, and what must be known beside."""
    for lot in told.lots:
        counts = format_number(lot.points), format_number(float(lot.mwh), 1)
        typer.echo(f"{lot.lot} · {lot.name} ({_('points: {}; {} MWh').format(*counts)})")
        if not lot.offers:
            typer.echo(f"  {_('no offer')}")
            continue
        print_aligned_rows(_iterate_comparison_rows(lot.offers))
        print_scores(lot)
        for one in lot.offers:
            for remark in one.remarks:
                typer.echo(f"  {one.supplier}{_(': ')}{remark.tell(_)}")
            for gap in one.missing:
                cell = gap.tier, f"{gap.tariff_code} {gap.time_class}"
                typer.echo(
                    f"  {one.supplier}{_(': ')}{_('tier {}, no price for {}').format(*cell)}"
                )
        if lot.decide_before is not None:
            clock = lot.decide_before.astimezone(ZoneInfo("Europe/Paris"))
            typer.echo("  " + _("decide before {}").format(f"{clock:%d/%m/%Y %H:%M}"))


def _iterate_comparison_rows(offers: Sequence["ComparedOffer"]) -> Iterator[tuple[str, ...]]:
    head = (
        _("rank"), _("supplier"), _("tier"), _("cost (€)"), _("€/MWh"), _("above the best (€)"),
        _("green"), _("price"), _("state"), _("validity"),
    )  # fmt: skip
    yield (f"  {head[0]}", *head[1:])
    for one in offers:
        yield (
            f"  {one.rank or '–'}",
            one.supplier,
            str(one.tier or "–"),
            _format_amount(one.cost_eur),
            _format_amount(one.mean_eur_per_mwh),
            _format_amount(one.above_best_eur),
            f"{format_number(100 * one.green_share)} %",
            _(PRICINGS[one.pricing]),
            _(STATES[one.state]),
            describe_validity(one.left_s, one.valid_until),
        )


CRITERIA = {"price": N_("price"), "green": N_("green")}
"""The criteria that are computed, in words; the others bear the name that was published."""


def print_scores(lot: "LotComparison") -> None:
    """What each criterion brings to each offer, best score first; nothing without criteria."""
    scored = [one for one in lot.offers if one.score is not None]
    if not scored:
        return
    names = [_(CRITERIA.get(one.criterion, one.criterion)) for one in scored[0].points]
    heads = [f"{name} / {one.weight}" for name, one in zip(names, scored[0].points, strict=True)]
    ends = _("score / 100"), _("above the least (€)")
    rows = [(f"  {_('rank')}", _("supplier"), *heads, *ends)]
    for one in sorted(scored, key=lambda offer: (offer.score_rank or 0, offer.offer)):
        points = (_format_amount(each.points) for each in one.points)
        amounts = _format_amount(one.score), _format_amount(one.above_best_eur)
        rows.append((f"  {one.score_rank}", one.supplier, *points, *amounts))
    print_aligned_rows(rows)
    if lot.chosen is None:
        typer.echo("  " + _("the criteria choose no offer: a note is missing, or a draw by lot"))
    else:
        typer.echo("  " + _("chosen by the published criteria: {}").format(lot.chosen))


def _format_amount(value: object) -> str:
    return "–" if value is None else format_number(float(str(value)), 2)


def show_survey(told: "LotSurvey") -> None:
    """Each lot with its points, members, energy and tariff options; then points in no one lot."""
    rows = [(_("lot"), _("name"), _("points"), _("members"), _("MWh a year"), _("FTA"))]
    rows += [
        (
            one.lot,
            one.name + (f" ({_('reserved')} {one.reserved})" if one.reserved else ""),
            format_number(one.points),
            format_number(len(one.members)),
            format_number(float(one.mwh), 3),
            ", ".join(one.tariff_codes) or _("no delivery point"),
        )
        for one in told.lots
    ]
    print_aligned_rows(rows)
    for one in told.unfit[:MOST]:
        fit = ", ".join(one.lots) or _("no lot")
        text = _("{} ({}): {}, {} fits {}")
        said = text.format(one.point, one.member, one.market_segment, one.usage, fit)
        typer.echo(said, err=True)
