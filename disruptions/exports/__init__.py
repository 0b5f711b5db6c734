"""Files of what the service holds: tables as CSV, and lists as CSV, XLSX and ODS."""

from disruptions.exports.tables import MARKING_COLUMN, STARTS_A_FORMULA, defused, file_name, table_csv

__all__ = ["MARKING_COLUMN", "STARTS_A_FORMULA", "defused", "file_name", "table_csv"]
