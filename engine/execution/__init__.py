"""Where trials are evaluated: worker processes on this computer."""
