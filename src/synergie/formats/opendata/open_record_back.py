"""A published record, or the list of those of all periods, read back."""

from io import BytesIO

from pydantic import TypeAdapter, ValidationError

from synergie.formats._json import read_document
from synergie.schemas.faults import faults
from synergie.schemas.publication.release import Release
from synergie.units import Many

_ALL: TypeAdapter[tuple[Release, ...]] = TypeAdapter(Many[Release])


def read_back(data: bytes) -> Release | tuple[Release, ...]:
    """What stands in *data*: one record, or a list of them. BadInput at a JSON pointer.

    A member that is given twice is refused: some programs read the first, others the last.
    """
    read_document(BytesIO(data))
    try:
        if data.lstrip().startswith(b"["):
            return _ALL.validate_json(data)
        return Release.model_validate_json(data)
    except ValidationError as error:
        raise faults(error)[0] from error
