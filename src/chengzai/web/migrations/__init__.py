"""Tables of the door: accounts and their grants."""
