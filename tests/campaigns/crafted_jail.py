"""Exported scripts in processes that may read their own folder alone."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JAIL = """
import os, resource, runpy, sys, time
import numpy, pandas, sklearn.ensemble, sklearn.neural_network, sklearn.svm, sklearn.neighbors, sklearn.linear_model
import sklearn.pipeline, sklearn.preprocessing, sklearn.model_selection, sklearn.calibration, sklearn.metrics
import threadpoolctl
import io
pandas.read_csv(io.StringIO("a\\n1\\n"))
NEVER = {"socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork",
         "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.symlink", "os.link"}
def watch(event, arguments):
    if event in NEVER:
        os.write(1, f"JAIL {event} {arguments}\\n".encode()); os._exit(7)
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path, mode, flags = os.path.abspath(os.fsdecode(arguments[0])), arguments[1], arguments[2] or 0
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or set(mode or "") & set("wax+")
        allowed = path.startswith((HERE, sys.prefix, sys.base_prefix, ROOT, "/proc", "/sys", "/usr", "/etc/localtime"))
        if (writes and path != "/dev/null") or not allowed and path not in ("/dev/null", "/dev/urandom"):
            os.write(1, f"JAIL open {path} {mode}\\n".encode()); os._exit(7)
ROOT = sys.argv[1]
for script in sys.argv[2:]:
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        sys.argv, HERE = [script], os.path.dirname(script)
        os.chdir(HERE)
        os.dup2(os.open(os.path.join(HERE, "said"), os.O_WRONLY | os.O_CREAT), 2)
        sys.addaudithook(watch)
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit:
            pass
        except BaseException as error:
            import traceback; traceback.print_exc()
            os.write(1, f"FAILED {type(error).__name__}: {error}\\n".encode()); os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print("ENDED", script, status, flush=True)
"""
_HONEST = ("UserFault", "ValueError", "InvalidParameterError", "FileNotFoundError", "OverflowError", "MemoryError")


def run_in_jail(scripts):
    """Run exported scripts one by one in processes that may read their own folder alone; what they did besides."""
    if not scripts:
        return []
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPYCACHEPREFIX", None)  # compiled code elsewhere would be read from there
    command = [sys.executable, "-c", JAIL, str(ROOT), *map(str, scripts)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    lines = done.stdout.splitlines()
    found = [line[:300] for line in lines if line.startswith("JAIL")]
    found += [line[:300] for line in lines if line.startswith("FAILED") and not line.split()[1].startswith(_HONEST)]
    ended = sum(line.startswith("ENDED") for line in lines)
    return found + ([f"{ended} of {len(scripts)} ended: {done.stderr[-500:]}"] if ended < len(scripts) else [])
