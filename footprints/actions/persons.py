"""People come into being, and come back."""

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import Role, User


@transaction.atomic
def create_person(*, by: User | str, email: str, name: str, password: str | None = None) -> User:
    """Make somebody who can sign in, without any role.

    Without a password nobody can sign in as that person yet. Raises NotAllowed unless `by` may manage people (a part
    of the portal, named by text, may), ValidationError when the address, the name or the password will not do.
    """
    if isinstance(by, User):
        check_may(by, "manage_people")
    return _create(by, email, name, password)


def find_or_create(*, by: User | str, email: str, name: str) -> User:
    """The person with this address, their row locked until the transaction ends; somebody new where there is none.

    A name that is known stays. Somebody who had left comes back without the roles and the password of before. Call it
    after asking whether `by` may. Raises ValidationError when the address or the name will not do.
    """
    address = email.strip().lower()
    if not User.objects.filter(email=address).exists():
        try:
            with transaction.atomic():
                return _create(by, address, name, None)
        except IntegrityError:
            pass  # somebody else made the same person a moment ago
    # Rows that only name the person, such as events, are not held up by this lock.
    person = User.objects.select_for_update(no_key=True).get(email=address)
    if not person.is_active:
        _come_back(by, person)
    return person


def _create(by: User | str, email: str, name: str, password: str | None) -> User:
    person = User(email=email.strip().lower(), name=name.strip())
    if password is None:
        person.set_unusable_password()
    else:
        validate_password(password, person)
        person.set_password(password)
    person.full_clean()
    person.save()
    record(verb="person_created", by=by, subject=person)
    return person


def _come_back(by: User | str, person: User) -> None:
    today = timezone.localdate()
    for role in Role.objects.not_ended(today).filter(user=person):
        role.to_date = max(today, role.from_date)
        role.save(update_fields=["to_date"])
    person.is_active = True
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    record(verb="person_came_back", by=by, subject=person)
