"""The search for objects that hold each other, put off around a pass that makes many objects."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_ONE = Lock()


@contextmanager
def defer_search() -> Iterator[None]:
    """No search inside, and one after it. Of several at once the first alone puts it off.

    So none follows another without an end: what goes in cycles is found in between. It goes on as
    it was: a collector that was off stays off. Also a decorator.
    """
    if not gc.isenabled() or not _ONE.acquire(blocking=False):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        _ONE.release()
