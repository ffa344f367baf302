"""How long each stage of an answer took."""

import time


class Clock:
    """A stop watch with laps."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._last = time.perf_counter()

    def stop(self, stage: str) -> None:
        """Give the time since the last stop to a stage, in milliseconds; a stage may come twice."""
        now = time.perf_counter()
        self.stages[stage] = round(self.stages.get(stage, 0.0) + (now - self._last) * 1000, 2)
        self._last = now
