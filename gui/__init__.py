"""The window of Twinloop: everything that draws, and nothing that computes."""
