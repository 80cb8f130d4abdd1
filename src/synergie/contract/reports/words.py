"""The sentences of a statement, in both languages."""

from decimal import Decimal
from typing import TYPE_CHECKING

from synergie.reports.language import choose_text
from synergie.reports.written import format_euros, format_number, typeset_text

if TYPE_CHECKING:
    from synergie.contract.records.statement import GuaranteeState, SavingsReport

_STATES: "dict[GuaranteeState, tuple[str, str]]" = {
    "reached": ("garantie atteinte", "guarantee reached"),
    "missed": ("garantie manquée", "guarantee missed"),
    "unsure": ("ni atteint ni manqué à coup sûr", "neither reached nor missed for sure"),
    "unproved": (
        "trop peu de jours connus : rien n’est prouvé",
        "too few days are known: nothing is proved",
    ),
}


def describe_state(report: "SavingsReport") -> str:
    """Whether the guarantee holds."""
    return typeset_text(choose_text(*_STATES[report.state]))


def describe_saving(report: "SavingsReport") -> str:
    """The saving with its interval, the guarantee, and what is still discussed."""
    saved = format_number(report.saved_kwh)
    around = ""
    if report.half_width_kwh is not None:
        low, high = (
            format_number(report.saved_kwh + sign * report.half_width_kwh) for sign in (-1, 1)
        )
        around = choose_text(f" ({low} à {high})", f" ({low} to {high})")
    guaranteed = format_number(report.guaranteed_kwh)
    text = choose_text(
        f"Économie : {saved} kWh{around} pour {guaranteed} garantis : {describe_state(report)}",
        f"Saving: {saved} kWh{around} for {guaranteed} guaranteed: {describe_state(report)}",
    )
    return typeset_text(f"{text}{_describe_discussed(report.discussed)}.")


def _describe_discussed(many: int) -> str:
    if not many:
        return ""
    if many == 1:
        return choose_text(" ; un ajustement en discussion", "; one adjustment is discussed")
    return choose_text(f" ; {many} ajustements en discussion", f"; {many} adjustments discussed")


def describe_due(report: "SavingsReport") -> str:
    """What the operator owes, or gets, and what the saving is worth."""
    worth = format_euros(report.saved_eur)
    if report.shortfall_eur:
        due = format_euros(report.shortfall_eur)
        text = choose_text(f"l’exploitant doit {due}", f"the operator owes {due}")
    elif report.bonus_eur:
        due = format_euros(report.bonus_eur)
        text = choose_text(f"l’exploitant reçoit {due}", f"the operator gets {due}")
    else:
        text = choose_text("rien n’est dû", "nothing is due")
    carbon = format_number(report.saved_kgco2 / Decimal(1000), 1)
    return typeset_text(
        choose_text(
            f"Elle vaut {worth} et {carbon} t de CO2 ; {text}.",
            f"It is worth {worth} and {carbon} t of CO2; {text}.",
        )
    )
