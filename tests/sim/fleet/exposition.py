"""What Prometheus reads about the fleet: the servers' and the gateways' real series names and labels, all pods on one page.

The labels `namespace` and `pod`, which service discovery adds in a cluster, are in the page: scrape it with honor_labels. So is `up` of
each pod, since one scrape stands for many: 1 while it serves, 0 while it loads or drains. A pod that doesn't serve exposes nothing else.
When a pod was created comes, as in a cluster, from kube-state-metrics' series. The gateway's series have a namespace where its own pod's
was added to them, which is up to who scrapes it.
"""
from __future__ import annotations

from typing import Callable, ContextManager, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from fleet.fleet import Fleet
from fleet.gateway import ROUTERS
from fleet.pod import Phase
from fleet.servers import POD_LABELS, SERVERS, Source

GATEWAY_QUEUE_LABELS = ("fairness_id", "priority", "inference_pool", "model_name", "target_model_name")
GATEWAY_REQUEST_LABELS = ("model_name", "target_model_name", "priority")


class FleetCollector:
    """A prometheus_client collector. `borrow` gives the fleet for the time of a scrape, locked where others use it too; `epoch` is the Unix
    time of the simulation's start; `gateway_namespaces`: whether the gateway's series have a namespace, without which the gateways of a
    model that several namespaces serve could not be told apart."""

    def __init__(self, borrow: Callable[[], ContextManager[Fleet]], epoch: float, gateway_namespaces: bool = False) -> None:
        self._borrow = borrow
        self._epoch = epoch
        self._gateway_namespaces = gateway_namespaces

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        with self._borrow() as fleet:
            families = [_up(fleet), _pod_created(fleet, self._epoch), *_servers(fleet), *_gateways(fleet, self._gateway_namespaces)]
        yield from families


def _up(fleet: Fleet) -> Metric:
    up = GaugeMetricFamily("up", "Whether the scrape of the pod succeeded.", labels=POD_LABELS)
    for deployment in fleet.deployments.values():
        for pod in deployment.pods:
            up.add_metric([deployment.namespace, pod.name], 1 if pod.phase is Phase.READY else 0)
    return up


def _pod_created(fleet: Fleet, epoch: float) -> Metric:
    created = GaugeMetricFamily("kube_pod_created", "Unix creation timestamp", labels=POD_LABELS)
    for deployment in fleet.deployments.values():
        for pod in deployment.pods:
            created.add_metric([deployment.namespace, pod.name], epoch + pod.created_at)
    return created


def _servers(fleet: Fleet) -> Iterator[Metric]:
    for server, series in SERVERS.items():
        sources = [source for source in _sources(fleet) if source.pod.profile.server == server]
        if sources:
            yield from (one.family(sources) for one in series)


def _sources(fleet: Fleet) -> Iterator[Source]:
    for deployment in fleet.deployments.values():
        for pod in deployment.ready():
            for index, engine in enumerate(pod.engines):
                yield Source(deployment, pod, index, engine)


def _gateways(fleet: Fleet, namespaces: bool) -> Iterator[Metric]:
    """As endpoint pickers expose them, old (Gateway API inference extension) and new (llm-d-router): without a namespace of their own."""
    added = ("namespace",) if namespaces else ()
    for names in ROUTERS:
        models = {model: gateway for model, gateway in fleet.gateways.items() if gateway.router == names}
        if not models:
            continue
        queue = GaugeMetricFamily(names.queue, "Requests that are held in the flow control layer.", labels=(*GATEWAY_QUEUE_LABELS, *added))
        requests = CounterMetricFamily(names.requests, "Requests that were scheduled.", labels=(*GATEWAY_REQUEST_LABELS, *added))
        for model, gateway in models.items():
            pool = model.name.rsplit("/", 1)[-1]
            where = (model.namespace,) if namespaces else ()
            queue.add_metric(["default-flow", "0", pool, model.name, model.name, *where], len(gateway.queue))
            requests.add_metric([model.name, model.name, "0", *where], gateway.received)
        yield from (queue, requests)
