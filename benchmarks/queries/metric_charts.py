"""The charts of one metric's page, as its reader may see them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from markupsafe import Markup

from benchmarks.arithmetic.quantiles import Distribution
from benchmarks.charts import Bar, Dot, Sized, Words, bars, bars_without_names, scatter, strip
from benchmarks.queries.metric_run import MetricRun
from benchmarks.words import cell_words


def bars_of(found: MetricRun, national: Distribution) -> Markup | None:
    """Every value as a bar, of unnamed trusts only as far as the reader may see them; None where nothing may be seen."""
    metric = found.metric
    shown = [Bar(code, value, own) for code, value, own, _ in _counted(found)]
    name, title = f"{metric.id.lower()}-bars", f"{metric.name}, every trust"
    if not _may_draw(found, national, [bar.own for bar in shown]):
        return None
    if found.reader.named is None:
        return bars(
            name=name,
            title=title,
            bars=shown,
            median=national.median,
            direction=metric.direction,
            words=_words(found),
        )
    return bars_without_names(
        name=name,
        title=title,
        bars=shown,
        distribution=national,
        direction=metric.direction,
        words=_words(found),
    )


def strip_of(found: MetricRun, national: Distribution, dots: Sequence[Dot]) -> Markup:
    """How the values lie, and where the own trusts stand."""
    return strip(
        name=f"{found.metric.id.lower()}-strip",
        title=f"{found.metric.name}, how the values lie",
        distribution=national,
        dots=dots,
        direction=found.metric.direction,
        words=_words(found),
    )


def scatter_of(found: MetricRun, national: Distribution) -> Markup | None:
    """Value against size; None where no size is known, or nothing may be seen."""
    trusts = [Sized(code, value, income, own) for code, value, own, income in _counted(found) if income and income > 0]
    if not _may_draw(found, national, [trust.own for trust in trusts]):
        return None
    try:
        return scatter(
            name=f"{found.metric.id.lower()}-size",
            title=f"{found.metric.name} against the size of the trust",
            trusts=trusts,
            distribution=national,
            direction=found.metric.direction,
            words=_words(found),
            named=found.reader.named is None,
        )
    except ValueError:  # too few others of a known size, and none of the reader's own
        return None


def _may_draw(found: MetricRun, national: Distribution, own: Sequence[bool]) -> bool:
    """Whether anything is left to draw: without names, others only where there are quartiles to cut them off at."""
    return bool(own) and (found.reader.named is None or national.p25 is not None or any(own))


def _words(found: MetricRun) -> Words:
    return partial(cell_words, found.metric)


def _counted(found: MetricRun) -> Iterator[tuple[str, Decimal, bool, Decimal | None]]:
    """Code, value, whether it is an own trust, and income, of every value in the distribution."""
    for trust in found.reading.trusts:
        row = found.reading.value(trust, found.metric)
        if row is not None and row.counted and row.value is not None:
            code = trust.trust.ods_code
            yield code, row.value, code in found.reader.own, trust.income
