"""What surrounds a request: trace, log, framing, callers, HEAD, signatures, codings, hard days.

And the round beside them, which sends webhooks.
"""

from synergie.server.edge.broom import CleanupWorker
from synergie.server.edge.caller import CallerAddress
from synergie.server.edge.frame import Frame
from synergie.server.edge.hard import Coming, Dice, FickleNonces, Hard
from synergie.server.edge.head import Head
from synergie.server.edge.pack import Pack
from synergie.server.edge.round import Round
from synergie.server.edge.sealed import Sealed
from synergie.server.edge.trace import Trace
from synergie.server.edge.trial import Banner, NothingReal
from synergie.server.edge.watch import CallerWatch

__all__ = [
    "Banner",
    "CallerAddress",
    "CallerWatch",
    "CleanupWorker",
    "Coming",
    "Dice",
    "FickleNonces",
    "Frame",
    "Hard",
    "Head",
    "NothingReal",
    "Pack",
    "Round",
    "Sealed",
    "Trace",
]
