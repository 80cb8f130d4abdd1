"""What one process can do at once, who is served first, and how the others are refused."""

from synergie.server.capacity.capacity import Capacity
from synergie.server.capacity.judge import Judge
from synergie.server.capacity.limit import ConcurrencyLimit
from synergie.server.capacity.place import Phase, Place, lent_place, put_place
from synergie.server.capacity.rank import Lane, PlaceRequest, Rank, is_vital
from synergie.server.capacity.recent import Caller, RecentCallers
from synergie.server.capacity.refusals import Refusals, Refused, build_overloaded_error, lang_of

__all__ = [
    "Caller",
    "Capacity",
    "ConcurrencyLimit",
    "Judge",
    "Lane",
    "Phase",
    "Place",
    "PlaceRequest",
    "Rank",
    "RecentCallers",
    "Refusals",
    "Refused",
    "build_overloaded_error",
    "is_vital",
    "lang_of",
    "lent_place",
    "put_place",
]
