"""Carter's line: corporate and administration pay as a share of income against 7% and 6%, and against nothing else."""

from dataclasses import dataclass
from decimal import Decimal

from benchmarks.arithmetic.metrics import value_words
from benchmarks.arithmetic.savings import footprint_value
from benchmarks.defining.schema import Metric, Target
from benchmarks.queries.footprint_page.basis import Basis
from benchmarks.queries.runs import Reading
from footprints.models import Trust
from ui.formats import number


@dataclass(frozen=True, slots=True)
class CarterLine:
    """One trust, or the footprint together, against each target."""

    trust: Trust | None
    """None for the footprint together."""
    value: Decimal | None
    words: str
    """The value, or why there is none."""
    against: tuple[str, ...]
    """In the order of the targets: "0.9 points above", "at or under"; empty without a value."""


@dataclass(frozen=True, slots=True)
class Carter:
    """Carter's line for a footprint."""

    reading: Reading
    metric: Metric
    targets: tuple[Target, ...]
    together: CarterLine
    lines: tuple[CarterLine, ...]
    """Trusts the target was set for, the highest first; those without a value last."""

    @property
    def coverage(self) -> str:
        """How many trusts of the footprint stand behind its own value."""
        known = sum(line.value is not None for line in self.lines)
        return f"{known} of {len(self.lines)} acute {'trust' if len(self.lines) == 1 else 'trusts'}"

    @property
    def notes(self) -> list[str]:
        """When the targets were set, and whether they still hold; each sentence once."""
        return list(dict.fromkeys(_note(target) for target in self.targets))


def carter(basis: Basis) -> Carter | None:
    """From what was read; None where no run holds the metric, or no trust of the footprint is of the kind the target was set for."""
    for reading in basis.readings:
        for metric in reading.metrics:
            if metric.counted == "target_only" and metric.targets:
                return _carter(reading, metric)
    return None


def _carter(reading: Reading, metric: Metric) -> Carter | None:
    lines, parts = [], []
    for trust in reading.trusts:
        if trust.trust_type not in metric.population:
            continue
        value = reading.value(trust, metric)
        if value is not None and value.counted and value.value is not None and value.numerator is not None:
            parts.append((value.numerator, value.denominator))
            lines.append(_line(metric, trust.trust, value.value))
        else:
            lines.append(CarterLine(trust.trust, None, _why(trust.absent, value.disputed if value else False), ()))
    if not lines:
        return None
    ranked = sorted(
        lines, key=lambda line: (line.value is None, -(line.value or 0), line.trust.name if line.trust else "")
    )
    together = footprint_value(parts, metric.scale)
    line = CarterLine(None, None, "no value yet", ()) if together is None else _line(metric, None, together)
    return Carter(reading, metric, metric.targets, line, tuple(ranked))


def _line(metric: Metric, trust: Trust | None, value: Decimal) -> CarterLine:
    return CarterLine(
        trust, value, value_words(metric, value), tuple(_against(metric, target, value) for target in metric.targets)
    )


def _against(metric: Metric, target: Target, value: Decimal) -> str:
    if value <= target.value:
        return "at or under"
    over = number(value - target.value, metric.decimals)
    return f"{over} points above" if over.strip("0.") else "just above"


def _note(target: Target) -> str:
    if target.retired:
        dropped = (target.dropped_in or "")[:4]
        return f"Set in {target.set_in[:4]} and dropped in {dropped}: shown for the record, nobody is judged by it."
    return f"Set in {target.set_in[:4]}{'.' if target.confirmed else ', to be confirmed: we have not seen the source itself.'}"


def _why(absent: str, disputed: bool) -> str:
    if disputed:
        return "disputed, left out"
    return f"no return: {absent[:1].lower()}{absent[1:]}" if absent else "not compared"
