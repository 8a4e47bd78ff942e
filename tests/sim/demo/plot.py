"""The timeline as a picture: per model its load, and the desired and ready replicas of its variants."""
from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # no display needed
import matplotlib.pyplot as plt  # noqa: E402  (after the backend is chosen)
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.ticker import MaxNLocator  # noqa: E402

from demo.scenario import MODELS, DemoModel  # noqa: E402
from demo.timeline import Timeline  # noqa: E402

COLOURS = ("tab:blue", "tab:red")
LOAD_COLOUR = "0.55"


def draw(timeline: Timeline, path: Path) -> None:
    figure = plt.figure(figsize=(15, 10), constrained_layout=True)
    figure.suptitle("inferno-adapter: desired replicas from live signals", fontsize=15)
    for panel, model in zip(figure.subfigures(2, 2, wspace=0.04, hspace=0.04).flat, MODELS):
        load, replicas = panel.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [1, 1.8]})
        panel.suptitle(f"{model.name}\n{model.shows}", fontsize=10.5)
        _draw_load(load, timeline, model)
        _draw_replicas(replicas, timeline, model)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _draw_load(axes: Axes, timeline: Timeline, model: DemoModel) -> None:
    samples = list(timeline.of_model(model.name))
    times = [t for t, _ in samples]
    axes.fill_between(times, [m.in_flight for _, m in samples], step="post", color=LOAD_COLOUR, alpha=0.35, label="requests in flight")
    axes.step(times, [m.rate for _, m in samples], where="post", color="black", linewidth=1.0, label="requests per second")
    axes.set_ylabel("load")
    axes.set_ylim(bottom=0, top=max(2.2, axes.get_ylim()[1]))
    axes.legend(loc="upper right", fontsize=8)
    axes.grid(alpha=0.25)


def _draw_replicas(axes: Axes, timeline: Timeline, model: DemoModel) -> None:
    several = len(model.variants) > 1
    for colour, variant in zip(COLOURS, model.variants):
        samples = list(timeline.of_variant(variant.deployment))
        times = [t for t, _ in samples]
        prefix = f"{variant.deployment} " if several else ""
        axes.fill_between(times, [v.ready for _, v in samples], step="post", color=colour, alpha=0.22, label=f"{prefix}ready")
        desired = [float("nan") if v.desired is None else v.desired for _, v in samples]
        axes.step(times, desired, where="post", color=colour, linewidth=1.8, label=f"{prefix}desired")
    axes.set_ylabel("replicas")
    axes.set_xlabel("seconds")
    axes.set_ylim(bottom=-0.05, top=max(2.2, axes.get_ylim()[1] * (1.5 if several else 1.2)))  # room for the legend
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="upper right", fontsize=8)
    axes.grid(alpha=0.25)
