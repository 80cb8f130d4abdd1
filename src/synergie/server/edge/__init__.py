"""What surrounds a request: trace and log, framing, admission, HEAD, content codings, hard days."""

from synergie.server.edge.admit import Admit
from synergie.server.edge.frame import Frame
from synergie.server.edge.hard import Coming, Dice, FickleNonces, Hard
from synergie.server.edge.head import Head
from synergie.server.edge.pack import Pack
from synergie.server.edge.trace import Trace

__all__ = ["Admit", "Coming", "Dice", "FickleNonces", "Frame", "Hard", "Head", "Pack", "Trace"]
