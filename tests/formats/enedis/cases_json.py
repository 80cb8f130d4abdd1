"""The CSV and JSON formats of Enedis before the conformance suite."""

import json
from datetime import date, timedelta

from tests.formats.cases import Case
from tests.formats.enedis.r6x import envelope, labels, mesure
from tests.formats.enedis.test_c68 import item
from tests.formats.enedis.test_dataconnect import answer, load
from tests.formats.enedis.test_hdm_curve import hdm, whole_days
from tests.formats.enedis.test_hdm_index import index, row, stamp
from tests.formats.enedis.test_r64 import classes, value
from tests.formats.enedis.test_r64 import mesure as registers
from tests.formats.enedis.test_r65 import days, energy, peak
from tests.formats.enedis.test_r67 import D, calendar, quantity
from tests.formats.enedis.test_r67 import mesure as billed

DAY = date(2026, 6, 10)


def hdm_day(day: date) -> bytes:
    end = day + timedelta(days=1)
    rows = whole_days(day, 1, 600, "start")
    return hdm(rows, first=f"{day:%d/%m/%Y}", end=f"{end:%d/%m/%Y}")


def r63_day(day: date) -> bytes:
    points = [{"d": d, "v": "1000", "p": "PT30M", "n": "B", "iv": 0, "ec": None}
              for d in labels(day, 1, 1800, end=True)]  # fmt: skip
    return envelope("R63", [mesure(points)])


def load_day(day: date) -> bytes:
    return json.dumps(answer(load(day)), indent=1).encode()


def spoiled(data: bytes, old: bytes, new: bytes) -> bytes:
    """*data* with the last *old* made *new*."""
    before, _, after = data.rpartition(old)
    return before + new + after


R64 = envelope("R64", [registers([classes()], [value(1000)])])
R65 = envelope("R65", [energy(days(5))])
R66 = envelope("R66", [peak([{"d": f"{p['d']} 10:00:00", "v": p["v"]} for p in days(5)])])
R67 = envelope("R67", [billed(calendar(D, HPH=[quantity(1000)], HCH=[quantity(2000)]))])
C68 = json.dumps([item(), item(idPrm="99000000000018")], indent=1).encode()
HDM_INDEX = index([row(stamp(DAY + timedelta(days=n)), d=20 + n) for n in range(4)]).encode()
_DAYS = "one value a civil day: the clock change has no place in it"
_INDEXES = "indexes at midnight, no steps within a day"
_BILLED = "energy of civil periods, no steps within a day"

CASES: list[Case] = [
    Case(
        format="enedis-hdm-curve",
        name="Enedis_SGE_HDM_A0000000.csv",
        data=hdm_day(DAY),
        records=1,
        bad=spoiled(hdm_day(DAY), b";1000", b";mille"),
        day=hdm_day,
        day_steps=144,
    ),
    Case(
        format="enedis-r63",
        name="ENEDIS_R63_P_CdC_M0000000_00001_20261125000000.json",
        data=r63_day(DAY),
        records=1,
        bad=spoiled(r63_day(DAY), b'"1000"', b'"mille"'),
        day=r63_day,
        day_steps=48,
    ),
    Case(
        format="enedis-r64",
        name="ENEDIS_R64_P_INDEX_M0000000_00001_20261125000000.json",
        data=R64,
        records=5,
        bad=spoiled(R64, b'"v": 400', b'"v": -400'),
        skips={"clock": _INDEXES},
    ),
    Case(
        format="enedis-r65",
        name="ENEDIS_R65_P_Energie_M0000000_00001_20261125000000.json",
        data=R65,
        records=1,
        bad=spoiled(R65, b'"1002"', b'"mille"'),
        skips={"clock": _DAYS},
    ),
    Case(
        format="enedis-r66",
        name="ENEDIS_R66_P_Pmax_M0000000_00001_20261125000000.json",
        data=R66,
        records=1,
        bad=spoiled(R66, b'"1002"', b'"mille"'),
        skips={"clock": _DAYS},
    ),
    Case(
        format="enedis-r67",
        name="ENEDIS_R67_P_Mfact_M0000000_00001_20261125000000.json",
        data=R67,
        records=2,
        bad=spoiled(R67, b'"quantite": 2000', b'"quantite": "deux"'),
        skips={"clock": _BILLED},
    ),
    Case(
        format="enedis-c68",
        name="ENEDIS_C68_P_ITC_M0000000_00001_20261125000000.json",
        data=C68,
        records=4,
        bad=spoiled(C68, b"99000000000018", b"9900000000001"),
        bad_code="bad-identifier",
        skips={"clock": "contracts, not readings"},
    ),
    Case(
        format="enedis-dataconnect",
        name="load_curve.json",
        data=load_day(DAY),
        records=1,
        bad=spoiled(load_day(DAY), b'"100"', b'"cent"'),
        day=load_day,
        day_steps=48,
    ),
    Case(
        format="enedis-hdm-index",
        name="Enedis_SGE_HDM_A0000001.csv",
        data=HDM_INDEX,
        records=20,
        bad=spoiled(HDM_INDEX, b";23;24;", b";23;vingt;"),
        skips={"clock": _INDEXES},
    ),
]
