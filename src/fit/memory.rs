//! How much memory a fit takes, before it takes it.

use super::mean_field;
use super::options::{FitOptions, Method};
use crate::alignment::Alignment;
use crate::error::{Error, Result};
use crate::model::couplings::pairs;

/// Vectors of the size of the model that the symmetric fit holds: variables, two gradients and eight of history, the model and its
/// gradient, and two for the sites' views of the gradient.
const SYMMETRIC_VECTORS: u64 = 15;

/// Vectors of the size of one site's problem in each thread of the asymmetric fit.
const ASYMMETRIC_VECTORS: u64 = 14;

/// Bytes that a fit of `alignment` takes at its peak, with `threads` threads.
pub fn estimate(alignment: &Alignment, options: &FitOptions, threads: usize) -> u64 {
    let states = alignment.alphabet().states(options.gaps);
    let sites = alignment.sites();
    let cells = (alignment.sequences() * sites) as u64;
    let model = (pairs(sites) * states * states * size_of::<f32>()) as u64;
    let site = (sites * states * states * size_of::<f32>()) as u64;
    // Letters as read, states twice, lists of differing columns.
    let data = cells * (1 + 2 + 4);
    let scratch = threads as u64 * 4 * site;
    data + match options.method {
        Method::Plm => SYMMETRIC_VECTORS * model + scratch,
        Method::PlmAsymmetric => model + threads as u64 * ASYMMETRIC_VECTORS * site + scratch,
        Method::MeanField => mean_field::matrix_bytes(sites, alignment.alphabet().residues()),
        Method::Independent => 0,
    }
}

/// Refuses a fit that would not fit into the memory allowed.
///
/// # Errors
/// [`Error::Memory`] with what would help.
pub fn check(alignment: &Alignment, options: &FitOptions, threads: usize) -> Result<()> {
    let needed = estimate(alignment, options, threads);
    match options.max_memory {
        Some(available) if needed > available => Err(Error::Memory {
            needed,
            available,
            remedy: remedy(alignment, options, threads, available),
        }),
        _ => Ok(()),
    }
}

fn remedy(alignment: &Alignment, options: &FitOptions, threads: usize, available: u64) -> String {
    let asymmetric = FitOptions {
        method: Method::PlmAsymmetric,
        ..options.clone()
    };
    let smaller = estimate(alignment, &asymmetric, threads);
    if options.method != Method::PlmAsymmetric && smaller <= available {
        return format!(
            "--method plm-asymmetric needs about {}",
            crate::error::human_bytes(smaller)
        );
    }
    "model fewer columns (--max-column-gap 0.3), or use a machine with more memory (--max-memory tells how much may be used)".into()
}
