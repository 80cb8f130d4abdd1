"""P9: the memory of a server is flat under mixed load: what it makes for a request, it lets go."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.depth import times
from tests.memory.growth import measure_growth

REQUESTS = times(12_000, deep=1_000_000)
WARM = times(4_000, deep=150_000)
"""Of these: what is compiled or remembered once is there; tokens that expired have begun to go."""
MOST_PERCENT = 5


@pytest.mark.faults
def test_memory_is_flat_under_mixed_load(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Programs read, write, deposit, export and renew their tokens; people look at pages;
    strangers are refused."""
    growth = measure_growth(tmp_path, warm=WARM, requests=REQUESTS - WARM)
    record_property("bytes_percent", growth.bytes_percent)
    record_property("objects_percent", growth.objects_percent)
    assert growth.bytes_percent <= MOST_PERCENT, (growth.bytes_percent, growth.most)
    assert growth.objects_percent <= MOST_PERCENT, (growth.objects_percent, growth.most)
