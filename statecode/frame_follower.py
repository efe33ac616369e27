"""Follow the frames of a run from event to event: the call stack of each thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar


class Frame:
    """A frame after its last event. A user of `FrameFollower` that knows more about a frame has a subclass."""

    __slots__ = ("number", "last_line", "from_line", "depth", "function")

    def __init__(self, number: int) -> None:
        self.number = number
        self.last_line = 0  # line of the last event
        self.from_line = 0  # predicted from_line of the next event
        self.depth = 0
        self.function = "<module>"


F = TypeVar("F", bound=Frame)


class FrameFollower(Generic[F]):
    """Follow the frames of a run.

    The user calls `activate` at each event, and `leave` after an event at which the frame leaves the stack. It updates
    the fields of the frames itself, since users differ in the fields that they need. Any sequence of events is
    accepted: a frame that enters twice, leaves twice or was never entered is no error.

    Args:
        new_frame: makes the frame with a number, at its first event.
    """

    def __init__(self, new_frame: Callable[[int], F]) -> None:
        self.thread = 0             # of the last event
        self.top: F | None = None   # the innermost frame of this thread
        self.next_number = 0        # of the next new frame: the highest number so far, plus 1
        self.frames: dict[int, F] = {}  # number → each frame that has had an event
        self._new_frame = new_frame
        self._stacks: dict[int, list[F]] = {}  # thread → its active frames, outermost first

    def activate(self, number: int, thread: int) -> F:
        """Record that a frame has an event in a thread, and return the frame; it is on the stack of the thread then."""
        frame = self.frames.get(number)
        if frame is None:
            frame = self.frames[number] = self._new_frame(number)
            if number >= self.next_number:
                self.next_number = number + 1
        stack = self._stacks.get(thread)
        if stack is None:
            stack = self._stacks[thread] = [frame]
        elif not stack or stack[-1] is not frame:
            self._add(frame, stack)
        self.thread, self.top = thread, stack[-1]
        return frame

    def leave(self, frame: F) -> None:
        """Remove a frame, the frame of the last event, from the stack of its thread."""
        stack = self._stacks[self.thread]
        if stack[-1] is frame:
            stack.pop()
        else:
            stack.remove(frame)
        self.top = stack[-1] if stack else None

    def innermost(self, thread: int) -> F | None:
        """Return the innermost frame of a thread, or None if the thread has no active frame."""
        stack = self._stacks.get(thread)
        return stack[-1] if stack else None

    def entry_depth(self, thread: int) -> int:
        """Return the depth of the next frame that is entered in a thread."""
        stack = self._stacks.get(thread)
        return stack[-1].depth + 1 if stack else 0

    def active(self) -> list[F]:
        """Return the active frames: those of the first thread, outermost first, then those of the next thread."""
        return [frame for thread in sorted(self._stacks) for frame in self._stacks[thread]]

    def _add(self, frame: F, stack: list[F]) -> None:
        """Add a frame that is not the innermost one to a stack, unless the stack contains the frame.

        Only an invalid trace has an event in a frame that has called another frame which has not returned. Then both
        frames stay on the stack.
        """
        if frame not in stack:
            stack.append(frame)
