"""Certificates made by the openssl command, valid for a day."""
from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

EC_P256 = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA_2048 = ("rsa:2048",)
SERVER_NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


@dataclass(frozen=True)
class Pair:
    certificate: Path
    key: Path


def self_signed(folder: Path, name: str, key_type: Sequence[str] = EC_P256) -> Pair:
    """A certificate that is its own CA, with `name` as its CN; for serving on loopback."""
    pair = Pair(folder / f"{name}.crt", folder / f"{name}.key")
    _openssl("req", "-x509", "-days", "1", *_new_key(pair, key_type), "-subj", f"/CN={name}", "-addext", SERVER_NAMES,
             "-out", str(pair.certificate))
    return pair


def signed_by(authority: Pair, folder: Path, name: str, subject: str, server_names: str = SERVER_NAMES) -> Pair:
    """A client certificate, which also serves under these names."""
    pair, request = Pair(folder / f"{name}.crt", folder / f"{name}.key"), folder / f"{name}.csr"
    _openssl("req", "-utf8", *_new_key(pair), "-subj", subject, "-addext", server_names, "-out", str(request))
    _openssl("x509", "-copy_extensions", "copy", "-req", "-days", "1", "-in", str(request), "-CA", str(authority.certificate), "-CAkey", str(authority.key),
             "-CAcreateserial", "-out", str(pair.certificate))
    return pair


def rsa_key(folder: Path, name: str) -> Path:
    key = folder / f"{name}.key"
    _openssl("genrsa", "-out", str(key), "2048")
    return key


def _new_key(pair: Pair, key_type: Sequence[str] = EC_P256) -> Sequence[str]:
    return ["-newkey", *key_type, "-nodes", "-keyout", str(pair.key)]


def _openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"openssl {arguments[0]} failed: {done.stderr}")
