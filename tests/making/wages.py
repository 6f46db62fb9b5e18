"""Writes wages.csv: an invented table of wages with categories, a date and missing values. Nobody in it is real."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
ROWS = 1500
SCHOOLING = {"basic": 0.0, "vocational": 0.14, "bachelor": 0.32, "master": 0.45, "doctorate": 0.55}
SECTORS = {"care": -0.12, "trade": -0.05, "building": 0.0, "industry": 0.08, "public": 0.05, "software": 0.27}
REGIONS = {"north": 0.0, "south": 0.06, "east": -0.09, "west": 0.03, "capital": 0.16}


def table(seed: int = 20) -> pd.DataFrame:
    """Wages follow schooling, experience with diminishing returns, sector, region, hours, and a good deal of luck."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 66, ROWS)
    schooling = rng.choice(list(SCHOOLING), ROWS, p=[0.15, 0.4, 0.22, 0.18, 0.05])
    sector = rng.choice(list(SECTORS), ROWS, p=[0.17, 0.2, 0.13, 0.22, 0.16, 0.12])
    region = rng.choice(list(REGIONS), ROWS)
    years_in_school = np.array([{"basic": 0, "vocational": 3, "bachelor": 5, "master": 7, "doctorate": 11}[s]
                                for s in schooling])  # fmt: skip
    experience = np.clip(age - 17 - years_in_school - rng.exponential(2.0, ROWS), 0, None).round(1)
    tenure_days = (rng.beta(1.0, 2.5, ROWS) * experience * 365).astype(int)
    started = pd.Timestamp("2024-06-30") - pd.to_timedelta(tenure_days, unit="D")
    hours = np.where(rng.random(ROWS) < 0.3, rng.integers(12, 35, ROWS), rng.integers(36, 43, ROWS))
    remote = rng.random(ROWS) < np.where(sector == "software", 0.7, np.where(sector == "public", 0.35, 0.12))
    log_wage = (
        7.75
        + pd.Series(schooling).map(SCHOOLING).to_numpy()
        + pd.Series(sector).map(SECTORS).to_numpy()
        + pd.Series(region).map(REGIONS).to_numpy()
        + 0.36 * (1 - np.exp(-experience / 11))
        + 0.008 * tenure_days / 365
        + np.where((sector == "software") & remote, 0.08, 0.0)
        + np.log(hours / 40)
        + rng.normal(0, 0.13, ROWS)
    )
    frame = pd.DataFrame(
        {
            "age": age.astype(float),
            "schooling": schooling,
            "experience_years": experience,
            "sector": sector,
            "region": region,
            "weekly_hours": hours.astype(float),
            "remote": np.where(remote, "yes", "no"),
            "started_on": started.strftime("%Y-%m-%d"),
            "monthly_wage": np.exp(log_wage).round(0).astype(int),
        }
    )
    for column, share in {
        "age": 0.03,
        "schooling": 0.05,
        "experience_years": 0.08,
        "region": 0.04,
        "remote": 0.1,
    }.items():
        frame.loc[rng.random(ROWS) < share, column] = None
    return frame


if __name__ == "__main__":
    table().to_csv(RESOURCES / "samples" / "wages.csv", index=False, lineterminator="\n")
