//! How many threads and how much memory this process may use.

pub use crate::io::memory::available_memory;

use crate::error::{Error, Result};
use std::num::NonZeroUsize;

/// A number of threads, at least 1.
pub type Threads = NonZeroUsize;

/// More threads than this many times the processors only stand in each other's way.
const MOST_PER_PROCESSOR: usize = 8;

/// Starts the thread pool; returns the number of threads.
///
/// # Errors
/// If the system refuses threads.
pub fn set_threads(asked: Option<Threads>) -> Result<usize> {
    let usable = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = asked.map_or_else(|| default_threads(usable), NonZeroUsize::get);
    let threads = threads.min(MOST_PER_PROCESSOR * usable);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| Error::Numerical(format!("cannot start {threads} threads: {error}")))?;
    Ok(threads)
}

/// What a batch system granted, or what affinity and cgroup quota leave; never the host's count of cores.
fn default_threads(usable: usize) -> usize {
    let granted = std::env::var("SLURM_CPUS_PER_TASK")
        .ok()
        .and_then(|n| n.parse::<usize>().ok())
        .filter(|&n| n > 0);
    granted.map_or(usable, |granted| granted.min(usable))
}

/// `8GB`, `500M`, `1.5e9`: bytes in decimal units.
pub fn parse_bytes(text: &str) -> std::result::Result<u64, String> {
    let upper = text.trim().to_ascii_uppercase();
    let upper = upper.strip_suffix('B').unwrap_or(&upper);
    let (number, unit) = match upper.chars().last() {
        Some('K') => (&upper[..upper.len() - 1], 1e3),
        Some('M') => (&upper[..upper.len() - 1], 1e6),
        Some('G') => (&upper[..upper.len() - 1], 1e9),
        Some('T') => (&upper[..upper.len() - 1], 1e12),
        _ => (upper, 1.0),
    };
    match number.trim().parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok((value * unit) as u64),
        _ => Err(format!("'{text}' is not an amount of memory, such as 8GB")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_memory_have_units() {
        assert_eq!(parse_bytes("8GB"), Ok(8_000_000_000));
        assert_eq!(parse_bytes("1.5k"), Ok(1500));
        assert_eq!(parse_bytes("1e6"), Ok(1_000_000));
        for wrong in ["", "GB", "-1M", "NaN", "8XB"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }
}
