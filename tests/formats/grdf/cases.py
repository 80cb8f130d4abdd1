"""The GRDF formats before the conformance suite."""

import json
from datetime import timedelta

from tests.formats.cases import Case
from tests.formats.grdf.test_adict import DAY, daily, published

_ITEMS = [daily(DAY + timedelta(days=n), energie=100 + n) for n in range(3)]
DATA = "\n".join(map(json.dumps, [*_ITEMS, published()])).encode()

CASES = [
    Case(
        format="grdf-adict",
        name="donnees_consos.ndjson",
        data=DATA,
        records=7,
        bad=DATA.replace(b'"energie": 102', b'"energie": "cent"'),
        skips={"clock": "a gas day is no civil day: its 23 and 25 hours are in test_adict.py"},
    ),
]
