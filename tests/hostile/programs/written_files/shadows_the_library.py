# must: any
# files: {"codecs.py": "print('shadowed')"}
# No process but this one may import these modules.
import os

for name in ("os", "stat", "socket", "struct", "encodings", "sitecustomize", "traceback", "json", "signal", "warnings"):
    try:
        with open(name + ".py", "w") as file:
            file.write("import os\nos._exit(3)\n")
    except OSError:
        pass
raise ValueError("traceback")
