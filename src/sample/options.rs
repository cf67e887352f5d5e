//! What is asked of a sampler.

use super::ensemble::AT_ONCE;
use super::start::Start;
use crate::choices::Choices;
use crate::error::{Error, Result};
use crate::kernels::gibbs::Rule;

/// How chains are heated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scheme {
    /// All at the temperature.
    Plain,
    /// Each draw has chains of its own, cooled from a temperature to the wanted one.
    Anneal {
        /// Where they begin.
        from: f64,
        /// Sweeps on the way.
        sweeps: u64,
    },
    /// Chains at several temperatures exchange theirs.
    Tempering {
        /// How many.
        rungs: usize,
        /// The hottest.
        hottest: f64,
    },
}

/// What is asked of a sampler.
#[derive(Debug, Clone)]
pub struct SampleOptions {
    /// T of P(x) ~ exp(-E(x) / T).
    pub temperature: f64,
    /// How chains are heated.
    pub scheme: Scheme,
    /// How a chain's site gets a new state.
    pub rule: Rule,
    /// Where chains begin; without a wish see [`super::start::Starts::of`].
    pub start: Option<Start>,
    /// Number of chains, a multiple of eight; with several temperatures, of eight times their number.
    pub chains: usize,
    /// Sweeps before the first sequences; as long as chains need to forget, where none are given.
    pub burn_in: Option<u64>,
    /// Sweeps between two sequences of a chain; the same.
    pub thin: Option<u64>,
    /// Chains that have not forgotten by then never will.
    pub most_sweeps: u64,
    /// Which positions of the target may change, and to what; all sequences, where neither this nor the next is given.
    pub choices: Option<Choices>,
    /// Sites at which sequences may differ from the target.
    pub max_mutations: Option<usize>,
    /// Of all random numbers.
    pub seed: u64,
    /// Bytes that may be used.
    pub max_memory: Option<u64>,
}

impl Default for SampleOptions {
    fn default() -> Self {
        Self {
            temperature: 1.0,
            scheme: Scheme::Plain,
            rule: Rule::Gibbs,
            start: None,
            chains: Self::CHAINS,
            burn_in: None,
            thin: None,
            most_sweeps: Self::MOST_SWEEPS,
            choices: None,
            max_mutations: None,
            seed: 1,
            max_memory: None,
        }
    }
}

impl SampleOptions {
    /// Chains where nothing else is said: overlaps are then known to about .003.
    pub const CHAINS: usize = 1024;

    /// Sweeps after which chains count as stuck, where nothing else is said.
    pub const MOST_SWEEPS: u64 = 1 << 16;

    /// Refuses what makes no sense.
    ///
    /// # Errors
    /// [`Error::Usage`], saying what.
    pub fn check(&self) -> Result<()> {
        let is_temperature = |t: f64| t.is_finite() && (1e-3..=1e3).contains(&t);
        let wrong = |words: &str| Err(Error::Usage(words.to_owned()));
        if !is_temperature(self.temperature) {
            return wrong("a temperature is a number from 0.001 to 1000");
        }
        match self.scheme {
            Scheme::Anneal { from, sweeps } => {
                if !is_temperature(from) || sweeps == 0 {
                    return wrong(
                        "annealing goes from one temperature to another, from 0.001 to 1000, in a sweep at least",
                    );
                }
            }
            Scheme::Tempering { rungs, hottest } => {
                if !(2..=64).contains(&rungs) {
                    return wrong("tempering has from 2 to 64 temperatures");
                }
                if !is_temperature(hottest) || hottest <= self.temperature {
                    return wrong(
                        "the hottest temperature must be above the wanted one, and 1000 at most",
                    );
                }
                if !self.chains.is_multiple_of(rungs * AT_ONCE) {
                    return wrong("chains must fill all temperatures, eight at a time");
                }
            }
            Scheme::Plain => {}
        }
        if self.chains == 0 || !self.chains.is_multiple_of(AT_ONCE) {
            return wrong("the number of chains is a multiple of eight");
        }
        if self.thin == Some(0) {
            return wrong("between two sequences of a chain there is one sweep at least");
        }
        if self.max_mutations == Some(0) {
            return wrong("with no mutations there is only the target");
        }
        Ok(())
    }
}
