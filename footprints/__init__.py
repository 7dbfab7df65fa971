"""Footprints, trusts, people, who may see what, and the record of what happened."""
