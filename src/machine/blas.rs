//! The linear algebra library, where no crate reaches it.

use super::memory::address_space_left;
use crate::error::{Error, Result};
use std::ffi::{c_char, c_int};

unsafe extern "C" {
    fn openblas_set_num_threads(threads: c_int);
    fn setenv(name: *const c_char, value: *const c_char, overwrite: c_int) -> c_int;
}

/// Has OpenBLAS begin without threads of its own, for each of which it would take memory at once, and for ever where the address space is
/// limited: below 260 MB of it, two cores, not even the version was told. To be called before OpenBLAS begins, and so before `main`.
pub fn begin_with_one_thread() {
    // SAFETY: both texts end with a zero, and before `main` there is no other thread that might read the environment meanwhile. Should it
    // fail, OpenBLAS begins as it likes.
    unsafe { setenv(c"OPENBLAS_NUM_THREADS".as_ptr(), c"1".as_ptr(), 1) };
}

/// Address space that OpenBLAS takes for each thread that calls it (measured); it is touched in small part only.
const BYTES_OF_THREAD: u64 = 130 << 20;

/// Refuses a limit of the address space in which OpenBLAS, called by so many threads, would ask for its buffers without end.
///
/// # Errors
/// [`Error::Memory`] with what is needed, `others` bytes included.
pub fn check_room(threads: usize, others: u64) -> Result<()> {
    let needed = others.saturating_add(threads as u64 * BYTES_OF_THREAD);
    match address_space_left() {
        Some(available) if available < needed => Err(Error::Memory {
            needed,
            available,
            remedy: "the address space is limited: raise it (ulimit -v), or take fewer `threads`"
                .into(),
        }),
        _ => Ok(()),
    }
}

/// Leaves OpenBLAS one thread: it counts the cores of the host by itself and knows nothing of `--threads`. More would round in other
/// ways; what is large is cut into parts for the threads of this program.
pub fn use_one_thread() {
    // SAFETY: OpenBLAS is linked (ndarray-linalg's `openblas-system`); the call takes any positive count.
    unsafe { openblas_set_num_threads(1) }
}

/// Bytes of OpenBLAS's own buffers while `threads` threads multiply tiles of a matrix of some order: each copies parts of two, up to
/// 2 MB in all (measured).
pub fn buffer_bytes(order: usize, threads: usize) -> u64 {
    (threads * (order * 1024).min(2 << 20)) as u64
}
