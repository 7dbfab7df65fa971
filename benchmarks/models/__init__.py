"""What metrics come to: in each measured file, in each benchmark run, and what somebody says is not to be relied on."""

from benchmarks.models.disputes import Dispute
from benchmarks.models.runs import (
    BenchmarkRun,
    BenchmarkRunQuerySet,
    PeerGroup,
    RunQuantiles,
    RunTrust,
    RunValue,
    Standing,
)
from benchmarks.models.values import MetricValue

__all__ = [
    "BenchmarkRun",
    "BenchmarkRunQuerySet",
    "Dispute",
    "MetricValue",
    "PeerGroup",
    "RunQuantiles",
    "RunTrust",
    "RunValue",
    "Standing",
]
