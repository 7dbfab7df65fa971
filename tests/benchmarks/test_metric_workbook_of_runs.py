"""Workbooks of real runs: what LibreOffice works out again is what the run holds, for both kinds of reader."""

from pathlib import Path
from random import Random

import openpyxl
import pytest

from benchmarks.actions import refresh_live
from benchmarks.exports.metric_table import MetricTable
from benchmarks.exports.metric_workbook import metric_workbook
from benchmarks.queries.metric_run import find_metric, metric_run
from footprints.models import Footprint, RoleKind, Trust, User
from tests.benchmarks.scenes import on_record
from tests.benchmarks.test_pathology_runs import laboratories
from tests.benchmarks.workbook_reading import sheets_of, wrong_in
from tests.factories import CollectionFactory, FootprintFactory, MembershipFactory, RoleFactory, TrustFactory
from tests.libreoffice import LibreOffice

pytestmark = pytest.mark.django_db


@pytest.fixture
def footprint() -> Footprint:
    """Two runs, one of each template, and a footprint with trusts in both."""
    random, footprint = Random(11), FootprintFactory()
    finance = CollectionFactory()
    for number in range(24):
        trust = TrustFactory(trust_type="acute" if number % 4 else "community")
        on_record(finance, {"M03": random.randint(400, 1500)}, trust=trust)
    pathology, _ = laboratories(24, seed=5)
    for collection in (finance, pathology):
        for trust in Trust.objects.filter(returns__collection=collection).order_by("ods_code")[:3]:
            MembershipFactory(footprint=footprint, trust=trust)
        refresh_live(collection, anyway=True)  # type: ignore[arg-type]
    return footprint


def table(reader: User, metric_id: str, footprint: Footprint) -> MetricTable:
    found = find_metric(metric_id, "")
    assert found is not None
    metric, run = found
    assert run is not None
    return metric_run(reader, metric, run, footprint).table


@pytest.mark.parametrize("metric", ["M03", "P02-PBC", "P01"])
def test_libreoffice_comes_to_what_the_run_holds(
    metric: str, libreoffice: LibreOffice, tmp_path: Path, footprint: Footprint
) -> None:
    readers = {
        "all": RoleFactory(kind=RoleKind.ANALYST, trust=None).user,
        "own": RoleFactory(kind=RoleKind.STP_LEAD, trust=None, footprint=footprint).user,
    }
    tables = {tmp_path / f"{name}.xlsx": table(reader, metric, footprint) for name, reader in readers.items()}
    for path, made in tables.items():
        assert len(made.own) >= 2
        assert any(made.gaps(own) for own in made.own)
        path.write_bytes(metric_workbook(made))
    saved = libreoffice.saved_again(*tables, recalculated=True)
    wrong = [
        f"{path.stem} {fault}"
        for path in saved
        for made in [tables[tmp_path / path.name]]
        for fault in wrong_in(sheets_of(openpyxl.load_workbook(path, data_only=True), made), made)
    ]
    assert not wrong, "\n".join(wrong[:20])
