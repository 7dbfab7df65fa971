"""What is done to figures: measuring a return, making and freezing a run, marking a value as disputed."""

from benchmarks.actions.measure import measure, measure_again, measure_all, measured_otherwise
from benchmarks.actions.runs import NothingToFreeze, freeze, refresh_live

__all__ = ["NothingToFreeze", "freeze", "measure", "measure_again", "measure_all", "measured_otherwise", "refresh_live"]
