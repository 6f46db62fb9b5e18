"""Lines of equal value over a grid: each cell is cut into two triangles, in which a linear function has one line."""

from __future__ import annotations

import numpy as np


def isolines(values: np.ndarray, level: float) -> np.ndarray:
    """Segments (m, 4) along which ``values`` (rows, columns) are ``level``: x1, y1, x2, y2 in columns and rows."""
    rows, columns = values.shape
    if rows < 2 or columns < 2:
        return np.zeros((0, 4))
    y, x = np.mgrid[0 : rows - 1, 0 : columns - 1]
    corners = [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)]
    places = np.stack([np.stack([cx.ravel(), cy.ravel()], axis=1) for cx, cy in corners], axis=1).astype(float)
    heights = np.stack([values[cy, cx].ravel() for cx, cy in corners], axis=1) - level
    triangles = np.concatenate([places[:, (0, 1, 2)], places[:, (3, 2, 1)]])
    above = np.concatenate([heights[:, (0, 1, 2)], heights[:, (3, 2, 1)]])
    crossed = np.flatnonzero((above > 0.0).any(axis=1) & (above <= 0.0).any(axis=1))
    triangles, above = triangles[crossed], above[crossed]
    if not len(crossed):
        return np.zeros((0, 4))
    alone = np.argmax((above > 0.0) == ((above > 0.0).sum(axis=1) == 1)[:, None], axis=1)  # the corner by itself
    at = np.arange(len(crossed))
    ends = []
    for step in (1, 2):
        other = (alone + step) % 3
        share = above[at, alone] / (above[at, alone] - above[at, other])
        ends.append(triangles[at, alone] + share[:, None] * (triangles[at, other] - triangles[at, alone]))
    return np.concatenate(ends, axis=1)
