"""`synergie bill`: prices a delivery point line by line, or controls invoices."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from synergie.cli.misuse import Misuse
from synergie.cli.texts import N_, _
from synergie.energy.commands._bill_control import ControlRequest, control_invoices
from synergie.energy.commands._bill_lamps import Lamps, year_of
from synergie.energy.commands._bill_options import (
    name_option_of_use,
    name_refused_option,
    parse_class_numbers,
    parse_off_window,
    parse_offpeak_window,
    parse_option_day,
    parse_option_number,
    parse_overrun_hours,
    parse_overruns,
)

if TYPE_CHECKING:
    from synergie.energy.plan.tariff.tables import Tables
    from synergie.energy.records.bill import Bill
    from synergie.energy.records.power import OffPeakWindow
    from synergie.energy.records.tariff import BilledTerms, PeriodUse
    from synergie.schemas.readings.meter_curve import MeterCurve

SUMMARY = N_("Control invoices, or price a delivery point line by line, to the cent.")
EXAMPLE = """
synergie bill facture.xml --perimeter perimetre.xlsx --prices bordereau.csv
synergie bill --fta BTINFMU4 --kva 6 --energy HPH=1200,HCH=900 --on 2026-03-01
synergie bill --fta BTINFCU4 --kva 6 --curve courbe.csv --offpeak 22:00-06:00
synergie bill --fta BTINFMU4 --kva 6 --lamps 4940 --place 48.77,6.13 --offpeak 22:00-06:00 \\
  --on 2026-01-01
"""
_TEN_MINUTES = 600

_Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FILE",
        help=N_("Invoices: Factur-X, UBL, CII, F12, F15, lines in CSV, XLSX, ODS; or folders."),
    ),
]
_Json = Annotated[bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))]
_Perimeter = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=N_("Delivery points with their options and powers.")),
]
_Prices = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=N_("A price schedule: workbook, CSV, or JSON of an offer.")),
]
_Lot = Annotated[
    str | None, typer.Option(metavar="LOT", help=N_("Which lot of the price schedule."))
]
_Market = Annotated[
    list[str] | None,
    typer.Option(metavar="REFERENCE", help=N_("Reference of the market that invoices must bear.")),
]
_Readings = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE", help=N_("Readings, curves or energies: to compare invoices with, or price.")
    ),
]
_Tables = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help=N_("Own tables of regulated prices, laid over ours.")),
]
_Terms = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=N_("Dated terms of points: option, powers, activity.")),
]
_Activity = Annotated[
    Literal["economic", "non_economic", "unknown"],
    typer.Option(metavar="economic|non_economic", help=N_("What the accise sees the point as.")),
]
_Profiles = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=N_("Where suppliers write the delivery point (JSON).")),
]
_Letters = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help=N_("A letter to each supplier about what is blocking.")),
]
_Sender = Annotated[
    str | None, typer.Option(metavar="NAME", help=N_("Who writes the letters, with --letters."))
]
_Fta = Annotated[str | None, typer.Option(metavar="FTA", help=N_("The tariff option to price."))]
_Kva = Annotated[
    list[str] | None,
    typer.Option(metavar="KVA", help=N_("Subscribed power: 6, or HPH=36,HCH=36,HPB=60,HCB=60.")),
]
_Energy = Annotated[
    list[str] | None,
    typer.Option(metavar="KWH", help=N_("Energy by time class: HPH=1200,HCH=900.")),
]
_Curve = Annotated[
    Path | None, typer.Option(metavar="FILE", help=N_("A load curve instead of energies."))
]
_Offpeak = Annotated[
    list[str] | None,
    typer.Option(metavar="HH:MM-HH:MM", help=N_("Off-peak hours of the point, with --curve.")),
]
_Lamps = Annotated[
    int | None,
    typer.Option(metavar="W", min=1, help=N_("Power of the lamps of a cabinet without a curve.")),
]
_Place = Annotated[
    str | None, typer.Option(metavar="LAT,LON", help=N_("Where the lamps are: 48.77,6.13."))
]
_Off = Annotated[
    list[str] | None,
    typer.Option(metavar="HH:MM-HH:MM", help=N_("When the lamps are off at night.")),
]
_On = Annotated[
    str | None, typer.Option(metavar="DAY", help=N_("A year at the prices of this day."))
]
_From = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help=N_("First day of the period."))
]
_To = Annotated[
    str | None, typer.Option("--to", metavar="DAY", help=N_("Last day of the period, included."))
]
_Estimate = Annotated[
    bool,
    typer.Option(
        "--estimate", help=N_("Where the tables have no figures, go on with the last ones; marked.")
    ),
]
_Overrun = Annotated[
    str | None,
    typer.Option(
        metavar="HOURS", help=N_("Hours over the subscribed power; in HTA kW: POINTE=20,HPH=120.")
    ),
]


class _BillRequest(NamedTuple):
    """What is to be priced, as the command line tells it."""

    energy: str | None
    curve: Path | None
    readings: tuple[Path, ...]
    lamps: Lamps | None
    offpeak: tuple[str, ...]
    on: str | None
    starts: str | None
    ends: str | None
    overrun: str | None
    estimates: bool


def run(  # noqa: PLR0913 (the options of the command)
    files: _Files = None,
    *,
    as_json: _Json = False,
    perimeter: _Perimeter = None,
    prices: _Prices = None,
    lot: _Lot = None,
    market: _Market = None,
    readings: _Readings = None,
    tables: _Tables = None,
    profiles: _Profiles = None,
    terms: _Terms = None,
    letters: _Letters = None,
    sender: _Sender = None,
    activity: _Activity = "unknown",
    fta: _Fta = None,
    kva: _Kva = None,
    energy: _Energy = None,
    curve: _Curve = None,
    offpeak: _Offpeak = None,
    lamps: _Lamps = None,
    place: _Place = None,
    off: _Off = None,
    on: _On = None,
    starts: _From = None,
    ends: _To = None,
    overrun: _Overrun = None,
    estimate: _Estimate = False,
) -> None:
    """Exit 0 when nothing is blocking, 1 when it is or a row is refused, 2 when misused."""
    if files and fta:
        raise Misuse(_("invoices to control, or --fta to price a point: not both"))
    if files:
        told = ControlRequest(
            perimeter=perimeter, prices=prices, lot=lot, markets=tuple(market or ()),
            readings=tuple(readings or ()), tables=tables, as_json=as_json, profiles=profiles,
            terms=terms, letters=letters, sender=sender,
        )  # fmt: skip
        control_invoices(files, told)
        return
    from synergie.energy.plan.tariff.options import GAS_OPTIONS

    gas = fta is not None and fta.strip().upper() in GAS_OPTIONS
    if fta is None or (kva is None and not gas):
        raise Misuse(_("give invoices to control, or --fta and --kva to price a point"))
    lit = None if lamps is None else Lamps(lamps, place, tuple(map(parse_off_window, off or ())))
    sources = (
        _join_classes("--energy", energy),
        curve,
        tuple(readings or ()),
        lit,
        tuple(offpeak or ()),
    )
    asked = _BillRequest(*sources, on, starts, ends, overrun, estimate)
    power = _join_classes("--kva", kva)
    billed = _build_billed_terms(fta, power, prices, lot).model_copy(update={"activity": activity})
    _print_request_bill(billed, asked, tables, as_json=as_json)


def _join_classes(option: str, said: list[str] | None) -> str | None:
    """What was said class by class, as one. Misuse: several numbers without their classes."""
    texts = said or []
    if len(texts) > 1 and not all("=" in text for text in texts):
        expected = "HPH=36,HCH=36"
        raise Misuse(_("{}: found {!r}, expected {}").format(option, " ".join(texts), expected))
    return ",".join(texts) or None


def _build_billed_terms(
    fta: str, kva: str | None, prices: Path | None, lot: str | None
) -> "BilledTerms":
    from synergie.energy.commands import bill_files as read
    from synergie.energy.records.tariff import BilledTerms, ClassPower

    schedules = read.schedules(prices, lot)
    if len(schedules) > 1:
        names = ", ".join(one.name for one in schedules)
        raise Misuse(_("--lot: say which price schedule; there are: {}").format(names))
    told = _parse_powers(kva)
    with name_refused_option("--fta, --kva "):
        return BilledTerms(
            tariff_code=fta.strip().upper(),
            powers=tuple(ClassPower(time_class=name, kva=value) for name, value in told.items()),
            prices=schedules[0] if schedules else None,
        )


def _parse_powers(told: str | None) -> Mapping[str | None, Decimal]:
    """Powers by class; none of a gas point."""
    if told is None:
        return {}
    if "=" in told:
        found: dict[str | None, Decimal] = {}
        found.update(parse_class_numbers(told, "--kva"))
        return found
    return {None: parse_option_number(told, "--kva")}


def _print_request_bill(
    terms: "BilledTerms", asked: _BillRequest, folder: Path | None, *, as_json: bool
) -> None:
    from synergie.cli.print import as_json as print_json
    from synergie.energy.commands import bill_files as read
    from synergie.energy.commands._bill_print import show_bill

    found = _compute_request_bill(terms, asked, read.load_tariff_tables(folder))
    if as_json:
        print_json(found)
    else:
        show_bill(found)
    raise typer.Exit(0 if found.ht_eur is not None else 1)


def _compute_request_bill(terms: "BilledTerms", asked: _BillRequest, tables: "Tables") -> "Bill":
    from synergie.energy.plan.tariff.bill import bill, yearly

    if asked.curve is not None:
        return bill(terms, _curve_uses(terms, asked, tables), tables, estimates=asked.estimates)
    if asked.readings:
        uses = _tell_overruns(terms.tariff_code, asked.overrun, _read_measured_uses(terms, asked))
        return bill(terms, uses, tables, estimates=asked.estimates)
    if asked.energy is None and asked.lamps is None:
        raise Misuse(_("give --energy, --curve, --readings or --lamps"))
    if asked.on is not None:
        on = parse_option_day(asked.on, "--on")
        use = _build_period_use(terms.tariff_code, asked, (on, on + timedelta(days=1)))
        return yearly(terms, use, on=on, tables=tables, estimates=asked.estimates)
    if asked.lamps is not None:
        raise Misuse(_("--lamps: say --on DAY, for a year at the prices of a day"))
    if asked.starts is None or asked.ends is None:
        raise Misuse(_("say --on DAY for a year at the prices of a day, or --from and --to"))
    first, last = parse_option_day(asked.starts, "--from"), parse_option_day(asked.ends, "--to")
    use = _build_period_use(terms.tariff_code, asked, (first, last + timedelta(days=1)))
    with name_option_of_use():
        return bill(terms, [use], tables, estimates=asked.estimates)


def _build_period_use(code: str, asked: _BillRequest, days: tuple[date, date]) -> "PeriodUse":
    from synergie.energy.records.tariff import ClassKwh, PeriodUse

    begins, ends = days
    if begins >= ends:
        raise Misuse(_("--to: a day that is not before --from"))
    with name_refused_option("--energy "):
        if asked.lamps is not None:
            energy = year_of(asked.lamps, _parse_offpeak_windows(asked), begins)
        else:
            told = parse_class_numbers(asked.energy or "", "--energy")
            energy = tuple(ClassKwh(time_class=name, kwh=kwh) for name, kwh in told.items())
        use = PeriodUse(from_date=begins, to_date=ends, energy=energy)
    return _tell_overruns(code, asked.overrun, (use,))[0]


def _tell_overruns(
    code: str, told: str | None, uses: "tuple[PeriodUse, ...]"
) -> "tuple[PeriodUse, ...]":
    """*uses* with the overruns that the grid operator tells, if it does."""
    from synergie.energy.plan.tariff.curves import with_hours

    if told is None:
        return uses
    if not code.startswith("HTA"):
        return with_hours(uses, parse_overrun_hours(told))
    if len(uses) > 1:
        raise Misuse(_("--overrun: in HTA one month at a time, without a change of prices in it"))
    update = {"overruns": parse_overruns(told), "overrun_source": "operator"}
    return (uses[0].model_copy(update=update),)


def _curve_uses(
    terms: "BilledTerms", asked: _BillRequest, tables: "Tables"
) -> "tuple[PeriodUse, ...]":
    """The energies of the curve; above 36 kVA its hours over the power, unless they are told."""
    from synergie.calendar import day_of, load_time_zone
    from synergie.energy.commands import bill_files as read
    from synergie.energy.plan.tariff.bill import overrun_powers
    from synergie.energy.plan.tariff.curves import uses_of_curve

    windows = _parse_offpeak_windows(asked)
    cuts = tables.boundaries(date.min, date.max)
    if asked.curve is None:
        return ()
    curves, reactive = read.read_load_curves(asked.curve)
    first = day_of(min(run.start for run in curves), load_time_zone("Europe/Paris"))
    if terms.tariff_code.startswith("HTA"):
        uses = _hta_curve_uses(terms, curves, (windows, cuts, first), tables)
    else:
        powers = overrun_powers(terms, first, tables)
        uses = uses_of_curve(curves, windows, cuts=cuts, powers=powers, reactive=reactive)
    return _tell_overruns(terms.tariff_code, asked.overrun, uses)


def _hta_curve_uses(
    terms: "BilledTerms",
    curves: "list[MeterCurve]",
    when: "tuple[tuple[OffPeakWindow, ...], tuple[date, ...], date]",
    tables: "Tables",
) -> "tuple[PeriodUse, ...]":
    """Five classes with a fixed peak; overruns where the steps are of ten minutes."""
    from synergie.energy.plan.tariff.bill import quadratic_powers
    from synergie.energy.plan.tariff.curves import uses_of_curve

    windows, cuts, first = when
    if "PM" in terms.tariff_code:
        raise Misuse(
            _("--curve: the days of a mobile peak are told by RTE; give --energy by class")
        )
    ten = all(run.step_s == _TEN_MINUTES for run in curves)
    powers = quadratic_powers(terms, first, tables) if ten else None
    return uses_of_curve(curves, windows, cuts=cuts, powers=powers, fixed_peak=True)


def _read_measured_uses(terms: "BilledTerms", asked: _BillRequest) -> "tuple[PeriodUse, ...]":
    """What files of readings or energies tell of their one delivery point.

    Hours of overrun are those of the meter where the option bills hours, above 36 kVA.
    """
    from synergie.energy.commands import bill_files as read
    from synergie.energy.plan.tariff.measured import select_finest_uses

    found = read.measured(asked.readings)
    if len(found) != 1:
        names = ", ".join(sorted(found)) or "-"
        raise Misuse(_("--readings: those of one delivery point; they hold {}").format(names))
    uses = select_finest_uses(next(iter(found.values())))
    if terms.tariff_code.startswith("BTSUP"):
        return uses
    nothing = {"overrun_hours": Decimal(0), "overrun_source": None}
    return tuple(use.model_copy(update=nothing) for use in uses)


def _parse_offpeak_windows(asked: _BillRequest) -> "tuple[OffPeakWindow, ...]":
    from synergie.energy.records.power import OffPeakWindow

    if not asked.offpeak:
        raise Misuse(_("--offpeak: the off-peak hours of the point, as 22:00-06:00"))
    with name_refused_option("--offpeak "):
        return tuple(
            OffPeakWindow(starts=a, ends=b) for a, b in map(parse_offpeak_window, asked.offpeak)
        )
