"""Quantiles of a run, worked out in PostgreSQL: exactly, by type 7, for the nation, each type of trust, and all that are not acute.

`percentile_cont` works in binary doubles. Here the values stay exact decimals: they are put in order once for each metric and scope,
and each quantile lies between the two around position (n − 1)p. `benchmarks.arithmetic.quantiles.quantile` says the same in Python.
"""

from collections.abc import Mapping

from django.db import connection

from benchmarks.arithmetic.quantiles import LEAST_FOR_DECILES, LEAST_FOR_MEDIAN, LEAST_FOR_QUARTILES, Distribution
from benchmarks.models import BenchmarkRun, RunQuantiles

NATIONAL = "national"
NON_ACUTE = "non_acute"


def _at(p: str) -> str:
    """SQL for the quantile at p of the ordered array `a` of n values."""
    position = f"((n - 1) * {p}::numeric)"
    low = f"floor{position}::int"
    return f"a[{low} + 1] + coalesce(({position} - floor{position}) * (a[{low} + 2] - a[{low} + 1]), 0)"


_WRITE = f"""
WITH ordered AS (
    SELECT v.metric, s.scope,
        count(*) FILTER (WHERE v.counted) AS n,
        count(*) FILTER (WHERE v.disputed) AS disputed,
        array_agg(v.value ORDER BY v.value) FILTER (WHERE v.counted) AS a
    FROM benchmarks_runvalue v
    JOIN benchmarks_runtrust t ON t.id = v.run_trust_id
    CROSS JOIN LATERAL (VALUES ('{NATIONAL}'), (t.trust_type), ('{NON_ACUTE}')) AS s(scope)
    WHERE v.run_id = %(run)s AND v.metric = ANY(%(metrics)s) AND (v.counted OR v.disputed)
        AND (s.scope <> '{NON_ACUTE}' OR t.trust_type <> 'acute')
    GROUP BY v.metric, s.scope
), wanted AS (
    SELECT * FROM unnest(%(metrics)s::text[], %(scopes)s::text[], %(expected)s::int[]) AS w(metric, scope, expected)
)
INSERT INTO benchmarks_runquantiles
    (run_id, metric, scope, n, disputed, expected, minimum, p10, p25, median, p75, p90, maximum)
SELECT %(run)s, w.metric, w.scope, coalesce(n, 0), coalesce(disputed, 0), w.expected,
    a[1], {_at("0.1")}, {_at("0.25")}, {_at("0.5")}, {_at("0.75")}, {_at("0.9")}, a[n::int]
FROM wanted w LEFT JOIN ordered USING (metric, scope)
"""  # noqa: S608 - nothing in it comes from outside


def write_quantiles(run: BenchmarkRun, expected: Mapping[tuple[str, str], int]) -> None:
    """Write how the counted values of a run lie, for each metric and scope of `expected`, which says how many returns are owed there."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "run": run.pk,
                "metrics": [metric for metric, _ in expected],
                "scopes": [scope for _, scope in expected],
                "expected": list(expected.values()),
            },
        )


def as_distribution(row: RunQuantiles) -> Distribution:
    """The quantiles of a row, each only where enough values stand behind it, for a reader who may see every trust by name."""
    quartiles, deciles = row.n >= LEAST_FOR_QUARTILES, row.n >= LEAST_FOR_DECILES
    return Distribution(
        n=row.n,
        minimum=row.minimum,
        p10=row.p10 if deciles else None,
        p25=row.p25 if quartiles else None,
        median=row.median if row.n >= LEAST_FOR_MEDIAN else None,
        p75=row.p75 if quartiles else None,
        p90=row.p90 if deciles else None,
        maximum=row.maximum,
    )
