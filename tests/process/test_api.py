"""Every path of the API on the samples that the project ships, as a client sees it."""
from __future__ import annotations

import gzip
import os
import socket
import ssl
import subprocess
from pathlib import Path

from harness.adapter import Adapter
from harness.client import CUSTOM, DESIRED, RESOURCE, Client, metric_path
from harness.empty_prometheus import EmptyPrometheus
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

SAMPLES = Path(os.environ.get("INFERNO_SAMPLES", ""))
NAMESPACE = "llm-inference"
ALIAS = "wva_desired_replicas"
METRICS = ["inferno_desired_replicas", "inferno_current_replicas", "inferno_desired_ratio", ALIAS]
V1BETA1 = "/apis/custom.metrics.k8s.io/v1beta1"
EXTERNAL = "/apis/external.metrics.k8s.io/v1beta1"
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


class Api(ProcessTestCase):
    adapter_: Adapter
    client: Client

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        prometheus = EmptyPrometheus()
        cls.addClassCleanup(prometheus.close)
        cls.adapter_ = Adapter(cls.class_folder, SAMPLES, prometheus.url, ["--metric-alias", ALIAS])
        cls.own_by_class(cls.adapter_.child)
        cls.adapter_.wait_ready()
        cls.client = cls.enterClassContext(cls.adapter_.client())

    # ---- start

    def test_the_certificate_it_made_verifies_and_no_other_does(self) -> None:
        with self.adapter_.client() as client:
            self.assertEqual(client.get("/livez").status, 200)
        with self.adapter_.client(context=ssl.create_default_context()) as client:
            with self.assertRaises(ssl.SSLCertVerificationError):
                client.get("/livez")

    def test_alpn_picks_http_1_1(self) -> None:
        context = self.adapter_.context()
        context.set_alpn_protocols(["h2", "http/1.1"])
        with socket.create_connection(("127.0.0.1", self.adapter_.port)) as tcp:
            with context.wrap_socket(tcp, server_hostname="127.0.0.1") as tls:
                self.assertEqual(tls.selected_alpn_protocol(), "http/1.1")

    # ---- health

    def test_health_endpoints_and_their_checks_by_name(self) -> None:
        for path, body in {
            "/readyz?verbose": "[+]ping ok\n[+]cluster-state ok\n[+]authentication ok\n[+]shutdown ok\n[+]progress ok\nreadyz check passed\n",
            "/healthz?verbose": "[+]ping ok\n[+]cluster-state ok\n[+]authentication ok\n[+]shutdown ok\n[+]progress ok\nhealthz check passed\n",
            "/livez?verbose": "[+]ping ok\n[+]progress ok\nlivez check passed\n",
            "/readyz": "ok",
            "/livez": "ok",
            "/readyz/cluster-state": "ok",
            "/livez/progress": "ok",
        }.items():
            with self.subTest(path):
                answer = self.client.get(path)
                self.assertEqual((answer.status, answer.body.decode()), (200, body))

    # ---- custom and external metrics

    def test_metric_of_one_variant_in_both_versions(self) -> None:
        described = {"kind": "VariantAutoscaling", "namespace": NAMESPACE, "name": "llama-8b-autoscaler", "apiVersion": "llmd.ai/v1alpha1"}
        for metric, value in {DESIRED: "1", "inferno_current_replicas": "1", "inferno_desired_ratio": "1"}.items():
            with self.subTest(metric):
                document = self.client.metric(NAMESPACE, "llama-8b-autoscaler", metric).json()
                timestamp = document["items"][0].pop("timestamp")
                self.assertRegex(timestamp, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
                self.assertEqual(document, {
                    "kind": "MetricValueList", "apiVersion": "custom.metrics.k8s.io/v1beta2", "metadata": {},
                    "items": [{"describedObject": described, "metric": {"name": metric, "selector": None}, "windowSeconds": 15, "value": value}]})
        document = self.client.get(f"{V1BETA1}/namespaces/{NAMESPACE}/{RESOURCE}/llama-8b-autoscaler/{DESIRED}").json()
        del document["items"][0]["timestamp"]
        self.assertEqual(document, {
            "kind": "MetricValueList", "apiVersion": "custom.metrics.k8s.io/v1beta1", "metadata": {},
            "items": [{"describedObject": described, "metricName": DESIRED, "selector": None, "window": 15, "value": "1"}]})

    def test_all_variants_whose_labels_match(self) -> None:
        for selector, names in {
            "": ["llama-70b-h100", "llama-70b-l40s", "llama-8b-autoscaler"],
            "?labelSelector=inference.optimization/acceleratorName%3DL40S": ["llama-70b-l40s", "llama-8b-autoscaler"],
            "?labelSelector=inference.optimization/acceleratorName+notin+(L40S)": ["llama-70b-h100"],
            "?labelSelector=absent": [],
            "?metricLabelSelector=model_id+in+(meta/llama-3.1-8b)": None,  # a slash is no label value
            "?metricLabelSelector=accelerator%3DH100": ["llama-70b-h100"],
        }.items():
            for base in (CUSTOM, V1BETA1):
                with self.subTest(selector, base=base):
                    answer = self.client.get(f"{base}/namespaces/{NAMESPACE}/{RESOURCE}/*/{DESIRED}{selector}")
                    if names is None:
                        self.assert_status(answer, 400, "BadRequest", "meta/llama-3.1-8b")
                    else:
                        self.assertEqual([item["describedObject"]["name"] for item in answer.json()["items"]], names)

    def test_external_metric_by_either_label(self) -> None:
        for label in ("variantautoscaling_name", "variant_name"):
            with self.subTest(label):
                document = self.client.get(f"{EXTERNAL}/namespaces/{NAMESPACE}/{DESIRED}?labelSelector={label}%3Dllama-8b-autoscaler").json()
                (item,) = document["items"]
                self.assertEqual((document["kind"], item["metricName"], item["value"]), ("ExternalMetricValueList", DESIRED, "1"))
                self.assertEqual(item["metricLabels"][label], "llama-8b-autoscaler")

    def test_an_alias_answers_as_what_was_written_for_another_controller_expects(self) -> None:
        one = f"namespaces/{NAMESPACE}/{RESOURCE}/llama-8b-autoscaler/{ALIAS}"
        (item,) = self.client.get(f"{CUSTOM}/{one}").json()["items"]
        self.assertEqual((item["metric"]["name"], item["value"]), (ALIAS, "1"))
        (item,) = self.client.get(f"{V1BETA1}/{one}").json()["items"]
        self.assertEqual((item["metricName"], item["value"]), (ALIAS, "1"))
        every = self.client.get(f"{CUSTOM}/namespaces/{NAMESPACE}/{RESOURCE}/*/{ALIAS}?metricLabelSelector=accelerator_type%3DH100").json()
        self.assertEqual([item["describedObject"]["name"] for item in every["items"]], ["llama-70b-h100"])
        selector = f"variant_name%3Dllama-8b-autoscaler,exported_namespace%3D{NAMESPACE}"
        (item,) = self.client.get(f"{EXTERNAL}/namespaces/{NAMESPACE}/{ALIAS}?labelSelector={selector}").json()["items"]
        self.assertEqual((item["metricName"], item["value"]), (ALIAS, "1"))
        self.assertRegex(self.client.get("/metrics").body.decode(),
                         rf'(?m)^{ALIAS}\{{[^}}]*variant_name="llama-8b-autoscaler",[^}}]*namespace="{NAMESPACE}"\}} 1$')
        self.assertIn(f"/{ALIAS}", "".join(self.client.get("/openapi/v3/apis/custom.metrics.k8s.io/v1beta2").json()["paths"]))

    def test_decision_is_explained(self) -> None:
        def explained() -> dict | None:
            report = self.client.report(NAMESPACE, "llama-8b-autoscaler")
            return report if "does not scrape its pods" in report["explanation"] else None
        report = eventually("the decision rests on Prometheus' answer", explained)
        self.assertEqual((report["desired"], report["current"], report["reason"]), (1, 1, "MetricsMissing"))
        self.assertEqual(report["policy"]["scaleToZero"]["retention_period"],
                         {"value": "300s", "from": "ConfigMap model-scale-to-zero-config, key llama-8b"})

    # ---- discovery and documents

    def test_discovery_lists_groups_and_metrics(self) -> None:
        groups = self.client.get("/apis").json()
        self.assertEqual((groups["kind"], [group["name"] for group in groups["groups"]]),
                         ("APIGroupList", ["custom.metrics.k8s.io", "external.metrics.k8s.io"]))
        group = self.client.get("/apis/custom.metrics.k8s.io").json()
        self.assertEqual((group["kind"], group["preferredVersion"]["version"]), ("APIGroup", "v1beta2"))
        for base, prefix, kind in ((CUSTOM, f"{RESOURCE}/", "MetricValueList"), (V1BETA1, f"{RESOURCE}/", "MetricValueList"),
                                   (EXTERNAL, "", "ExternalMetricValueList")):
            with self.subTest(base):
                listed = self.client.get(base).json()
                self.assertEqual((listed["kind"], listed["groupVersion"]), ("APIResourceList", base.removeprefix("/apis/")))
                self.assertEqual({(r["name"], r["namespaced"], r["kind"], tuple(r["verbs"])) for r in listed["resources"]},
                                 {(prefix + metric, True, kind, ("get",)) for metric in METRICS})

    def test_aggregated_discovery(self) -> None:
        answer = self.client.get("/apis", {"Accept": f"{AGGREGATED},application/json"})
        self.assertEqual((answer.content_type, answer.json()["kind"]), (AGGREGATED, "APIGroupDiscoveryList"))
        self.assertEqual([item["metadata"]["name"] for item in answer.json()["items"]], ["custom.metrics.k8s.io", "external.metrics.k8s.io"])

    def test_openapi_documents_hang_together(self) -> None:
        self.assertEqual(self.client.get("/openapi/v2").json()["swagger"], "2.0")
        index = self.client.get("/openapi/v3").json()["paths"]
        self.assertIn("apis/custom.metrics.k8s.io/v1beta2", index)
        for path, entry in index.items():
            with self.subTest(path):
                document = self.client.get(entry["serverRelativeURL"]).json()
                self.assertTrue(document["openapi"].startswith("3."), document["openapi"])
                self.assertTrue(document["paths"])

    def test_version(self) -> None:
        version = self.client.get("/version").json()
        self.assertRegex(version["gitVersion"], r"^v\d+\.\d+\.\d+")
        self.assertIn(version["compiler"].split()[0], ("gcc", "clang"))

    def test_own_metrics_are_valid_and_carry_the_decisions(self) -> None:
        eventually("a decision rests on Prometheus' answer", lambda: self.client.metric(NAMESPACE, "llama-8b-autoscaler").status == 200)
        text = self.client.get("/metrics").body.decode()
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))
        self.assertRegex(text, r'(?m)^inferno_desired_replicas\{[^}]*variantautoscaling_name="llama-8b-autoscaler"[^}]*\} 1$')
        for family in ("inferno_adapter_build_info", "inferno_adapter_decisions_total"):
            self.assertRegex(text, rf"(?m)^{family}\{{")

    # ---- content

    def test_protobuf_where_it_is_asked_for_first(self) -> None:
        path = metric_path(NAMESPACE, "llama-8b-autoscaler")
        answer = self.client.get(path, {"Accept": "application/vnd.kubernetes.protobuf, */*"})
        self.assertEqual((answer.status, answer.content_type), (200, "application/vnd.kubernetes.protobuf"))
        self.assertTrue(answer.body.startswith(b"k8s\0"), answer.body[:16])
        self.assertIn(b"MetricValueList", answer.body)
        for accept in ("application/json, application/vnd.kubernetes.protobuf", "*/*", "application/*"):
            with self.subTest(accept):
                self.assertEqual(self.client.get(path, {"Accept": accept}).content_type, "application/json")

    def test_large_answers_are_gzipped_for_who_takes_that(self) -> None:
        plain = self.client.get("/openapi/v2")
        packed = self.client.get("/openapi/v2", {"Accept-Encoding": "gzip"})
        self.assertIsNone(plain.headers.get("Content-Encoding"))
        self.assertEqual(packed.headers.get("Content-Encoding"), "gzip")
        self.assertLess(len(packed.body), len(plain.body) // 2)
        self.assertEqual(gzip.decompress(packed.body), plain.body)

    def test_head_has_the_headers_of_get_and_no_body(self) -> None:
        get, head = self.client.get("/version"), self.client.request("HEAD", "/version")
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertEqual((head.content_type, head.headers["Content-Length"]), (get.content_type, str(len(get.body))))

    # ---- errors

    def test_every_error_is_a_status(self) -> None:
        for path in ("/nope", "/", "/apis/nope", "/apis/custom.metrics.k8s.io/v2", f"{CUSTOM}/namespaces/{NAMESPACE}/pods/x/{DESIRED}",
                     f"{CUSTOM}/namespaces/{NAMESPACE}/metrics/{DESIRED}", f"{EXTERNAL}/namespaces/{NAMESPACE}/nope",
                     metric_path(NAMESPACE, "llama-8b-autoscaler", "nope"), "/livez/nope"):
            with self.subTest(path):
                self.assert_status(self.client.get(path), 404, "NotFound")
        selector = metric_path(NAMESPACE, "*") + "?labelSelector=a%3D%3D%3Db"
        self.assert_status(self.client.get(selector), 400, "BadRequest")

    def test_methods_that_are_not_allowed(self) -> None:
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            with self.subTest(method):
                answer = self.client.request(method, metric_path(NAMESPACE, "llama-8b-autoscaler"))
                self.assert_status(answer, 405, "MethodNotAllowed", method)
                self.assertEqual(answer.headers["Allow"], "GET, HEAD")

    def test_media_types_that_it_does_not_have(self) -> None:
        for path in ("/apis", metric_path(NAMESPACE, "llama-8b-autoscaler")):
            with self.subTest(path):
                self.assert_status(self.client.get(path, {"Accept": "text/html"}), 406, "NotAcceptable", "application/json")
