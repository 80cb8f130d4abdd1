"""Which of two sources is believed where they tell the same thing otherwise: one explicit table.

Never alphabetical, never by file name. What comes from a source of higher priority is not replaced
by one of lower priority; of two equal ones the later holds. The order of the indexes is the one the
Enedis flows have among those who reconcile them: the event's own reading (C15) before the reading
on demand (R64) before the daily remote one (R151).
"""

MIDDLE = 50
"""Every source that the table does not name, and what is published by the API."""

_PRIORITIES = {
    # Indexes: C15 > R64 > R151.
    "enedis-c15": 70,
    "enedis-r64": 60,
    "enedis-r151": 40,
    # Curves: corrected or reconstructed on demand (HDM, R63, web service: the middle) > raw.
    "enedis-r50": 40,
    "enedis-r4x": 40,
    "enedis-dataconnect": 40,
}


def source_priority(source: str | None) -> int:
    """The priority of *source*, the name of a format. None: published by the API."""
    return MIDDLE if source is None else _PRIORITIES.get(source, MIDDLE)
