"""Why a row or a file of a catalogue is not taken."""

NO_TABLE = "a CSV file or a workbook (XLSX, ODS)"
NOT_THERE = "the columns Clé, Nom and Source"
STRANGE = "columns of the catalogue of retrofits only"
KEY_TWICE = "each key once: the first row is kept"
KIND = "a code of EclExt: SHP, IM, VM, LED, …"
PROTOCOL = "aucun, ouvert or fermé"
ONE_OF_TWO = "one of the two: a figure or a share of the present one"
