"""The one way in which anything is drawn: a chart gives its picture, its table and its file.

A chart is a value (`Bars`, `Columns`, `Lines`, `Dots`, `Cells`, `Strips`, `Gantt`, `DotPairs`): a
title that is the answer, a source, rows. `build_figure` makes of it what reports and pages show.
"""
