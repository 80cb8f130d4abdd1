"""The sentences of a statement, in both languages."""

from decimal import Decimal
from typing import TYPE_CHECKING

from synergie.reports.language import choose_text
from synergie.reports.written import (
    format_euros,
    format_number,
    format_percent,
    format_quantity,
    short_date,
    typeset_text,
)

if TYPE_CHECKING:
    from synergie.contract.records.contract import ContractEnergy, GuaranteeTerms, PriceClause
    from synergie.contract.records.document import ContractYear
    from synergie.contract.records.statement import GuaranteeState, SavingsReport

_ENERGIES: "dict[ContractEnergy, tuple[str, str]]" = {
    "electricity": ("électricité", "electricity"),
    "gas": ("gaz", "gas"),
}
_STATES: "dict[GuaranteeState, tuple[str, str]]" = {
    "reached": ("garantie atteinte", "guarantee reached"),
    "missed": ("garantie manquée", "guarantee missed"),
    "unsure": ("ni atteint ni manqué à coup sûr", "neither reached nor missed for sure"),
    "unproved": (
        "trop peu de jours connus : rien n’est prouvé",
        "too few days are known: nothing is proved",
    ),
}


def describe_state(report: "SavingsReport | ContractYear") -> str:
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


def describe_carbon(clause: "PriceClause") -> str:
    """The factor of emissions of one energy, whose it is and since when."""
    french, english = _ENERGIES[clause.energy]
    factor = format_number(clause.carbon_kg_per_kwh, 3)
    told = f"{factor} kg/kWh ({clause.carbon_source}, {short_date(clause.carbon_dated)})"
    return typeset_text(choose_text(f"{french} : {told}", f"{english}: {told}"))


def describe_guarantee(terms: "GuaranteeTerms") -> str:
    """What is guaranteed each year, and how a difference is settled."""
    if terms.share is not None:
        share = _format_share(terms.share)
        least = choose_text(f"{share} de la référence ajustée", f"{share} of the adjusted baseline")
    else:
        least = format_quantity(terms.kwh_year, "kWh")
    band, bonus = _format_share(terms.dead_band), _format_share(terms.bonus_share)
    return typeset_text(
        choose_text(
            f"{least} chaque année. Rien n’est dû à {band} près ; ce qui manque est dû par"
            f" l’exploitant, qui reçoit {bonus} de ce qui est économisé en plus.",
            f"{least} each year. Nothing is due within {band}; what is missing is due by the"
            f" operator, which gets {bonus} of what is saved beyond.",
        )
    )


def _format_share(share: Decimal) -> str:
    return format_percent(share, 1 if share * 100 % 1 else 0)


def describe_year(one: "ContractYear") -> str:
    """The saving of a year with its interval, beside the guarantee where it is told."""
    saved = format_quantity(one.saved_kwh, "kWh")
    if one.half_width_kwh is not None:
        low, high = (format_number(one.saved_kwh + sign * one.half_width_kwh) for sign in (-1, 1))
        saved += choose_text(f" ({low} à {high})", f" ({low} to {high})")
    if one.guaranteed_kwh is not None:
        guaranteed = format_number(one.guaranteed_kwh)
        saved += choose_text(f" pour {guaranteed} garantis", f" for {guaranteed} guaranteed")
    text = choose_text(
        f"Économie : {saved} : {describe_state(one)}", f"Saving: {saved}: {describe_state(one)}"
    )
    return typeset_text(f"{text}{_describe_discussed(one.discussed)}.")


def describe_due_amount(one: "ContractYear") -> str:
    """Who owes what of a year."""
    if not one.due_eur:
        return choose_text("rien n’est dû", "nothing is due")
    due = format_euros(abs(one.due_eur))
    if one.due_eur > 0:
        return choose_text(f"l’exploitant doit {due}", f"the operator owes {due}")
    return choose_text(f"l’exploitant reçoit {due}", f"the operator gets {due}")


def format_known_energy(value: Decimal | None) -> str:
    """An energy of kWh; a dash where it is not known."""
    return "–" if value is None else format_quantity(value, "kWh")
