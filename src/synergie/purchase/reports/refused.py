"""Offers that could not be considered: refused before the computation, or with a price missing."""

from collections.abc import Iterator, Mapping

from synergie.purchase.records.plan import RefusedOffer
from synergie.purchase.reports.words import Brief
from synergie.reports.document import Block, Note, Paragraph, Table
from synergie.reports.language import Pair, say
from synergie.reports.written import count

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
    word = say("Non chiffré.", "Not priced.")
    cells = sorted({(c.offer, c.tariff_code, c.time_class) for c in brief.plan.not_priced})
    for offer, tariff, name in cells[:_CELLS]:
        who = brief.offers[offer]
        told = say(
            f"{who} : prix {tariff} {name} absent. L'offre est écartée, un prix absent n'est "
            "jamais compté zéro.",
            f"{who}: the price {tariff} {name} is missing. The offer is set aside; a missing price "
            "is never counted as zero.",
        )
        yield Note("late", word, told)
    if len(cells) > _CELLS:
        more = count(
            len(cells) - _CELLS,
            say("autre prix absent", "more missing price"),
            say("autres prix absents", "more missing prices"),
        )
        yield Note(
            "late", word, say(f"Et {more}, dans le classeur.", f"And {more}, in the workbook.")
        )


def refused(brief: Brief) -> list[Block]:
    """Offers that could not be considered, with their reason and who can mend it."""
    if not brief.plan.refused:
        return [Paragraph(say("Aucune offre n'a été refusée.", "No offer was refused."))]
    rows = tuple(_refusal(brief, one) for one in brief.plan.refused)
    heads = (
        say("Offre", "Offer"), say("Refusée parce que", "Refused because"),
        say("En détail", "In detail"), say("Qui peut agir", "Who can act"),
    )  # fmt: skip
    caption = say("Offres refusées avant le calcul", "Offers refused before the computation")
    return [Table(caption, heads, rows)]


def _refusal(brief: Brief, one: RefusedOffer) -> tuple[str, ...]:
    name = brief.offers.get(one.offer, one.offer)
    return name, say(*REFUSED[one.kind]), brief.said(one.reason), brief.tell(one.who)
