"""The standalone directory: an edit changes the next answer, without a restart."""
from __future__ import annotations

import os

from harness.adapter import Adapter
from harness.client import Client
from harness.cluster import LLM, ClusterFolder, Variant, scale_to_zero
from harness.testcase import ProcessTestCase
from harness.waiting import eventually


class Directory(ProcessTestCase):
    def setUp(self) -> None:
        self.cluster = ClusterFolder(self.folder)
        self.cluster.put(Variant("llama"))
        self.cluster.write("policy", scale_to_zero({"default": "retention_period: 10m"}))

    def serve(self) -> tuple[Adapter, Client]:
        adapter = self.adapter(self.cluster.path, self.empty_prometheus().url)
        client = self.enterContext(adapter.client())
        eventually("the first answer", lambda: client.metric(LLM, "llama").status == 200)
        return adapter, client

    def test_a_config_map_override_applies_to_the_next_decision(self) -> None:
        _, client = self.serve()
        self.assertEqual(self._retention(client), {"value": "600s", "from": "ConfigMap model-scale-to-zero-config, key default"})
        self.cluster.write("policy", scale_to_zero({
            "default": "retention_period: 10m", "override": "model_id: llama\nenable_scale_to_zero: true\nretention_period: 1h30m"}))
        override = "ConfigMap model-scale-to-zero-config, key override"
        eventually("the override applies", lambda: self._retention(client) == {"value": "5400s", "from": override})
        self.assertEqual(self._policy(client)["enable_scale_to_zero"], {"value": True, "from": override})
        self.cluster.remove("policy")
        eventually("without the ConfigMap the defaults apply", lambda: "ConfigMap" not in self._retention(client)["from"])
        self.assertEqual(self._retention(client)["value"], "600s")

    def test_replicas_and_variants_come_and_go(self) -> None:
        _, client = self.serve()
        self.cluster.put(Variant("llama", replicas=4))
        eventually("4 replicas", lambda: client.metric(LLM, "llama", "inferno_current_replicas").value() == "4")
        self.assertEqual(client.metric(LLM, "llama").value(), "4")  # without signals the count is held
        self.cluster.put(Variant("mixtral", replicas=2))
        eventually("the new variant", lambda: client.metric(LLM, "mixtral").status == 200)
        self.assertEqual(client.metric(LLM, "mixtral").value(), "2")
        self.cluster.remove("mixtral")
        eventually("the variant is gone", lambda: client.metric(LLM, "mixtral").status == 404)

    def test_a_broken_file_keeps_its_last_good_content(self) -> None:
        adapter, client = self.serve()
        self.cluster.write("llama", "kind: [unclosed\n")
        adapter.child.wait_for(r"llama\.yaml: .*last good content still applies")
        self.assertEqual(client.metric(LLM, "llama").value(), "1")
        self.assertEqual(client.get("/readyz").status, 200)
        self.cluster.put(Variant("mixtral", replicas=2))
        eventually("other files still count", lambda: client.metric(LLM, "mixtral").status == 200)
        self.cluster.put(Variant("llama", replicas=3))
        eventually("the mended file", lambda: client.metric(LLM, "llama").value() == "3")

    def test_a_volume_is_swapped_as_kubernetes_does(self) -> None:
        """A ConfigMap volume: its files are links into ..data, a link that is replaced as a whole."""
        volume = self.folder / "volume"
        self._new_version(volume, "first", 1)
        (volume / "llama.yaml").symlink_to("..data/llama.yaml")
        adapter = self.adapter(volume, self.empty_prometheus().url)
        client = self.enterContext(adapter.client())
        eventually("the first version", lambda: client.metric(LLM, "llama").status == 200)
        self.assertEqual(client.metric(LLM, "llama").value(), "1")
        self._new_version(volume, "second", 5)
        eventually("the second version", lambda: client.metric(LLM, "llama").value() == "5")

    def _new_version(self, volume, name: str, replicas: int) -> None:
        (volume / name).mkdir(parents=True)
        (volume / name / "llama.yaml").write_text(Variant("llama", replicas=replicas).yaml())
        (volume / "..data_tmp").symlink_to(name)
        os.replace(volume / "..data_tmp", volume / "..data")

    def _policy(self, client: Client) -> dict:
        return client.report(LLM, "llama")["policy"]["scaleToZero"]

    def _retention(self, client: Client) -> dict:
        return self._policy(client)["retention_period"]
