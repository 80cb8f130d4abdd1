"""Exports of maintenance programs: interventions and tickets, without any person's name."""

import io
from datetime import UTC, date, datetime

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.lighting import works_csv
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.profile import Profile

HEADER = (
    "id_inter;ty_inter;id_foyer;dat_signa;dat_progra;dat_real;typ_def;src_def;moy_interv"
    ";id_contrat;op_sai\n"
)
ROWS = """\
1;Signalement;F-12;2024-01-05;;;lampe éteinte;;;;Mme Martin
2;Préventif;F-13;;2024-02-01 08:30:00;02/02/2024 10:05;;usure;nacelle;M-2023-4;M. Durand
3;Intervention;;05/03/2024;;;;;;;
"""
COMPIEGNE = HEADER + ROWS


def read(text: str, profile: Profile | None = None) -> tuple[list[WorkOrder], Report]:
    records, report = works_csv.read(io.BytesIO(text.encode()), profile or Profile())
    return list(records), report


def test_the_columns_of_a_syndicate_s_model_are_known() -> None:
    (one, two, three), report = read(COMPIEGNE)
    assert (one.external_id, one.kind, one.asset, one.asset_kind) == (
        "1", "report", "F-12", "light_point"
    )  # fmt: skip
    assert (one.reported_at, one.planned_at, one.done_at) == (date(2024, 1, 5), None, None)
    assert (one.fault_type, one.cause, one.crew, one.contract) == (
        "lampe éteinte",
        None,
        None,
        None,
    )
    assert (two.kind, two.cause, two.crew, two.contract) == (
        "preventive", "usure", "nacelle", "M-2023-4"
    )  # fmt: skip
    assert two.planned_at == datetime(2024, 2, 1, 7, 30, tzinfo=UTC)
    assert two.done_at == datetime(2024, 2, 2, 9, 5, tzinfo=UTC)
    assert (three.kind, three.asset, three.asset_kind) == ("other", None, "unknown")
    assert (report.kept, report.refusals) == (3, 0)


def test_no_name_of_a_person_is_read_anywhere() -> None:
    orders, report = read(COMPIEGNE)
    told = "".join(order.model_dump_json() for order in orders) + repr(report)
    assert "Martin" not in told
    assert "Durand" not in told
    assert report.findings["personal-data-dropped"].times == 1


@pytest.mark.parametrize(
    "column",
    [
        "Nom du demandeur", "nom", "Prénom", "Téléphone", "tel_contact", "E-mail", "courriel",
        "Technicien", "saisi_par", "op_maj", "Usager", "reporter", "Assignee",
    ],
)  # fmt: skip
def test_a_column_that_names_or_reaches_a_person_is_dropped(column: str) -> None:
    orders, report = read(f"numero;{column};date_signalement;panne\n1;Martin;05/01/2024;x\n")
    assert orders[0].raw == {"numero": "1", "date_signalement": "05/01/2024", "panne": "x"}
    assert "personal-data-dropped" in report.findings


def test_a_person_in_a_damaged_row_is_not_told_either() -> None:
    _, report = read("numero;demandeur;date_signalement;panne\n1;Martin;hier;x\n2;Martin\n")
    assert report.refusals == 2
    assert "Martin" not in repr(report)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("2024-01-05", date(2024, 1, 5)),
        ("05/01/2024", date(2024, 1, 5)),
        ("20240105", date(2024, 1, 5)),
        ("05/01/2024 00:00:00", date(2024, 1, 5)),
        ("2024-07-05T14:05:00Z", datetime(2024, 7, 5, 14, 5, tzinfo=UTC)),
        ("2024-07-05T14:05:00+02:00", datetime(2024, 7, 5, 12, 5, tzinfo=UTC)),
        ("05/07/2024 14:05", datetime(2024, 7, 5, 12, 5, tzinfo=UTC)),
        ("2024-10-27 02:30:00", date(2024, 10, 27)),
        ("2024-03-31 02:30:00", date(2024, 3, 31)),
    ],
)
def test_a_time_is_what_its_cell_surely_tells(cell: str, told: object) -> None:
    orders, report = read(f"id;date_signalement;panne\n1;{cell};x\n")
    assert report.refused == []
    assert orders[0].reported_at == told


def test_local_times_follow_the_zone_of_the_profile() -> None:
    profile = Profile(time_zone="Indian/Reunion")
    orders, _ = read("id;date_signalement;panne\n1;05/07/2024 14:05;x\n", profile)
    assert orders[0].reported_at == datetime(2024, 7, 5, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell", ["hier", "05/13/2024", "2024-02-30", "05/01/24", "05/01/2024 25:00"]
)
def test_what_is_no_date_costs_its_row(cell: str) -> None:
    orders, report = read(f"id;date_signalement;panne\n1;{cell};x\n2;05/01/2024;x\n")
    assert [order.external_id for order in orders] == ["2"]
    assert (report.refused[0].line, report.refused[0].column) == (2, "date_signalement")


def test_an_unknown_kind_is_other_and_said() -> None:
    orders, report = read("id;nature;date_signalement;panne\n1;Banquet;05/01/2024;x\n")
    assert orders[0].kind == "other"
    assert any(note.args == ("kind", "Banquet") for note in report.notes)


def test_a_row_twice_is_counted_and_another_of_the_same_number_is_refused() -> None:
    row = "1;05/01/2024;x\n"
    orders, report = read(f"id;date_signalement;panne\n{row}{row}1;06/01/2024;x\n;06/01/2024;x\n")
    assert (len(orders), report.duplicates, report.refusals) == (1, 1, 2)
    assert [refused.column for refused in report.refused] == ["id", "id"]


def test_places_are_read_when_their_system_is_sure() -> None:
    orders, _ = read("id;date_signalement;panne;longitude;latitude\n1;05/01/2024;x;6,13;48,77\n")
    assert orders[0].location is not None
    assert (orders[0].location.longitude, orders[0].location.latitude) == (6.13, 48.77)


def test_a_table_without_numbers_is_refused() -> None:
    with pytest.raises(BadInput, match="one of them that numbers the rows"):
        read("date_signalement;panne\n05/01/2024;x\n")


def test_the_door_knows_it_from_an_inventory() -> None:
    with formats.read(COMPIEGNE.encode()) as result:
        assert result.format == "lighting-works"
        assert len(list(result.records)) == 3
    inventory = b"id;armoire;typeSource;puissance;date_pose\n1;A;LED;30;05/01/2024\n"
    with formats.read(inventory) as result:
        assert result.format == "lighting-csv"


def test_a_table_of_requests_in_english_is_known() -> None:
    (order,), report = read(
        "request_id,light_id,reported_at,resolved_at,issue_type\n"
        "R1,SL-1,2025-03-22 14:29:28,2025-03-26 15:29:28,bulb_failure\n"
    )
    assert (order.asset, order.asset_kind, order.fault_type) == (
        "SL-1",
        "light_point",
        "bulb_failure",
    )
    assert (str(order.done_at)[:10], report.kept) == ("2025-03-26", 1)


def test_a_french_table_with_signs_and_small_words_is_known() -> None:
    text = (
        "N° intervention;Date du signalement;N° point lumineux;Nature de la panne"
        ";Date de réalisation;Nom du technicien\n"
        "12;05/01/2025 08:30;PL1;Lampe HS;06/01/2025;Dupont\n"
    )
    with formats.read(text.encode()) as result:
        (order,) = result.records
    assert result.format == "lighting-works"
    assert isinstance(order, WorkOrder)
    assert (order.external_id, order.asset, order.fault_type) == ("12", "PL1", "Lampe HS")
    assert str(order.done_at) == "2025-01-06"
    assert "Dupont" not in repr((order, result.report))


TOWN_HALL = (
    "Date signalement;Date intervention;Type de panne;N° candélabre;Commune\n"
    "05/01/2025;07/01/2025;Lampe HS;C12;Toul\n"
    "05/01/2025;07/01/2025;Lampe HS;C12;Toul\n"
    "05/01/2025;;Trappe ouverte;C12;Toul\n"
    "6/1/2025 8:30;;Lampe HS;C13;Toul\n"
)


def test_tickets_without_numbers_are_known_by_their_day_and_thing() -> None:
    with formats.read(TOWN_HALL.encode()) as result:
        orders = [one for one in result.records if isinstance(one, WorkOrder)]
    assert result.format == "lighting-works"
    assert [order.external_id for order in orders] == [
        "C12, 05/01/2025", "C12, 05/01/2025 (2)", "C13, 6/1/2025 8:30"
    ]  # fmt: skip
    assert (result.report.duplicates, result.report.refusals) == (1, 0)
    assert [(order.asset, order.fault_type) for order in orders[:2]] == [
        ("C12", "Lampe HS"),
        ("C12", "Trappe ouverte"),
    ]
    assert orders[0].done_at == date(2025, 1, 7)
    assert orders[2].reported_at == datetime(2025, 1, 6, 7, 30, tzinfo=UTC)


def test_a_row_that_names_nothing_and_has_no_number_is_refused() -> None:
    _, report = read(TOWN_HALL + "07/01/2025;;Lampe HS;;Toul\n;;Lampe HS;C14;Toul\n")
    assert [refused.line for refused in report.refused] == [6, 7]


STATES = "numero;statut;date_signalement;date_intervention;panne\n"


@pytest.mark.parametrize("status", ["Doublon", "Annulé", "SANS SUITE", "Completed - Dup"])
def test_a_ticket_that_holds_no_more_is_not_open(status: str) -> None:
    orders, report = read(STATES + f"1;{status};05/01/2025;;x\n")
    assert orders == []
    assert report.refused[0].column == "statut"


def test_a_closed_ticket_is_not_open_and_an_open_one_is_not_done() -> None:
    orders, report = read(
        STATES + "1;Clôturé;05/01/2025;;x\n2;Clos;05/01/2025;07/01/2025;x\n"
        "3;En cours;05/01/2025;07/01/2025;x\n4;à l'étude;05/01/2025;07/01/2025;x\n"
    )
    assert [(one.external_id, one.planned_at, one.done_at) for one in orders] == [
        ("2", None, date(2025, 1, 7)),
        ("3", date(2025, 1, 7), None),
        ("4", None, date(2025, 1, 7)),
    ]
    assert [(refused.line, refused.column) for refused in report.refused] == [(2, "statut")]


def test_a_closed_ticket_ends_when_it_last_changed() -> None:
    orders, _ = read(
        "numero;statut;date_signalement;date_maj;panne\n1;Clos;05/01/2025;08/01/2025;x\n"
        "2;En cours;05/01/2025;08/01/2025;x\n"
    )
    assert [order.done_at for order in orders] == [date(2025, 1, 8), None]


AMERICAN = (
    "Service Request Number,Creation Date,Completion Date,Type of Service Request,Status\n"
    "1,01/02/2024,01/03/2024,Street Light Out,Completed\n"
    "2,01/13/2024,01/14/2024,Street Light Out,Completed\n"
    "3,01/15/2024,,Street Light Out,Open\n"
)


def test_months_come_first_where_the_days_say_so() -> None:
    orders, report = read(AMERICAN)
    assert [order.reported_at for order in orders] == [
        date(2024, 1, 2), date(2024, 1, 13), date(2024, 1, 15)
    ]  # fmt: skip
    assert (orders[0].done_at, orders[2].done_at) == (date(2024, 1, 3), None)
    assert any("month first" in note.text for note in report.notes)


def test_one_day_above_twelve_in_the_first_place_keeps_the_french_order() -> None:
    orders, report = read(AMERICAN + "4,25/01/2024,,Street Light Out,Open\n")
    assert [order.reported_at for order in orders] == [date(2024, 2, 1), date(2024, 1, 25)]
    assert report.refusals == 2


@pytest.mark.parametrize(
    ("hour", "told"),
    [
        ("12:19:00 PM", datetime(2020, 2, 3, 11, 19, tzinfo=UTC)),
        ("2:05 am", datetime(2020, 2, 3, 1, 5, tzinfo=UTC)),
        ("12:00:00 AM", date(2020, 2, 3)),
    ],
)
def test_hours_of_a_half_day_are_read(hour: str, told: object) -> None:
    orders, _ = read(f"id;created_date;closed_date;fault\n1;02/03/2020 {hour};;x\n")
    assert orders[0].reported_at == told


REQUESTS = "id_demande;thematique;date_signalement;date_cloture;anomalie\n"


def test_rows_about_other_things_are_left_out() -> None:
    orders, report = read(
        f"{REQUESTS}1;Éclairage public;05/01/2025;;x\n2;Voirie;05/01/2025;;x\n3;;05/01/2025;;x\n"
    )
    assert [order.external_id for order in orders] == ["1"]
    assert [refused.column for refused in report.refused] == ["thematique", "thematique"]


def test_a_file_about_other_things_is_refused() -> None:
    with pytest.raises(BadInput, match="about lighting"):
        read("id;thematique;date_signalement;anomalie\n1;Voirie;05/01/2025;x\n")
    kinds, _ = read("id;categorie;date_signalement;anomalie\n1;Réparation;05/01/2025;x\n")
    assert kinds[0].kind == "repair"


def test_a_fault_that_stands_in_the_column_of_kinds_is_read() -> None:
    orders, _ = read("id;type;date_signalement;date_fin\n1;Lampe HS;05/01/2025;\n2;Banquet;;\n")
    assert [order.fault_type for order in orders] == ["Lampe HS", None]


def test_the_column_that_numbers_the_rows_is_the_one_that_never_repeats() -> None:
    text = (
        "numero;creee_le;etat;service;intervention;num_intervention;rue_intervention\n"
        "101;2024-01-05;Terminé;Eclairage public;Lampe éteinte;12;rue A\n"
        "102;2024-01-06;En cours;Eclairage public;Lampe éteinte;12;rue B\n"
        "103;2024-01-06;En cours;Eclairage public;Mât à terre;;rue C\n"
        "104;2024-01-06;En cours;Propreté;Dépôt sauvage;7;rue C\n"
    )
    with formats.read(text.encode()) as result:
        orders = [one for one in result.records if isinstance(one, WorkOrder)]
    assert result.format == "lighting-works"
    assert [(one.external_id, one.fault_type) for one in orders] == [
        ("102", "Lampe éteinte"),
        ("103", "Mât à terre"),
    ]
    assert [one.line for one in result.report.refused] == [2, 5]


def test_numbers_that_all_repeat_leave_the_first_column() -> None:
    orders, report = read(
        "numero_ticket;id;date_signalement;panne\n1;7;05/01/2024;x\n1;7;06/01/2024;x\n"
    )
    assert [one.external_id for one in orders] == ["1"]
    assert report.refusals == 1


@pytest.mark.parametrize("column", ["Lampadaire n°", "N° lampadaire", "N° de candélabre", "n°PL"])
def test_the_sign_of_a_number_stands_before_or_after(column: str) -> None:
    orders, _ = read(f"Date du signalement;Réparé le;Panne;{column}\n05/01/2025;;lampe;12\n")
    assert [(one.asset, one.asset_kind) for one in orders] == [("12", "light_point")]


def test_a_row_that_names_a_thing_is_kept_whatever_its_theme() -> None:
    orders, report = read(
        "id;famille;date_signalement;anomalie;lampadaire\n"
        "1;Lampe;05/01/2025;x;PL-1\n2;Trappe;05/01/2025;x;PL-2\n3;Voirie;05/01/2025;x;\n"
    )
    assert [order.external_id for order in orders] == ["1", "2"]
    assert [refused.line for refused in report.refused] == [4]
