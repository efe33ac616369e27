"""Build the extension modules: the native engine and the reader of its records. All other settings are in setup.cfg.

    python setup.py build_ext --inplace                            # a failed build is a warning; Python code is used
    STATECODE_NATIVE=required python setup.py build_ext --inplace  # a failed build is an error
"""

import os
import sys
import sysconfig
from glob import glob

from setuptools import Extension, setup

FOLDER = "statecode/tracing/engines/native"
SOURCE = f"{FOLDER}/_engine.c"
RECORDS = "statecode/tracing/wire/_records.c"


def supported() -> bool:
    """Return True if the native engine supports this interpreter.

    `statecode.tracing.engines.native.reason` applies the same conditions at run time.
    """
    return (
        sys.implementation.name == "cpython"
        and (3, 10) <= sys.version_info[:2] <= (3, 13)
        and sys.platform != "win32"
        and not sysconfig.get_config_var("Py_GIL_DISABLED")
    )


def module(source: str) -> Extension:
    """Return the extension module of a source file.

    It is built without debug information, which would contain folder names of this machine.
    """
    return Extension(
        source.removesuffix(".c").replace("/", "."),
        sources=[source],
        depends=sorted(glob(f"{FOLDER}/*.h")),
        extra_compile_args=["-O2", "-g0", "-fvisibility=hidden"],
        optional=os.environ.get("STATECODE_NATIVE") != "required",
    )


setup(ext_modules=[module(SOURCE), module(RECORDS)] if supported() and os.path.exists(SOURCE) else [])
