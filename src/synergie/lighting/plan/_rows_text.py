"""What is expected of the cells of a small table, and of its head."""

NUMBER = "a number, with a comma or a dot, thousands apart by spaces or not at all"
WHOLE = "a whole number"
SHARE = "a share from 0 to 1, or a percentage with its sign"
YES_NO = "oui or non"
DAY = "a day as 31/12/2027 or 2027-12-31"
COLUMNS = "columns that are known"
ONCE = "each column once"
CELLS = "one cell a column"
GROUPED = "a number that may be taken one way only: 1250, or 1,25 or 1,2500 with its decimals"
TOTAL = "rows of the table: a total of those above is not kept"
WORD = "a word of the list of this column"
CELLS_OF_KIND = {
    "decimal": NUMBER,
    "degrees": NUMBER,
    "doubt": GROUPED,
    "choice": WORD,
    "whole": WHOLE,
    "share": SHARE,
    "yes_no": YES_NO,
    "date": DAY,
    "exists": DAY,
    "no_hour": DAY,
}
"""By kind, as `formats.cells.rules.EXPECTED`."""
