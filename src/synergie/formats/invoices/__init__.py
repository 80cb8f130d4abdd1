"""Lines of invoices in tables (CSV, XLSX, ODS), as suppliers and spreadsheets write them."""

from synergie.formats.invoices.table import TotalRow, read_rows

__all__ = ["TotalRow", "read_rows"]
