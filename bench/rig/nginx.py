"""nginx serving one static file over TLS, set up to be as fast as it can."""
from __future__ import annotations

from pathlib import Path

from bench.rig.adapter import THREADS
from bench.rig.certificate import Certificate
from bench.rig.https import Https
from demo.processes import Child, free_port

PATH = "/answer.json"

CONFIG = """\
daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  keepalive_time 1h;
  open_file_cache max=16;
  open_file_cache_valid 1h;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types {{ application/json json; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.3;
    root {folder}/root;
  }}
}}
"""


class Nginx:
    def __init__(self, folder: Path, certificate: Certificate, body: bytes) -> None:
        root = folder / "root"
        root.mkdir(parents=True)
        root.chmod(0o755)
        (root / PATH.lstrip("/")).write_bytes(body)
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(CONFIG.format(folder=folder, port=self.port, workers=THREADS,
                                        certificate=certificate.certificate, key=certificate.key))
        self.child = Child("nginx", ["nginx", "-e", str(folder / "start.log"), "-c", str(config)], folder / "nginx.log")

    def wait_ready(self) -> None:
        self.child.wait_until("an answer", self._answers, 10)

    @property
    def pid(self) -> int:
        return self.child.pid

    def _answers(self) -> bool | None:
        client = Https(self.port)
        try:
            return client.get(PATH)[0] == 200 or None
        except OSError:
            return None
        finally:
            client.close()
