"""A finished study for the gallery, and the script that made it."""
