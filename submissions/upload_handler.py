"""How far an upload is written down: a file beyond what we take is not, so that nobody can fill the disk with one."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from submissions.intake import MAX_BYTES


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Writes an upload to a temporary file up to one chunk more than we take, and lets the rest go by.

    What was written is then too large by itself, and the page says so in its own words.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a chunk that begins within the limit."""
        if start <= MAX_BYTES:
            super().receive_data_chunk(raw_data, start)
