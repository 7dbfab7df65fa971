"""Many rows written at once with COPY, which is several times faster than inserts."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.db import connection

Row = Sequence[object]


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Row], *, words: Sequence[str] = ()) -> None:
    """Write rows into a table, None as NULL; in the columns of `words` empty text stays empty text."""
    quoted = ", ".join(f'"{column}"' for column in columns)
    kept = f", FORCE_NOT_NULL ({', '.join(words)})" if words else ""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{table}" ({quoted}) FROM STDIN WITH (FORMAT csv{kept})', buffer)
