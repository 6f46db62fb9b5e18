"""What is trained: our own networks and linear models, and the families a study can choose from."""
