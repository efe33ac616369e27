"""The programs that do harm when a layer of the sandbox is removed. They show that the layer and the checks work.

The lists contain the programs that do harm quickly, on every kernel with Landlock, both for root and for other users.
On Linux 6.18 more programs do harm. The numbers of 231 programs that may run with layers removed (root / another user):

    no namespaces, without Landlock      46 /  49
    no namespaces, without seccomp       79 /  83
    no namespaces, without both         176 / 185; 206 if root also keeps its capabilities
    full, without seccomp                68 /  69
    full, without Landlock                2 /   1: they list folders that are visible inside the namespaces
"""

from __future__ import annotations

from typing import NamedTuple


class Weakening(NamedTuple):
    """A mode without some of its layers, with the programs that do harm in it."""

    mode: str
    layers: tuple[str, ...]    # layers that are removed
    harmful: tuple[str, ...]   # programs whose harm must be detected
    root_only: bool = False    # True: only the rights of root, which the layers remove, make harm possible


def _names(topic: str, names: str) -> tuple[str, ...]:
    return tuple(f"{topic}/{name}" for name in names.split())


_STOPPED_BY_LANDLOCK = (
    *_names("files", """
        canary_appended canary_mapped canary_overwritten changed_folder command_lines copied_by_the_kernel
        descriptors_of_supervisor dot_dot etc_passwd folder_descriptor hostile_corpus libc_fopen line_of_source listed_folder
        mapped new_database new_file own_folder own_folder_filled path_descriptor repository root_of_process
        run_as_a_module secret secret_open_to_all working_folder_of_process written_by_libc
    """),
    *_names("leaving", "file_in_dev_shm file_in_tmp file_in_var_tmp"),
    *_names("signals", "process_listing"),
)
_STOPPED_BY_SECCOMP = (
    *_names("kernel", """
        advise_victim call_in_machine_code capabilities group_of_another inotify memory_file openat2 pidfd posix_queue
        read_foreign_memory trace_me vm_splice write_foreign_memory
    """),
    *_names("leaving", "message_queue semaphore_set shared_memory_segment"),
    *_names("memory", "descriptor_table_of_its_own"),
    *_names("network", "bound_udp connected_udp interfaces listening_unix netlink udp"),
    *_names("processes", "becomes_reaper clone_call fork forks_from_a_thread multiprocess parent_death_signal_off"),
    *_names("signals", "parent_alarmed parent_killed scan_by_signals"),
)
_STOPPED_BY_SECCOMP_WITHOUT_NAMESPACES = (
    *_names("files", "canary_attributes canary_mode canary_opened_for_ioctl canary_times"),
    *_names("kernel", "limits_of_victim"),
    *_names("network", "datagram_to_a_path pair_message_to_a_path pair_to_a_path unix_path"),
    *_names("signals", """
        owner_by_ioctl owner_by_structure owner_of_a_pipe owner_of_a_socket owner_with_its_signal
    """),
)
_STOPPED_BY_EITHER = (
    *_names("files", """
        canary_linked canary_removed canary_renamed canary_truncated database new_fifo new_folder new_socket new_symlink
        own_folder_removed through_a_moved_file watched_folder
    """),
    *_names("leaving", "cached_bytecode named_semaphore"),
    *_names("network", """
        datagram_to_an_abstract_name http_server listening mapped_address pair_connected_elsewhere
        pair_to_an_abstract_name tcp through_asyncio through_urllib unix_abstract
    """),
    *_names("processes", """
        asyncio_sub_process daemon execve execve_by_descriptor execve_call process_pool pseudo_terminal
        read_from_a_command shell spawn sub_process sub_process_left_behind
    """),
    *_names("signals", """
        group_of_victim peer_killed queued_to_victim sent_by_descriptor supervisor_interrupted supervisor_probed
        thread_in_group_of_victim thread_of_victim victim_killed victim_probed victim_stopped victim_terminated
    """),
)
_STOPPED_BY_PRIVILEGES = (
    *_names("files", "canary_owner new_device"),
    *_names("kernel", "capabilities_held groups new_privileges user_id"),
    *_names("network", "raw"),
)

WEAKENINGS = {
    "no-namespaces-without-landlock": Weakening("no-namespaces", ("landlock",), _STOPPED_BY_LANDLOCK),
    "no-namespaces-without-seccomp": Weakening(
        "no-namespaces", ("seccomp",), _STOPPED_BY_SECCOMP + _STOPPED_BY_SECCOMP_WITHOUT_NAMESPACES),
    "limits-alone": Weakening(
        "no-namespaces", ("landlock", "seccomp"),
        _STOPPED_BY_LANDLOCK + _STOPPED_BY_SECCOMP + _STOPPED_BY_SECCOMP_WITHOUT_NAMESPACES + _STOPPED_BY_EITHER),
    "limits-alone-as-root": Weakening(
        "no-namespaces", ("landlock", "seccomp", "privileges"), _STOPPED_BY_PRIVILEGES, root_only=True),
    "full-without-seccomp": Weakening("full", ("seccomp",), _STOPPED_BY_SECCOMP),
}
