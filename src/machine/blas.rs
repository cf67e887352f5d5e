//! The linear algebra library, where no crate reaches it.

use std::ffi::c_int;

unsafe extern "C" {
    fn openblas_set_num_threads(threads: c_int);
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
