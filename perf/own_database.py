"""Django on an embedded PostgreSQL of its own, in a folder that is removed when the measuring is done."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def own_database(name: str) -> Iterator[None]:
    """The portal in this process, set up and not migrated; `name` is part of the folder's."""
    from stp_portal.embedded import Postgres, running

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"stp-portal-{name}-")))
        address = stack.enter_context(running(Postgres(folder / "postgres"), folder))
        os.environ.update(
            DATABASE_URL=address,
            VAR_DIR=str(folder),
            UPLOADS_DIR=str(folder / "uploads"),
            SECRET_KEY="only for measuring, on this machine",
            PORTAL_ADDRESS="http://127.0.0.1:8000",
            ALLOWED_HOSTS="testserver",
            DJANGO_SETTINGS_MODULE="stp_portal.settings",
        )
        import django

        django.setup()
        yield
