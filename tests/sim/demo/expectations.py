"""What the scenario must show, checked against the recorded timeline. Each check says what was seen, and can fail."""
from __future__ import annotations

from dataclasses import dataclass

from demo.timeline import Timeline

# The stand-in samples once a second and the adapter's step is a second, so a time can be off by one of each.
GRAIN = 2.0
# Zero may come this much later: an answer that is late costs little, one that is early cuts somebody off.
LATEST = 12.0


@dataclass(frozen=True)
class Check:
    expected: str
    passed: bool
    seen: str


def every_second_was_answered(timeline: Timeline, variants: list[str]) -> Check:
    expected = "the metrics API answers every second for every variant"
    missing = [(s.t, name, s.variants[name].reason) for s in timeline.samples for name in variants if s.variants[name].desired is None]
    if missing:
        t, name, why = missing[0]
        return Check(expected, False, f"{len(missing)} without an answer, first at {t:.0f} s for {name}: {why}")
    return Check(expected, bool(timeline.samples), f"{len(timeline.samples) * len(variants)} answers")


def nothing_was_cut_off(timeline: Timeline) -> Check:
    seen = f"{len(timeline.completions)} requests finished, {timeline.interrupted} cut off"
    return Check("no request is cut off by scaling down", timeline.interrupted == 0 and bool(timeline.completions), seen)


def goes_to_zero(timeline: Timeline, variant: str, model: str, retention: float, start: float, end: float) -> Check:
    """Within [start, end]; not before the retention period has passed since the last use (or since anything is known), nor long after."""
    expected = f"{variant} goes to zero between {start:.0f} s and {end:.0f} s, once it was unused for {retention:.0f} s"
    zero = next((t for t, v in timeline.of_variant(variant, start, end) if v.desired == 0), None)
    if zero is None:
        return Check(expected, False, f"desired never 0; at {end:.0f} s {_last_desired(timeline, variant, end)}")
    used = max([timeline.scraped_since, *(t for t, m in timeline.of_model(model, end=zero) if m.in_flight > 0),
                *(c.finished for c in timeline.completions if c.model == model and c.finished <= zero)])
    gone = next((t for t, v in timeline.of_variant(variant, zero, end) if v.replicas == 0 and v.ready == 0), None)
    idle = zero - used
    what_followed = "no pod was taken away" if gone is None else f"no pod ready at {gone:.0f} s"
    seen = f"desired 0 at {zero:.0f} s, {idle:.0f} s after the last use; {what_followed}"
    in_time = retention - GRAIN <= idle <= retention + LATEST
    return Check(expected, in_time and gone is not None, seen)


def wakes_for_a_request(timeline: Timeline, variant: str, model: str, at: float, within: float) -> Check:
    expected = f"a request at {at:.0f} s wakes {variant} from zero within {within:.0f} s and is answered"
    before = [v for _, v in timeline.of_variant(variant, at - 3, at - 0.5)]
    asleep = bool(before) and all(v.desired == 0 and v.ready == 0 for v in before)
    wake = next((t for t, v in timeline.of_variant(variant, at) if v.desired and v.reason == "WakeUp"), None)
    answer = next((c for c in timeline.completions if c.model == model and c.arrived >= at - GRAIN), None)
    seen = ", ".join([
        "asleep before" if asleep else "not at zero before",
        "never a desired count with reason WakeUp" if wake is None else f"WakeUp after {wake - at:.1f} s",
        "request never answered" if answer is None else f"request answered after {answer.finished - answer.arrived:.1f} s",
    ])
    return Check(expected, asleep and wake is not None and wake - at <= within and answer is not None, seen)


def grows_to(timeline: Timeline, variant: str, replicas: int, start: float, end: float) -> Check:
    expected = f"{variant} grows to {replicas} replicas or more between {start:.0f} s and {end:.0f} s"
    peak = max((v.ready for _, v in timeline.of_variant(variant, start, end)), default=0)
    asked = max((v.desired or 0 for _, v in timeline.of_variant(variant, start, end)), default=0)
    return Check(expected, peak >= replicas, f"at most {asked} desired, {peak} ready")


def stays_at_least_one(timeline: Timeline, variant: str, model: str, retention: float) -> Check:
    """Means something only if the model has been idle for longer than the retention period."""
    expected = f"{variant} never falls below 1, though idle for longer than its retention period of {retention:.0f} s"
    lowest = min((min(v.replicas, v.replicas if v.desired is None else v.desired) for _, v in timeline.of_variant(variant)), default=0)
    busy = [t for t, m in timeline.of_model(model) if m.in_flight > 0]
    idle = (timeline.samples[-1].t - max(busy)) if busy else 0.0
    return Check(expected, lowest >= 1 and idle > retention + GRAIN, f"never below {lowest}, idle for the last {idle:.0f} s")


def returns_to_one(timeline: Timeline, variant: str) -> Check:
    expected = f"{variant} ends with 1 replica"
    last = timeline.samples[-1].variants[variant]
    return Check(expected, (last.desired, last.replicas) == (1, 1), f"{last.desired} desired, {last.replicas} replicas, reason {last.reason}")


def grows_first(timeline: Timeline, cheap: str, dear: str, start: float, end: float) -> Check:
    expected = f"as load rises at {start:.0f} s, the cheaper {cheap} grows before the dearer {dear}"
    cheap_at, dear_at = (_first_change(timeline, v, start, end, +1) for v in (cheap, dear))
    passed = cheap_at is not None and (dear_at is None or cheap_at < dear_at)
    return Check(expected, passed, f"{cheap} {_when('grew', cheap_at)}, {dear} {_when('grew', dear_at)}")


def shrinks_first(timeline: Timeline, dear: str, cheap: str, start: float, end: float) -> Check:
    expected = f"when less is needed again, the dearer {dear} shrinks before the cheaper {cheap}"
    dear_at, cheap_at = (_first_change(timeline, v, start, end, -1) for v in (dear, cheap))
    passed = dear_at is not None and (cheap_at is None or dear_at < cheap_at)
    return Check(expected, passed, f"{dear} {_when('shrank', dear_at)}, {cheap} {_when('shrank', cheap_at)}")


def survives_long_request(timeline: Timeline, variant: str, model: str, retention: float) -> Check:
    """The longest request of the model: it must have outlasted the retention period, or nothing was shown."""
    expected = f"{variant} is never put to zero while one request runs for longer than the retention period of {retention:.0f} s"
    longest = max((c for c in timeline.completions if c.model == model), key=lambda c: c.finished - c.arrived, default=None)
    if longest is None:
        return Check(expected, False, "the request never finished")
    seconds = longest.finished - longest.arrived
    during = [v for _, v in timeline.of_variant(variant, longest.arrived, longest.finished)]
    lowest = min((min(v.replicas, v.replicas if v.desired is None else v.desired) for v in during), default=0)
    return Check(expected, seconds > retention + GRAIN and lowest >= 1, f"it ran for {seconds:.0f} s, never below {lowest} desired")


def _first_change(timeline: Timeline, variant: str, start: float, end: float, direction: int) -> float | None:
    """When spec.replicas first moved in `direction` from one sample to the next. Not the desired count: growth that is no longer needed
    before the HPA's scale-up policy let it happen is taken back, and that is no shrinking."""
    counts = [(t, v.replicas) for t, v in timeline.of_variant(variant, start, end)]
    return next((t for (_, before), (t, after) in zip(counts, counts[1:]) if (after - before) * direction > 0), None)


def _when(what: str, t: float | None) -> str:
    return f"never {what}" if t is None else f"{what} at {t:.0f} s"


def _last_desired(timeline: Timeline, variant: str, end: float) -> str:
    samples = list(timeline.of_variant(variant, end=end))
    return f"{samples[-1][1].desired} ({samples[-1][1].reason})" if samples else "nothing recorded"
