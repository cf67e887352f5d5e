//! The linear algebra library, where no crate reaches it.

use std::ffi::{c_char, c_int};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

unsafe extern "C" {
    fn openblas_set_num_threads(threads: c_int);
    /// Cholesky factor of a positive definite matrix in rectangular full packed format (LAPACK).
    fn dpftrf_(
        transposed: *const c_char,
        triangle: *const c_char,
        order: *const c_int,
        matrix: *mut f64,
        info: *mut c_int,
    );
    /// The inverse, from that factor (LAPACK).
    fn dpftri_(
        transposed: *const c_char,
        triangle: *const c_char,
        order: *const c_int,
        matrix: *mut f64,
        info: *mut c_int,
    );
}

/// Threads for large matrices; 0 where nobody has said.
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// Limits OpenBLAS to `threads` threads for large matrices: it counts the cores of the host by itself and knows nothing of `--threads`.
pub fn set_blas_threads(threads: usize) {
    THREADS.store(threads, Ordering::Relaxed);
    use_one_thread();
}

/// Leaves OpenBLAS one thread. More would round small matrices, such as a site's, in other ways, and win nothing.
pub fn use_one_thread() {
    use_threads(1);
}

fn use_threads(threads: usize) {
    let threads = threads.clamp(1, 512) as c_int;
    // SAFETY: OpenBLAS is linked (ndarray-linalg's `openblas-system`); the call takes any positive count.
    unsafe { openblas_set_num_threads(threads) }
}

/// Bytes of OpenBLAS's own buffers while it works on a matrix of some order: each thread copies parts of it, some 2 kB a row (measured),
/// into one of 32 MB.
pub fn buffer_bytes(order: usize, threads: usize) -> u64 {
    (threads * (order * 2048).min(32 << 20)) as u64
}

/// Writes the inverse of a symmetric positive definite matrix of even order n over it. `matrix` holds the lower triangle in rectangular
/// full packed format, not transposed, column-major: n(n + 1)/2 numbers. Returns whether it is positive definite; if not, what is left
/// has no meaning.
///
/// On all threads of OpenBLAS. No crate has these functions; those for full matrices are as fast, but take twice the memory.
///
/// Panics if the order is odd or the length another.
pub fn invert_packed(order: usize, matrix: &mut [f64]) -> bool {
    assert!(order.is_multiple_of(2) && matrix.len() == order / 2 * (order + 1));
    let order = c_int::try_from(order).expect("an order below 2^31");
    let (not_transposed, lower) = (b'N' as c_char, b'L' as c_char);
    let threads = match THREADS.load(Ordering::Relaxed) {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        threads => threads,
    };
    use_threads(threads);
    let is_positive = [dpftrf_, dpftri_].into_iter().all(|step| {
        let mut info = 0;
        // SAFETY: LAPACK is linked with OpenBLAS; both functions read the first three arguments, each one value, and read and write the
        // n(n + 1)/2 numbers of the matrix, which is exclusively borrowed and of that length, and `info`.
        unsafe {
            step(
                &raw const not_transposed,
                &raw const lower,
                &raw const order,
                matrix.as_mut_ptr(),
                &raw mut info,
            );
        }
        info == 0
    });
    use_one_thread();
    is_positive
}
