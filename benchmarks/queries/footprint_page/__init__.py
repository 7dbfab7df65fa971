"""One footprint on one page: who is in, how its trusts compare, what consolidation could be worth, and where to look first."""

from benchmarks.queries.footprint_page.basis import Basis, NoSuchRun, basis_of
from benchmarks.queries.footprint_page.functions_file import functions_csv
from benchmarks.queries.footprint_page.page import FootprintPage, footprint_page

__all__ = ["Basis", "FootprintPage", "NoSuchRun", "basis_of", "footprint_page", "functions_csv"]
