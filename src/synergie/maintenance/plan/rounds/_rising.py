"""The fewest stops whose move explains a new order."""

from bisect import bisect_left
from collections.abc import Sequence


def out_of_order(ranks: Sequence[int]) -> list[int]:
    """Positions in *ranks* of all but a longest rising row; ranks are all different."""
    tails: list[int] = []
    lengths: list[int] = []
    for rank in ranks:
        length = bisect_left(tails, rank)
        tails[length : length + 1] = [rank]
        lengths.append(length)
    wanted, out = len(tails) - 1, list[int]()
    for position in range(len(ranks) - 1, -1, -1):
        if lengths[position] == wanted:
            wanted -= 1
        else:
            out.append(position)
    return out
