"""The parts of :class:`engine.study.Study`, one idea a file: asking, telling, reading, filing, Optuna's words."""
