"""The task that finds what is loaded and not measured."""

import pytest

from benchmarks.tasks import measure_new_figures
from templates_app.reading import Place, Value
from tests.benchmarks.scenes import loaded, on_record
from tests.factories import CollectionFactory, SubmissionFactory

pytestmark = pytest.mark.django_db


def test_it_measures_what_is_new_and_nothing_else(whole_return: dict[Place, Value]) -> None:
    collection = CollectionFactory()
    new = [loaded(collection, whole_return), loaded(collection, whole_return)]
    done = on_record(collection, {"M03": 500})
    waiting = SubmissionFactory()
    measure_new_figures()
    assert [file.metric_values.count() > 20 for file in new] == [True, True]
    assert (done.metric_values.count(), waiting.metric_values.count()) == (1, 0)


def test_running_it_twice_is_running_it_once(whole_return: dict[Place, Value]) -> None:
    file = loaded(CollectionFactory(), whole_return)
    measure_new_figures()
    count = file.metric_values.count()
    measure_new_figures()
    assert file.metric_values.count() == count


def test_a_return_that_cannot_be_measured_does_not_keep_the_others(
    whole_return: dict[Place, Value], caplog: pytest.LogCaptureFixture
) -> None:
    collection = CollectionFactory()
    poison, sound = loaded(collection, whole_return), loaded(collection, whole_return)
    type(poison).objects.filter(pk=poison.pk).update(version="1999.1")
    measure_new_figures()
    assert (poison.metric_values.count(), sound.metric_values.count() > 20) == (0, True)
    assert f"Submission {poison.pk} could not be measured" in caplog.text
