"""Long trials by many random cases, run by hand; pytest runs a slice of each."""
