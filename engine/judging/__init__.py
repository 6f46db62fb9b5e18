"""What out-of-fold predictions tell without another fit: other metrics, an honest score, errors, ensembles."""
