"""The cards of Results. Each is one file that registers itself, and says by ``place`` where it stands."""

from engine.registry import Registry
from gui.pages.results.cards.base import ResultsCard, ResultsContext

registry: Registry[ResultsCard] = Registry(__name__, "card of Results", ResultsCard)


def all_cards() -> list[type[ResultsCard]]:
    """Every card, in the order in which they stand below one another."""
    return sorted((registry.get(name) for name in registry.names()), key=lambda card: card.place)


__all__ = ["ResultsCard", "ResultsContext", "all_cards", "registry"]
