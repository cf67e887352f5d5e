//! The number of threads of the linear algebra library.

unsafe extern "C" {
    fn openblas_set_num_threads(threads: std::ffi::c_int);
}

/// Limits OpenBLAS to `threads` threads: it counts the cores of the host by itself and knows nothing of `--threads`.
pub fn set_blas_threads(threads: usize) {
    let threads = threads.min(512) as std::ffi::c_int;
    // SAFETY: OpenBLAS is linked (ndarray-linalg's `openblas-system`); the call takes any positive count.
    unsafe { openblas_set_num_threads(threads.max(1)) }
}
