import pytest


class HandClock:
    """A clock that moves when it is told to, or when somebody sleeps."""

    def __init__(self, wall: int = 1_800_000_000_000) -> None:
        self.wall = wall
        self.seconds = 50.0

    def now(self) -> int:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += round(seconds * 1000)

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
