"""One portal at a time from one folder."""

import os

import pytest

from stp_portal.only_one import AlreadyRunningError, only_one


def test_only_one_portal_runs_from_a_folder(tmp_path):
    with only_one(tmp_path, "http://127.0.0.1:8000/"):
        with pytest.raises(AlreadyRunningError) as other, only_one(tmp_path, "http://127.0.0.1:8001/"):
            pass
        assert (other.value.pid, other.value.address) == (os.getpid(), "http://127.0.0.1:8000/")
    with only_one(tmp_path, "http://127.0.0.1:8001/"):
        pass
