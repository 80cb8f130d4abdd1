"""What one process can do at once, who is served first, and how the others are refused."""

from synergie.server.capacity.capacity import Capacity
from synergie.server.capacity.judge import Judge
from synergie.server.capacity.limit import ConcurrencyLimit
from synergie.server.capacity.place import Phase, Place, lent_place, put_place
from synergie.server.capacity.rank import Asked, Lane, Rank, is_vital
from synergie.server.capacity.recent import Caller, RecentCallers
from synergie.server.capacity.refusals import Refusals, Refused, lang_of, overloaded

__all__ = [
    "Asked",
    "Caller",
    "Capacity",
    "ConcurrencyLimit",
    "Judge",
    "Lane",
    "Phase",
    "Place",
    "Rank",
    "RecentCallers",
    "Refusals",
    "Refused",
    "is_vital",
    "lang_of",
    "lent_place",
    "overloaded",
    "put_place",
]
