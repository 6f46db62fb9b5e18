"""The winner of a search and its rivals trained again, on folds and seeds that the search never used."""
