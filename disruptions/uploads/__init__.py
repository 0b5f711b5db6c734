"""Files of records: read them, match their columns, check and record their rows, hand them back with their faults."""

from disruptions.uploads.reading import ReadFile, read_file
from disruptions.uploads.tables import ROWS_LIMIT, RowFault

__all__ = ["ROWS_LIMIT", "ReadFile", "RowFault", "read_file"]
