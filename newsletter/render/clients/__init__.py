"""Mail clients: what each supports, and what a letter looks like in some of them (simulated)."""

from newsletter.render.clients.losses import Loss, LossKind
from newsletter.render.clients.simulate import Simulated, Simulation, simulate
from newsletter.render.clients.support import Support, support

__all__ = ["Loss", "LossKind", "Simulated", "Simulation", "Support", "simulate", "support"]
