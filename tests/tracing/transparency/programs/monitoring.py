# python >= 3.12: The program uses sys.monitoring with a tool of its own.
import sys

monitoring = sys.monitoring
TOOL = monitoring.PROFILER_ID
monitoring.use_tool_id(TOOL, "mine")
found = []


def on_start(code, offset):
    found.append(("start", code.co_name))


def on_return(code, offset, value):
    found.append(("return", code.co_name, value))


def on_line(code, line):
    found.append(("line", code.co_name, line - code.co_firstlineno))


def work(n):
    total = 0
    for i in range(n):
        total += i
    return total


events = monitoring.events
monitoring.register_callback(TOOL, events.PY_START, on_start)
monitoring.register_callback(TOOL, events.PY_RETURN, on_return)
monitoring.register_callback(TOOL, events.LINE, on_line)
monitoring.set_local_events(TOOL, work.__code__, events.PY_START | events.PY_RETURN | events.LINE)
print(work(2))
monitoring.set_local_events(TOOL, work.__code__, 0)
print(work(3))
for each in found:
    print(each)
found.clear()
monitoring.set_events(TOOL, events.PY_START)
work(1)
monitoring.set_events(TOOL, 0)
monitoring.free_tool_id(TOOL)
print(found, monitoring.get_tool(TOOL))
