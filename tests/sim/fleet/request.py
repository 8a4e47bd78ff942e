"""One inference request on its way through gateway, waiting queue and running batch."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False)
class Request:
    """Lengths in tokens, times in simulated seconds. `finish_reason` is what vLLM will report when it ends by itself."""

    model: str
    arrived_at: float
    prompt_tokens: int
    output_tokens: int
    finish_reason: str = "stop"
    computed: float = 0.0  # tokens of prompt (and, after a preemption, of earlier output) whose KV is in the cache
    generated: float = 0.0
    first_token_at: float | None = None
    finished_at: float | None = None

    @property
    def to_prefill(self) -> float:
        """Tokens whose KV must be computed before the next one is generated."""
        return max(0.0, self.prompt_tokens + self.generated - self.computed)

    @property
    def done(self) -> bool:
        return self.generated >= self.output_tokens

    def lose_cache(self) -> None:
        """Preempted: what was generated stays, its KV has to be computed again."""
        self.computed = 0.0

    def start_over(self) -> None:
        """Retried on another replica: nothing of the first attempt is kept."""
        self.computed = 0.0
        self.generated = 0.0
