"""Studies side by side: how far each came, what differs between them, and which of their scores may be compared."""

from engine.comparing.comparison import Comparison, compare_studies
from engine.comparing.differences import Difference
from engine.comparing.studies import BestScore, ComparedStudy, read_study

__all__ = ["BestScore", "ComparedStudy", "Comparison", "Difference", "compare_studies", "read_study"]
