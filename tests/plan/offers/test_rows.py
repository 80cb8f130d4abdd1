"""Offers → rows → files → rows → offers: the same offers, to the last digit and the minute."""

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from synergie import formats
from synergie.energy.records.offer import Offer, Price, PriceParts, Subscription, Tier, VolumeTunnel
from synergie.energy.records.offer_row import OfferRow
from synergie.purchase.plan.offers.rows import Read, offers_of, rows_of
from synergie.purchase.records.fault import SourceRow

CODES = ("BTINFCUST", "BTINFMU4", "BTSUPCU", "HTACU5", "NEWCODE9")
CLASSES = ("BASE", "HP", "HC", "POINTE", "HPH", "HCH", "HPB", "HCB")
NAMES = st.text(st.sampled_from("Aé&'= -+@0,;\"n"), min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and not text.startswith("# Aide")
)
SINCE = datetime(2026, 10, 24, 20, tzinfo=UTC)


def money(low: int = 0, high: int = 10**7) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda n: Decimal(n).scaleb(-2))


USUAL = money(2_000, 40_000)
"""EUR/MWh of an energy: a column of others is asked for its unit."""
SHARES = st.integers(0, 1000).map(lambda n: n / 1000)
MOMENTS = st.integers(0, 400_000).map(lambda n: SINCE + timedelta(seconds=n))


@st.composite
def prices(draw: st.DrawFn, code: str) -> list[Price]:
    made = []
    for name in draw(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=4, unique=True)):
        for year in draw(st.sampled_from([(None,), (2027, 2028)])):
            parts = draw(
                st.none()
                | st.builds(
                    PriceParts, supply=USUAL, capacity=money(), cee=money(), guarantees=money()
                )
            )
            total = (
                draw(USUAL)
                if parts is None
                else parts.supply + parts.capacity + parts.cee + parts.guarantees
            )
            made.append(
                Price(tariff_code=code, time_class=name, eur_per_mwh=total, year=year, parts=parts)
            )
    return made


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    ends = sorted(draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=3, unique=True)))
    floors = [Decimal(0), *(Decimal(n).scaleb(-3) for n in ends[:-1])]
    roofs = [*floors[1:], draw(st.none() | st.just(Decimal(ends[-1]).scaleb(-3)))]
    made = []
    for floor, roof in zip(floors, roofs, strict=True):
        codes = draw(st.lists(st.sampled_from(CODES), max_size=3, unique=True))
        cells = [cell for code in codes for cell in draw(prices(code))]
        also = draw(st.lists(st.sampled_from(CODES), max_size=2, unique=True))
        made.append(
            Tier(
                from_mwh=floor,
                to_mwh=roof,
                prices=tuple(cells),
                subscriptions=tuple(
                    Subscription(tariff_code=code, eur_per_point=draw(money())) for code in also
                ),
            )
        )
    return tuple(made)


@st.composite
def offers(draw: st.DrawFn) -> tuple[Offer, ...]:
    """Offers as a tender has them: ids differ, everything else may be anything it may be."""
    made = []
    for n in range(draw(st.integers(1, 3))):
        pricing = draw(st.sampled_from(["fixed", "indexed", "block_spot"]))
        since = draw(st.none() | MOMENTS)
        lasts = draw(st.none() | st.integers(1, 90_000))
        until = None if lasts is None else (since or SINCE) + timedelta(seconds=lasts)
        fields = {
            "id": f"o{n}",
            "lot": draw(st.sampled_from(["lot-1", "lot-2", "2"])),
            "supplier": draw(NAMES),
            "fixed_eur": draw(money()),
            "tiers": draw(tiers()),
            "valid_from": since,
            "valid_until": until,
            "pricing": pricing,
            "index": draw(NAMES) if pricing == "indexed" else draw(st.none() | NAMES),
            "green_share": draw(SHARES),
            "green_eur_per_mwh": draw(st.none() | money()),
            "tunnel": draw(
                st.none()
                | st.builds(
                    VolumeTunnel,
                    below=SHARES,
                    above=SHARES,
                    below_eur_per_mwh=money(),
                    above_eur_per_mwh=money(),
                )
            ),
        }  # fmt: skip
        made.append(Offer.model_validate(fields))
    return tuple(made)


def settled(one: Offer) -> Offer:
    """Subscriptions in one order: theirs in a file is that of the prices beside them."""
    tiers_ = (
        tier.model_copy(
            update={"subscriptions": tuple(sorted(tier.subscriptions, key=lambda s: s.tariff_code))}
        )
        for tier in one.tiers
    )
    return one.model_copy(update={"tiers": tuple(tiers_)})


@settings(deadline=None)
@given(made=offers())
def test_what_is_written_as_a_file_gives_the_same_offers(made: tuple[Offer, ...]) -> None:
    for form in ("offers", "offers-xlsx"):
        sink = io.BytesIO()
        formats.write(rows_of(made), sink, format=form)
        with formats.read(sink.getvalue()) as result:
            assert result.format == form
            reads = [Read(row) for row in result.records if isinstance(row, OfferRow)]
            assert result.report.refused == []
        back = offers_of(reads)
        assert back.faults == (), form
        assert {o.id: settled(o) for o in back.offers} == {o.id: settled(o) for o in made}, form


def test_an_apostrophe_of_its_own_before_a_formula_survives_both_files() -> None:
    tier = Tier(from_mwh=Decimal(0), prices=())
    one = Offer(id="o", lot="lot-1", supplier="'=A", tiers=(tier,))
    for form in ("offers", "offers-xlsx"):
        sink = io.BytesIO()
        formats.write(rows_of((one,)), sink, format=form)
        with formats.read(sink.getvalue()) as result:
            assert [r.supplier for r in result.records if isinstance(r, OfferRow)] == ["'=A"]


def row(**changes: object) -> OfferRow:
    told = {
        "lot": "lot-1",
        "supplier": "Alizé",
        "from_mwh": Decimal(0),
        "tariff_code": "BTINFLU",
        "time_class": "BASE",
        "eur_per_mwh": Decimal(80),
        "provenance": "synthetic",
    }
    return OfferRow.model_validate(told | changes)


def test_a_condition_told_once_holds_for_the_whole_offer_and_twice_otherwise_is_a_fault() -> None:
    until = datetime(2026, 11, 25, 15, tzinfo=UTC)
    reads = [
        Read(row(), SourceRow(file="bpu.csv", row=2)),
        Read(row(time_class="HP", valid_until=until), SourceRow(file="bpu.csv", row=3)),
        Read(
            row(time_class="HC", valid_until=until + timedelta(hours=1)),
            SourceRow(file="bpu.csv", row=4),
        ),
    ]
    made = offers_of(reads)
    (offer,) = made.offers
    assert (offer.id, offer.valid_until) == ("lot-1-alizé", until)
    (fault,) = made.faults
    assert (fault.kind, fault.where, fault.whom) == ("twice", "/offers/0/valid_until", "Alizé")
    assert fault.source == SourceRow(file="bpu.csv", row=4)
    assert made.rows["/offers/0/tiers/0/prices/1"].row == 3


def test_an_indexed_offer_without_its_index_is_left_out_and_told() -> None:
    made = offers_of([Read(row(pricing="indexed"), SourceRow(file="bpu.csv", row=7))])
    assert made.offers == ()
    assert made.faults[0].tell(str) == (
        "bpu.csv, row 7: the offer lot-1-alizé cannot be read whole, "
        "expected the index that the prices follow; ask the supplier Alizé"
    )


def test_two_suppliers_of_one_spelling_are_two_offers() -> None:
    made = offers_of([Read(row()), Read(row(supplier="ALIZÉ"))])
    assert [offer.id for offer in made.offers] == ["lot-1-alizé", "lot-1-alizé-2"]
