"""The file that a figure or a cell comes from."""

from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Text


class FileSource(Wire):
    """A file, and the deposit that brought it."""

    deposit: Id | None
    """The deposit, to open or to undo it. Null: it came by the API, or is not deposited."""
    file: Text | None
    """Name of the file. Null: it came by the API."""
    format: Text
    """Name of the format it was read by. Example: `table-csv`."""
    received_at: Instant | None
    """When it arrived. Null: it is not deposited."""
