"""Linear algebra of the surrogate runs in one thread, whichever libraries have been loaded by then."""

import json
import subprocess
import sys

CODE = """
import json, threadpoolctl
from engine.samplers.bayesian.threads import one_thread
with one_thread():
    import scipy.linalg
    pools = threadpoolctl.threadpool_info()
print(json.dumps([[pool["filepath"], pool["num_threads"]] for pool in pools if pool["user_api"] == "blas"]))
"""


def test_every_blas_uses_one_thread_also_scipys_own():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    pools = json.loads(done.stdout)
    assert pools
    assert {threads for _, threads in pools} == {1}
