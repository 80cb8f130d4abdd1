"""One export handed over with its signed manifest, then verified as if the server were gone."""

from dataclasses import dataclass
from pathlib import Path

from synergie.client import Client
from synergie.client.trust.verify import verify_export
from synergie.schemas.trust.agreement import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A folder that proves what was handed over."""

    export: str
    agreement: str
    folder: Path
    rows: int

    def as_json(self) -> dict[str, str | int]:
        """The same for programs."""
        return {
            "export": self.export,
            "agreement": self.agreement,
            "folder": str(self.folder),
            "rows": self.rows,
        }


def handed_over(reader: Client, agreement: Agreement, folder: Path) -> Handover:
    """The cabinets that *agreement* opens to *reader*, in *folder*, acknowledged and verified.

    AssertionError when the folder does not prove it: the promise would be broken.
    """
    keys = reader.exports.keys()
    made = reader.exports.make(["cabinets"], agreement=agreement.id)
    said = reader.exports.download(made.id, folder)
    verdict = verify_export(folder, jwks=keys)
    if not verdict.ok or verdict.receipt is None:
        raise AssertionError(f"{folder} does not prove {made.id}")
    return Handover(
        export=made.id,
        agreement=agreement.id,
        folder=folder,
        rows=sum(file.rows for file in said.files),
    )
