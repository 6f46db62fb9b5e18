"""Races of search strategies: the same problem, space, budget and seeds for all, in processes of their own."""
