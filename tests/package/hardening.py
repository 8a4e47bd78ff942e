"""Which protections against the exploitation of a memory error an ELF program lacks."""
from __future__ import annotations

import re
import subprocess
from pathlib import Path


def weaknesses(program: Path) -> list[str]:
    """Empty for a program as we ship it."""
    header, segments, dynamic, symbols = (_readelf(flag, program) for flag in ("-h", "-l", "-d", "--dyn-syms"))
    stack = re.search(r"GNU_STACK.*", segments)
    checks = {
        "not position independent": "DYN (Position-Independent Executable file)" in header,
        "its relocations stay writable (no RELRO)": "GNU_RELRO" in segments,
        "binds lazily, so that RELRO is partial": "BIND_NOW" in dynamic,
        "executable stack": stack is not None and " RWE " not in stack.group(),
        "a segment that is writable and executable": re.search(r"LOAD.* RWE ", segments) is None,
        "looks for libraries elsewhere (RPATH, RUNPATH)": re.search(r"\((RPATH|RUNPATH)\)", dynamic) is None,
        "relocations in its code (TEXTREL)": "TEXTREL" not in dynamic,
        "no stack protector": "__stack_chk_fail" in symbols,
        "no _FORTIFY_SOURCE": re.search(r"__(memcpy|snprintf|vsnprintf)_chk", symbols) is not None,
        "no assertions of the C++ library": "_ZSt21__glibcxx_assert_fail" in symbols,
    }
    return [weakness for weakness, absent in checks.items() if not absent]


def is_stripped(program: Path) -> bool:
    """Neither its symbol table nor debug information is there; the build id is, by which they are found."""
    sections = _readelf("-S", program)
    return ".symtab" not in sections and ".debug_" not in sections and ".note.gnu.build-id" in sections


def _readelf(flag: str, program: Path) -> str:
    return subprocess.run(["readelf", "-W", flag, str(program)], capture_output=True, text=True, check=True).stdout
