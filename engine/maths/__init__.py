"""Plain numpy mathematics; it knows nothing of trials or studies."""
