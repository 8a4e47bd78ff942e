"""Load that somebody adds by hand, through the simulator's HTTP port."""
from __future__ import annotations

from typing import Mapping

from fleet.fleet import Fleet, ModelKey
from fleet.traffic import Lengths, Segment, Traffic, piecewise

MAX_RATE, MAX_SECONDS = 500.0, 600.0


def add_load(fleet: Fleet, models: Mapping[str, ModelKey], lengths: Lengths, model: str, rate: float, seconds: float) -> None:
    """From now on, on top of what there is; ValueError with a message for the caller."""
    if model not in models:
        raise ValueError(f"no model {model}; there are: {', '.join(models)}")
    if not (0 < rate <= MAX_RATE and 0 < seconds <= MAX_SECONDS):
        raise ValueError(f"wanted 0 < rate <= {MAX_RATE:.0f} and 0 < seconds <= {MAX_SECONDS:.0f}")
    shape = piecewise([Segment(fleet.now, rate), Segment(fleet.now + seconds, 0.0)])
    fleet.add_traffic(models[model], Traffic(model, shape, lengths))
