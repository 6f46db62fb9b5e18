"""Plots: the only room that draws with pyqtgraph. Each takes frozen arrays and shows them."""
