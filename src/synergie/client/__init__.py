"""The client library: calls as small typed values, one auth flow, two thin clients.

`Client` waits for each answer, `AsyncClient` is for asyncio; both have the same calls. `Auth` holds
the key. The logger is `synergie`: silent unless you configure it, and without tokens or PRM.
"""

import logging

from synergie.client._async import AsyncChanges, AsyncClient
from synergie.client._problems import OtherProblem
from synergie.client._sync import Changes, Client
from synergie.client.auth import Auth
from synergie.client.calls import Mode
from synergie.client.curve_view import CurveView, Interval
from synergie.client.pages import AsyncPages, Pages

__all__ = [
    "AsyncChanges",
    "AsyncClient",
    "AsyncPages",
    "Auth",
    "Changes",
    "Client",
    "CurveView",
    "Interval",
    "Mode",
    "OtherProblem",
    "Pages",
]

logging.getLogger("synergie").addHandler(logging.NullHandler())
