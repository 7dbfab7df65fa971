"""Work that one body does for another: agreements that end, two sides of one service, who has laboratories. Pure."""
