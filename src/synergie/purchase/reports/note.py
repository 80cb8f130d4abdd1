"""The note of one member for its council: its own part of a purchase on one page, and its points.

It is made of a `MemberView` alone, so that it can hold nothing of another member.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from synergie.purchase.records.member_view import MemberView
from synergie.purchase.reports.note_answers import note_answers
from synergie.purchase.reports.note_tables import lots_table, points_table, prices_table
from synergie.reports.document import Block, Document, Items, Paragraph, Section, Table
from synergie.reports.language import choose_text
from synergie.reports.plans import Catalogue, describe_phrases
from synergie.reports.written import PARIS, long_date

_ROWS = 10
"""Lots and prices that the first page holds; with more, the prices stand in the annex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFrame:
    """What stands around the part of a member."""

    name: str
    """What people call the member."""
    group: str
    """What people call the group."""
    tell: Catalogue
    """The plan's sentences in the reader's language."""
    made_at: datetime | None = None
    """When the plan was made. None: not told."""
    tz: ZoneInfo = PARIS
    banner: str | None = None
    """What holds for all of it, such as that data are synthetic. None: nothing."""


def note_document(view: MemberView, frame: NoteFrame) -> Document:
    """The note for the council of one member."""
    return Document(
        title=choose_text(
            f"{frame.name} : note pour la délibération", f"{frame.name}: note for the vote"
        ),
        lead=choose_text(
            f"{frame.group} : ce que l'achat nous coûte, contre quoi, et ce qu'il faut décider.",
            f"{frame.group}: what the purchase costs us, against what, and what is to be decided.",
        ),
        banner=frame.banner,
        dated=_describe_note_date(view, frame),
        sections=(_build_first_section(view, frame), *_iterate_annex_sections(view, frame)),
    )


def _describe_note_date(view: MemberView, frame: NoteFrame) -> str:
    digest = view.inputs_digest[:12]
    if frame.made_at is None:
        return choose_text(f"Problème {digest}.", f"Problem {digest}.")
    day = long_date(frame.made_at.astimezone(frame.tz).date())
    return choose_text(
        f"Calcul du {day}, problème {digest}.", f"Computed on {day}, problem {digest}."
    )


def _build_first_section(view: MemberView, frame: NoteFrame) -> Section:
    blocks: list[Block] = [note_answers(view, frame.tz), lots_table(view)]
    prices = prices_table(view)
    if prices.rows and not _has_price_annex(view, prices):
        blocks.append(prices)
    return Section("essentiel", choose_text("L'essentiel", "In short"), tuple(blocks), sheet=True)


def _has_price_annex(view: MemberView, prices: Table) -> bool:
    """Whether the prices stand in an annex: the council's page holds no more."""
    return len(prices.rows) > 0 and len(view.lots) + len(prices.rows) > _ROWS


def _iterate_annex_sections(view: MemberView, frame: NoteFrame) -> Iterator[Section]:
    prices = prices_table(view)
    if _has_price_annex(view, prices):
        yield Section("prix", choose_text("Annexe : les prix", "Annex: prices"), (prices,))
    title = choose_text("Annexe : nos points de livraison", "Annex: our delivery points")
    yield Section("points", title, (points_table(view),))
    assumed = Items(
        choose_text("Ce qui est supposé", "What is assumed"),
        describe_phrases(view.assumptions, frame.tell),
    )
    digest = view.inputs_digest
    again = Paragraph(
        choose_text(
            f"Empreinte du problème (SHA-256) : {digest}",
            f"Digest of the problem (SHA-256): {digest}",
        )
    )
    title = choose_text("Annexe : hypothèses", "Annex: assumptions")
    yield Section("hypotheses", title, (assumed, again))
