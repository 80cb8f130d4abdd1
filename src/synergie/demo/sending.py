"""What each organisation sends: records, files and curves, through the client library."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from synergie.client import Client
from synergie.demo.files import by_file, write_files
from synergie.demo.partners import Partner
from synergie.demo.screen import Screen
from synergie.demo.watching import choose_faulty_points, write_faulty_curves
from synergie.samples import Territory, year_curves
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve


@dataclass(frozen=True, slots=True, kw_only=True)
class SentDeposit:
    """One thing that was sent and what the server kept of it."""

    organisation: str
    what: str
    received: int
    kept: int
    refused: int
    readings: bool = False
    """Whether readings are counted, not records."""

    def as_json(self) -> dict[str, str | int]:
        """The same for programs."""
        return {
            "organisation": self.organisation,
            "what": self.what,
            "received": self.received,
            "kept": self.kept,
            "refused": self.refused,
        }


@dataclass(frozen=True, slots=True)
class Sender:
    """One organisation at work."""

    partner: Partner
    client: Client
    whole: Territory
    screen: Screen

    def send(self) -> list[SentDeposit]:
        """Everything the organisation holds; records first, so that curves find their series."""
        holding = self.whole.holding(self.partner.organisation.id)
        sent = [
            self._describe_receipt("sites", self.client.publish_sites(holding.sites)),
            self._describe_receipt(
                "points de livraison", self.client.publish_supply_points(holding.supply_points)
            ),
        ]
        declared = self.client.publish_series(holding.series)
        sent.append(self._describe_receipt("séries", declared))
        sent.extend(self._deposited(path) for path in write_files(self.partner, self.whole))
        sent.append(
            self._describe_receipt("armoires", self.client.publish_cabinets(holding.cabinets))
        )
        sent.append(self._curves({item.external_id: item.id for item in declared.items}))
        if self._faulty:
            # after the cabinets and all else: what comes last is watched at once
            sent.append(self._deposited(write_faulty_curves(self.partner, self.whole)))
        return sent

    @property
    def _faulty(self) -> tuple[str, ...]:
        holding = self.whole.holding(self.partner.organisation.id)
        return choose_faulty_points(self.whole, holding)

    def _deposited(self, path: Path) -> SentDeposit:
        report = self.client.deposit(path)
        self.screen.step(f"  {path.name} déposé")
        return self._row(
            f"fichier {path.name}",
            report.records + len(report.refused),
            report.records,
            readings=bool(report.series),
        )

    def _curves(self, series: dict[str, str]) -> SentDeposit:
        holding = self.whole.holding(self.partner.organisation.id)
        count = len(holding.supply_points) - len(by_file(holding)) - len(self._faulty)
        name = self.partner.organisation.name
        receipts = self.client.send_curves(self._each_curve(series))
        shown = self.screen.track(receipts, count, f"  Courbes d'une année, {name}")
        kept = [(receipt.received, receipt.kept) for receipt in shown]
        return self._row(
            f"{count} courbes d'une année (mesures)",
            sum(received for received, _ in kept),
            sum(stored for _, stored in kept),
            readings=True,
        )

    def _each_curve(self, series: dict[str, str]) -> Iterator[Curve]:
        holding = self.whole.holding(self.partner.organisation.id)
        left_out = by_file(holding) | frozenset(self._faulty)
        keys = {record.supply_point: series[record.external_id] for record in holding.series}
        for curve in year_curves(self.whole, holding.owner):
            if curve.supply_point not in left_out:
                yield Curve(
                    series=keys[curve.supply_point],
                    start=curve.start,
                    step=curve.step,
                    unit="W",
                    values=list(curve.values),
                )

    def _describe_receipt(self, what: str, receipt: Receipt) -> SentDeposit:
        return self._row(what, receipt.received, receipt.kept)

    def _row(self, what: str, received: int, kept: int, *, readings: bool = False) -> SentDeposit:
        return SentDeposit(
            organisation=self.partner.organisation.id,
            what=what,
            received=received,
            kept=kept,
            refused=received - kept,
            readings=readings,
        )
