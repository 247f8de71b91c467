"""Says in one line whether this Python can carry the agent: `ok<TAB>executable<TAB>version`, or `no<TAB>reason`.

Runs under any Python 3, imports little, and judges only what the agent's C core is built against: CPython 3.13,
free-threaded, with the internal headers.
"""

import os
import sys

REQUIRED_HEADERS = ("Python.h", os.path.join("internal", "pycore_frame.h"))


def problem():
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.implementation.name != "cpython":
        return "it is %s, not CPython" % sys.implementation.name
    if sys.version_info[:2] != (3, 13):
        return "it is Python %s, not 3.13" % version
    import sysconfig

    if not sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "it is Python %s with the GIL, not the free-threaded build" % version
    include = sysconfig.get_path("include")
    for header in REQUIRED_HEADERS:
        if not os.path.isfile(os.path.join(include, header)):
            return "its header %s is missing (a development package of that Python?)" % os.path.join(include, header)
    import importlib.util

    if not importlib.util.find_spec("pip") and not importlib.util.find_spec("ensurepip"):
        return "it has neither pip nor ensurepip"
    return None


reason = problem()
if reason:
    print("no\t" + reason)
else:
    print("ok\t%s\t%s" % (os.path.abspath(sys.executable), ".".join(str(part) for part in sys.version_info[:3])))
