"""A small HTTPS client that keeps its connection."""
from __future__ import annotations

import http.client
import ssl


class Https:
    def __init__(self, port: int, timeout: float = 30.0) -> None:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=timeout, context=context)

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            self._connection.request("GET", path)
            response = self._connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def cipher(self) -> str:
        """Protocol and cipher of the connection, after a request."""
        name, protocol, _ = self._connection.sock.cipher()
        return f"{protocol} {name}"

    def close(self) -> None:
        self._connection.close()
