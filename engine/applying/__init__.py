"""What a finished search is good for: its winner trained on all rows, new rows predicted, its score trained again."""

from engine.applying.final_model import FinalModel, train_final
from engine.applying.new_rows import NewRows, read_new_rows
from engine.applying.verification import Verification, verify_trial

__all__ = ["FinalModel", "NewRows", "Verification", "read_new_rows", "train_final", "verify_trial"]
