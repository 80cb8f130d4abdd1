"""What electricity costs: dated tables, bills line by line, and the control of invoices.

Pure and exact: `Decimal`, no solver, no numpy, no clock. docs/plan/tariff.md has the formulas.
"""
