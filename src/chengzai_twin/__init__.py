"""The marked twin of a city: seeded baselines, shares and monthly reports for what nobody has reported yet.

It reads a pack through the engine's front doors and makes facts of source `simulated`.
No stage knows it; its truth is kept apart so that forecasts and warnings can be scored against it.
"""

from chengzai_twin._region import SimulatedTown, simulate_region
from chengzai_twin._simulate import Simulation, simulate

__all__ = ["SimulatedTown", "Simulation", "simulate", "simulate_region"]
