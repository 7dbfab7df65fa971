import pytest

from footprints.models import Event, User
from templates_app import actions, registry
from templates_app.actions import DefinitionChanged, publish
from templates_app.models import TemplateVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create(email="manager@example.org", name="Collection Manager")


def test_publishing_records_who_and_what(person: User) -> None:
    published = publish(by=person, template="back_office", version="2016.1")
    assert (published.published_by, published.title, str(published)) == (person, "Back office", "Back office 2016.1")
    assert published.checksum == registry.checksum("back_office", "2016.1")
    event = Event.objects.get()
    assert (event.verb, event.user, event.detail) == ("template_published", person, {"checksum": published.checksum})


def test_publishing_again_adds_nothing(person: User) -> None:
    first = publish(by="load_reference", template="back_office", version="2016.1")
    again = publish(by=person, template="back_office", version="2016.1")
    assert again == first
    assert again.published_by is None
    assert Event.objects.count() == TemplateVersion.objects.count() == 1


def test_a_published_version_with_other_contents_is_refused(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(by=person, template="back_office", version="2016.1")
    monkeypatch.setattr(actions.registry, "checksum", lambda template, version: "0" * 64)
    with pytest.raises(DefinitionChanged, match=r"make the change in a new version\."):
        publish(by=person, template="back_office", version="2016.1")
    assert TemplateVersion.objects.get().checksum != "0" * 64


def test_an_unknown_version_is_refused(person: User) -> None:
    with pytest.raises(registry.UnknownTemplate):
        publish(by=person, template="back_office", version="1999.1")
    assert not TemplateVersion.objects.exists()
