"""What pages and letters need to know about people, read from several tables at once."""
