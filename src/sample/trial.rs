//! A short trial that tells how fast chains go on this machine, and whether they mix.

use super::options::SampleOptions;
use super::rows::rows;
use super::sampler::{Sampler, bytes};
use crate::error::{Error, Result};
use crate::model::Model;
use std::time::{Duration, Instant};

/// Chains that have forgotten go on for one part in so many of a trial's time.
const ENOUGH: u32 = 4;

/// What a trial of chains found.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Trial {
    /// Chains side by side.
    pub chains: usize,
    /// Seconds of a sweep of all.
    pub sweep_seconds: f64,
    /// Sweeps that were run.
    pub sweeps: u64,
    /// Sweeps in which a chain forgets where it was; `None` where chains had not forgotten when the trial ended.
    pub mixing_sweeps: Option<u64>,
    /// Seconds to say of a sequence of each chain what is said of it.
    pub telling_seconds: f64,
    /// Bytes that chains take.
    pub memory_bytes: u64,
    /// Where chains stand, one row of states after the other.
    #[serde(skip)]
    pub sequences: Vec<u8>,
}

impl Trial {
    /// Runs chains for `time`, or some of it where they forget sooner.
    ///
    /// # Errors
    /// As for [`Sampler::new`].
    pub fn of(model: &Model, options: &SampleOptions, time: Duration) -> Result<Self> {
        let mut sampler = Sampler::new(model, options.clone())?;
        let began = Instant::now();
        let mut sweeps = 0;
        let mut tried = Ok(Vec::new());
        // The first sweeps are slower: their time is not that of the others.
        while tried.is_ok() && began.elapsed() < time / ENOUGH {
            tried = sampler.draw(&mut |_| {
                sweeps += 1;
                match began.elapsed() > time {
                    true => Err(Error::Stopped { at: String::new() }),
                    false => Ok(()),
                }
            });
        }
        match tried {
            Ok(_) | Err(Error::Stopped { .. } | Error::Numerical(_)) => {}
            Err(error) => return Err(error),
        }
        let sweep_seconds = began.elapsed().as_secs_f64() / (sweeps as f64).max(1.0);
        let sequences = sampler.sequences_of(|_| true);
        let began = Instant::now();
        rows(model, sampler.space(), (&sequences, 1, options.temperature))?;
        Ok(Self {
            chains: options.chains,
            sweep_seconds,
            sweeps,
            telling_seconds: began.elapsed().as_secs_f64(),
            mixing_sweeps: sampler.mixing().map(|mixing| mixing.sweeps),
            memory_bytes: bytes(model.sites(), model.states(), options.chains),
            sequences,
        })
    }

    /// Seconds until the first sequences are there, and of each later draw of all chains without what is said of it; `None` where chains had not
    /// forgotten.
    pub fn seconds(&self) -> Option<(f64, f64)> {
        let sweeps = self.mixing_sweeps? as f64;
        Some((
            2.0 * sweeps * self.sweep_seconds,
            sweeps * self.sweep_seconds,
        ))
    }
}
