"""Starts programs by forking from a process that has already imported everything.

Run as `python launcher.py MODULE…`: the modules are imported first. Every line on standard input is a
request in JSON: `{"entry": "module:function", "argv": […], "cwd": …, "env": {…}, "output": …, "gate": …}`;
the answer is `{"pid": …}`, then, when the program has ended, `{"code": …}`, negative for a signal. A child
waits for a byte on the fifo `gate`, unless it is "", so that a tracer can be attached before it begins; the
fifo is open before the fork, so that waiting is a read and no other system call, and the answer comes when
nothing but that read is left to do: who attaches then sees the program's own calls alone. `{"load": [module,
…]}` imports more instead, and is answered as the start is: `{"ready": true}`.
"""

import importlib
import json
import os
import sys
import traceback


def child(request: dict, gate: int | None, is_ready: int) -> int:
    """Become the program and return its exit code; it closes `is_ready` before it waits."""
    output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(request["cwd"])
    os.environ.update(request["env"])
    sys.argv = ["newsletter", *request["argv"]]
    module, _, name = request["entry"].partition(":")
    entry = getattr(importlib.import_module(module), name)
    os.close(is_ready)
    if gate is not None:
        os.read(gate, 1)
    try:
        return int(entry() or 0)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - a forked child must never return into the launcher's loop
        traceback.print_exc()
        return 70


def load(names: list[str]) -> None:
    """Import the modules, and say when it is done."""
    for name in names:
        importlib.import_module(name)
    print(json.dumps({"ready": True}), flush=True)


def main() -> None:
    """Serve requests until standard input ends."""
    load(sys.argv[1:])
    for line in sys.stdin:
        request = json.loads(line)
        if "load" in request:
            load(request["load"])
            continue
        gate = os.open(request["gate"], os.O_RDWR) if request["gate"] else None
        ready, is_ready = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ready)
            code = child(request, gate, is_ready)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        os.close(is_ready)
        os.read(ready, 1)  # its end
        os.close(ready)
        print(json.dumps({"pid": pid}), flush=True)
        _, status = os.waitpid(pid, 0)
        if gate is not None:
            os.close(gate)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
