"""Cluster objects that can't be used: each answers with its own error, and the others are served."""
from __future__ import annotations

from harness.adapter import Adapter
from harness.client import CUSTOM, DESIRED, RESOURCE, Client
from harness.cluster import LLM, ClusterFolder, Variant
from harness.empty_prometheus import EmptyPrometheus
from harness.testcase import ProcessTestCase
from harness.waiting import eventually


class UnusableObjects(ProcessTestCase):
    cluster: ClusterFolder
    client: Client

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        prometheus = EmptyPrometheus()
        cls.addClassCleanup(prometheus.close)
        cls.cluster = ClusterFolder(cls.class_folder)
        for variant in (Variant("good"), Variant("orphan", target="gone"), Variant("nameless", model=""), Variant("priceless", cost="cheap")):
            cls.cluster.put(variant)
        adapter = Adapter(cls.class_folder, cls.cluster.path, prometheus.url)
        cls.own_by_class(adapter.child)
        cls.client = cls.enterClassContext(adapter.wait_ready().client())
        eventually("the first answer", lambda: cls.client.metric(LLM, "good").status == 200)

    def test_an_unknown_variant(self) -> None:
        for path in (f"{CUSTOM}/namespaces/{LLM}/{RESOURCE}/nobody/{DESIRED}", f"/debug/decisions/{LLM}/nobody"):
            status = self.assert_status(self.client.get(path), 404, "NotFound", '"nobody"', f'"{LLM}"')
            self.assertEqual(status["details"], {"name": "nobody", "group": "llmd.ai", "kind": "variantautoscalings"})

    def test_a_variant_whose_scale_target_is_missing(self) -> None:
        for path in (f"{CUSTOM}/namespaces/{LLM}/{RESOURCE}/orphan/{DESIRED}", f"/debug/decisions/{LLM}/orphan"):
            self.assert_status(self.client.get(path), 404, "NotFound", '"orphan"', 'Deployment "gone"')

    def test_invalid_variants(self) -> None:
        for name, field in (("nameless", "spec.modelID"), ("priceless", "spec.variantCost")):
            with self.subTest(name):
                status = self.assert_status(self.client.metric(LLM, name), 422, "Invalid", f'"{name}"', field)
                (cause,) = status["details"]["causes"]
                self.assertEqual(cause["field"], field)

    def test_the_others_are_served(self) -> None:
        self.assertEqual(self.client.metric(LLM, "good").value(), "1")
        items = self.client.metric(LLM, "*").json()["items"]
        self.assertEqual([item["describedObject"]["name"] for item in items], ["good"])

    def test_own_metrics_have_no_sample_of_them(self) -> None:
        text = self.client.get("/metrics").body.decode()
        self.assertIn('inferno_desired_replicas{variantautoscaling_name="good"', text)
        for name in ("orphan", "nameless", "priceless"):
            self.assertNotIn(f'"{name}"', text)

    def test_a_target_that_appears_is_used(self) -> None:
        cluster = ClusterFolder(self.folder)
        cluster.put(Variant("late", target="later"))
        adapter = self.adapter(cluster.path, self.empty_prometheus().url)
        client = self.enterContext(adapter.client())
        eventually("the variant is known, its target is not", lambda: b"later" in client.metric(LLM, "late").body)
        cluster.put(Variant("later", replicas=3))
        eventually("the target is there", lambda: client.metric(LLM, "late").status == 200)
        self.assertEqual(client.metric(LLM, "late", "inferno_current_replicas").value(), "3")
