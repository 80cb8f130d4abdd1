"""What became of a deposited file: the report of the file, and the receipts of what was stored."""

from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.file_report import FileReport
from synergie.units import Id, Many, Sha256, Text


class DepositReport(FileReport):
    """A file report, with the proof of what was stored."""

    id: Id | None = None
    """Identifier of the deposit, to undo it. Null: a dry run of a file not deposited yet."""
    name: Text
    """Name of the file, as it was told."""
    sha256: Sha256
    """SHA-256 of the file as it is."""
    dry_run: bool
    """True: nothing was stored, this is what would be."""
    receipts: Many[Receipt] = ()
    """One receipt a batch, in the order they were stored; empty for a dry run."""
