"""The type of an array of numbers; what its shape is, each docstring says."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
