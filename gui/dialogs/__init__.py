"""Windows beside the study window."""
