"""A joint maintenance to report: a year of two bodies, a week of three crews, made by hand."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from synergie.maintenance.records.maintenance import (
    CrewDays,
    DayCost,
    Depot,
    MaintenancePlan,
    MaintenanceProblem,
    PlannedVisit,
    Visit,
    Zone,
    ZoneService,
)
from synergie.maintenance.records.rounds import (
    CrewShift,
    LeftOut,
    PlannedStop,
    Round,
    RoundPlace,
    RoundsPlan,
    RoundsProblem,
    RoundStop,
)
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.park.records.crew import Crew, CrewBook, OtherWorks, PartCount, RoadOrder, WorkDepot
from synergie.park.records.park import (
    CabinetState,
    FaultReport,
    LampState,
    ParkState,
    SetAside,
    Technology,
)
from synergie.reports.plans import SourceFile
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.assets.location import Location
from synergie.schemas.plan import MemberOutcome, Phrase, PlanLine, Run

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 26, 1, 30, tzinfo=UTC)
MONDAY = date(2026, 11, 30)
EPCI, ENERGY, THIRD, FOURTH = "cc-bassin", "sde", "ville-de-frouard", "sivom"
NAMES = {
    EPCI: "Communauté de communes",
    ENERGY: "Syndicat d'énergie",
    THIRD: "Ville de Frouard",
    FOURTH: "SIVOM des Coteaux",
}
COMMUNES = {"54430": "Pompey", "54215": "Frouard", "54318": "Liverdun", "54150": "Custines"}
CENTRES = {
    "54430": (6.1290, 48.7730), "54215": (6.1470, 48.7600),
    "54318": (6.0640, 48.7500), "54150": (6.1450, 48.7910),
}  # fmt: skip
OWNERS = {"54430": EPCI, "54215": THIRD, "54318": ENERGY, "54150": FOURTH}
RUN = Run(
    solver="HiGHS 1.16.0, PuLP 4.2.0", synergie="0.1.0", seed=0, threads=1, seconds=1.5, nodes=3,
    stop="proved",
)  # fmt: skip
MIXES = ("separate", "shared_supports", "shared_neutral", None)


def lamp(name: str, rank: int, at: Location) -> LampState:
    """One lamp in three is LED; every seventh is out."""
    kinds: tuple[SourceType, ...] = ("SHP", "LED", "IM")
    kind = kinds[rank % 3]
    return LampState(
        light_point=name, source_type=kind, power_w=(100, 42, 150)[rank % 3], location=at,
        age_years=float(5 + rank % 20), burn_hours_year=4100.0, burned_hours=20_000.0,
        failures_year=0.1, purchasable_until=date(2027, 2, 24) if kind != "LED" else None,
        is_out=rank % 7 == 0,
    )  # fmt: skip


def cabinets() -> tuple[CabinetState, ...]:
    """Six cabinets a commune, each with eight lamps."""
    found = []
    for code, (lon, lat) in CENTRES.items():
        for i in range(6):
            at = Location(
                longitude=round(lon + 0.006 * (i % 3), 6), latitude=round(lat + 0.005 * (i // 3), 6)
            )
            name = f"A-{code}-{i + 1:02d}"
            lamps = tuple(lamp(f"PL-{code}-{i + 1:02d}-{k}", i * 8 + k, at) for k in range(8))
            found.append(
                CabinetState(
                    cabinet=name, organisation=OWNERS[code], insee_code=code, location=at,
                    location_told=i > 0, network_mix=MIXES[i % 4],  # type: ignore[arg-type]
                    inspected_on=date(2025, 3, 1), failures_year=0.3, lamps=lamps,
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.organisation, one.cabinet)))


def ticket(rank: int, cabinet: CabinetState, severity: str, fault: str) -> FaultReport:
    reported = datetime(2026, 11, 24, 8, tzinfo=UTC)
    return FaultReport(
        ticket=f"T-2026-{rank:03d}", organisation=cabinet.organisation, cabinet=cabinet.cabinet,
        light_point=None, location=cabinet.location, severity=severity,  # type: ignore[arg-type]
        severity_told=True, reported_at=reported, due_at=reported + timedelta(hours=24 * rank),
        fault=fault,
    )  # fmt: skip


def park() -> ParkState:
    """The park of four communes, two faults open."""
    known = cabinets()
    return ParkState(
        as_of=datetime(2026, 11, 25, 17, tzinfo=UTC), cabinets=known,
        tickets=(
            ticket(1, known[0], "danger", "câble à nu au pied du mât"),
            ticket(2, known[7], "street", "rue entière éteinte"),
        ),
        technologies=(
            Technology(source_type="SHP", count=64, out=10, mean_age_years=14.5, age_known=64,
                       failures_year=6.4, purchasable_until=date(2027, 2, 24)),
            Technology(source_type="LED", count=64, out=9, mean_age_years=4.0, age_known=60,
                       failures_year=0.5, purchasable_until=None),
            Technology(source_type=None, count=64, out=9, mean_age_years=None, age_known=0,
                       failures_year=None, purchasable_until=None),
        ),
        models=(), out_share=28 / 192, burn_hours_source=Phrase(text="{}", values=("soleil",)),
        set_aside=(
            SetAside(where="armoires.csv, ligne 12", found="aucun lieu", expected="un lieu"),
        ),
        notes=(), repair_hours=Decimal("41.5"),
    )  # fmt: skip


def book() -> CrewBook:
    """Two depots, three crews, an order and works of others."""

    def crew(name: str, organisation: str, depot: str) -> Crew:
        return Crew(
            id=name, organisation=organisation, depot=depot, skills=("platform",),
            hour_eur=Decimal(130), km_eur=Decimal("0.80"),
        )  # fmt: skip

    return CrewBook(
        depots=(
            WorkDepot(id="ctm-pompey", organisation=EPCI, name="Centre technique de Pompey",
                      location=Location(longitude=6.120, latitude=48.768)),
            WorkDepot(id="base-liverdun", organisation=ENERGY, name="Base de Liverdun",
                      location=Location(longitude=6.055, latitude=48.752)),
        ),
        crews=(
            crew("nacelle-1", EPCI, "ctm-pompey"), crew("nacelle-2", EPCI, "ctm-pompey"),
            crew("nacelle-sde", ENERGY, "base-liverdun"),
        ),
        road_orders=(
            RoadOrder(id="2026-118", insee_code="54430", rule="only", from_day=MONDAY,
                      to_day=MONDAY + timedelta(days=11), from_time="09:00", to_time="16:00"),
        ),
        other_works=(
            OtherWorks(id="EAU-7", cabinets=("A-54215-02",), by="Syndicat des eaux",
                       from_day=MONDAY, to_day=MONDAY + timedelta(days=4), saves_eur=Decimal(90)),
        ),
    )  # fmt: skip


def year_problem() -> MaintenanceProblem:
    """Every cabinet once in twelve weeks."""
    visits = tuple(
        Visit(
            id=f"{one.cabinet}:inspection", cabinet=one.cabinet, task="inspection",
            organisation=one.organisation, zone=one.insee_code, hours=Decimal("1.75"),
            first_week=1, last_week=12, costs_eur=(Decimal(0),) * 12, due_week=6,
            network_mix=one.network_mix, light_points=len(one.lamps),
        )
        for one in cabinets()
    )  # fmt: skip
    costs = tuple(DayCost(zone=code, eur=Decimal(950)) for code in COMMUNES)
    return MaintenanceProblem(
        weeks=12, crew_day_hours=Decimal(7), starts_on=MONDAY, visits=visits,
        never_later_than_alone=True,
        zones=tuple(Zone(id=code, name=name) for code, name in COMMUNES.items()),
        depots=(
            Depot(id="ctm-pompey", organisation=EPCI, crew_days=(8,) * 12, day_costs=costs),
            Depot(id="base-liverdun", organisation=ENERGY, crew_days=(8,) * 12, day_costs=costs),
        ),
    )  # fmt: skip


def year_plan() -> MaintenancePlan:
    """Each commune in its weeks; Custines a week late; the gains by hand."""
    weeks = {"54430": 2, "54215": 4, "54318": 5, "54150": 7}
    visits, crews, lines = [], [], []
    for one in year_problem().visits:
        week = weeks[one.zone] + (one.cabinet[-1] in "456")
        late = max(0, week - 6)
        visits.append(
            PlannedVisit(
                id=one.id, cabinet=one.cabinet, task=one.task, late_weeks=late, zone=one.zone,
                week=week, cost_eur=Decimal(4 * late), cheapest_week=6,
            )
        )  # fmt: skip
        lines.append(
            PlanLine(
                subject=str(one.id), chosen=f"week {week}", runner_up=f"week {week + 1}",
                difference_eur=Decimal("12.50"), reason=Phrase(text="{}", values=(
                    f"groupée avec {OWNERS[one.zone]}",)),
            )
        )  # fmt: skip
    for zone, week in weeks.items():
        depot = "base-liverdun" if zone in {"54318", "54150"} else "ctm-pompey"
        crews += [
            CrewDays(depot=depot, week=w, zone=zone, other_zone=None, days=1, hours=Decimal(7),
                     other_hours=None, cost_eur=Decimal(950))
            for w in (week, week + 1)
        ]  # fmt: skip
    cost = Decimal(8 * 950) + sum((one.cost_eur for one in visits), Decimal(0))
    part = cost / 4
    alone = {
        EPCI: Decimal(2900),
        ENERGY: Decimal(2400),
        THIRD: Decimal(2300),
        FOURTH: Decimal(2600),
    }
    return MaintenancePlan(
        status="proved", objective_eur=cost, bound_eur=cost - 1, gap=float(1 / cost),
        tolerance=1e-4, baseline_eur=sum(alone.values(), Decimal(0)),
        baseline=(Phrase(text="each alone"),),
        members=tuple(
            MemberOutcome(member=m, cost_eur=part, alone_eur=a, gain_eur=a - part)
            for m, a in sorted(alone.items())
        ),
        least_gain=THIRD, lines=tuple(lines), assumptions=(Phrase(text="rounded"),),
        inputs_digest="ab" * 32, run=RUN, visits=tuple(visits), crews=tuple(crews), crew_days=8,
        crew_days_alone=11,
        zones=tuple(
            ZoneService(zone=code, late=48 if code == "54150" else 0, late_alone=60)
            for code in COMMUNES
        ),
    )  # fmt: skip


CREWS = (
    ("nacelle-1", "ctm-pompey", 0, "54430"),
    ("nacelle-2", "ctm-pompey", 0, "54215"),
    ("nacelle-sde", "base-liverdun", 0, "54318"),
    ("nacelle-1", "ctm-pompey", 1, "54150"),
)  # fmt: skip
"""Who, from where, how many days after Monday, in which commune."""


def at(day: date, minutes: int) -> datetime:
    """A local time of a day, as UTC."""
    return (datetime.combine(day, time(), PARIS) + timedelta(minutes=minutes)).astimezone(UTC)


def stop_of(one: CabinetState, open_faults: dict[str, FaultReport]) -> RoundStop:
    """The work at a cabinet: its fault, else its check."""
    fault = open_faults.get(one.cabinet)
    return RoundStop(
        id=f"{one.cabinet}:{'repair' if fault else 'inspection'}", organisation=one.organisation,
        place=one.cabinet, task="repair" if fault else "inspection", asset=one.cabinet,
        insee_code=one.insee_code, minutes=50, network_mix=one.network_mix, skills=("platform",),
        parts=(PartCount(part="lamp-SHP-100", count=2), PartCount(part="fusible-10A", count=1)),
        severity=fault.severity if fault else None, ticket=fault.ticket if fault else None,
        instructions="Clé triangle. Entrer par le chemin de l'école.",
        skip_eur=None if fault else Decimal(40),
    )  # fmt: skip


def week_problem() -> RoundsProblem:
    """Four rounds of six cabinets."""
    known = park()
    faults = {one.cabinet: one for one in known.tickets}
    depots = {d.id: RoundPlace(id=d.id, location=d.location, name=d.name) for d in book().depots}
    places = tuple(
        RoundPlace(id=one.cabinet, location=one.location, name=f"{i + 3} rue des Écoles")
        for i, one in enumerate(known.cabinets)
    )
    return RoundsProblem(
        places=(*depots.values(), *places),
        shifts=tuple(
            CrewShift(
                crew=crew, organisation=EPCI if depot == "ctm-pompey" else ENERGY,
                day=MONDAY + timedelta(days=day), start_place=depot, end_place=depot,
                starts_at=at(MONDAY + timedelta(days=day), 450),
                ends_at=at(MONDAY + timedelta(days=day), 960), break_minutes=60,
                break_from=at(MONDAY + timedelta(days=day), 690),
                break_to=at(MONDAY + timedelta(days=day), 810), skills=("platform",),
                hour_eur=Decimal(130), km_eur=Decimal("0.80"),
            )
            for crew, depot, day, _ in CREWS
        ),
        stops=tuple(stop_of(one, faults) for one in known.cabinets),
    )  # fmt: skip


def week_plan() -> RoundsPlan:
    """Five of six cabinets a round; the sixth is left for later."""
    problem = week_problem()
    by_commune = defaultdict[str, list[RoundStop]](list)
    for stop in problem.stops:
        by_commune[str(stop.insee_code)].append(stop)
    rounds, left = [], []
    for crew, depot, day, code in CREWS:
        rounds.append(_round(crew, MONDAY + timedelta(days=day), by_commune[code][:5], depot))
        left.append(
            LeftOut(stop=by_commune[code][5].id, skip_eur=Decimal(40),
                    reason=Phrase(text="{}", values=("aucune équipe n'a le temps",)))
        )  # fmt: skip
    cost = sum((one.cost_eur for one in rounds), Decimal(0)) + 40 * len(left)
    return RoundsPlan(
        status="feasible", objective_eur=cost, bound_eur=None, gap=None, tolerance=0.01,
        baseline_eur=None, baseline=(), members=(), least_gain=None, lines=(), assumptions=(),
        inputs_digest="cd" * 32, run=RUN, rounds=tuple(rounds), left_out=tuple(left),
    )  # fmt: skip


def _round(crew: str, day: date, stops: list[RoundStop], depot: str) -> Round:
    clock, planned, pause = 450, [], None
    for rank, stop in enumerate(stops):
        clock += 15
        if rank == 3:
            pause, clock = clock, clock + 60
        planned.append(
            PlannedStop(
                stop=stop.id, arrives_at=at(day, clock - (60 if rank == 3 else 0)),
                starts_at=at(day, clock), ends_at=at(day, clock + 50), drive_minutes=15,
                drive_m=4200,
            )
        )  # fmt: skip
        clock += 50
    return Round(
        crew=crew, organisation=EPCI if depot == "ctm-pompey" else ENERGY, day=day,
        leaves_at=at(day, 450), returns_at=at(day, clock + 15),
        break_at=None if pause is None else at(day, pause), stops=tuple(planned),
        distance_m=25_200, work_minutes=250, cost_eur=Decimal("1020.16"),
        parts=(PartCount(part="fusible-10A", count=5), PartCount(part="lamp-SHP-100", count=10)),
    )  # fmt: skip


def kept() -> MaintenanceBrief:
    """All of it."""
    return MaintenanceBrief(
        made_at=NOW, tell=str, names=NAMES, problem=year_problem(), plan=year_plan(),
        weeks=(Week(problem=week_problem(), plan=week_plan()),), book=book(), park=park(),
        set_aside=(
            SetAside(where="signalements.csv, ligne 4", found="T-1 deux fois", expected="une fois"),
        ),
        assumptions=("Durées supposées.",), banner="Tout est fictif.",
        sources=(
            SourceFile(name="armoires.csv", what="armoires", sha256="ab" * 32,
                      modified=datetime(2026, 3, 2, 9, tzinfo=UTC),
                      reason="le syndicat n'a rien envoyé depuis ; qui peut agir : la personne "
                      "chargée du patrimoine"),
        ),
        command="synergie plan maintenance equipes.xlsx armoires.csv --out DOSSIER",
    )  # fmt: skip
