"""When the process must end at once: its disk failed, or its parent is gone.

After a failed fsync the next one succeeds and the data are lost, so nothing may be acknowledged
any more (as PostgreSQL does, which panics); a worker whose parent was killed would hold the port
against the server that is started in its place.
"""

import os
import threading
import time
from contextlib import suppress
from multiprocessing import connection, parent_process

from synergie.server.life import Life
from synergie.server.log import logger
from synergie.storage.store import Store
from synergie.storage.store_lock import mark_damage

FLUSH_S = 0.2
"""Seconds in which answers that are ready may still leave."""


def end_on_damage(store: Store, life: Life) -> None:
    """End this process with 74 (EX_IOERR of sysexits.h) once the disk or the database failed."""

    def watch() -> None:
        store.damage.wait()
        life.stopping = True
        logger().critical("store.damaged")
        with suppress(OSError):  # the disk may take nothing at all
            mark_damage(store.url)
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
