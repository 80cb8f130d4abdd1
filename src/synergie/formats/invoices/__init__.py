"""Lines of invoices in tables (CSV, XLSX, ODS), as suppliers and spreadsheets write them."""

from synergie.formats.invoices.prices import PriceRow, read_prices
from synergie.formats.invoices.table import TotalRow, read_rows
from synergie.formats.invoices.terms import TermsRow, read_terms

__all__ = ["PriceRow", "TermsRow", "TotalRow", "read_prices", "read_rows", "read_terms"]
