"""What made the files in resources: run by hand, kept because the files are to be made again the same way."""
