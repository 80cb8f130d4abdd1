"""An alert as one sentence, and what to look at: French first, English beside."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from synergie.reports.language import choose_text
from synergie.reports.written import format_number, format_percent, short_date
from synergie.watch.records.report import FaultName


class FaultFigures(Protocol):
    """What a sentence is made of: a finding, or an alert that is kept."""

    @property
    def fault(self) -> FaultName:
        """What it is."""
        ...

    @property
    def first_night(self) -> date:
        """Since when."""
        ...

    @property
    def value(self) -> float:
        """What was found."""
        ...

    @property
    def expected(self) -> float:
        """What was expected."""
        ...

    @property
    def sure(self) -> bool:
        """Whether a rule says so; else a change of what is usual."""
        ...

    @property
    def kwh_night(self) -> float | None:
        """Energy lost a night; negative: light that is missing."""
        ...


type Sentence = Callable[[str, FaultFigures], str]


def describe_finding(name: str, found: FaultFigures) -> str:
    """What is wrong with *name*, since when, and how much."""
    return _SENTENCES[found.fault](name, found)


def describe_check(found: FaultFigures) -> str:
    """What to look at first."""
    if found.fault == "base" and not found.sure:  # a building
        return choose_text(
            "Ce qui reste en marche la nuit : chauffage, ventilation, éclairage, froid.",
            "What runs at night: heating, ventilation, lights, cooling.",
        )
    return choose_text(*_CHECKS[found.fault])


def describe_not_testable(test: str, until: date | None) -> str:
    """Which tests must wait, and until when; never "fine"."""
    fr, en = _TESTS[test]
    if until is None:
        return choose_text(f"{fr} : ne peuvent pas être testés", f"{en}: cannot be tested")
    day = short_date(until)
    return choose_text(f"{fr} : pas testables avant le {day}", f"{en}: not testable until {day}")


def _describe_day_light(name: str, found: FaultFigures) -> str:
    day, kwh = short_date(found.first_night), format_number(found.kwh_night or 0)
    return choose_text(
        f"{name} éclaire en plein jour depuis le {day} : {kwh} kWh perdus par jour.",
        f"{name} is lit by day since {day}: {kwh} kWh lost a day.",
    )


def _describe_dark(name: str, found: FaultFigures) -> str:
    day = short_date(found.first_night)
    return choose_text(f"{name} est éteinte depuis le {day}.", f"{name} is dark since {day}.")


def _describe_cut(name: str, found: FaultFigures) -> str:
    day, minutes = short_date(found.first_night), format_number(found.value)
    return choose_text(
        f"{name} est restée sans lumière {minutes} minutes dans la nuit du {day}.",
        f"{name} was without light for {minutes} minutes in the night of {day}.",
    )


def _describe_schedule(name: str, found: FaultFigures) -> str:
    day, minutes = short_date(found.first_night), format_number(found.value)
    return choose_text(
        f"{name} éclaire {minutes} minutes par nuit aux heures d'extinction depuis le {day}.",
        f"{name} is lit for {minutes} minutes a night in hours without light since {day}.",
    )


def _describe_dead_meter(name: str, found: FaultFigures) -> str:
    day = short_date(found.first_night)
    if found.value:
        return choose_text(
            f"Le compteur de {name} donne une seule et même valeur jour et nuit depuis le {day}.",
            f"The meter of {name} gives one and the same value day and night since {day}.",
        )
    return choose_text(
        f"Aucun relevé de {name} depuis le {day}.", f"No reading of {name} since {day}."
    )


def _describe_edge(name: str, found: FaultFigures) -> str:
    day, change = short_date(found.first_night), found.value - found.expected
    minutes, more = format_number(abs(change)), change > 0
    if found.fault == "dusk":
        fr, en = ("trop tôt", "early") if more else ("trop tard", "late")
        return choose_text(
            f"{name} s'allume {minutes} minutes {fr} depuis le {day}.",
            f"{name} lights {minutes} minutes {en} since {day}.",
        )
    fr, en = ("trop tard", "late") if more else ("trop tôt", "early")
    return choose_text(
        f"{name} s'éteint {minutes} minutes {fr} depuis le {day}.",
        f"{name} goes off {minutes} minutes {en} since {day}.",
    )


def _describe_loss(name: str, found: FaultFigures) -> str:
    day, share = short_date(found.first_night), format_percent(1 - found.value / found.expected, 0)
    if found.fault == "phase":
        return choose_text(
            f"{name} a perdu {share} de sa puissance depuis le {day} : sans doute une phase.",
            f"{name} has lost {share} of its power since {day}: probably one phase.",
        )
    return choose_text(
        f"{name} a perdu {share} de sa puissance depuis le {day}.",
        f"{name} has lost {share} of its power since {day}.",
    )


def _describe_rise(name: str, found: FaultFigures) -> str:
    day, share = short_date(found.first_night), format_percent(found.value / found.expected - 1, 0)
    return choose_text(
        f"{name} consomme {share} de plus qu'à l'habitude depuis le {day}.",
        f"{name} draws {share} more than usual since {day}.",
    )


def _describe_base(name: str, found: FaultFigures) -> str:
    day, watts = short_date(found.first_night), format_number(found.value - found.expected)
    if not found.sure:  # a building, whose base is that of its nights
        return choose_text(
            f"{name} consomme {watts} W de plus la nuit, de 3 h à 5 h, depuis le {day}.",
            f"{name} draws {watts} W more at night, from 3 to 5, since {day}.",
        )
    return choose_text(
        f"{name} consomme {watts} W de plus sans éclairer depuis le {day}.",
        f"{name} draws {watts} W more without light since {day}.",
    )


def _describe_over_power(name: str, found: FaultFigures) -> str:
    day = short_date(found.first_night)
    watts, most = format_number(found.value), format_number(found.expected)
    return choose_text(
        f"{name} a atteint {watts} W le {day}, au-dessus des {most} VA souscrits.",
        f"{name} reached {watts} W on {day}, above the {most} VA that are subscribed.",
    )


def _describe_inventory(name: str, found: FaultFigures) -> str:
    watts, told = format_number(found.value), format_number(found.expected)
    return choose_text(
        f"{name} : {watts} W mesurés, {told} W déclarés.",
        f"{name}: {watts} W measured, {told} W declared.",
    )


def _describe_holidays(name: str, found: FaultFigures) -> str:
    kwh, usual = format_number(found.value), format_number(found.expected)
    return choose_text(
        f"{name} : {kwh} kWh par jour de vacances, {usual} un dimanche.",
        f"{name}: {kwh} kWh a day of holidays, {usual} on a Sunday.",
    )


_SENTENCES: Mapping[FaultName, Sentence] = {
    "lit_by_day": _describe_day_light,
    "dark": _describe_dark,
    "cut": _describe_cut,
    "schedule": _describe_schedule,
    "dead_meter": _describe_dead_meter,
    "dusk": _describe_edge,
    "dawn": _describe_edge,
    "partial": _describe_loss,
    "phase": _describe_loss,
    "rise": _describe_rise,
    "base": _describe_base,
    "over_power": _describe_over_power,
    "inventory": _describe_inventory,
    "holidays": _describe_holidays,
}
_CHECKS: Mapping[FaultName, tuple[str, str]] = {
    "lit_by_day": (
        "Le contacteur, la cellule, la marche forcée.",
        "The contactor, the photocell, forced operation.",
    ),
    "dark": ("Le disjoncteur, le câble, la commande.", "The breaker, the cable, the control."),
    "cut": ("Une coupure du réseau, un disjoncteur.", "A cut of the grid, a breaker."),
    "schedule": ("L'horloge et son programme.", "The clock and its program."),
    "dead_meter": ("Qui envoie le flux, le compteur.", "Who sends the flow, the meter."),
    "dusk": ("L'heure de l'horloge, la cellule.", "The time of the clock, the photocell."),
    "dawn": ("L'heure de l'horloge, la cellule.", "The time of the clock, the photocell."),
    "partial": ("Les lampes éteintes, un départ de l'armoire.", "Lamps out, a feeder."),
    "phase": ("Les fusibles des trois phases.", "The fuses of the three phases."),
    "rise": ("Des lampes ajoutées, un branchement.", "Lamps added, a connection."),
    "base": ("Ce qui est branché sans être une lampe.", "What is connected and is no lamp."),
    "over_power": ("La puissance souscrite, les ajouts.", "The subscribed power, additions."),
    "inventory": ("L'inventaire de cette armoire.", "The inventory of this cabinet."),
    "holidays": ("Le chauffage, la ventilation.", "Heating, ventilation."),
}
_TESTS: Mapping[str, tuple[str, str]] = {
    "power": ("Extinctions et pertes de puissance", "Dark nights and lost power"),
    "dusk": ("Allumages", "Switching on"),
    "dawn": ("Extinctions du matin", "Switching off"),
}
