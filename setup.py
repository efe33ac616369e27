"""The native engine's extension; everything else about the package stands in setup.cfg.

    python setup.py build_ext --inplace                            # a failure is a warning, and snoop records
    STATECODE_NATIVE=required python setup.py build_ext --inplace  # a failure is a failure
"""

import os
import sys
import sysconfig
from glob import glob

from setuptools import Extension, setup

FOLDER = "statecode/tracing/engines/native"
SOURCE = f"{FOLDER}/_engine.c"


def supported() -> bool:
    """Return True if the source supports this interpreter, as `statecode.tracing.engines.native.reason` decides it."""
    return (
        sys.implementation.name == "cpython"
        and (3, 10) <= sys.version_info[:2] <= (3, 13)
        and sys.platform != "win32"
        and not sysconfig.get_config_var("Py_GIL_DISABLED")
    )


def engine() -> Extension:
    """The extension; no debug information, which would name this machine's folders."""
    return Extension(
        "statecode.tracing.engines.native._engine",
        sources=[SOURCE],
        depends=sorted(glob(f"{FOLDER}/*.h")),
        extra_compile_args=["-O2", "-g0", "-fvisibility=hidden"],
        optional=os.environ.get("STATECODE_NATIVE") != "required",
    )


setup(ext_modules=[engine()] if supported() and os.path.exists(SOURCE) else [])
