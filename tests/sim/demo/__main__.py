"""python3 -m demo ADAPTER_BINARY [--output DIR] [--hold]: see scripts/demo.sh."""
from __future__ import annotations

import argparse
import math
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from demo.expectations import Check
from demo.plot import draw
from demo.processes import StartError
from demo.scenario import DURATION, EXPECTATIONS, MODEL_OF
from demo.session import Session
from demo.table import display_for

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130


def main() -> int:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="inferno-demo-"))
    for number in ENDING_SIGNALS:
        signal.signal(number, _interrupt)
    try:
        code = _demo(options.binary, folder, options.output, options.hold)
    except StartError as error:
        print(f"\ndemo: {error}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted, everything it started has ended", file=sys.stderr)
        code = INTERRUPTED
    except BaseException:
        print(f"\ndemo: failed; logs: {folder}", file=sys.stderr)
        raise
    if code in (0, INTERRUPTED):
        shutil.rmtree(folder)
    else:
        print(f"logs: {folder}", file=sys.stderr)
    return code


def _demo(binary: Path, folder: Path, output: Path, hold: bool) -> int:
    print("starting the simulated fleet, Prometheus and the adapter; the HPA stand-in syncs every second (a real HPA: every 15 s)", flush=True)
    session = Session(binary, folder)
    with session:
        try:
            print("answers while it runs; try in another terminal:", *session.curl_lines(), "", sep="\n  ", flush=True)
            session.run(display_for(sys.stdout))
            checks = [expectation(session.timeline) for expectation in EXPECTATIONS]
            _report(checks)
            _save(session, output)
            if hold:
                _hold(session)
        finally:
            _ignore_signals()  # what was started is ended now, in bounded time; a second Ctrl-C must not leave half of it behind
        checks.append(session.end())
    _report(checks[-1:])
    passed = all(check.passed for check in checks)
    print(f"{sum(check.passed for check in checks)} of {len(checks)} expectations hold" + ("" if hold else "; HOLD=1 keeps it running to play with"))
    return 0 if passed else 1


def _hold(session: Session) -> None:
    print("\nkeeps running until Ctrl-C; to try:", *session.curl_lines(), "", sep="\n  ", flush=True)
    try:
        session.run(display_for(sys.stdout), duration=math.inf)
    except KeyboardInterrupt:
        print()


def _save(session: Session, output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    draw(session.timeline, output / "timeline.png")
    session.timeline.write_csv(output / "timeline.csv", MODEL_OF)
    print(f"\ntimeline: {output / 'timeline.png'}  (numbers: {output / 'timeline.csv'})", flush=True)


def _report(checks: list[Check]) -> None:
    for check in checks:
        print(f"{'PASS' if check.passed else 'FAIL'}  {check.expected}\n      seen: {check.seen}", flush=True)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo", description=f"Runs the closed-loop demo: {DURATION:.0f} seconds, four models.")
    parser.add_argument("binary", type=Path, help="the inferno-adapter to demonstrate")
    parser.add_argument("--output", type=Path, default=Path("."), help="where timeline.png and timeline.csv go (default: here)")
    parser.add_argument("--hold", action="store_true", help="keep everything running afterwards, until Ctrl-C")
    options = parser.parse_args()
    if not options.binary.is_file():
        parser.error(f"no adapter at {options.binary}: build it first")
    if shutil.which("prometheus") is None:
        parser.error("no prometheus in PATH: scripts/install-deps.sh demo")
    return options


if __name__ == "__main__":
    sys.exit(main())
