"""Daily tables of weather as Météo-France lays them out, with made-up temperatures."""

from collections.abc import Iterable, Sequence

HEAD = (
    "NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJ;RR;QRR;TN;QTN;HTN;QHTN;TX;QTX;HTX;QHTX;TM;QTM;"
    "TNTXM;QTNTXM"
)
STRASBOURG = ("67124001", "STRASBOURG-ENTZHEIM", "48.549500", "7.640333", "150")


def row(
    day: str,
    tn: object = "",
    tx: object = "",
    tm: object = "",
    *,
    quality: Sequence[str] = ("1", "1", "1"),
    station: Sequence[str] = STRASBOURG,
) -> str:
    """One day of one station; a blank temperature has a blank code."""
    codes = [code if value != "" else "" for value, code in zip((tn, tx, tm), quality, strict=True)]
    cells = (day, "0.2", "1", tn, codes[0], "0512", "9", tx, codes[1], "1403", "9", tm, codes[2])
    return ";".join(map(str, (*station, *cells, "", "")))


def table(rows: Iterable[str], head: str = HEAD) -> bytes:
    """A whole file."""
    return "".join(f"{line}\n" for line in (head, *rows)).encode()
