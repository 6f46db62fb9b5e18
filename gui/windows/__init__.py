"""The windows, which only wire."""
