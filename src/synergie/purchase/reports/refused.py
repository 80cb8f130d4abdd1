"""Offers that could not be considered: refused before the computation, or with a price missing."""

from collections.abc import Iterator, Mapping

from synergie.purchase.records.plan import RefusedOffer
from synergie.purchase.reports.words import Brief
from synergie.reports.document import Block, Note, Paragraph, Table
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import format_count

REFUSED: Mapping[str, Pair] = {
    "expired": ("expirée", "expired"),
    "not_yet_valid": ("pas encore valable", "not yet valid"),
    "green": ("énergie verte insuffisante", "not green enough"),
    "empty": ("tranche impossible à atteindre", "tier that no volume can reach"),
}
"""Why an offer was refused, in words."""
_CELLS = 20
"""Missing prices that a page names one by one."""


def not_priced(brief: Brief) -> Iterator[Note]:
    """Price cells that are missing, each offer once a cell."""
    word = choose_text("Non chiffré.", "Not priced.")
    cells = sorted({(c.offer, c.tariff_code, c.time_class) for c in brief.plan.not_priced})
    for offer, tariff, name in cells[:_CELLS]:
        who = brief.offers[offer]
        told = choose_text(
            f"{who} : prix {tariff} {name} absent. L'offre est écartée, un prix absent n'est "
            "jamais compté zéro.",
            f"{who}: the price {tariff} {name} is missing. The offer is set aside; a missing price "
            "is never counted as zero.",
        )
        yield Note("late", word, told)
    if len(cells) > _CELLS:
        more = format_count(
            len(cells) - _CELLS,
            choose_text("autre prix absent", "more missing price"),
            choose_text("autres prix absents", "more missing prices"),
        )
        yield Note(
            "late",
            word,
            choose_text(f"Et {more}, dans le classeur.", f"And {more}, in the workbook."),
        )


def build_refusal_blocks(brief: Brief) -> list[Block]:
    """Offers that could not be considered, with their reason and who can mend it."""
    if not brief.plan.refused:
        return [Paragraph(choose_text("Aucune offre n'a été refusée.", "No offer was refused."))]
    rows = tuple(_build_refusal_row(brief, one) for one in brief.plan.refused)
    heads = (
        choose_text("Offre", "Offer"), choose_text("Refusée parce que", "Refused because"),
        choose_text("En détail", "In detail"), choose_text("Qui peut agir", "Who can act"),
    )  # fmt: skip
    caption = choose_text(
        "Offres refusées avant le calcul", "Offers refused before the computation"
    )
    return [Table(caption, heads, rows)]


def _build_refusal_row(brief: Brief, one: RefusedOffer) -> tuple[str, ...]:
    name = brief.offers.get(one.offer, one.offer)
    return name, choose_text(*REFUSED[one.kind]), brief.say_phrase(one.reason), brief.tell(one.who)
