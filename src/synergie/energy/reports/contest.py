"""Letters to suppliers about lines that a control blocks: which, why, by how much, by which text.

One letter a supplier, one table an invoice. A line with several faults counts once in the sums,
with the largest amount; what is only to be looked at stays out.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from synergie.errors import describe_error_place
from synergie.reports.document import Block, Boxes, Document, Fact, Paragraph, Section, Table
from synergie.reports.language import Pair, choose_text, choose_texts
from synergie.reports.written import (
    format_count,
    format_euros,
    long_date,
    short_date,
    write_figures,
)
from synergie.schemas.readings.invoice import Invoice, InvoiceControl, InvoiceFinding, Rule

type Tell = Callable[[str], str]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_GROUNDS: dict[Rule, Pair] = {
    "unknown-point": ("notre périmètre", "our perimeter"),
    "wrong-market": ("notre marché", "our market"),
    "duplicate": ("les factures reçues", "the invoices received"),
    "overrun-hours": ("le gestionnaire de réseau", "the grid operator"),
}
"""What a finding rests on, where no text tells it and it is not the invoice itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestLetter:
    """What one supplier is written."""

    supplier: str | None
    """Who is written to, as its invoices tell it. None: they do not."""
    findings: tuple[InvoiceFinding, ...]
    """What is contested, invoice after invoice."""
    invoices: tuple[Invoice, ...]
    """Those that it is about."""

    @property
    def contested_eur(self) -> Decimal:
        """What is asked too much, less what is asked too little, EUR excluding VAT."""
        return sum_contested(self.findings)


def list_letters(found: InvoiceControl, invoices: Sequence[Invoice]) -> tuple[ContestLetter, ...]:
    """The letters that *found* makes, by supplier; none when nothing is blocking."""
    blocking = [one for one in found.findings if one.severity == "blocking"]
    by_supplier: dict[str | None, list[Invoice]] = {}
    for invoice in invoices:
        if any(one.invoice == invoice.number for one in blocking):
            by_supplier.setdefault(find_supplier(invoice), []).append(invoice)
    return tuple(
        ContestLetter(
            supplier=supplier,
            findings=tuple(
                one
                for number in dict.fromkeys(invoice.number for invoice in some)
                for one in blocking
                if one.invoice == number
            ),
            invoices=tuple(some),
        )
        for supplier, some in by_supplier.items()
    )


def find_supplier(invoice: Invoice) -> str | None:
    """Who bills an invoice. None: no line tells it."""
    return next((row.supplier for row in invoice.rows if row.supplier), None)


def sum_contested(findings: Iterable[InvoiceFinding]) -> Decimal:
    """The largest amount of each line, EUR; findings without an amount count nothing."""
    largest: dict[tuple[str, str], Decimal] = {}
    for one in findings:
        if one.amount_eur is not None:
            key = (one.invoice, one.where)
            largest[key] = max(largest.get(key, Decimal(0)), one.amount_eur, key=abs)
    return sum(largest.values(), Decimal(0))


def build_contest_document(
    letter: ContestLetter, *, sender: str | None, day: date, tell: Tell
) -> Document:
    """The letter, ready to sign. *sender*: who writes; None: a blank to fill in."""
    who = sender or choose_text("[collectivité]", "[body]")
    to = letter.supplier or choose_text("[fournisseur]", "[supplier]")
    lines = len({(one.invoice, one.where) for one in letter.findings})
    return Document(
        title=choose_text("Contestation de factures", "Contested invoices"),
        lead=choose_text(
            f"{who} à {to} : les lignes ci-dessous ne sont pas dues comme elles sont facturées.",
            f"{who} to {to}: the lines below are not due as they are billed.",
        ),
        banner=None,
        dated=choose_text(f"Le {long_date(day)}.", f"{long_date(day)}."),
        facts=(
            Fact(label=choose_text("Factures", "Invoices"), value=str(len(letter.invoices))),
            Fact(label=choose_text("Lignes contestées", "Lines contested"), value=str(lines)),
            Fact(
                label=choose_text("Montant contesté, HT", "Amount contested, excluding VAT"),
                value=format_euros(letter.contested_eur),
            ),
        ),
        sections=(
            *(_build_invoice_section(letter, one, tell) for one in letter.invoices),
            _build_request_section(letter),
        ),
    )


def _build_invoice_section(letter: ContestLetter, invoice: Invoice, tell: Tell) -> Section:
    mine = [one for one in letter.findings if one.invoice == invoice.number]
    table = Table(
        caption=choose_text(
            f"{format_count(len(mine), 'point contesté', 'points contestés')}",
            f"{format_count(len(mine), 'contested point')}",
        ),
        heads=choose_texts(
            ("Ligne", "Line"), ("Point de livraison", "Delivery point"), ("Motif", "Reason"),
            ("Facturé", "Billed"), ("Attendu", "Expected"), ("Écart, € HT", "Difference, €"),
            ("Source", "Source"),
        ),
        rows=tuple(_build_row(one, tell) for one in mine),
        numbers=frozenset({5}),
        total=(
            choose_text("Ensemble", "All"), "", "", "", "", format_euros(sum_contested(mine)), "",
        ),
    )  # fmt: skip
    title = choose_text(f"Facture {invoice.number}", f"Invoice {invoice.number}")
    return Section(f"facture-{letter.invoices.index(invoice) + 1}", title, (table,))


def _build_row(one: InvoiceFinding, tell: Tell) -> tuple[str, ...]:
    amount = "" if one.amount_eur is None else format_euros(one.amount_eur)
    reason = f"{tell(one.reason.text).format(*map(_write_value, one.reason.values))} [{one.rule}]"
    point = (one.supply_point or "-").partition(":")[2] or "-"
    source = one.source or choose_text(*_GROUNDS.get(one.rule, ("la facture", "the invoice")))
    values = _write_value(one.found), _write_value(one.expected)
    place = describe_error_place(one.where, tell)
    return place, point, reason, *values, amount, source


def _write_value(told: str) -> str:
    """Days and figures as the reader writes them; what is neither as it is."""
    if _DAY.fullmatch(told):
        return short_date(date.fromisoformat(told))
    return write_figures(told)


def _build_request_section(letter: ContestLetter) -> Section:
    amount = format_euros(abs(letter.contested_eur))
    asked = choose_text(
        "Nous vous demandons de vérifier ces lignes, puis d'établir un avoir ou une facture "
        "rectificative qui cite la facture corrigée, ou de nous dire sur quel texte et sur quelles "
        "données elles reposent.",
        "Please check these lines, then issue a credit note or a corrected invoice that names the "
        "invoice it corrects, or tell us which text and which data they rest on.",
    )
    sums = choose_text(
        f"L'écart est de {amount} HT. Une ligne qui a plusieurs défauts compte une fois, pour le "
        "plus grand. Ce qui relève du gestionnaire de réseau lui est à demander par vous.",
        f"The difference is {amount} excluding VAT. A line with several faults counts once, with "
        "the largest. What is the grid operator's is for you to ask of it.",
    )
    boxes = Boxes(
        choose_text("Signature", "Signature"),
        (choose_text("Pour la collectivité", "For the body"),),
        choose_texts(("Nom et fonction", "Name and role"), ("Date", "Date")),
    )
    blocks: tuple[Block, ...] = (Paragraph(asked), Paragraph(sums), boxes)
    return Section("demande", choose_text("Ce que nous demandons", "What we ask"), blocks)
