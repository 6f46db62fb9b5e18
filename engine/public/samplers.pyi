from engine.studies.optuna_samplers import *
