"""Tables: reading them, the types of their columns, folds, preprocessing inside each fold, and metrics.

Every module here is light to import: pandas, pyarrow and scikit-learn take most of a second to load, so they are
imported inside the functions that need them.
"""
