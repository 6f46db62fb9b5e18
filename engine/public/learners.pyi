from engine.learners import *
