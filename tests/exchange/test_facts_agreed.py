"""Facts under an agreement: works, terms, bills and readings of what it covers, no more."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from synergie.errors import NotAllowed, NotFound
from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.facts import Facts
from synergie.exchange.trust.agreements import Agreements
from synergie.policy.facts import OPENED
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.fact import FactKind
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.lines import index, put, register
from tests.exchange.people import NOW, Body, point

type Make = Callable[..., Agreement]
SHOWN, OTHER, HOME = "99000000000041", "99000000000042", "99000000000043"
CANARY = "canary"


@pytest.fixture(autouse=True)
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


def terms(code: str, **more: Any) -> SupplyTerms:
    values: dict[str, Any] = {
        "supply_point": f"prm:{code}",
        "valid_from": date(2026, 1, 1),
        "supplier": "Énergie d'ici",
        "annual_energy": [{"kwh": Decimal(42), "method": "declared"}],
        "source": f"{CANARY}-source",
        "provenance": "synthetic",
    }
    return SupplyTerms.model_validate(values | more)


def line(code: str, number: str = "1", **more: Any) -> InvoiceLine:
    values: dict[str, Any] = {
        "invoice": f"F-{code[-2:]}",
        "line": number,
        "supply_point": f"prm:{code}",
        "element": "ABO",
        "from_date": date(2026, 2, 1),
        "to_date": date(2026, 3, 1),
        "amount_eur": Decimal(12),
        "source": f"{CANARY}-source",
        "provenance": "synthetic",
    }
    return InvoiceLine.model_validate(values | more)


def work(number: str, kind: str, asset: str | None, **more: Any) -> WorkOrder:
    values: dict[str, Any] = {
        "external_id": number,
        "kind": "repair",
        "asset_kind": kind,
        "asset": asset,
        "done_at": date(2026, 2, 3),
        "raw": {"who": CANARY},
        "provenance": "synthetic",
    }
    return WorkOrder.model_validate(values | more)


def reading(code: str, start: datetime, **more: Any) -> IntervalReading:
    values: dict[str, Any] = {
        "supply_point": f"prm:{code}",
        "quantity": "active_energy",
        "unit": "kWh",
        "start": start,
        "end": start + timedelta(hours=6),
        "value": Decimal(3),
        "source": f"{CANARY}-source",
        "provenance": "synthetic",
    }
    return IntervalReading.model_validate(values | more)


FEB = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def held(store: Store, owner: Body) -> dict[str, str]:
    """What the owner holds of three points, two cabinets and a lamp: ids by short name."""
    points = [point(SHOWN), point(OTHER), point(HOME, personal_data="yes")]
    sp = SupplyPoints(store).publish(owner.caller, points, now=NOW).items
    boxes = [CabinetRecord(external_id=n, provenance="synthetic") for n in ("A1", "A2")]
    cabinets = Cabinets(store).publish(owner.caller, boxes, now=NOW).items
    lamps = [
        LightPointRecord(external_id=n, cabinet=c, provenance="synthetic")
        for n, c in (("L1", "A1"), ("L2", "A2"))
    ]
    lights = LightPoints(store).publish(owner.caller, lamps, now=NOW).items
    told: list[Any] = []
    for code in (SHOWN, OTHER, HOME):
        told += [terms(code), line(code), reading(code, FEB)]
        told.append(index(5, supply_point=f"prm:{code}", instant=FEB, source=f"{CANARY}-source"))
    told += [
        work("W1", "cabinet", "A1"), work("W2", "cabinet", "A2"),
        work("W3", "light_point", "L1"), work("W4", "light_point", "L2"),
        work("W5", "support", "A1"), work("W6", "unknown", "L1"), work("W7", "unknown", None),
    ]  # fmt: skip
    report = put(store, owner, *told)
    assert report.rejected == 0
    names = ("shown", "other", "home", "a1", "a2", "l1", "l2")
    return {n: one.id for n, one in zip(names, (*sp, *cabinets, *lights), strict=True)}


def seen(store: Store, who: Body, kind: FactKind, made: Agreement | None, **more: Any) -> list[Any]:
    asked = {"now": NOW, "agreement": None if made is None else made.id} | more
    return list(Facts(store).page(who.caller, kind, **asked).items)


ALL = ["consumption", "assets", "work_orders", "contracts"]


def over(agreed: Make, held: dict[str, str], **more: Any) -> Agreement:
    selector = {"supply_points": [held["shown"]], "cabinets": [held["a1"]]}
    return agreed(selector, **{"datasets": ALL, "granularity": "raw"} | more)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("work_order", ["W1", "W3"]),
        ("supply_terms", [f"prm:{SHOWN}/2026-01-01"]),
        ("invoice_line", ["F-41/1"]),
    ],
)
def test_what_is_covered_is_opened_and_nothing_beside(
    store: Store, partner: Body, held: dict[str, str], agreed: Make, kind: Any, wanted: list[str]
) -> None:
    made = over(agreed, held)
    assert [one.external_id for one in seen(store, partner, kind, made)] == wanted


@pytest.mark.parametrize("kind", ["register_reading", "interval_reading"])
def test_readings_are_opened_at_raw_only(
    store: Store, partner: Body, held: dict[str, str], agreed: Make, kind: Any
) -> None:
    raw = over(agreed, held)
    (one,) = seen(store, partner, kind, raw)
    assert one.record.supply_point == f"prm:{SHOWN}"
    for grain in ("half_hour", "day"):
        with pytest.raises(NotAllowed, match="granularity_too_fine"):
            seen(store, partner, kind, over(agreed, held, granularity=grain))


@pytest.mark.parametrize("kind", get_args(FactKind.__value__))
def test_a_kind_is_opened_by_its_dataset_and_by_no_other(
    store: Store, partner: Body, held: dict[str, str], agreed: Make, kind: Any
) -> None:
    for dataset in ALL:
        made = over(agreed, held, datasets=[dataset])
        if OPENED.get(kind) == dataset:
            assert seen(store, partner, kind, made)
        else:
            with pytest.raises(NotAllowed, match="dataset"):
                seen(store, partner, kind, made)


@pytest.mark.parametrize("kind", sorted(OPENED))
def test_what_is_the_owners_alone_stays_with_it(
    store: Store, owner: Body, partner: Body, held: dict[str, str], agreed: Make, kind: Any
) -> None:
    """Raw rows, sources, batches, and when it came."""
    theirs = seen(store, partner, kind, over(agreed, held))
    assert theirs
    for one in theirs:
        assert (one.source, one.batch, one.received_at) == (None, None, None)
        assert CANARY not in one.model_dump_json()
        assert "bat_" not in one.model_dump_json()
    mine = [one.model_dump_json() for one in seen(store, owner, kind, None)]
    assert any(CANARY in one for one in mine)
    assert all("bat_" in one for one in mine)


def test_a_years_energy_needs_its_right(
    store: Store, partner: Body, held: dict[str, str], agreed: Make
) -> None:
    (closed,) = seen(store, partner, "supply_terms", over(agreed, held))
    opened = over(agreed, held, fields=["annual_energy"])
    (open_,) = seen(store, partner, "supply_terms", opened)
    assert closed.record.annual_energy == ()
    assert [one.kwh for one in open_.record.annual_energy] == [42]


def test_a_home_is_told_without_its_number(
    store: Store, partner: Body, held: dict[str, str], agreed: Make
) -> None:
    """Neither in the record, nor in its key, nor in the cursor; and its readings want a consent."""
    selector = {"supply_points": [held["shown"], held["home"]]}
    made = agreed(selector, datasets=ALL, granularity="raw")
    kinds: tuple[FactKind, ...] = ("supply_terms", "invoice_line")
    for kind in kinds:
        first = Facts(store).page(partner.caller, kind, agreement=made.id, limit=1, now=NOW)
        rest = Facts(store).page(partner.caller, kind, agreement=made.id, after=first.next, now=NOW)
        told = [*first.items, *rest.items]
        assert len(told) == 2
        assert [HOME in one.record.model_dump_json() for one in told] == [False, False]
        pseudonyms = [getattr(one.record, "supply_point", None) for one in told]
        assert f"other:{held['home'].replace('_', '')}" in pseudonyms
    (terms_,) = seen(store, partner, "supply_terms", made, subject=held["home"])
    assert HOME not in terms_.external_id
    readings: tuple[FactKind, ...] = ("register_reading", "interval_reading")
    for kind in readings:
        assert [one.record.supply_point for one in seen(store, partner, kind, made)] == [
            f"prm:{SHOWN}"
        ]
    named = agreed(selector, datasets=ALL, granularity="raw", fields=["delivery_point_number"])
    (open_,) = seen(store, partner, "supply_terms", named, subject=held["home"])
    assert open_.record.supply_point == f"prm:{HOME}"


def test_a_number_is_not_found_by_trying(
    store: Store, owner: Body, partner: Body, held: dict[str, str], agreed: Make
) -> None:
    made = agreed({"supply_points": [held["home"]]}, datasets=ALL, granularity="raw")
    assert seen(store, partner, "supply_terms", made, subject=f"prm:{HOME}") == []
    assert len(seen(store, partner, "supply_terms", made, subject=held["home"])) == 1
    assert len(seen(store, owner, "supply_terms", None, subject=f"prm:{HOME}")) == 1


def test_the_place_in_a_cursor_is_not_legible(
    store: Store, owner: Body, held: dict[str, str]
) -> None:
    from base64 import urlsafe_b64decode

    page = Facts(store).page(owner.caller, "supply_terms", limit=1, now=NOW)
    assert page.next is not None
    assert b"prm" not in urlsafe_b64decode(page.next + "==")


def test_nothing_outside_the_period_is_told(
    store: Store, owner: Body, partner: Body, held: dict[str, str], agreed: Make
) -> None:
    day = timedelta(days=1)
    put(
        store, owner,
        line(SHOWN, "before", from_date=date(2026, 1, 31), to_date=date(2026, 2, 2)),
        line(SHOWN, "after", from_date=date(2026, 2, 28), to_date=date(2026, 3, 2)),
        line(SHOWN, "none", from_date=None, to_date=None),
        terms(SHOWN, valid_from=date(2024, 1, 1), valid_to=date(2026, 1, 1)),
        terms(SHOWN, valid_from=date(2026, 3, 1)),
        work("W8", "cabinet", "A1", done_at=date(2026, 1, 31)),
        work("W9", "cabinet", "A1", done_at=None),
        reading(SHOWN, FEB - day / 8), reading(SHOWN, FEB + 28 * day - day / 8),
        reading(SHOWN, FEB + 28 * day - day / 4), index(7, supply_point=f"prm:{SHOWN}",
        instant=FEB + 28 * day),
        name="more.lines",
    )  # fmt: skip
    february = {"start": FEB, "end": FEB + 28 * day}
    made = over(agreed, held, data_period=february)
    assert [one.external_id for one in seen(store, partner, "invoice_line", made)] == ["F-41/1"]
    assert [one.external_id for one in seen(store, partner, "work_order", made)] == ["W1", "W3"]
    assert [one.record.valid_from for one in seen(store, partner, "supply_terms", made)] == [
        date(2026, 1, 1)
    ]
    assert [one.record.start for one in seen(store, partner, "interval_reading", made)] == [
        FEB, FEB + 28 * day - day / 4,
    ]  # fmt: skip
    assert [one.record.instant for one in seen(store, partner, "register_reading", made)] == [FEB]


def test_what_is_undone_is_not_told_of_any_moment(
    store: Store, owner: Body, partner: Body, held: dict[str, str], agreed: Make
) -> None:
    from synergie.exchange.readings.deposits import Deposits

    made = over(agreed, held)
    report = put(store, owner, work("W10", "cabinet", "A1"), name="wrong.lines")
    later = NOW + timedelta(hours=1)
    assert report.id is not None
    Deposits(store).undo(owner.caller, report.id, now=later)
    names = [
        [one.external_id for one in seen(store, who, "work_order", one_, as_of=NOW, now=later)]
        for who, one_ in ((owner, None), (partner, made))
    ]
    assert "W10" in names[0]
    assert names[1] == ["W1", "W3"]


def test_a_revoked_agreement_opens_no_fact_and_a_stranger_finds_none(
    store: Store, owner: Body, partner: Body, stranger: Body, held: dict[str, str], agreed: Make
) -> None:
    made = over(agreed, held)
    with pytest.raises(NotFound):
        seen(store, stranger, "work_order", made)
    with pytest.raises(NotAllowed, match="no_agreement"):
        seen(store, owner, "work_order", made)
    page = Facts(store).page(partner.caller, "work_order", agreement=made.id, limit=1, now=NOW)
    other = over(agreed, held)
    for who, of in ((partner, other), (stranger, made)):
        with pytest.raises(NotFound):
            Facts(store).page(who.caller, "work_order", agreement=of.id, after=page.next, now=NOW)
    Agreements(store).act(owner.caller, made.id, "revoke", now=NOW)
    with pytest.raises(NotAllowed, match="ended"):
        seen(store, partner, "work_order", made)
    assert seen(store, stranger, "work_order", None) == []
