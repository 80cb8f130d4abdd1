"""Limits in seconds, looked at before anything is computed."""

from collections.abc import Callable
from functools import wraps
from math import inf
from typing import SupportsFloat

from synergie.errors import BadInput

_NAMES = ("limit_s", "seconds")


def check_seconds[**P, T](compute: Callable[P, T]) -> Callable[P, T]:
    """*compute*, which raises BadInput when its `limit_s` or `seconds` is no time to compute in.

    Such a limit (not a number, endless, below 0) compares as false: the search would end at once
    as if nothing were found, or never. None passes: no limit in seconds.
    """

    @wraps(compute)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        for name in _NAMES:
            given: object = kwargs.get(name)
            if isinstance(given, SupportsFloat) and not 0 <= float(given) < inf:
                raise BadInput(name, given, "a finite number of seconds, 0 or more")
        return compute(*args, **kwargs)

    return checked
