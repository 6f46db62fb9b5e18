"""Any estimator by its name: scikit-learn's own, and installed others by their import path."""

from engine.learners.estimators.imports import allow_import, allowed_imports, is_class_name, is_foreign

__all__ = ["allow_import", "allowed_imports", "is_class_name", "is_foreign"]
