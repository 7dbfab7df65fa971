"""Which code worked a run out: a digest of everything in this room that figures depend on. Pure."""

from functools import cache
from hashlib import sha256
from pathlib import Path

_ROOM = Path(__file__).parent


@cache
def code_version() -> str:
    """SHA-256 of this room's own code, pages and tests apart; another version may work out other figures."""
    digest = sha256()
    for path in sorted(_ROOM.rglob("*.py")):
        inside = path.relative_to(_ROOM)
        if inside.parts[0] not in ("migrations", "views"):
            digest.update(inside.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
