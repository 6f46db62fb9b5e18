from engine.studies.verbosity import *
