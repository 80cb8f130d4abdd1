"""What an invoice adds up to: each line, its days, its totals."""

from decimal import Decimal

from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control._case import Case, Line
from synergie.energy.plan.tariff.control._findings import FindingDetails, tell
from synergie.energy.plan.tariff.control._units import (
    compute_row_product,
    count_row_days,
    normalise_unit,
    round_amount_to_cent,
)
from synergie.schemas.plan import Phrase
from synergie.schemas.readings.invoice import Invoice, InvoiceSum, LotTotals

PRODUCT = "quantity times price is not the amount"
DAYS = "the period has not as many days as are billed"
TOTAL_HT = N_("the lines do not add up to the total excluding VAT")
TOTAL_VAT = N_("the VAT of the lines does not add up to the VAT told")
TOTAL_TTC = N_("total and VAT do not add up to the total including VAT")
LOTS = "the lines of {} lots do not add up to their totals; of the first"
ANNEX = (
    "the detail in {} adds up neither to the lines without a delivery point nor to the invoice: "
    "it is not used"
)
NO_TOTAL = N_("{} invoices tell no total: their lines are added up, not compared")

_DAY_UNITS = frozenset({"j", "jour", "jours", "d", "c.j", "p.j", "cj", "pj"})


def check_line_products(case: Case) -> None:
    """Each line again: quantity times price, half up."""
    for line in case.lines:
        again = compute_row_product(line.row)
        if again is None:
            continue
        case.checked["product"] += 1
        over = line.row.amount_eur - again
        if abs(over) > case.rules.eur:
            tell(
                case,
                FindingDetails(
                    rule="product",
                    line=line,
                    found=line.row.amount_eur,
                    expected=again,
                    reason=Phrase(text=PRODUCT),
                    amount=over,
                ),
            )


def billed_days(case: Case) -> None:
    """A quantity of days is that of the period (its last day counts)."""
    for line in case.lines:
        row, n = line.row, count_row_days(line.row)
        if n is None or row.quantity is None or normalise_unit(row.quantity_unit) not in _DAY_UNITS:
            continue
        case.checked["days"] += 1
        if abs(row.quantity) != n and row.quantity % n:  # several contracts or meters: n times
            tell(
                case,
                FindingDetails(
                    rule="days", line=line, found=row.quantity, expected=n,
                    reason=Phrase(text=DAYS),
                ),
            )  # fmt: skip


def check_invoice_totals(case: Case) -> None:
    """The totals that an invoice tells are those of its lines, to the tolerance."""
    for invoice in case.invoices:
        line = next(iter(case.of_invoice(invoice)), None)
        if line is None:
            continue
        if invoice.lots is not None:
            case.checked["total"] += 1
            _check_lot_totals(case, line, invoice.lots)
            continue
        if invoice.told.ht_eur is None and invoice.told.ttc_eur is None:
            case.skipped[NO_TOTAL] += 1
            continue
        case.checked["total"] += 1
        _check_total(case, line, (sum_invoice_lines(case, invoice), invoice.told.ht_eur, TOTAL_HT))
        _check_vat_total(case, line, invoice)


def _check_lot_totals(case: Case, line: Line, lots: LotTotals) -> None:
    """Lots of a flow whose lines do not make their total."""
    wrong = FindingDetails(
        rule="total", line=line, found=lots.told_eur, expected=lots.added_eur,
        reason=Phrase(text=LOTS, values=(str(lots.n),)), amount=lots.told_eur - lots.added_eur,
    )  # fmt: skip
    tell(case, wrong)


def _check_total(case: Case, line: Line, told: tuple[Decimal, Decimal | None, str]) -> None:
    expected, found, text = told
    if found is None or abs(found - expected) <= case.rules.eur:
        return
    tell(
        case,
        FindingDetails(
            rule="total", line=line, found=found, expected=expected, reason=Phrase(text=text),
            amount=found - expected,
        ),
    )  # fmt: skip


def _check_vat_total(case: Case, line: Line, invoice: Invoice) -> None:
    """VAT again when every line has its rate; and the whole, with the VAT that is told."""
    rows = [one.row for one in case.of_invoice(invoice) if one.meaning != "vat"]
    ht, told = sum_invoice_lines(case, invoice), invoice.told
    vat = told.vat_eur
    if rows and all(row.vat_percent is not None for row in rows):
        bases: dict[Decimal, Decimal] = {}
        for row in rows:
            rate = row.vat_percent or Decimal(0)
            bases[rate] = bases.get(rate, Decimal(0)) + row.amount_eur
        again = sum(
            (round_amount_to_cent(base * rate / 100) for rate, base in bases.items()), Decimal(0)
        )
        _check_total(case, line, (again, vat, TOTAL_VAT))
        vat = again if vat is None else vat
    if vat is not None and told.ht_eur is not None:
        _check_total(case, line, (told.ht_eur + vat, told.ttc_eur, TOTAL_TTC))
    elif vat is not None:
        _check_total(case, line, (ht + vat, told.ttc_eur, TOTAL_TTC))


def check_annexes(case: Case) -> None:
    """The detail per site of an invoice makes the lines that it stands for."""
    for invoice in case.invoices:
        line = next((one for one in case.of_invoice(invoice) if not one.row.supply_point), None)
        for annex in invoice.annexes:
            case.checked["annex-differs"] += annex.added_eur is not None
            if line is None or annex.is_detail or annex.added_eur is None:
                continue
            expected = sum_invoice_lines(case, invoice)
            differs = FindingDetails(
                rule="annex-differs", line=line, found=annex.added_eur, expected=expected,
                reason=Phrase(text=ANNEX, values=(annex.name,)),
                amount=annex.added_eur - expected,
            )  # fmt: skip
            tell(case, differs)


def find_replaced_invoices(case: Case) -> frozenset[str]:
    """Numbers of the invoices that corrections (384) among these replace."""
    corrections = (one for one in case.invoices if one.kind == "correction")
    return frozenset(number for one in corrections for number in one.corrects)


def index_corrections(case: Case) -> dict[str, list[Invoice]]:
    """The credit notes and corrections that are about one invoice alone, by its number."""
    found: dict[str, list[Invoice]] = {}
    for one in case.invoices:
        if len(one.corrects) == 1 and one.corrects[0] != one.number:
            found.setdefault(one.corrects[0], []).append(one)
    return found


def _compute_net(case: Case, invoice: Invoice, about: list[Invoice]) -> Decimal | None:
    """What is left of an invoice after what is *about* it alone. None: nothing is."""
    if not about:
        return None
    if any(one.kind == "correction" for one in about):
        return Decimal(0)
    credits_ = (sum_invoice_lines(case, one) for one in about)
    return sum(credits_, sum_invoice_lines(case, invoice))


def sum_invoice_lines(case: Case, invoice: Invoice) -> Decimal:
    """The sum of the lines of an invoice, without lines that are VAT."""
    mine = case.of_invoice(invoice)
    amounts = (one.row.amount_eur for one in mine if one.meaning != "vat")
    return sum(amounts, Decimal(0))


def build_invoice_sum(
    case: Case, invoice: Invoice, corrections: dict[str, list[Invoice]]
) -> InvoiceSum:
    """One invoice added up again, and what *corrections* leave of it."""
    mine = [one for one in case.of_invoice(invoice) if one.meaning != "vat"]
    again = [compute_row_product(one.row) for one in mine]
    return InvoiceSum(
        number=invoice.number,
        file=invoice.file,
        n_rows=len(invoice.rows),
        n_points=len({one.row.supply_point for one in mine}),
        added_eur=sum_invoice_lines(case, invoice),
        told_eur=invoice.told.ht_eur,
        recomputed_eur=sum(
            (
                one.row.amount_eur if found is None else found
                for one, found in zip(mine, again, strict=True)
            ),
            Decimal(0),
        ),
        n_recomputed=sum(found is not None for found in again),
        net_eur=_compute_net(case, invoice, corrections.get(invoice.number, [])),
    )
