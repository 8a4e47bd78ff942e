"""What the adapter needs goes away and comes back, one after the other: nothing goes to zero that should not, and all recovers by itself."""
from __future__ import annotations

from fleet.fleet import ModelKey
from harness.adapter import Program
from harness.client import Client
from harness.waiting import eventually

from cluster import objects
from cluster.autoscaler_watch import AutoscalerWatch
from cluster.testcase import ClusterTestCase

RETENTION = 10  # seconds
BUSY = ModelKey("busy", "meta/llama-3.1-8b")
SLEEPER = ModelKey("sleeper", "qwen/qwen3-8b")
POLICY = objects.scale_to_zero({"default": f"enable_scale_to_zero: true\nretention_period: {RETENTION}s\n"})
RATE = 10.0  # of requests for BUSY, a second: what two replicas bear
API_SERVER_OUTAGE = 8  # seconds
ETCD_PAUSE = 30
BLIND = RETENTION + 8  # seconds without Prometheus
SETTLE = 60


class Outages(ClusterTestCase):
    replica: Program
    busy: AutoscalerWatch
    sleeper: AutoscalerWatch

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.kubectl.apply([POLICY])
        cls.add_model(BUSY, {"llama": 2})
        cls.add_model(SLEEPER, {"qwen": 1})
        cls.fleet.send(BUSY, RATE)
        cls.wait_scraped()
        cls.replica = cls.start_replica()
        cls.serve(cls.replica)
        cls.kubectl.apply([
            objects.autoscaler(model.namespace, name, name, objects.object_metric(f"{name}-autoscaler"))
            for model, name in ((BUSY, "llama"), (SLEEPER, "qwen"))])
        cls.busy = AutoscalerWatch(cls.plane.api, BUSY.namespace, "llama")
        cls.sleeper = AutoscalerWatch(cls.plane.api, SLEEPER.namespace, "qwen")

    def setUp(self) -> None:
        """Both models are awake, and their autoscalers at work."""
        self.busy.wait_active()
        self.fleet.send(SLEEPER, 1.0)
        eventually("the sleeper is awake", lambda: self.fleet.load(SLEEPER).running > 0, SETTLE)
        self.sleeper.wait_active()

    def tearDown(self) -> None:
        self.assertNotIn(0, self.busy.counts(), "a model under load went to zero")

    def test_the_api_server_restarts(self) -> None:
        client = self.enterContext(self.installation.direct(self.replica, self.plane.admin))
        self.plane.kill_api_server()
        self.answers_for(client, API_SERVER_OUTAGE)
        self.plane.start_api_server()
        self.installation.wait_available()
        self.everything_works()

    def test_etcd_is_paused(self) -> None:
        client = self.enterContext(self.installation.direct(self.replica, self.plane.admin))
        self.plane.pause_etcd()
        try:
            self.answers_for(client, ETCD_PAUSE)
        finally:
            self.plane.resume_etcd()
        eventually("the API server is ready", lambda: self.plane.api.request("GET", "/readyz").status == 200, SETTLE)
        self.installation.wait_available(SETTLE)
        self.everything_works()

    def test_prometheus_is_gone_while_idle_time_runs_out(self) -> None:
        client = self.enterContext(self.installation.direct(self.replica, self.plane.admin))
        self.fleet.send(SLEEPER, 0.0)
        eventually("the sleeper has nothing to do", lambda: self.fleet.load(SLEEPER).running == 0)
        self.prometheus.stop()
        values: set[str] = set()

        def blind() -> bool:
            values.add(client.metric(SLEEPER.namespace, "qwen-autoscaler").value())
            return self.fleet.now() >= end
        end = self.fleet.now() + BLIND
        eventually("the time that nobody sees has passed", blind, 2 * BLIND)
        self.assertEqual(values, {"1"})
        self.assertEqual(self.replicas(SLEEPER.namespace, "qwen"), 1)
        self.prometheus.start()
        self.own_by_class(self.prometheus.child)
        self.prometheus.wait_ready()
        self.everything_works()

    def everything_works(self) -> None:
        """The whole way, from a sample to spec.replicas."""
        self.busy.wait_active()
        self.fleet.send(SLEEPER, 0.0)
        eventually("the sleeper goes to zero", lambda: self.replicas(SLEEPER.namespace, "qwen") == 0, SETTLE)
        self.fleet.send_one(SLEEPER)
        eventually("and wakes", lambda: self.replicas(SLEEPER.namespace, "qwen") == 1, SETTLE)

    def answers_for(self, client: Client, seconds: float) -> None:
        """Answers about the busy model go on all this time."""
        def passed() -> bool:
            value = client.metric(BUSY.namespace, "llama-autoscaler").value()
            self.assertGreaterEqual(int(value), 1)
            return self.fleet.now() >= end
        end = self.fleet.now() + seconds
        eventually(f"{seconds} s have passed", passed, 2 * seconds + SETTLE)
