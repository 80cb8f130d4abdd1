"""What every test relies on, whatever file is run."""

from importlib import import_module

import pytest

from tests.conftest import COUNTED_IN, give_time


@pytest.mark.parametrize("name", COUNTED_IN)
def test_no_count_is_put_off_because_the_machine_is_busy(name: str) -> None:
    module = import_module(name)
    give_time()
    assert module._COUNTED_S == 60.0
