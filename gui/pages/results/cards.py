"""Every card of the results page, in the order in which they stand below one another."""

from __future__ import annotations

from gui.pages.results.best_card import BestCard
from gui.pages.results.card import ResultsCard
from gui.pages.results.exports_card import ExportsCard

CARDS: tuple[type[ResultsCard], ...] = (BestCard, ExportsCard)
