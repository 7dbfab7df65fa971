"""The national page for NHS Improvement: one module for each block, put together in `page`."""

from benchmarks.queries.national_page.basis import NationalBasis, NoSuchRun, national_basis
from benchmarks.queries.national_page.page import NationalPage, national_page, published

__all__ = ["NationalBasis", "NationalPage", "NoSuchRun", "national_basis", "national_page", "published"]
