"""Curves, energies and inventories as plain tables: CSV, workbook, Parquet, Arrow, data package."""
