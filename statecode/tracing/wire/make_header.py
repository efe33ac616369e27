"""Write the wire's constants as a C header for the native engine, `record_format.h`.

    python -m statecode.tracing.wire.make_header

Run it after a change to `record`, and build the native engine again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from statecode.files import PACKAGE_FOLDER, write_text
from statecode.tracing.wire.record import EVENT_BYTES, HEADER_BYTES, KINDS, LIMITS, EventRecord

PATH = PACKAGE_FOLDER / "tracing" / "engines" / "native" / "record_format.h"


def header_text() -> str:
    """Return the text of the header."""
    kinds = [kind.name for kind in KINDS]
    fields = [f"FIELD_{name.upper()}" for name in (*EventRecord._fields, "count")]
    limits = "\n".join(f'#define LIMIT_{name.upper()} "{name}"' for name in LIMITS)
    return f"""\
/* The wire's constants. Made from wire/record.py by `python -m statecode.tracing.wire.make_header`; do not edit. */

#ifndef STATECODE_RECORD_FORMAT_H
#define STATECODE_RECORD_FORMAT_H

/* the kinds of events: a record contains the index */
{_enum([*kinds, "KIND_COUNT"])}

/* the fields of an event record, in order */
{_enum(fields)}

/* bytes of the header, which holds the number of bytes of the lines; cost of an event without its texts */
{_enum([f"HEADER_BYTES = {HEADER_BYTES}", f"EVENT_BYTES = {EVENT_BYTES}"])}

/* names of the limits at which an engine stops */
{limits}

#endif
"""


def _enum(members: Iterable[str]) -> str:
    lines = "".join(f"    {member},\n" for member in members)
    return f"enum {{\n{lines}}};"


def main() -> int:
    """Write the header and return the exit code 0."""
    write_text(PATH, header_text())
    print(PATH.relative_to(PACKAGE_FOLDER.parent))
    return 0


if __name__ == "__main__":
    sys.exit(main())
