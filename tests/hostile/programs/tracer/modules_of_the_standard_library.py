# must: any
# runs: trusted
# What the tracer calls after the program has ended.
import atexit
import gc
import json
import linecache
import os
import signal
import sys
import threading
import traceback

for module in (atexit, gc, json, linecache, os, signal, threading, traceback):
    for name in list(vars(module)):
        if not name.startswith("__"):
            setattr(module, name, sys.exit)
