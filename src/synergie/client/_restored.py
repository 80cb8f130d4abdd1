"""Following on after a restore: what the server lost is forgotten here, too, then its news come."""

from collections.abc import Callable

from synergie.errors import CursorExpired

type Drop = Callable[[int], object]
"""Is given the last change that the server still has: what came with a higher `seq` is no more."""


def cursor_after_restore(error: CursorExpired, drop: Drop | None) -> str:
    """The cursor to follow on from, once *drop* forgot what the server lost.

    Raises *error* when nobody here can forget: to follow on in silence would leave what the server
    no longer has, as if it still stood.
    """
    if drop is None or error.common_seq is None or error.cursor is None:
        raise error
    drop(error.common_seq)
    return error.cursor
