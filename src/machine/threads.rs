//! How many threads this process may use.

use crate::error::{Error, Result};
use std::num::NonZeroUsize;
use std::sync::OnceLock;

/// A number of threads, at least 1.
pub type Threads = NonZeroUsize;

/// More threads than this many times the processors only stand in each other's way.
const MOST_PER_PROCESSOR: usize = 8;

/// Starts the thread pool; returns the number of threads. It lasts as long as its process: whoever comes later gets the same.
///
/// # Errors
/// If the system refuses threads.
pub fn set_threads(asked: Option<Threads>) -> Result<usize> {
    static STARTED: OnceLock<usize> = OnceLock::new();
    if let Some(threads) = STARTED.get() {
        return Ok(*threads);
    }
    let usable = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = asked.map_or_else(|| default_threads(usable), NonZeroUsize::get);
    let threads = threads.min(MOST_PER_PROCESSOR * usable);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| Error::Numerical(format!("cannot start {threads} threads: {error}")))?;
    Ok(*STARTED.get_or_init(|| threads))
}

/// What a batch system granted, or what affinity and cgroup quota leave; never the host's count of cores.
fn default_threads(usable: usize) -> usize {
    let granted = std::env::var("SLURM_CPUS_PER_TASK")
        .ok()
        .and_then(|n| n.parse::<usize>().ok())
        .filter(|&n| n > 0);
    granted.map_or(usable, |granted| granted.min(usable))
}
