"""Cluster IPs that answer, as kube-proxy makes them, and their names, as the cluster's DNS gives them."""
from __future__ import annotations

import http.client
import threading
from typing import Any, Mapping

from cluster.api import Api, ApiError
from cluster.service_proxy import Address, ServiceProxy

PAUSE = 0.2  # seconds between two looks


class Services:
    """`here`: Services that lead to a port of this machine's loopback, by namespace and name; others lead to their ready pods."""

    def __init__(self, api: Api, here: Mapping[tuple[str, str], int]) -> None:
        self._api, self._here = api, here
        self._proxies: dict[Address, ServiceProxy] = {}
        self._stop = threading.Event()
        self._look()
        self._thread = threading.Thread(target=self._run, name="services", daemon=True)
        self._thread.start()

    def hosts(self, namespace: str) -> dict[str, str]:
        """The cluster IP of each name that a pod of this namespace can use."""
        found: dict[str, str] = {}
        for service in self._api.get("/api/v1/services")["items"]:
            metadata, address = service["metadata"], service["spec"].get("clusterIP", "None")
            if address == "None":
                continue
            long = f"{metadata['name']}.{metadata['namespace']}"
            found |= {name: address for name in (long, f"{long}.svc", f"{long}.svc.cluster.local")}
            if metadata["namespace"] == namespace:
                found[metadata["name"]] = address
        return found

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        for proxy in self._proxies.values():
            proxy.close()

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            try:
                self._look()
            except (OSError, http.client.HTTPException, ApiError):
                continue

    def _look(self) -> None:
        slices = self._api.get("/apis/discovery.k8s.io/v1/endpointslices")["items"]
        wanted: dict[Address, list[Address]] = {}
        for service in self._api.get("/api/v1/services")["items"]:
            if service["spec"].get("clusterIP", "None") == "None":
                continue
            name = service["metadata"]["namespace"], service["metadata"]["name"]
            own = [item for item in slices if item["metadata"]["namespace"] == name[0]
                   and item["metadata"].get("labels", {}).get("kubernetes.io/service-name") == name[1]]
            for port in service["spec"]["ports"]:
                endpoints = [("127.0.0.1", self._here[name])] if name in self._here else _ready(own, port.get("name", ""))
                wanted[(service["spec"]["clusterIP"], port["port"])] = endpoints
        for address in [address for address in self._proxies if address not in wanted]:
            self._proxies.pop(address).close()
        for address, endpoints in wanted.items():
            if address not in self._proxies:
                self._proxies[address] = ServiceProxy(address)
            self._proxies[address].set_addresses(endpoints)


def _ready(slices: list[Any], port_name: str) -> list[Address]:
    return [(endpoint["addresses"][0], port["port"])
            for item in slices for port in item.get("ports") or [] if (port.get("name") or "") == port_name
            for endpoint in item.get("endpoints") or [] if endpoint.get("conditions", {}).get("ready")]
