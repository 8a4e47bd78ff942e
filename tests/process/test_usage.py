"""How it is started: what it refuses, in one line with exit code 2, and which source of a setting wins."""
from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Mapping, Sequence

from harness import certificates
from harness.adapter import BINARY, Adapter
from harness.cluster import ClusterFolder, Variant
from harness.testcase import ProcessTestCase
from harness.waiting import PATIENCE


class BadUsage(ProcessTestCase):
    def refused(self, flags: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
        """The one line that it says."""
        done = subprocess.run([BINARY, *flags], env=dict(environment or {}), capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertRegex(done.stderr, r"^inferno-adapter: [^\n]+\n$")
        return done.stderr

    def test_flags_that_cannot_work(self) -> None:
        here = ["--standalone-dir", str(self.folder)]
        missing = str(self.folder / "missing")
        for flags, words in (
            ([*here, "--secure-prt", "1"], ["--secure-prt: unknown option", "--secure-port"]),
            ([*here, "--secure-port", "65536"], ["--secure-port", "65536"]),
            ([*here, "--metric-alias", "inferno_desired_ratio"], ["--metric-alias", "inferno_desired_ratio", "own"]),
            ([*here, "--secure-port", "https"], ["--secure-port", "https"]),
            ([*here, "--secure-port"], ["--secure-port: needs a value"]),
            ([*here, "--signal-max-age", "5"], ["--signal-max-age", '"5"']),
            ([*here, "--log-format", "xml"], ["--log-format", "xml"]),
            ([*here, "--prometheus-url", "prometheus:9090"], ["--prometheus-url"]),
            ([*here, "--prometheus-url", "http://me:a/b@prometheus:9090"], ["--prometheus-url", "%2F"]),
            ([*here, "--prometheus-header", "tenant"], ["--prometheus-header"]),
            ([*here, "--prometheus-header-file", f"X-Scope-OrgID: {missing}"], ["--prometheus-header-file", missing]),
            ([*here, "--prometheus-query-parameter", "step=1s"], ["--prometheus-query-parameter", "step"]),
            ([*here, "--extra-label-matchers", 'job="vllm"'], ["--extra-label-matchers", 'job="vllm"', "--engine-label-matchers"]),
            ([*here, "--prometheus-token-file", missing], ["--prometheus-token-file", missing]),
            ([*here, "--prometheus-ca-file", missing], ["--prometheus-ca-file", missing]),
            ([*here, "--flow-interval", "7s"], ["--flow-interval", "--signal-step"]),
            ([*here, "serve"], ["serve"]),
            (["--standalone-dir", missing], ["--standalone-dir", missing]),
            ([], ["--standalone-dir"]),
            (["--config", missing], ["--config", missing]),
        ):
            with self.subTest(" ".join(flags)):
                line = self.refused(flags)
                for word in words:
                    self.assertIn(word, line)

    def test_serving_without_authentication_is_for_loopback_only(self) -> None:
        for address in ("0.0.0.0", "::", "192.0.2.1"):
            with self.subTest(address):
                line = self.refused(["--standalone-dir", str(self.folder), "--bind-address", address])
                for word in ("--bind-address", address, "--client-ca-file", "--token-auth-file"):
                    self.assertIn(word, line)

    def test_serving_certificates_that_cannot_work(self) -> None:
        pair, other = certificates.self_signed(self.folder, "one"), certificates.self_signed(self.folder, "other")
        missing, garbage = self.folder / "missing.pem", self.folder / "garbage.pem"
        garbage.write_text("not PEM")
        for certificate, key, words in (
            (pair.certificate, None, ["--tls-cert-file", "--tls-private-key-file"]),
            (None, pair.key, ["--tls-private-key-file", "--tls-cert-file"]),
            (missing, pair.key, ["--tls-cert-file", str(missing)]),
            (pair.certificate, missing, ["--tls-private-key-file", str(missing)]),
            (garbage, pair.key, ["--tls-cert-file", str(garbage)]),
            (pair.certificate, other.key, ["--tls-", str(pair.certificate), str(other.key)]),
        ):
            flags = ["--standalone-dir", str(self.folder)]
            flags += ["--tls-cert-file", str(certificate)] if certificate else []
            flags += ["--tls-private-key-file", str(key)] if key else []
            with self.subTest(flags):
                line = self.refused(flags)
                for word in words:
                    self.assertIn(word, line)

    def test_authentication_files_that_cannot_work(self) -> None:
        garbage = self.folder / "garbage"
        garbage.write_text('"unclosed\n')
        for option in ("--token-auth-file", "--client-ca-file"):
            for file in (self.folder / "missing", self.folder, garbage):
                with self.subTest(option, file=file):
                    line = self.refused(["--standalone-dir", str(self.folder), option, str(file)])
                    self.assertIn(option, line)
                    self.assertIn(str(file), line)

    def test_settings_of_other_sources_are_refused_by_name_too(self) -> None:
        line = self.refused(["--standalone-dir", str(self.folder)], {"INFERNO_SECURE_PORT": "x"})
        self.assertIn("INFERNO_SECURE_PORT", line)
        line = self.refused(["--standalone-dir", str(self.folder)], {"PROMETHEUS_BASE_URL": "x"})
        self.assertIn("PROMETHEUS_BASE_URL", line)
        file = self.folder / "config.yaml"
        file.write_text("secure-port: x\n")
        line = self.refused(["--standalone-dir", str(self.folder), "--config", str(file)])
        self.assertIn("--secure-port", line)
        self.assertIn(str(file), line)

    def test_help_and_version_are_no_errors(self) -> None:
        for flag, start in (("--help", "inferno-adapter: "), ("--version", "inferno-adapter ")):
            with self.subTest(flag):
                done = subprocess.run([BINARY, flag], env={}, capture_output=True, text=True, timeout=PATIENCE, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertTrue(done.stdout.startswith(start), done.stdout)


class Precedence(ProcessTestCase):
    """Seen from the format of the log, which can be set everywhere."""

    def test_a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default(self) -> None:
        cluster = ClusterFolder(self.folder)
        cluster.put(Variant("llama"))
        prometheus = self.empty_prometheus()
        for file, variable, flag, expected in (
            (None, None, None, "text"),
            ("json", None, None, "json"),
            ("json", "text", None, "text"),
            ("json", "text", "json", "json"),
            ("text", "json", None, "json"),
        ):
            with self.subTest(file=file, variable=variable, flag=flag):
                environment = {"INFERNO_LOG_FORMAT": variable} if variable else {}
                if file:
                    environment["INFERNO_CONFIG"] = str(self._config(file))
                flags = ["--log-format", flag] if flag else []
                adapter = self.adapter(cluster.path, prometheus.url, flags, environment)
                self.assertEqual(self._log_format(adapter), expected)

    def _config(self, log_format: str) -> Path:
        file = self.folder / "config.yaml"
        file.write_text(f"log-format: {log_format}\n")
        return file

    def _log_format(self, adapter: Adapter) -> str:
        first = adapter.child.text().splitlines()[0]
        if not first.startswith("{"):
            return "text"
        self.assertEqual(set(json.loads(first)), {"time", "level", "message"})
        return "json"
