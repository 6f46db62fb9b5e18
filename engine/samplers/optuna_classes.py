"""What of ours comes closest to a sampler of Optuna's, for who hands one over and for scripts that name one."""

SAMPLERS = {
    "RandomSampler": "random",
    "TPESampler": "tpe",
    "GPSampler": "bayesian",
    "BoTorchSampler": "bayesian",
    "CmaEsSampler": "cmaes",
    "NSGAIISampler": "evolution",
    "NSGAIIISampler": "evolution",
    "QMCSampler": "quasirandom",
    "GridSampler": "grid",
    "BruteForceSampler": "grid",
}
"""The name of ours by the name of Optuna's class."""
