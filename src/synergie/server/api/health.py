"""Health: alive, and ready to serve. Without token, and without detail."""

import time
from typing import Any

import anyio.to_thread
from starlette.responses import JSONResponse, Response

from synergie.server import log
from synergie.server.house import InHouse, Services
from synergie.server.router import Router
from synergie.server.wall_clock import CLOCK

router = Router(prefix="/health", tags=["health"])

_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"description": "Not ready, or stopping"}}


@router.get("/live", operation_id="is_live")
async def is_live() -> dict[str, str]:
    """The event loop turns; nothing else is looked at. When this fails, restart the process."""
    return {"status": "live"}


@router.get("/ready", operation_id="is_ready", responses=_NOT_READY)
async def is_ready(house: InHouse) -> Response:
    """Tables at the version of the code, a read in time, a clock that is believed.

    And not stopping. `behind_s`: by how many seconds the clock of the server is behind.
    """
    began = time.perf_counter()
    reads = not house.life.stopping and await _is_store_ready(house)
    store = {"name": "store", "ok": reads, "ms": round((time.perf_counter() - began) * 1000, 1)}
    behind = round(CLOCK.skew().total_seconds(), 1)
    clock = {"name": "clock", "ok": not CLOCK.is_off, "behind_s": behind}
    ok = bool(store["ok"] and clock["ok"])
    status = "stopping" if house.life.stopping else "ready" if ok else "not ready"
    return JSONResponse({"status": status, "checks": [store, clock]}, 200 if ok else 503)


async def _is_store_ready(house: Services) -> bool:
    """Whether the store answers in time, in a thread of its own: the others may all be busy."""
    try:
        with anyio.fail_after(house.ready_s):
            run = anyio.to_thread.run_sync
            await run(house.look, abandon_on_cancel=True, limiter=house.own_threads)
    except Exception as error:  # noqa: BLE001 (whatever it is, we are not ready)
        log.logger().warning("health.not_ready", exc_info=error)
        return False
    return True
