"""What surrounds every request: trace and log, framing, admission, HEAD, content codings."""

from synergie.server.edge.admit import Admit
from synergie.server.edge.frame import Frame
from synergie.server.edge.head import Head
from synergie.server.edge.pack import Pack
from synergie.server.edge.trace import Trace

__all__ = ["Admit", "Frame", "Head", "Pack", "Trace"]
