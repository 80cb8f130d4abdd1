"""Validation that leaves a list at its first fault is as strict as any other."""

from importlib import import_module
from typing import Any

import pytest
from pydantic import ValidationError

from synergie.cli.operate._contract import list_record_modules
from synergie.schemas.first_faults import _hasty, validate_to_first_faults
from synergie.schemas.wire import Wire

type Minutes = int


class Shift(Wire):
    """A number by the name of its type: pydantic keeps it beside the model, not in it."""

    minutes: Minutes | None = None


class Week(Wire):
    """Shifts in a list."""

    shifts: list[Shift]
    minutes: Minutes = 0


def test_each_record_has_such_a_validation() -> None:
    models = [
        value
        for module in list_record_modules()
        for value in vars(import_module(module)).values()
        if isinstance(value, type) and issubclass(value, Wire)
    ]
    assert len(models) > 100
    for model in models:
        _hasty(model)


@pytest.mark.parametrize("wrong", [True, "7", 7.0])
@pytest.mark.parametrize("place", ["shifts", "minutes"])
def test_what_only_looks_like_a_number_is_refused(wrong: Any, place: str) -> None:
    body = {"shifts": [{"minutes": 7}], "minutes": 7}
    assert validate_to_first_faults(Week, body) == Week.model_validate(body)
    spoilt = body | ({"shifts": [{"minutes": wrong}]} if place == "shifts" else {"minutes": wrong})
    with pytest.raises(ValidationError):
        validate_to_first_faults(Week, spoilt)


def test_a_list_is_left_at_its_first_fault() -> None:
    body = {"shifts": [{"minutes": "a"}] * 1_000}
    with pytest.raises(ValidationError) as told:
        validate_to_first_faults(Week, body)
    assert told.value.error_count() == 1
