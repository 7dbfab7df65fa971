"""`python -m tests.desk.ladder_process MOMENT`: one run of the ladder at a moment, in a process that STOP_AT may hold up to be killed."""

import sys
from datetime import datetime

import django

if __name__ == "__main__":
    django.setup()
    from desk.actions import send_chases
    from tests.stopping_worker import put_up_the_stops

    put_up_the_stops()
    send_chases.send_due_chases(datetime.fromisoformat(sys.argv[1]))
