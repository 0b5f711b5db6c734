"""Files of records: read them, match their columns, check and record their rows, hand them back with their faults."""

from disruptions.uploads.reading import ROWS_LIMIT, ReadFile, RowFault, read_file

__all__ = ["ROWS_LIMIT", "ReadFile", "RowFault", "read_file"]
