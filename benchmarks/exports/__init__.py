"""A metric as a file: the rows a reader may have, as CSV and as a workbook with working formulae. Pure."""
