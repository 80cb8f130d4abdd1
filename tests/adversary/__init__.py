"""An adversary: exact elimination over every answer that readers got, and random histories.

`elimination.Elimination` solves; its unknowns are whatever a test names (hashable): by convention
`(point, period, version)`, one version of the value of one point in one period, so that a
correction is a new unknown. Three lines use it::

    book = Elimination()
    book.add_answer({("home", "00:00", 0): 1, ("home", "00:30", 0): 1}, 730)
    assert not book.list_single_unknowns()
"""
