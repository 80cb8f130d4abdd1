"""What forms of the pages about plans bring, as the records that the use cases take."""

from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from synergie.schemas.faults import faults


def form_of[M: BaseModel](kind: type[M], told: dict[str, Any]) -> M:
    """*told* as a record of *kind*. BadInput for the first field that is none."""
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        raise faults(error)[0] from error


def read_part_answer(form: FormData) -> dict[str, Any]:
    """The answer to a part: which, to what was read, and why."""
    why = get_form_field(form, "raison")
    told = {
        "answer": get_form_field(form, "reponse"),
        "part_sha256": get_form_field(form, "part_sha256"),
    }
    return told | ({"reason": why} if why else {})


def get_form_field(form: FormData, name: str) -> str:
    """One field as it was typed, without the spaces around it; "" when it is not there."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
