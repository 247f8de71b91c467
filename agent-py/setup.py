"""Lists the C core's files and flags; everything else about the package stands in pyproject.toml."""

import os
import sysconfig
from glob import glob

from setuptools import Extension, setup

CORE = os.path.join("src", "racewitness", "_core")
INCLUDE = sysconfig.get_path("include")

setup(
    ext_modules=[
        Extension(
            "racewitness._core",
            sources=sorted(glob(os.path.join(CORE, "*.c"))),
            depends=sorted(glob(os.path.join(CORE, "*.h"))),
            include_dirs=[CORE],
            extra_compile_args=[
                "-std=c11",
                "-O2",
                "-g",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-fvisibility=hidden",
                "-pthread",
                # CPython's own headers are not ours to keep free of warnings.
                "-isystem",
                INCLUDE,
                "-isystem",
                os.path.join(INCLUDE, "internal"),
            ],
            extra_link_args=["-pthread"],
        )
    ]
)
