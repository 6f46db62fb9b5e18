"""The page that compares: the two loops, strategies, optimizers, studies."""
