from engine.studies.artifacts import *
