"""Settings under test: a data folder of its own, the database asked for, the rest as in life.

TUODI_TEST_DATABASE   postgresql://… runs the suite on PostgreSQL; empty runs it on SQLite (a file, as in life:
                      write-ahead logging and locks between threads and processes are part of what is tested)
A process started by a test shares the test's folder; each xdist worker has its own.
"""

import atexit
import os
import shutil
import tempfile

_WHO = os.environ.get("PYTEST_XDIST_WORKER", "main")
if os.environ.get("TUODI_TESTING") != _WHO:
    # 测试绝不触碰正式的数据目录、密钥和数据库
    _scratch = tempfile.mkdtemp(prefix="tuodi-test-")
    atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
    os.environ["TUODI_TESTING"] = _WHO
    os.environ["TUODI_VAR"] = _scratch
    os.environ["TUODI_KEYS"] = os.path.join(_scratch, "keys.json")  # noqa: PTH118 - before anything is imported
    os.environ["TUODI_DATABASE"] = os.environ.get("TUODI_TEST_DATABASE", "")
    os.environ["TUODI_MODE"] = "demo"

from tuodi.config.settings import *  # noqa: E402, F403
from tuodi.config.settings import ALLOWED_HOSTS, DATABASES, STORAGES, VAR  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
ALLOWED_HOSTS.append("testserver")
(VAR / "static").mkdir(exist_ok=True)  # WhiteNoise looks for it
