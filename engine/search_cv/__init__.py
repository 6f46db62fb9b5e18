"""A search over the hyperparameters of any scikit-learn estimator, as an estimator itself."""

from engine.search_cv.search import SearchCV

__all__ = ["SearchCV"]
