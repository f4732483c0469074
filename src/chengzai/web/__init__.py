"""One door: server-rendered pages and their JSON twins, from the same functions."""
