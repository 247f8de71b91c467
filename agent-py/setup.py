"""Lists the C core's files and flags; everything else about the package stands in pyproject.toml."""

import os
import subprocess
import sysconfig
import tempfile
from glob import glob

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

CORE = os.path.join("src", "racewitness", "_core")
INCLUDE = sysconfig.get_path("include")
# The core is many small files, and what runs at each access goes through a dozen of them.
WHOLE_PROGRAM = ["-flto"]


class BuildCore(build_ext):
    """Optimises across files where compiler and linker can. A sanitizer's reports name functions: not there."""

    def build_extensions(self):
        if "-fsanitize" not in os.environ.get("CFLAGS", "") and self.can_link_whole():
            for extension in self.extensions:
                extension.extra_compile_args += WHOLE_PROGRAM
                extension.extra_link_args += ["-O2", *WHOLE_PROGRAM]
        super().build_extensions()

    def can_link_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            source, result = os.path.join(folder, "probe.c"), os.path.join(folder, "probe.so")
            with open(source, "w") as file:
                file.write("int probe(void) { return 1; }\n")
            link = [*self.compiler.linker_so, "-fPIC", "-O2", *WHOLE_PROGRAM, source, "-o", result]
            try:
                return subprocess.run(link, capture_output=True, timeout=60, check=False).returncode == 0
            except (OSError, subprocess.TimeoutExpired):
                return False


setup(
    cmdclass={"build_ext": BuildCore},
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
    ],
)
