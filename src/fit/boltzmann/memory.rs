//! What learning takes of memory and time.

use super::features::Features;
use super::learner::MOST_IN_KERNEL;
use super::natural::matrix_bytes;
use super::options::{BoltzmannOptions, Negative, Stop};
use crate::kernels::gibbs::Tables;
use crate::machine::blas::buffer_bytes;

/// Numbers of features that are held at once: parameters and the last good ones, frequencies of the family, of the model and of two halves, the gradient and
/// the step.
const FEATURES: u64 = 7;

/// Bytes a site of a chain: its state, its place in lists, and copies of states.
const SITE_OF_CHAIN: u64 = 12;

/// Bytes of libraries at work, and of memory given back that the system has not got back (measured: with these the plan was 3 to 13 % above the peak in
/// three families of 52 to 111 sites).
const AROUND: u64 = 26 << 20;

/// Bytes that learning takes, beside the alignment.
pub fn bytes(sites: usize, states: usize, options: &BoltzmannOptions, threads: usize) -> u64 {
    let kernel = MOST_IN_KERNEL.min(options.chains / 2);
    let chains = options.chains as u64 * (sites as u64 * SITE_OF_CHAIN + 200);
    // Those of the chains, and of a look at fresh ones.
    FEATURES * Features::bytes(sites, states)
        + 2 * Tables::bytes(sites, states)
        + matrix_bytes(kernel)
        + chains
        + buffer_bytes(kernel, threads)
        + AROUND
}

/// Bytes of the state that is kept.
pub fn state_bytes(sites: usize, states: usize, options: &BoltzmannOptions) -> u64 {
    2 * Features::bytes(sites, states) + options.chains as u64 * (sites as u64 + 16)
}

/// Thread-seconds of a site of a chain in a sweep, and more for each other site (measured).
const SITE_UPDATE: f64 = 4e-8;
const OTHER_SITE: f64 = 5e-10;

/// Updates that learning takes where it says itself when to end, all stages and looks included (measured on few families: a guess).
const UPDATES: (f64, f64) = (180.0, 90.0);

/// Thread-seconds of the matrix of one chain more, cubed, of an update.
const MATRIX: f64 = 3e-11;

/// Seconds that learning takes, roughly.
pub fn seconds(sites: usize, options: &BoltzmannOptions, threads: usize) -> f64 {
    let updates = match options.stop {
        Stop::HeldOut => UPDATES.0,
        Stop::Pearson(_) => UPDATES.1,
        Stop::Updates(count) => count as f64,
    };
    let sweeps = match options.negative {
        Negative::Contrastive(sweeps) => sweeps,
        Negative::Natural | Negative::Persistent => options.sweeps,
    };
    let site = SITE_UPDATE + OTHER_SITE * sites as f64;
    let sweeping = site * (sites as u64 * sweeps * options.chains as u64) as f64 / threads as f64;
    let order = MOST_IN_KERNEL.min(options.chains / 2) as f64;
    let solving = match options.negative {
        Negative::Natural => MATRIX * order.powi(3),
        Negative::Contrastive(_) | Negative::Persistent => 0.0,
    };
    updates * (sweeping + solving)
}
