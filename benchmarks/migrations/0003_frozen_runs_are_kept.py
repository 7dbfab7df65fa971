"""What the database promises by itself: nothing of a benchmark run changes once the run has its number."""

from django.db import migrations

CHILDREN = ("runtrust", "peergroup", "runvalue", "runquantiles", "standing")

RUNS_ARE_KEPT = """
CREATE FUNCTION benchmarks_frozen_run_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.number IS NOT NULL THEN
        RAISE EXCEPTION 'benchmark run % is frozen: it can be neither changed nor removed', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER benchmarks_frozen_run_is_kept
BEFORE UPDATE OR DELETE ON benchmarks_benchmarkrun
FOR EACH ROW EXECUTE FUNCTION benchmarks_frozen_run_is_kept();

CREATE FUNCTION benchmarks_rows_of_frozen_runs_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM benchmarks_benchmarkrun
        WHERE number IS NOT NULL AND id IN (SELECT DISTINCT run_id FROM touched)
    ) THEN
        RAISE EXCEPTION 'the run is frozen: nothing of it can be added, changed or removed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
"""

RUNS_ARE_NOT_KEPT = """
DROP TRIGGER benchmarks_frozen_run_is_kept ON benchmarks_benchmarkrun;
DROP FUNCTION benchmarks_frozen_run_is_kept();
DROP FUNCTION benchmarks_rows_of_frozen_runs_are_kept();
"""


def _kept(child: str, event: str, table: str) -> tuple[str, str]:
    """A change is looked at twice: what a row was, so that none is moved out of a frozen run, and what it becomes."""
    name = f"benchmarks_{child}_kept_on_{event.lower()}_{table.lower()}"
    made = f"""
    CREATE TRIGGER {name} AFTER {event} ON benchmarks_{child}
    REFERENCING {table} TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION benchmarks_rows_of_frozen_runs_are_kept();
    """
    return made, f"DROP TRIGGER {name} ON benchmarks_{child};"


class Migration(migrations.Migration):
    dependencies = [("benchmarks", "0002_runs_and_disputes")]

    operations = [
        # What was measured before definitions were told apart is to be measured again by those of today.
        migrations.RunSQL("UPDATE benchmarks_metricvalue SET definition = 'older'", migrations.RunSQL.noop),
        migrations.RunSQL(RUNS_ARE_KEPT, RUNS_ARE_NOT_KEPT),
        *(
            migrations.RunSQL(*_kept(child, event, table))
            for child in CHILDREN
            for event, table in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
        ),
    ]
