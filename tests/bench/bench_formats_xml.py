"""XML flows of Enedis, read into records, against lxml's iterparse that does nothing with them."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from importlib import import_module

from synergie import formats
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, side_by_side
from tests.formats.enedis import flows

BYTES = 20_000_000
"""Of each file, about."""
FIRST = date(2026, 1, 1)


def prms(n: int) -> list[str]:
    return [f"99{i:012d}" for i in range(n)]


@cache
def r50() -> bytes:
    """Fifty delivery points over four months."""
    days = [flows.r50_day(FIRST + timedelta(days=i)) for i in range(120)]
    return flows.r50(dict.fromkeys(prms(50), days))


@cache
def r4x() -> bytes:
    """Fifty delivery points over 25 days, a curve a day."""
    curves = [
        flows.courbe(
            flows.point(stamp, 20 + i % 80)
            for i, stamp in enumerate(flows.stamps(FIRST + timedelta(days=day), 1, 600, end=False))
        )
        for day in range(25)
    ]
    return flows.r4x(dict.fromkeys(prms(50), curves))


@cache
def r151() -> bytes:
    """Sixty delivery points over six months: four classes, the supplier's, the highest power."""
    days = [
        flows.r151_day(
            FIRST + timedelta(days=i),
            *(
                flows.classe(code, rank * 1_000_000 + 2_000 * i, rank=rank)
                for rank, code in enumerate(("HCB", "HPB", "HCH", "HPH"), 1)
            ),
            flows.classe("INCONNU", 9_000_000 + 8_000 * i, supplier=True),
            peak=3_000 + i,
        )
        for i in range(180)
    ]
    return flows.r151(dict.fromkeys(prms(60), days))


def against_iterparse(name: str, made: Callable[[], bytes]) -> Measured:
    """How many times faster than an iterparse without any work."""
    try:
        etree = import_module("lxml.etree")
    except ImportError as error:
        raise NotMeasured("lxml is not installed") from error
    data = made()

    def ours() -> None:
        with formats.read(data, format=name) as result:
            for _ in result.records:
                pass
        assert result.report.kept
        assert not result.report.refusals

    def peer() -> None:
        for _ in etree.iterparse(io.BytesIO(data)):
            pass

    found = side_by_side(ours, peer, rounds=7)
    return Measured(found.value, f"{len(data) / 1e6:.1f} MB; {found.notes}")


def _bench(name: str, title: str, made: Callable[[], bytes]) -> Bench:
    return Bench(
        name=f"xml-{name}",
        title=title,
        goal=Goal(">=", 0.5),
        unit="×",
        peer="lxml iterparse, no work at all",
        run=lambda: against_iterparse(f"enedis-{name}", made),
    )


BENCHES = [
    _bench("r50", "Enedis R50 (XML) into curves", r50),
    _bench("r4x", "Enedis R4x (XML) into curves", r4x),
    _bench("r151", "Enedis R151 (XML) into indexes", r151),
]
