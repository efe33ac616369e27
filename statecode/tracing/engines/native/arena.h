/* A memory allocator that is separate from the program's heap, so that tracing does not change the addresses of the
program's objects.

The size of every block is a power of two. Freed blocks are kept for reuse. The caller must hold the GIL. */

#ifndef STATECODE_ARENA_H
#define STATECODE_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ARENA_CHUNK_BYTES ((size_t)1 << 18)
#define ARENA_FIRST_BYTES ((size_t)9 << 12) /* number of bytes that a short program uses */
#define ARENA_SMALLEST_SHIFT 5
#define ARENA_CLASSES 43

typedef struct FreeBlock {
    struct FreeBlock *next;
} FreeBlock;

/* One allocator per process, like malloc. It contains blocks of memory, and no facts about a program. */
static struct {
    char *next, *end;
    pid_t process;
    FreeBlock *free[ARENA_CLASSES];
} arena;

static int size_class(size_t size)
{
    int class = 0;
    while (((size_t)1 << (class + ARENA_SMALLEST_SHIFT)) < size) {
        class++;
    }
    return class;
}

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* Map the pages of a region now: one system call costs less than a page fault for each page. If the kernel does not
support the call, pages are mapped at the first access. */
static void arena_populate(void *start, size_t size)
{
#ifdef __linux__
    const uintptr_t page = 4096;
    uintptr_t from = (uintptr_t)start & ~(page - 1);
    madvise((void *)from, ((uintptr_t)start + size + page - 1 - from) & ~(page - 1), MADV_POPULATE_WRITE);
#endif
}

/* Start with fresh pages in each process. Pages from before a fork are shared with the parent process: the first write
to such a page copies it. */
static void arena_start(void)
{
    if (arena.process == getpid()) {
        return;
    }
    arena.process = getpid();
    char *start = mmap(NULL, ARENA_CHUNK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start != MAP_FAILED) {
        memset(arena.free, 0, sizeof(arena.free));
        arena.next = start;
        arena.end = start + ARENA_CHUNK_BYTES;
        arena_populate(start, ARENA_FIRST_BYTES);
    }
}

/* Return a block of at least `size` bytes, uninitialised; NULL if there is no memory. */
static void *arena_allocate(size_t size)
{
    int class = size_class(size);
    if (class >= ARENA_CLASSES) {
        return NULL;
    }
    if (arena.free[class] != NULL) {
        FreeBlock *block = arena.free[class];
        arena.free[class] = block->next;
        return block;
    }
    size = (size_t)1 << (class + ARENA_SMALLEST_SHIFT);
    if ((size_t)(arena.end - arena.next) < size) {
        size_t chunk = size > ARENA_CHUNK_BYTES ? size : ARENA_CHUNK_BYTES;
        char *start = mmap(NULL, chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (start == MAP_FAILED) {
            return NULL;
        }
        if (chunk == size) { /* a large block has a chunk of its own; the current chunk stays in use */
            return start;
        }
        arena.next = start;
        arena.end = start + chunk;
    }
    void *block = arena.next;
    arena.next += size;
    return block;
}

static void arena_free(void *block, size_t size)
{
    if (block != NULL) {
        int class = size_class(size);
        ((FreeBlock *)block)->next = arena.free[class];
        arena.free[class] = block;
    }
}

/* Grow an array so that it holds `needed` elements of `item` bytes. Return 0, or -1 if there is no memory; then nothing
changes. */
static int arena_grow(void **array, size_t *capacity, size_t needed, size_t item)
{
    if (needed <= *capacity) {
        return 0;
    }
    size_t larger = *capacity ? *capacity : 8;
    while (larger < needed) {
        larger *= 2;
    }
    void *grown = arena_allocate(larger * item);
    if (grown == NULL) {
        return -1;
    }
    if (*array != NULL) {
        memcpy(grown, *array, *capacity * item);
        arena_free(*array, *capacity * item);
    }
    *array = grown;
    *capacity = larger;
    return 0;
}

#endif
