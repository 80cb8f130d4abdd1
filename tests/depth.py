"""How much of what is drawn at random a run takes: all of it where time does not count."""

import os


def times(usual: int, *, deep: int) -> int:
    """*deep* under `SYNERGIE_TEST_HYPOTHESIS=deep`, which takes hours; else *usual*."""
    return deep if os.environ.get("SYNERGIE_TEST_HYPOTHESIS") == "deep" else usual
