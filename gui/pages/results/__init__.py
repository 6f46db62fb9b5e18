"""The results page: the best configuration, what its score is worth, and what can be taken home; one card a file."""

from gui.pages.results.results_page import ResultsPage

__all__ = ["ResultsPage"]
