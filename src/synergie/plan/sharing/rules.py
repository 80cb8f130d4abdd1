"""Rules of thumb: in proportion to a quantity, and separable cost with the remaining benefit."""

import numpy as np

from synergie.plan.sharing.game import Floats


def share_proportionally(total: float, weights: Floats) -> Floats:
    """*total* in proportion to *weights*; equal parts when all are zero."""
    whole = float(weights.sum())
    if whole == 0:
        return np.full(len(weights), total / len(weights))
    return total * weights / whole


def compute_scrb_shares(total: float, alone: Floats, without: Floats) -> Floats:
    """Separable cost, remaining benefit (SCRB); *without*: what the others pay without each.

    What each adds last, and the rest in proportion to what it still saves; equal parts of the
    rest when nobody saves anything.
    """
    last = total - without
    return last + share_proportionally(total - float(last.sum()), alone - last)
