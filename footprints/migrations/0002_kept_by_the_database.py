"""Promises that the database keeps by itself: events stay as they are, and memberships do not overlap."""

from django.db import migrations

EVENTS_ARE_KEPT = """
CREATE FUNCTION footprints_events_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events can be added, but neither changed nor removed' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER footprints_events_are_kept
BEFORE UPDATE OR DELETE OR TRUNCATE ON footprints_event
FOR EACH STATEMENT EXECUTE FUNCTION footprints_events_are_kept();
"""

EVENTS_ARE_NOT_KEPT = """
DROP TRIGGER footprints_events_are_kept ON footprints_event;
DROP FUNCTION footprints_events_are_kept();
"""

# Ranges of one number stand for equality, so that no extension of PostgreSQL is needed.
MEMBERSHIPS_DO_NOT_OVERLAP = """
ALTER TABLE footprints_membership ADD CONSTRAINT memberships_do_not_overlap EXCLUDE USING gist (
    int8range(trust_id, trust_id, '[]') WITH &&,
    int8range(footprint_id, footprint_id, '[]') WITH &&,
    daterange(from_date, to_date, '[)') WITH &&
);
"""

MEMBERSHIPS_MAY_OVERLAP = "ALTER TABLE footprints_membership DROP CONSTRAINT memberships_do_not_overlap;"


class Migration(migrations.Migration):
    dependencies = [("footprints", "0001_initial")]

    operations = [
        migrations.RunSQL(EVENTS_ARE_KEPT, EVENTS_ARE_NOT_KEPT),
        migrations.RunSQL(MEMBERSHIPS_DO_NOT_OVERLAP, MEMBERSHIPS_MAY_OVERLAP),
    ]
