# logging finds its caller through frames; its records show names and lines.
import logging
import sys

logging.basicConfig(format="%(levelname)s %(funcName)s:%(lineno)d %(message)s", stream=sys.stdout, level=logging.INFO)
log = logging.getLogger("program")


def work(n):
    log.info("working on %s", n)
    try:
        return 1 / n
    except ZeroDivisionError:
        log.error("failed", exc_info=False)
    finally:
        log.debug("hidden")


work(1)
work(0)
log.warning("at the module", stacklevel=1)


def helper():
    log.info("of my caller", stack_info=False, stacklevel=2)


def calling():
    helper()


calling()
[log.info("in a comprehension") for _ in range(1)]
