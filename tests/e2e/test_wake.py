"""A target that was created with no replica is nobody's to wake but --wake-directly's: the HPA wakes only what it put to zero itself."""
from __future__ import annotations

from fleet.fleet import ModelKey
from harness.waiting import eventually

from cluster import objects
from cluster.built import ROOT
from cluster.testcase import ClusterTestCase

MODEL = ModelKey("llm-inference", "meta/llama-3.1-8b")
DEPLOYMENT = "llama-8b"
VARIANT = f"{DEPLOYMENT}-autoscaler"
POLICY = objects.scale_to_zero({"default": "enable_scale_to_zero: true\nretention_period: 1h\n"})


class WakeDirectly(ClusterTestCase):
    def test_a_target_created_at_zero(self) -> None:
        self.kubectl.apply([POLICY])
        self.add_model(MODEL, {DEPLOYMENT: 0})
        self.wait_scraped()
        first, second = [self.launch_replica(name, ["--wake-directly"]) for name in ("first", "second")]
        self.serve(first.wait_ready(), second.wait_ready())
        self.kubectl.apply([objects.autoscaler(MODEL.namespace, DEPLOYMENT, DEPLOYMENT, objects.object_metric(VARIANT))])
        eventually("the HPA leaves it alone", lambda: ("ScalingActive", "False", "ScalingDisabled") in self.conditions(
            f"/apis/autoscaling/v2/namespaces/{MODEL.namespace}/horizontalpodautoscalers/{DEPLOYMENT}"))
        self.fleet.send_one(MODEL)
        eventually("it should be awake", lambda: self.desired(MODEL.namespace, VARIANT) == 1)
        message = r"may not wake a Deployment in namespace llm-inference directly.*deployments/scale"
        eventually("the leader says what it lacks", lambda: first.child.find(message) or second.child.find(message))
        self.assertEqual(self.replicas(MODEL.namespace, DEPLOYMENT), 0)

        self.kubectl.run("apply", "-f", str(ROOT / "manifests/components/wake-directly/rbac.yaml"))
        eventually("it is awake", lambda: self.replicas(MODEL.namespace, DEPLOYMENT) == 1)
        eventually("its request is answered", lambda: self.fleet.load(MODEL).finished == 1)
        woken = [replica.child.name for replica in (first, second) if replica.child.find("woke directly")]
        self.assertEqual(len(woken), 1, woken)

    def conditions(self, path: str) -> set[tuple[str, str, str]]:
        found = self.plane.api.get(path)
        return {(item["type"], item["status"], item["reason"]) for item in found.get("status", {}).get("conditions", [])}
