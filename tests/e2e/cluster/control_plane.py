"""etcd, kube-apiserver, kube-controller-manager and kwok as plain processes on free ports: a cluster with one node that runs nothing.

Without a scheduler, pods name their node themselves (NODE); kwok says that they run and are ready.
"""
from __future__ import annotations

import signal
from pathlib import Path
from typing import Callable, Sequence

from harness import certificates
from harness.child import Child
from harness.ports import free_port
from harness.waiting import eventually

from cluster.api import Api, ApiError
from cluster.built import built
from cluster.kubeconfig import Access
from cluster.kubectl import Kubectl

NODE = "fake-0"
START = 60.0  # seconds; a second or two each where the machine has nothing else to do
IN_CLUSTER = "10.0.0.1"  # the first address of Services is the API server's own
AGGREGATOR = "front-proxy-client"
# The others only cost time at the start.
CONTROLLERS = ("deployment-controller", "replicaset-controller", "horizontal-pod-autoscaler-controller", "namespace-controller",
               "serviceaccount-controller", "root-ca-certificate-publisher-controller", "garbage-collector-controller")


class ControlPlane:
    """`sync_period` of the HPA's controller: Kubernetes' default of 15 s would make waiting of most of a test. `more_flags` of the API
    server."""

    def __init__(self, folder: Path, sync_period: str = "1s", more_controllers: Sequence[str] = (), more_flags: Sequence[str] = ()) -> None:
        self.folder = folder
        self._more_flags = more_flags
        self._controllers = (*CONTROLLERS, *more_controllers)
        self._built = built("kubernetes")
        self._sync_period = sync_period
        self._etcd_port, self._port = free_port(), free_port()
        self.children: dict[str, Child] = {}
        self.authority = certificates.self_signed(folder, "cluster-ca")
        self.front_proxy_authority = certificates.self_signed(folder, "front-proxy-ca")
        self.front_proxy = certificates.signed_by(self.front_proxy_authority, folder, "front-proxy", f"/CN={AGGREGATOR}")
        self.server_pair = certificates.signed_by(self.authority, folder, "apiserver", "/CN=kube-apiserver",
                                              f"{certificates.SERVER_NAMES},IP:{IN_CLUSTER},DNS:kubernetes.default.svc")
        self.service_account_key = certificates.rsa_key(folder, "service-account")
        self._pair = certificates.signed_by(self.authority, folder, "admin", "/O=system:masters/CN=admin")
        self.admin = Access(self._port, self.authority.certificate, self._pair)
        self.kubeconfig = self.admin.write(folder / "admin.kubeconfig")
        self.api = Api(self.admin)
        self.kubectl = Kubectl(self.program("kubectl"), self.kubeconfig)

    def program(self, name: str) -> Path:
        return self._built / "bin" / name

    def start(self) -> None:
        """Without its controllers: those look up once, at their start, which resources there are, and then only every 30 seconds."""
        self._start("etcd", [
            f"--data-dir={self.folder / 'etcd'}", "--unsafe-no-fsync", "--log-level=warn",
            f"--listen-client-urls=http://127.0.0.1:{self._etcd_port}", f"--advertise-client-urls=http://127.0.0.1:{self._etcd_port}",
            "--listen-peer-urls=http://127.0.0.1:0"])
        self.start_api_server()

    def start_controllers(self) -> None:
        self._start("kube-controller-manager", [
            f"--kubeconfig={self.kubeconfig}", f"--controllers={','.join(self._controllers)}", "--leader-elect=false",
            "--use-service-account-credentials", f"--service-account-private-key-file={self.service_account_key}",
            f"--root-ca-file={self.authority.certificate}", f"--secure-port={free_port()}", "--bind-address=127.0.0.1",
            f"--cert-dir={self.folder / 'kube-controller-manager'}", f"--horizontal-pod-autoscaler-sync-period={self._sync_period}",
            "--concurrent-deployment-syncs=2", "--kube-api-qps=100", "--kube-api-burst=200"])
        self._start("kwok", [
            f"--kubeconfig={self.kubeconfig}", f"--config={self._built / 'kwok-stages.yaml'}", f"--manage-single-node={NODE}",
            "--node-lease-duration-seconds=0"])
        self.api.create("/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}})
        # Without it no pod may be created there.
        self.wait_for("the default service account", lambda: self.api.get("/api/v1/namespaces/default/serviceaccounts/default"))

    def start_api_server(self) -> None:
        """Returns when it answers."""
        self._start("kube-apiserver", [
            f"--etcd-servers=http://127.0.0.1:{self._etcd_port}", f"--secure-port={self._port}", "--bind-address=127.0.0.1",
            "--endpoint-reconciler-type=none",  # the other types refuse a loopback address
            f"--cert-dir={self.folder / 'kube-apiserver'}", f"--tls-cert-file={self.server_pair.certificate}",
            f"--tls-private-key-file={self.server_pair.key}", f"--client-ca-file={self.authority.certificate}",
            f"--kubelet-client-certificate={self._pair.certificate}", f"--kubelet-client-key={self._pair.key}",
            "--authorization-mode=RBAC", "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={self.service_account_key}",
            f"--service-account-signing-key-file={self.service_account_key}",
            f"--requestheader-client-ca-file={self.front_proxy_authority.certificate}", f"--requestheader-allowed-names={AGGREGATOR}",
            "--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            f"--proxy-client-cert-file={self.front_proxy.certificate}", f"--proxy-client-key-file={self.front_proxy.key}",
            *self._more_flags])
        self.wait_for("the API server is ready", lambda: self.api.request("GET", "/readyz").status == 200)

    def kill_api_server(self) -> None:
        self.children["kube-apiserver"].kill()

    def pause_etcd(self) -> None:
        self.children["etcd"].send_signal(signal.SIGSTOP)

    def resume_etcd(self) -> None:
        self.children["etcd"].send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Nothing of it is needed any more, so nothing needs to end in order."""
        for child in reversed(self.children.values()):
            child.kill()

    def wait_for(self, what: str, find: Callable[[], object]) -> None:
        """`find` may fail while the API server isn't there yet."""
        def look() -> object:
            for child in self.children.values():
                if not child.running():
                    raise RuntimeError(f"{child.name} ended:\n{child.text()[-3000:]}")
            try:
                return find()
            except (OSError, ApiError):
                return None
        eventually(what, look, START)

    def _start(self, name: str, flags: list[str]) -> None:
        self.children[name] = Child(name, [str(self.program(name)), *flags], self.folder / f"{name}.log")
