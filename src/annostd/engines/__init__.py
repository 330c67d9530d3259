"""Engines: who runs the same function on many parts, here, in processes or on a cluster."""

from annostd.engines.engine import ENGINES, Engine, open_engine

__all__ = ["ENGINES", "Engine", "open_engine"]
