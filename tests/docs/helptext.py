"""What `inferno-adapter --help` says there is."""
from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class HelpText:
    flags: set[str]  # with their dashes
    variables: set[str]  # those in brackets, and INFERNO_<OPTION> of every flag that can be set so

    @classmethod
    def of_the_program(cls) -> Self:
        text = subprocess.run([os.environ["INFERNO_ADAPTER"], "--help"], capture_output=True, text=True, check=True).stdout
        flags = set(re.findall(r"^  (--?[a-z][a-z-]*)", text, re.MULTILINE))
        settable = flags - {"--config", "--help", "--version"}
        variables = set(re.findall(r"\[([A-Z_]+)\]", text)) | {f"INFERNO_{flag.strip('-').replace('-', '_').upper()}" for flag in settable}
        return cls(flags, variables)
