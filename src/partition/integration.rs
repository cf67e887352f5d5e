//! Thermodynamic integration (Kirkwood 1935).
//!
//! On the way f_b(x) = p0(x)^(1-b) exp(-b E(x)) from independent sites to the model, d log Z_b / db = `<u>_b` with u = -E - log p0, so that
//! log Z = integral over b = 0 ... 1 of `<u>_b`. Chains run at some b one after the other, and all the way back: where they lag behind, they do so the other
//! way then. Between two b the integral is that of the cubic with `<u>` and its slope, Var_b(u), at both ends.
//!
//! The error has three parts: the spread of chains, half of what ways there and back differ by, and what the integral differs by from that over
//! every other b.

use super::annealing::{Watch, drawn, log_probability, modes};
use crate::error::Result;
use crate::kernels::gibbs::{Pairs, Rule, Tables};
use crate::sample::ensemble::{AT_ONCE, Ensemble};
use crate::sample::mixing::Mean;
use crate::state::{Persistent, Transfer};
use std::io;

/// How chains are led.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IntegrationOptions {
    /// Intervals of b, an even number.
    pub steps: usize,
    /// Sweeps at each, of which the second half is looked at.
    pub sweeps: u64,
    /// Number of chains, a multiple of eight.
    pub chains: usize,
    /// Of all random numbers.
    pub seed: u64,
}

/// As many sweeps in all as annealing has.
impl Default for IntegrationOptions {
    fn default() -> Self {
        Self {
            steps: 64,
            sweeps: 16,
            chains: 512,
            seed: 1,
        }
    }
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Integrated {
    /// log Z, in nats.
    pub log_z: f64,
    /// Its standard error: the three parts together.
    pub standard_error: f64,
    /// By how much the ways there and back differ.
    pub lag: f64,
    /// Mean energy of the model.
    pub energy: f64,
    /// log Z + mean energy.
    pub entropy: f64,
    /// Its standard error.
    pub entropy_error: f64,
}

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0x71_0000;

/// Of the chains at one b: u and its square, each the mean over sweeps, a chain.
struct Stand {
    u: Vec<f64>,
    squares: Vec<f64>,
    energy: f64,
}

impl Stand {
    fn mean(&self) -> f64 {
        self.u.iter().sum::<f64>() / self.u.len() as f64
    }

    /// The slope of the mean.
    fn variance(&self) -> f64 {
        let mean = self.mean();
        self.squares.iter().sum::<f64>() / self.squares.len() as f64 - mean * mean
    }
}

/// Chains on their way.
struct Way {
    ensemble: Ensemble,
    stands: Vec<Stand>,
}

impl Persistent for Way {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        self.ensemble.serialise(state)?;
        let mut count = self.stands.len() as u64;
        state.number(&mut count)?;
        let nothing = || Stand {
            u: Vec::new(),
            squares: Vec::new(),
            energy: 0.0,
        };
        self.stands.resize_with(count as usize, nothing);
        for stand in &mut self.stands {
            state.list(&mut stand.u)?;
            state.list(&mut stand.squares)?;
            state.number(&mut stand.energy)?;
        }
        Ok(())
    }
}

/// log Z of fields and couplings, from independent sites with the log-probabilities `reference`, L x q, each finite.
///
/// # Errors
/// Those of `watch`.
pub fn integrate(
    model: Pairs<'_>,
    reference: &[f64],
    options: &IntegrationOptions,
    watch: Watch<'_>,
) -> Result<Integrated> {
    let states = model.states;
    let mut tables = Tables::new(model, &modes(reference, states));
    let prior: Vec<f32> = reference.iter().map(|&p| p as f32).collect();
    tables.set_prior(&prior);
    let chains = options.chains.next_multiple_of(AT_ONCE);
    let begun = drawn(reference, states, (chains, options.seed));
    let moves = ((0..model.sites()).collect(), Rule::Gibbs);
    let ensemble = Ensemble::new(tables, (&begun, None), moves, (options.seed ^ STREAM, 0));
    let steps = options.steps.next_multiple_of(2).max(2);
    let mut way = Way {
        ensemble,
        stands: Vec::new(),
    };
    watch.keeper.recall(&mut way)?;
    let all = 2 * (steps + 1);
    while way.stands.len() < all {
        let done = way.stands.len();
        let step = if done <= steps { done } else { all - 1 - done };
        let b = step as f64 / steps as f64;
        way.ensemble.set_weight(b as f32);
        let sweeps = options.sweeps.max(2);
        let stand = stand(model, reference, &mut way.ensemble, sweeps);
        way.stands.push(stand);
        (watch.tell)(done + 1, all)?;
        let at = format!("step {} of {all}", done + 1);
        watch.keeper.look(&|| at.clone(), &mut way)?;
    }
    let back = way.stands.split_off(steps + 1);
    let mut stands = [way.stands, back];
    stands[1].reverse();
    Ok(summed_up(&stands, steps))
}

fn stand(model: Pairs<'_>, reference: &[f64], ensemble: &mut Ensemble, sweeps: u64) -> Stand {
    let log_p0 = |sequence: &[u8]| log_probability(reference, model.states, sequence);
    let looks = sweeps / 2;
    ensemble.sweep(sweeps - looks);
    let mut u = vec![0.0; ensemble.count()];
    let mut squares = vec![0.0; ensemble.count()];
    let mut energy = 0.0;
    for _ in 0..looks {
        ensemble.sweep(1);
        let energies = ensemble.of_each(|sequence| model.energy(sequence));
        let priors = ensemble.of_each(log_p0);
        for (k, (e, prior)) in energies.iter().zip(priors).enumerate() {
            let own = -e - prior;
            u[k] += own / looks as f64;
            squares[k] += own * own / looks as f64;
            energy += e / (looks as f64 * ensemble.count() as f64);
        }
    }
    Stand { u, squares, energy }
}

/// Of numbers at so many equal steps of 0 ... 1, of which `every` one is taken: the integral, by cubics with the slopes given.
fn integral(means: &[f64], slopes: &[f64], every: usize) -> f64 {
    let width = every as f64 / (means.len() - 1) as f64;
    let interval = |k: usize| {
        let next = k + every;
        width * (means[k] + means[next]) / 2.0 + width * width / 12.0 * (slopes[k] - slopes[next])
    };
    (0..means.len() - 1).step_by(every).map(interval).sum()
}

fn summed_up(stands: &[Vec<Stand>; 2], steps: usize) -> Integrated {
    let both = |number: &dyn Fn(&Stand) -> f64| -> Vec<f64> {
        let ways = stands[0].iter().zip(&stands[1]);
        ways.map(|(there, back)| (number(there) + number(back)) / 2.0)
            .collect()
    };
    let means = both(&Stand::mean);
    let slopes = both(&Stand::variance);
    let log_z = integral(&means, &slopes, 1);
    let of_way = |way: usize| {
        let means: Vec<f64> = stands[way].iter().map(Stand::mean).collect();
        integral(&means, &slopes, 1)
    };
    let lag = of_way(0) - of_way(1);
    let coarse = log_z - integral(&means, &slopes, 2);
    // A chain's own integral: chains are independent, their steps are not.
    let count = stands[0][0].u.len();
    let of_chain = |chain: usize| -> f64 {
        let own = both(&|stand: &Stand| stand.u[chain]);
        let inner: f64 = own[1..steps].iter().sum();
        (inner + (own[0] + own[steps]) / 2.0) / steps as f64
    };
    let own: Vec<f64> = (0..count).map(of_chain).collect();
    let spread = Mean::of(own.iter().copied()).error;
    let last = both(&|stand: &Stand| stand.energy);
    let energy = last[steps];
    let of_energies: Vec<f64> = (0..count).map(|chain| stands[0][steps].u[chain]).collect();
    let standard_error = (spread * spread + lag * lag / 4.0 + coarse * coarse).sqrt();
    Integrated {
        log_z,
        standard_error,
        lag,
        energy,
        entropy: log_z + energy,
        entropy_error: standard_error.hypot(Mean::of(of_energies.iter().copied()).error),
    }
}
