"""A search over the hyperparameters of any scikit-learn estimator, as an estimator itself (:mod:`.search`).

This file loads nothing: workers that fit candidates load :mod:`.fold_fits` alone.
"""
