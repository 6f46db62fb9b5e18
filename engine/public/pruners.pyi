from engine.studies.optuna_pruners import *
