"""When the process must end at once: its disk failed, or its parent is gone.

After a failed fsync the next one succeeds and the data are lost, so nothing may be acknowledged
any more (as PostgreSQL does, which panics); a worker whose parent was killed would hold the port
against the server that is started in its place.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import connection, parent_process

from synergie.server.life import Life
from synergie.server.log import logger

FLUSH_S = 0.2
"""Seconds in which answers that are ready may still leave."""


def end_on_damage(damage: threading.Event, life: Life, mark: Callable[[], None]) -> None:
    """End this process with 74 (EX_IOERR of sysexits.h) once *damage* is set: the disk failed.

    *mark* notes it for the next start, when the disk takes that.
    """

    def watch() -> None:
        damage.wait()
        life.stopping = True
        logger().critical("store.damaged")
        with suppress(OSError):  # the disk may take nothing at all
            mark()
        time.sleep(FLUSH_S)
        os._exit(os.EX_IOERR)

    threading.Thread(target=watch, name="synergie-damage", daemon=True).start()


def end_with_parent() -> None:
    """End this process with 75 (EX_TEMPFAIL) when the one that started it is gone."""
    parent = parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        connection.wait([sentinel])
        os._exit(os.EX_TEMPFAIL)

    threading.Thread(target=watch, name="synergie-parent", daemon=True).start()
