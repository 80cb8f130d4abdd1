"""The page of the house: each function that it names runs, in the order that it tells."""

import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from types import FrameType

import synergie
from synergie.energy.records.offer import Offer, Price, Tier
from synergie.exchange.assets.perimeter import Survey
from synergie.exchange.assets.perimeters import Perimeters
from synergie.exchange.readings.deposits import Deposits
from synergie.policy import Principal
from synergie.purchase.plan import award
from synergie.purchase.plan.offers.needs import points_of
from synergie.purchase.records.purchase import Lot, PurchaseProblem
from tests.formats.frames.made import half_hours, written
from tests.server.mould import Mould

SOURCE = Path(synergie.__file__).parent
ROW = re.compile(r"^\| `([\w/]+\.py)` \| `(\w+)` \|", re.MULTILINE)

type Act = tuple[str, str]
"""A file below `src/synergie`, and a function of it."""


def read_way(root: Path, title: str) -> list[Act]:
    """The rows below *title*."""
    page = (root / "docs" / "explanation" / "house.md").read_text(encoding="utf-8")
    found = ROW.findall(page.split(f"\n## {title}\n")[1].split("\n## ")[0])
    assert len(found) > 10
    return found


@contextmanager
def follow() -> Iterator[list[Act]]:
    """Each function of ours that is called meanwhile, in any thread, where it was called first."""
    acts: dict[Act, None] = {}
    ours = f"{SOURCE}/"

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(ours):
            acts.setdefault((code.co_filename.removeprefix(ours), code.co_name))

    called: list[Act] = []
    threading.setprofile_all_threads(note)
    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(None)
        threading.setprofile_all_threads(None)
        called += acts


def check_order(way: list[Act], called: list[Act]) -> None:
    """*way* is a part of *called*, in its order."""
    assert [act for act in way if act not in called] == []
    places = [called.index(act) for act in way]
    late = [
        act for act, at, most in zip(way, places, accumulate(places, max), strict=True) if at < most
    ]
    assert late == []


YEAR = date(2025, 1, 1)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PERIOD = "start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z&granularity=day"
COMPLETED = {
    "member": "Commune d'Essai", "market_segment": "C5", "usage": "building",
    "tariff_code": "BTINFCUST",
}  # fmt: skip
"""What a person adds to the row that the curve gave."""
LOT = Lot(
    id="lot-1", name="Bâtiments", market_segments=("C5",), usages=("building",), max_awards=None
)


def _offer(supplier: str, floor: int, price: int) -> Offer:
    prices = (Price(tariff_code="BTINFCUST", time_class="BASE", eur_per_mwh=Decimal(price)),)
    tier = Tier(from_mwh=Decimal(floor), to_mwh=None, prices=prices, subscriptions=())
    return Offer(id=supplier, lot="lot-1", supplier=supplier, fixed_eur=Decimal(0), tiers=(tier,))


OFFERS = (_offer("un", 0, 120), _offer("deux", 1, 90))


def test_a_reading_goes_the_way_that_the_page_tells(
    root: Path, mould: Callable[..., Mould], tmp_path: Path
) -> None:
    days = [half_hours(YEAR + timedelta(days=n)) for n in range(365)]
    with mould("sqlite").cast(tmp_path) as house, follow() as called:
        caller = Principal(client_id="app", organisation="org-two", scopes=frozenset())
        file = BytesIO(written(list(days), "curves-csv"))
        report = Deposits(house.place.store).deposit(caller, file, name="annee.csv", now=NOW)
        assert (report.rejected, report.blocks) == (0, ())
        survey = Survey()
        Perimeters(house.place.store).fill(caller, survey, now=NOW)
        (row,) = survey.perimeter(start=YEAR, tell=str).rows
        needs = points_of([row.model_copy(update=COMPLETED)], dated=False)
        plan = award.solve(PurchaseProblem(points=needs.points, lots=(LOT,), offers=OFFERS))
    assert plan.status == "proved"
    check_order(read_way(root, "One reading, from its file to a plan"), called)


def test_a_guarded_read_goes_the_way_that_the_page_tells(
    root: Path, mould: Callable[..., Mould], tmp_path: Path
) -> None:
    with mould("sqlite").cast(tmp_path) as house:
        path = f"/v1/series/{house.ids['series']}/curve?{PERIOD}"
        house.partner.token("curves:read")
        assert house.partner.get(path).status_code == 200
        with follow() as called:
            assert house.partner.get(path).status_code == 200
    check_order(read_way(root, "One guarded read"), called)
