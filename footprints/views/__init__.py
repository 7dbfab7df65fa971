"""Pages of this room: signing in, people and their roles, invitations. One domain call each."""
