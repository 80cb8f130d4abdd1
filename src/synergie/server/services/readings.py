"""Use cases of what is read and deposited: series, curves, files, energies, freshness."""

from dataclasses import dataclass
from typing import Self

from synergie.exchange.calendars import Calendars
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.closures import Closures
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposit_hooks import DepositHooks
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.depot import Depot
from synergie.exchange.readings.energies.month_tables import MonthTables
from synergie.exchange.readings.energies.year_tables import YearTables
from synergie.exchange.readings.facts import Facts
from synergie.exchange.readings.freshness import Freshnesses
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.readings.profiles import Profiles
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.accounts import still_deposits
from synergie.formats.french import build_french_translator
from synergie.server.settings import Settings
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingServices:
    """One transaction each."""

    series: SeriesBook
    curves: Curves
    closures: Closures
    batches: Batches
    changes: Changes
    deposits: Deposits
    deposit_hooks: DepositHooks
    depot: Depot
    facts: Facts
    freshness: Freshnesses
    mornings: Mornings
    calendars: Calendars
    profiles: Profiles
    years: YearTables
    months: MonthTables

    @classmethod
    def of(cls, store: Store, settings: Settings) -> Self:
        """The use cases over *store*, as the settings say."""
        return cls(
            series=SeriesBook(store),
            curves=Curves(store),
            closures=Closures(store),
            batches=Batches(store),
            changes=Changes(store),
            deposits=Deposits(store),
            deposit_hooks=DepositHooks(store),
            depot=_build_depot(store, settings),
            facts=Facts(store),
            freshness=Freshnesses(store, tell=build_french_translator()),
            mornings=Mornings(store, settings.quiet),
            calendars=Calendars(store),
            profiles=Profiles(store),
            years=YearTables(store),
            months=MonthTables(store),
        )


def _build_depot(store: Store, settings: Settings) -> Depot:
    deposits = Deposits(store, still=still_deposits)
    return Depot(deposits, Profiles(store), Freshnesses(store), settings.data_dir / "depot")
