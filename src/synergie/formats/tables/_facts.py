"""What the rest of a profile says: units, decimals, dates, sides; what nothing tells is asked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal, cast

from synergie.errors import BadInput
from synergie.formats.tables import _sample as sample
from synergie.formats.tables._candidates import Candidates
from synergie.formats.tables._cells import Cell, first_of_two, goes_over, month_of, strip_cell_text
from synergie.formats.tables._claims import (
    CLAIMS,
    HISTORIES,
    OWN_YEAR,
    PAPER,
    claim_text,
    find_title_claims,
)
from synergie.formats.tables._fields import DATED, NUMBERS, Found, TableStart, is_of_bill
from synergie.formats.tables._groups import Groups
from synergie.formats.tables._head import MOTIVE
from synergie.formats.tables._heading import (
    Heading,
    is_denied,
    is_scaled,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._labels import is_no_sum, is_total
from synergie.formats.tables._period_cells import is_made_of_periods
from synergie.formats.tables._point_energies import is_plant
from synergie.formats.tables._proposal import IGNORE, Question, stop_at_no, stop_at_other_unit
from synergie.formats.tables._qualifiers import iterate_unknown_kinds
from synergie.formats.tables._said import ProposalAnswers
from synergie.formats.tables._vocabulary import PLACE
from synergie.formats.tables._words import (
    find_name_meaning,
    is_export_name,
    is_export_title,
    is_sold,
    is_whole_year,
    is_yearly,
    normalize_words,
    unit_in,
)
from synergie.formats.tables._years import denies_year
from synergie.formats.tables.titles import (
    find_file_qualifier,
    find_shared_qualifier,
    find_unknown_qualifier,
)
from synergie.formats.tables.wording import QUESTIONS, Asked
from synergie.schemas.readings.table_profile import (
    ENERGIES,
    Layout,
    TableColumn,
    TableProfile,
    TableUnit,
)
from synergie.schemas.series import Direction

_WHO = frozenset({"supply_point", "name"})
_TIMES = frozenset({"month", "year", "date", "from_date", "to_date", "datetime"})
_UNITS: tuple[TableUnit, ...] = ("kWh", "MWh", "Wh")
_USUAL = frozenset({"value", "volume", "annual_energy"})
_OVER_NEW_YEAR = "a column of years: the months go over New Year"
_TITLE = "one unit in the titles and in the head, or the answer unit:COLUMN=kWh"
_LEAST_PCS, _MOST_PCS = 6, 14
"""kWh in a cubic metre of gas, with room on both sides."""
_GAS = re.compile(r"\b(gaz|gas|pce|pcs|m3|grdf|ticgn|atrd)\b")
_POWERED = re.compile(
    r"\b(prm|pdl|rae|electri\w*|fta|hph|hch|hpe|hce|hpb|hcb|kva|enedis|eclairage|injection|photovolt\w*|solaire|pv"
    r"|soutirage|elec|puissances? souscrites?|turpe|cspe|ticfe|tcfe)\b"
)
_EITHER = re.compile(
    r"\b(?:prm|pdl|rae)\b(?: (?:ou|et|or))? (?:pce|rag)\b"
    r"|\b(?:pce|rag)\b(?: (?:ou|et|or))? (?:prm|pdl|rae)\b"
)
"""Numbers of points of both fuels: no word for either."""
_OF_GAS = re.compile(r"\b(pce|pcs)\b")
"""Columns that only a table of gas has."""
_FUELS = re.compile(r"(type d )?(energies?|fluides?|vecteurs?|combustibles?)")
_FUEL = re.compile(r"\b(gaz|gas|electri\w*|elec)\b")
_ELECTRIC = re.compile(r"\b(electri\w*|elec)\b")


_SHIFT = re.compile(r"\b(?:utc|gmt|tu)\b(?: ?([+-]) ?0?(\d{1,2})(?::?00)?)?(?![\w:])")
_SUN = re.compile(r"\bheures? solaires?\b")
_CLOCKS = "times of a clock that is named: UTC, UTC+1, heure d'hiver or heure locale"
_WINTER = re.compile(r"\b(?:heures? (?:d ?'?hiver|normales?)|cet|hnec|winter time|standard time)\b")
_FOREIGN = re.compile(
    r"\b(mpan|mprn|cups|ean|pod|pdr|cpe|zahlpunkt\w*|messpunkt|messlokation|marktlokation|malo)\b"
)
"""Names of numbers of points of other countries."""
_TITLED = re.compile(
    r"\b(prm|pdl|rae|pce|rag|points? de livraison)\b"
    r"(?: ?(?:n°|no|numero|reference))?[\s:=n°-]*(\d{14})(?!\d)"
)
"""The number of a point behind its word."""
_DAY = re.compile(r"(?<![\d/.-])([0-3]?\d)[/.]([01]?\d)[/.](20\d\d)(?![\d/.-])")
_DRAWN = re.compile(r"\b(conso\w*|soutir\w*|factur\w*)\b")


@dataclass(slots=True)
class Facts:
    """What the table says beside its columns; `asked` fills with what it does not say."""

    seen: TableStart
    found: Found
    layout: Layout
    candidates: Candidates
    said: ProposalAnswers
    spelling: Mapping[str, str]
    """Months that may be misspelt, and what they are read as."""
    sites: tuple[str, ...] = ()
    """Columns that may be a site each."""
    asked: list[Question] = field(default_factory=list)
    confirmed_claims: list[str] = field(default_factory=list)
    """Titles that claim of the figures what they were said not to be."""
    untold: set[str] = field(default_factory=set)
    """What was taken because nothing says otherwise."""

    def _ask(self, asked: Asked, *choices: str, why: str = "") -> str | None:
        """The answer that was said already, one of *choices*; else it is asked."""
        told = self.said.take(asked)
        if told is not None:
            if choices and told not in choices and asked != "year":
                raise BadInput(asked, told, "one of the choices")
            return told
        self.asked.append(Question(asked, QUESTIONS[asked], choices, why))
        return None

    def columns(self, units: Mapping[int, TableUnit]) -> Iterator[TableColumn]:
        """The columns that are read, as the profile has them; those in doubt are left open."""
        for at in self.found:
            if at not in self.candidates.doubtful:
                yield self._column(at, units.get(at))
        if len(self.candidates.doubtful) == len(self.found):
            yield self._column(self.candidates.doubtful[0], None)  # a profile has a column

    def alternatives(self) -> Iterator[TableColumn]:
        """The columns of values among which one is asked for."""
        return (self._column(at, None) for at in self.candidates.doubtful)

    def _column(self, at: int, unit: TableUnit | None) -> TableColumn:
        one, role = self.found[at], self.candidates.role(at)
        both = len({self.candidates.flow(at) for at, told in self.found.items()
                    if told.field == "value"}) > 1  # fmt: skip
        sides: dict[str, Direction] = {"injected": "export"}
        side = sides.get(role, "import") if both and one.field == "value" else None
        counts = role if role in {"register", "running_sum"} and self.layout == "periods" else None
        return TableColumn.model_validate(
            {
                "name": self.seen.head.names[at],
                "field": one.field,
                "tariff_class": one.tariff_class,
                "unit": unit or one.unit or sample.unit_of(self.seen.column(at)),
                "direction": side,
                "counts": counts if one.field == "value" else None,
                "usual": self.candidates.usual([at]) if one.field in _USUAL else None,
            }
        )

    def _values(self) -> None:
        """Which column holds the values, a question a class and flow that more than one may be."""
        for rank, some in enumerate(self.candidates.groups, start=1):
            names = tuple(self.seen.head.names[at] for at in some)
            why = " — ".join(map(self.candidates.describe_column, some))
            self.asked.append(Question("energy", QUESTIONS["energy"], (*names, IGNORE), why, rank))

    def _names(self) -> None:
        """Whether columns are the months or the sites that they seem to be."""
        meant = "; ".join(f"{name} → {month}" for name, month in self.spelling.items())
        told: tuple[tuple[Asked, str], ...] = (
            ("spelling", meant),
            ("sites", "; ".join(self.sites)),
            ("annual", "; ".join(self._of_no_time())),
            ("billed", "; ".join(self._of_bills())),
            *self._claims().items(),
        )
        for asked, why in told:
            if why:
                answer = self._ask(asked, "yes", "no", why=why)
                stop_at_no(asked, answer or "yes")
                if answer is not None and asked in CLAIMS:
                    self.confirmed_claims.append(claim_text(why))

    def _claims(self) -> dict[Asked, str]:
        """What the titles, or the name of the file, claim of the figures that no column says."""
        seen, found = self.seen, dict[Asked, str]()
        listed = self.layout == "points"
        if listed and all(told.field != "annual_energy" for told in self.found.values()):
            return found
        years = set[int]() if listed else self.candidates.years()
        sheet = HISTORIES.sub(" ", seen.sheet)
        titles = [*seen.title_cells(), sheet]
        names, rising = seen.head.names, not listed and self._may_be_sums()
        for claim, text in find_title_claims(titles, seen.file, names, years, rising=rising):
            if not listed or claim == "measured":
                found.setdefault(claim, text)
        for one in seen.sheets:
            found.update(find_title_claims([one], "", names, ()))
        told = self._list_cell_words()
        own = self._list_cell_words(-1) if seen.sheets else told  # the name stands behind its rows
        strict = [(one, told) for one in titles[:-1]]
        strict += [(sheet, own)] if self.said.sheet is None else []  # who chose a sheet looked
        if listed and any(self._of_no_time()):
            strict = []
        odd = next(
            (one for one, of in strict if find_unknown_qualifier(one, of, strict=True)), None
        )
        odd = odd or find_file_qualifier(seen.file, told, strict=True)
        each = (find_file_qualifier(one, own) for one in (seen.sheet, *seen.sheets))
        odd = odd or next(filter(None, each), None)
        odd = odd or (None if listed else self._find_odd_labels()) or self._find_odd_kinds()
        if odd is not None and not found:
            found.setdefault("measured", odd[:80])
        return found

    def _may_be_sums(self) -> bool:
        """Whether the figures may be sums up to the period of each: no point's fall and rise."""
        if self.layout == "wide_months":
            columns = [at for at, name in enumerate(self.seen.head.names) if month_of(name)]
            series = [*zip(*map(self.candidates.numbers, columns), strict=True)]
        else:
            if any(told.field in {"to_date", "datetime"} for told in self.found.values()):
                return False
            who = next((at for at, told in self.found.items() if told.field in _WHO), None)
            points = dict[str, list[Decimal | None]]()
            for at in [at for at, told in self.found.items() if told.field == "value"]:
                for cells, number in zip(
                    self.seen.below(), self.candidates.numbers(at), strict=False
                ):
                    point = "" if who is None or who >= len(cells) else strip_cell_text(cells[who])
                    points.setdefault(f"{at} {point}", []).append(number)
            series = [tuple(some) for some in points.values()]
        years = len(self.candidates.years())  # sums begin anew with each
        return all(_count_turns(some) < max(1, years) for some in series)

    def _find_odd_labels(self) -> str | None:
        """The first name of a point, where all share a word that says what they hold."""
        seen = self.seen
        at = next((at for at, told in self.found.items() if told.field == "name"), None)
        if at is None:
            return None
        labels = dict.fromkeys(map(strip_cell_text, seen.column(at)))
        others = (c for some in seen.below() for i, c in enumerate(some) if i != at)
        texts = [*seen.title_cells(), seen.file, seen.sheet, *others]
        told = normalize_words(" ".join(one for one in texts if isinstance(one, str)))
        sites = [
            one
            for one in labels
            if not (is_total(plain := normalize_words(one)) or is_no_sum(plain))
        ]
        return find_shared_qualifier(sites, set(told.split()))

    def _find_odd_kinds(self) -> str | None:
        """What columns beside call the numbers of their rows, by words that nobody listed."""
        seen = self.seen
        fields = {told.field: at for at, told in self.found.items()}
        whose = fields.get("supply_point", fields.get("name"))
        beside = {
            at: one
            for at, one in enumerate(seen.head.names)
            if (at not in self.found or at in {fields.get("usage"), fields.get("meter")})
            and normalize_words(one) != MOTIVE
        }
        texts = [*seen.title_cells(), seen.file, seen.sheet]
        texts += [
            one
            for at in (fields.get("name"), fields.get("supply_point"))
            if at is not None
            for one in seen.column(at)
            if isinstance(one, str)
        ]
        told = set(normalize_words(" ".join(texts)).split())
        some = iterate_unknown_kinds(beside, seen.below(), whose, told)
        return "; ".join(some) or None

    def _list_cell_words(self, end: int | None = None) -> set[str]:
        """The plain words of the cells below the head up to *end*, and of the head itself."""
        cells = (c for some in self.seen.below() for c in some[:end] if isinstance(c, str))
        return set(normalize_words(" ".join([*self.seen.head.names, *cells])).split())

    def _of_no_time(self) -> Iterator[str]:
        """Energies in a list of points whose name does not say that they are of a year."""
        for at, told in self.found.items():
            name = self.seen.head.names[at]
            own = told.field == "annual_energy" and at not in self.candidates.forced
            titles = self.seen.titles()
            texts = (name, *self.seen.title_cells())
            if own and (
                any(denies_year(text, self.seen.head.names) for text in texts)
                or is_whole_year(titles) is False
                or (find_name_meaning(name) != told and not is_yearly(name, titles))
            ):
                yield name

    def _of_bills(self) -> Iterator[str]:
        """Months and years that are called those of a bill."""
        for at, told in self.found.items():
            name, own = self.seen.head.names[at], at not in self.candidates.forced
            if own and told.field in _TIMES and is_of_bill(name):
                yield name

    def table(self) -> dict[str, object]:
        self._values()
        self._names()
        dates = [
            self.seen.column(at)
            for at, told in self.found.items()
            if told.field in DATED | {"month"}
        ]
        numbers = [self.seen.column(at) for at, told in self.found.items() if told.field in NUMBERS]
        if self.layout == "wide_months":
            months = [i for i, name in enumerate(self.seen.head.names) if month_of(name)]
            numbers += [self.seen.column(at) for at in months]
        decimal = self._decimal(numbers)
        scheme = self._scheme()
        order = self._dates(dates)
        facts: dict[str, object] = {
            "fingerprint": self.seen.head.fingerprint,
            "head_rows": self.seen.head.rows,
            "separator": self.seen.separator,
            "decimal": decimal,
            "thousands": sample.thousands_mark(numbers, decimal),
            "dates": order,
            "scheme": scheme,
            "energy": self._energy(scheme),
            "unit": self._unit(),
            "step": "P1D" if self._is_day_by_day() else None,
            "direction": self._direction(self._energy(scheme)),
            "last_day": self._last_day(order),
            "blank_point": self._blank_point(),
            "claims": tuple(self.confirmed_claims),
            "usual": self._usual_of_months(),
            "respelt": [{"name": one, "meant": other} for one, other in self.spelling.items()],
        }
        if (since := self._find_first_day_of_terms()) is not None:
            facts["valid_from"] = since
        year, point = self._year(), self._point()
        if year is not None:
            facts["year"] = int(year) if year.isdecimal() else year
        if point is not None:
            facts["supply_point"] = point
        return facts

    def _find_first_day_of_terms(self) -> str | None:
        """The day of a list of points, from which its terms hold: that of its title, or as said."""
        if self.layout != "points" or any(
            told.field == "valid_from" for told in self.found.values()
        ):
            return None
        if (told := self.said.take("valid_from")) is not None:
            return told
        days = {f"{y}-{m:0>2}-{d:0>2}" for d, m, y in _DAY.findall(self.seen.titles())}
        return days.pop() if len(days) == 1 else None

    def _usual_of_months(self) -> Decimal | None:
        if self.layout != "wide_months":
            return None
        names = enumerate(self.seen.head.names)
        return self.candidates.usual([at for at, name in names if month_of(name)])

    def _decimal(self, numbers: Sequence[Sequence[Cell]]) -> Literal[".", ","]:
        found = sample.decimal_mark(numbers)
        told = self.said.take("decimal")
        if told is None and sample.is_undecided(numbers):
            proved = self._proved_decimal()
            if proved is not None:
                return proved
            some = next(sample.iterate_ambiguous_numbers(numbers), "")
            told = self._ask("decimal", ",", ".", why=f"{some}")
        if told in {",", "."}:
            return cast('Literal[".", ","]', told)
        if found is None:
            self.untold.add("decimal")
        return found or _choose_likely_mark(self.seen.separator)

    def _proved_decimal(self) -> Literal[".", ","] | None:
        """The mark by which a volume of gas has between 6 and 14 kWh a m3."""
        place = {told.field: at for at, told in self.found.items()}
        if not {"value", "volume"} <= place.keys():
            return None
        held: list[Literal[".", ","]] = []
        marks: tuple[Literal[".", ","], ...] = (",", ".")
        for mark in marks:
            other: dict[str, object] = {"decimal": mark, "thousands": "." if mark == "," else ","}
            way = self.candidates.profile.model_copy(update=other)
            volumes = self.candidates.numbers(place["volume"], way)
            energies = self.candidates.numbers(place["value"], way)
            pairs = [(v, e) for v, e in zip(volumes, energies, strict=True) if v and e]
            if pairs and all(_LEAST_PCS <= e / v <= _MOST_PCS for v, e in pairs):
                held.append(mark)
        return held[0] if len(held) == 1 else None

    def _dates(self, dates: Sequence[Sequence[Cell]]) -> sample.Order:
        told, found = self.said.take("dates"), sample.date_order(dates)
        turned = sample.is_exchanged(dates) or (
            self.layout == "curve" and any(map(sample.jumps_by_month, dates))
        )
        if turned and told != "dmy":
            raise BadInput("dates", strip_cell_text(dates[0][0]), sample.EXCHANGED)
        if told is None and found is None and sample.has_slashes(dates):
            found = self._order_by_rows()
            if found is None:
                told = self._ask("dates", "dmy", "mdy")
        if told in sample.ORDERS:
            return told
        if found is None:
            self.untold.add("dates")
        return found or "dmy"

    def _order_by_rows(self) -> sample.Order | None:
        """The order by which rows go forward, periods are whole or of a month, in one of both."""
        place = {told.field: at for at, told in self.found.items()}
        first = place.get("from_date", place.get("datetime", place.get("date", place.get("month"))))
        if first is None:
            return "dmy" if self._is_french() else None
        last, point = place.get("to_date"), place.get("supply_point", place.get("name"))
        rows = self.seen.below()
        fits: list[sample.Order] = [
            order for order in sample.ORDERS if sample.goes_forward(rows, first, last, point, order)
        ]
        if len(fits) > 1 and "datetime" in place:
            column = self.seen.column(first)
            fits = [one for one in fits if sample.is_day_by_day(column, one)] or fits
        if len(fits) == 1:
            return fits[0]
        return "dmy" if fits and self._is_french() else None

    def _is_french(self) -> bool:
        return (
            re.search(
                r"\b(du|au|debut|fin|mois|annee|consommation|conso|facture|montant|energie|puissance"
                r"|horodate|releve|valeur|jour|heure|souscrite|effet|segment)\b",
                self.seen.above(),
            )
            is not None
        )

    def _is_day_by_day(self) -> bool:
        """Whether the periods of a table are days, told by their date alone."""
        fields = {told.field for told in self.found.values()}
        return self.layout == "periods" and "date" in fields and not fields & {"month", "to_date"}

    def _energy(self, scheme: str) -> Literal["gas", "electricity"]:
        """What it is energy of: a PRM is of electricity and a PCE of gas, whatever else is said."""
        told = {"pce": True, "prm": False}.get(scheme, self._is_gas())
        return "gas" if told else "electricity"

    def _is_gas(self) -> bool:
        return self._fuel() == "gas"

    def _fuel(self) -> Literal["gas", "electricity", "both"] | None:
        """What it is energy of: by the column of values, else by all that stands around it.

        None: nothing tells; `both`: one word says this and another that.
        """
        heads = [(self.seen.head.names[at], one) for at, one in self.found.items()]
        values = normalize_words(
            " ".join(name for name, one in heads if one.field in {"value", "volume"})
        )
        gas, electric = _GAS.search(values), _ELECTRIC.search(values)
        if bool(gas) != bool(electric):
            return "gas" if gas else "electricity"
        above = _EITHER.sub(" ", self.seen.above())
        powered = any(one.tariff_class for _, one in heads) or _POWERED.search(above)
        if _GAS.search(above):
            own = _OF_GAS.search(_EITHER.sub(" ", normalize_words(" ".join(self.seen.head.names))))
            return "both" if powered and not own else "gas"
        return "electricity" if powered else None

    def _is_titled_gas(self) -> bool:
        """Whether the titles say gas and nothing of electricity, whatever the head says."""
        title = re.sub(rf"\b{PLACE}\b", " ", normalize_words(self.seen.titles()))
        return bool(re.search(r"\b(gaz|gas)\b", title)) and not _POWERED.search(title)

    def _tells_fuels(self) -> bool:
        """Whether a column of its own says the fuel of each row."""
        names = enumerate(self.seen.head.names)
        columns = [
            self.seen.column(at) for at, name in names if _FUELS.fullmatch(normalize_words(name))
        ]
        return any(
            _FUEL.search(normalize_words(strip_cell_text(one))) for some in columns for one in some
        )

    def _scheme(self) -> Literal["prm", "pce", "other"]:
        at = next((i for i, told in self.found.items() if told.field == "supply_point"), None)
        fuel = self._fuel()
        name = "" if at is None else normalize_words(self.seen.head.names[at])
        column = [] if at is None else self.seen.column(at)
        if _FOREIGN.search(name):
            return "other"
        if re.search(r"\b(pce|gaz)\b", name) and re.search(r"\b(prm|pdl|rae|elec\w*)\b", name):
            fuel = "both"
        elif re.search(r"\bpce\b", name):
            fuel = "both" if fuel == "electricity" else "gas"
        elif re.search(r"\b(prm|pdl|rae)\b", name):
            fuel = "both" if fuel == "gas" or self._is_titled_gas() else "electricity"
        elif column and sample.share(column, sample.is_identifier) < 0.3:  # noqa: PLR2004 (few are)
            return "other"
        untold = fuel is None and at is not None and self.layout != "points"
        if fuel == "both" and self.layout == "points" and self._tells_fuels():
            return "prm"  # each row says it
        if fuel == "both" or untold:
            told = self._ask("scheme", "prm", "pce", "other")
            return cast('Literal["prm", "pce", "other"]', told or "prm")
        return "pce" if fuel == "gas" else "prm"

    def _unit(self) -> TableUnit | None:
        if any(told.field == "unit" for told in self.found.values()) and self.layout != "points":
            return None
        wanted = {"annual_energy", "subscribed_power"} if self.layout == "points" else {"value"}
        if self.layout == "wide_months":
            return self._unit_of_months()
        open_ = [
            at
            for at, told in self.found.items()
            if told.field in wanted and not (told.unit or sample.unit_of(self.seen.column(at)))
        ]
        if not open_:
            self._stop_at_title()
            return None
        titled = self._unit_of_title()
        if titled is not None:
            return titled
        choices = {"curve": ("W", "kW", "Wh", "kWh"), "points": ("kVA", "kW", "kWh", "MWh")}
        return self._ask_unit(*choices.get(self.layout, _UNITS))

    def _ask_unit(self, *choices: TableUnit) -> TableUnit | None:
        """The unit that was said; else it is asked, or none of *choices*, which stops."""
        told = self._ask("unit", *choices, IGNORE, why=self.seen.titles()[:80])
        stop_at_other_unit("unit", told)
        return cast("TableUnit | None", told)

    def _unit_of_title(self) -> TableUnit | None:
        """The unit in the titles; none when they tell a time or many units (`en kWh/jour`)."""
        told = parse_heading(self.seen.titles())
        return told.unit if self._fits(told) else None

    def _fits(self, title: Heading) -> bool:
        """Whether what the titles say of a time is that of the rows."""
        by_month = self.layout == "wide_months" or any(
            told.field == "month" for told in self.found.values()
        )
        return title.lapse is None or (title.lapse == "month" and by_month)

    def _stop_at_title(self) -> None:
        """BadInput for titles, or a file's name, of another unit than the head's: none is taken."""
        title = parse_heading(self.seen.titles())
        named = parse_heading(self.seen.file).unit
        values = [(at, one.unit) for at, one in self.found.items() if one.field == "value"]
        units = {unit for _, unit in values if unit in ENERGIES}
        told = {name.partition(":")[0] for name in self.said.answers}
        other = any(unit in ENERGIES and units != {unit} for unit in (title.unit, named))
        late = self.layout == "periods" and title.unit in ENERGIES and not self._fits(title)
        if (other or late or is_scaled(self.seen.titles())) and units and "unit" not in told:
            raise BadInput("title", (self.seen.titles() or self.seen.file)[:80], _TITLE)

    def _unit_of_months(self) -> TableUnit | None:
        names = [name for name in self.seen.head.names if month_of(name)]
        if all(unit_in(name) for name in names):
            return None
        months = [i for i, name in enumerate(self.seen.head.names) if month_of(name)]
        told = self._unit_of_title() or next(
            (u for at in months if (u := sample.unit_of(self.seen.column(at)))), None
        )
        others = [unit_in(name) for name in self.seen.head.names if name not in names]
        told = told or next((unit for unit in others if unit in {"kWh", "MWh", "Wh"}), None)
        if told is None:
            told = self._ask_unit(*_UNITS)
        return told

    def _direction(self, energy: str) -> Direction | None:
        if self.layout == "points" or energy == "gas":
            return "import"
        if any(told.field == "direction" for told in self.found.values()):
            return None
        values = [at for at, told in self.found.items() if told.field == "value"]
        roles = {self.candidates.role(at) for at in values}
        heads = {self.candidates.head(at).role for at in values}
        if "production" in roles | (
            heads if roles & {"energy", "value", "power"} else set()
        ) or self._is_titled_production(values):
            told = self._ask("production", "injected", "produced")
            return None if told is None else "export" if told == "injected" else "import"
        sold = is_sold(f"{self.seen.titles()} {self.seen.file}")
        if roles <= {"injected", "drawn"} and roles and not (sold and roles == {"drawn"}):
            return "import" if "drawn" in roles else "export"
        sides = self._sides([self.seen.head.names[at] for at in values])
        if "drawn" in roles:
            sides.add(False)
        if not sides and any(told.tariff_class for told in self.found.values()):
            sides = {False}  # classes are those of a supply
        if len(sides) == 1:
            return "export" if sides.pop() else "import"
        return cast("Direction | None", self._ask("direction", "import", "export"))

    def _is_titled_production(self, values: Sequence[int]) -> bool:
        """Whether a title alone calls it a production, and no word says where that goes."""
        title = normalize_words(f"{self.seen.titles()} {self.seen.file}")
        heads = [is_export_name(self.seen.head.names[at]) for at in values]
        produced = re.search(r"\bprod(uction\w*|uite?s?)\b", title) is not None
        flow = re.search(r"\b(inject\w*|surplus|export\w*|vente|vendue?s?)\b", title)
        return (
            produced
            and not flow
            and not _DRAWN.search(title)
            and not any(side is not None for side in heads)
        )

    def _sides(self, names: Sequence[str]) -> set[bool]:
        """Fed in or drawn, by the columns of values and their titles: both when they differ."""
        sides = {side for name in names if (side := is_export_name(name)) is not None}
        title = self.seen.titles()
        if not sides:
            return {side for side in (is_export_title(self._around()),) if side is not None}
        for text in (title, f"{title} {self.seen.file}"):
            if is_export_title(text) and (
                is_sold(text) or not _DRAWN.search(normalize_words(text))
            ):
                sides.add(True)
        return sides | {True} if is_plant(self.seen.file) else sides

    def _around(self) -> str:
        """Titles, the name of the file, and columns that are no energy of another flow."""
        flows = {"production", "self_consumed", "injected", "drawn"}
        names = [name for name in self.seen.head.names if parse_heading(name).role not in flows]
        return " ".join([self.seen.titles(), self.seen.file, *names])

    def stamp(self) -> Literal["start", "end"] | None:
        """Told by the name of the column (`start`, `fin`); else asked where it matters."""
        times = [
            at for at, told in self.found.items() if told.field in {"datetime", "date", "time"}
        ]
        by_day = not any(told.field in {"datetime", "time"} for told in self.found.values())
        if self._has_dials():
            return cast('Literal["start", "end"] | None', self._ask("stamp", "start", "end"))
        if self.layout not in {"curve", "indexes"} or (self.layout == "curve" and by_day):
            return None
        if self.layout == "indexes" and any(sample.has_hour(self.seen.column(at)) for at in times):
            return "start"
        names = " ".join(normalize_words(self.seen.head.names[at]) for at in times)
        if re.search(r"\b(start|debut|begin|from)\b", names):
            return "start"
        if re.search(r"\b(end|fin|until)\b", names):
            return "end"
        return cast('Literal["start", "end"] | None', self._ask("stamp", "start", "end"))

    def _has_dials(self) -> bool:
        """Whether a table of periods shows what dials show, whose side nothing tells."""
        roles = (self.candidates.role(at) for at, one in self.found.items() if one.field == "value")
        return self.layout == "periods" and "register" in roles

    def time_zone(self) -> str:
        """UTC when the name of the time column says so; else that of France."""
        times = {"datetime", "date", "time"}
        names = [self.seen.head.names[at] for at, told in self.found.items() if told.field in times]
        text = plain_symbols(" ".join([*names, self.seen.titles()]))
        if _SUN.search(text):
            raise BadInput("time", text[:80], _CLOCKS)
        shift = _SHIFT.search(text)
        if shift is not None and shift[1]:
            return f"Etc/GMT{'-' if shift[1] == '+' else '+'}{int(shift[2])}"
        if shift is not None:
            return "UTC"
        return "Etc/GMT-1" if _WINTER.search(text) else "Europe/Paris"

    def _last_day(self, order: sample.Order) -> Literal["included", "excluded"] | None:
        place = {told.field: at for at, told in self.found.items()}
        if self.layout != "periods" or not {"from_date", "to_date"} <= place.keys():
            return None
        last = self.seen.column(place["to_date"])
        if is_made_of_periods(self.seen.head.names[place["to_date"]]) and all(
            isinstance(cell, date) for cell in last
        ):
            return "included"
        below = self.seen.rows[self.seen.head.first + self.seen.head.rows :]
        width = max(place["from_date"], place["to_date"])
        rows = [cells for _, cells in below if len(cells) > width]
        point = place.get("supply_point", place.get("name"))
        keys = ["" if point is None or point >= len(c) else strip_cell_text(c[point]) for c in rows]
        ends = [[cells[place[what]] for cells in rows] for what in ("from_date", "to_date")]
        open_ = any(one.field == "dates" for one in self.asked)
        orders: tuple[sample.Order, ...] = ("dmy", "mdy") if open_ else (order,)
        each = {
            sample.last_day(ends[0], ends[1], keys, sample.plain_profile(one)) for one in orders
        }
        told = each.pop() if len(each) == 1 else None
        if told is None:
            answer = self._ask("last_day", "included", "excluded")
            return cast('Literal["included", "excluded"] | None', answer)
        return told

    def _blank_point(self) -> Literal["above", "none"]:
        at: dict[str, int] = {told.field: at for at, told in self.found.items()}
        settled = Groups(at).settled(self.seen.below())
        if settled is None:
            return cast(
                'Literal["above", "none"]', self._ask("blank_point", "above", "none") or "none"
            )
        return "above" if settled else "none"

    def _year(self) -> str | None:
        fields = {told.field for told in self.found.values()}
        names = [told for name in self.seen.head.names if (told := month_of(name))]
        bare = self.layout == "wide_months" and any(year is None for year, _ in names)
        if self.layout == "periods" and "month" in fields:
            at = next(i for i, told in self.found.items() if told.field == "month")
            bare = any(_bare_month(cell) for cell in self.seen.column(at))
            if bare and "year" not in fields:
                self._stay_in_one_year(at)
        if bare and "year" not in fields:
            text = f"{self.seen.titles()} {self.seen.sheet} {self.seen.file}"
            years = sorted(set(re.findall(r"\b(?:19|20)\d\d\b", text)))
            turns = self.layout == "wide_months" and goes_over([month for _, month in names])
            found = first_of_two(text) if turns else self._titled_year(years)
            if found is not None and "year" not in self.said.answers:
                return found
            first = next(name for name in self.seen.head.names if month_of(name)) if turns else ""
            choices = [] if PAPER.search(self.seen.titles()) else years
            return self._ask("year", *choices, why=turns * f"{first} → …")
        return None

    def _titled_year(self, years: Sequence[str]) -> str | None:
        """The one year that the titles tell of their figures, where nothing tells another."""
        title = PAPER.sub(" ", f"{self.seen.titles()} {self.seen.sheet}")
        own = set(OWN_YEAR.findall(plain_symbols(title)))
        return own.pop() if len(own) == 1 and set(years) == own and not is_denied(title) else None

    def _stay_in_one_year(self, at: int) -> None:
        """BadInput for months without a year that go over New Year: no one year is theirs."""
        point = next((i for i, told in self.found.items() if told.field in _WHO), None)
        last: dict[str, int] = {}
        for cells in self.seen.below():
            told = month_of(strip_cell_text(cells[at])) if at < len(cells) else None
            if told is None:
                continue
            key = "" if point is None or point >= len(cells) else strip_cell_text(cells[point])
            if told[1] < last.get(key, 0):
                raise BadInput(
                    f"/{self.seen.head.names[at]}", strip_cell_text(cells[at]), _OVER_NEW_YEAR
                )
            last[key] = told[1]

    def _point(self) -> str | None:
        fields = {told.field for told in self.found.values()}
        if "supply_point" in fields or (
            "name" in fields and self.layout not in {"curve", "points"}
        ):
            return None
        titled = {(word, code) for word, code in _TITLED.findall(plain_symbols(self.seen.titles()))}
        if len({code for _, code in titled}) == 1:
            word, code = titled.pop()
            return f"{'pce' if word in {'pce', 'rag'} else 'prm'}:{code}"
        return self._ask("supply_point")


def find_number_style(seen: TableStart, found: Found) -> TableProfile:
    """How the numbers of the sample are written, as far as they tell."""
    numbers = [seen.column(at) for at, told in found.items() if told.field in NUMBERS]
    decimal = sample.decimal_mark(numbers) or _choose_likely_mark(seen.separator)
    plain = sample.plain_profile("dmy")
    marks = {"decimal": decimal, "thousands": sample.thousands_mark(numbers, decimal)}
    return plain.model_copy(update=marks)


def _choose_likely_mark(separator: str | None) -> Literal[".", ","]:
    return "." if separator == "," else ","


def _bare_month(cell: Cell) -> bool:
    told = month_of(strip_cell_text(cell)) if isinstance(cell, str) else None
    return (told is not None and told[0] is None) or (
        strip_cell_text(cell).isdecimal() and len(strip_cell_text(cell)) < 3  # noqa: PLR2004 (no year)
    )


def _count_turns(numbers: Sequence[Decimal | None]) -> int:
    """How often numbers go the way that most of their steps do not."""
    steps = [b - a for a, b in pairwise(one for one in numbers if one is not None) if a != b]
    return min(sum(step < 0 for step in steps), sum(step > 0 for step in steps))
