"""What is run in the Python of a person's script: files of their own, which import nothing of Twinloop."""
