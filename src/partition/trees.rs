//! An upper bound of log Z by trees, reweighted (Wainwright, Jaakkola and Willsky 2005).
//!
//! log Z is convex in the parameters: where a model is a mixture of trees, theta = sum_T w_T theta(T), log Z <= sum_T w_T log Z_T, and log Z of
//! a tree is exact. The trees here are the L stars, each with weight 1/L, so that a pair is in a share r = 2/L of them. How fields are divided
//! among the trees is written with messages M_ij(x_j), of any value:
//!
//! log T_i = h_i + r sum_j log M_ji,    log T_ij = log T_i + log T_j + J_ij / r - log M_ji - log M_ij,
//! theta = sum_i log T_i + r sum_ij (log T_ij - log T_i - log T_j)  whatever M.
//!
//! So every M gives a bound; those that reweighted message passing ends at give the best. The best of all that were seen is told.

use super::moments::Moments;
use crate::kernels::gibbs::Pairs;
use crate::model::energy::log_sum_exp;
use rayon::prelude::*;

/// Rounds of messages.
const ROUNDS: usize = 200;

/// How much of a message is new in a round: with all of it, messages of strong couplings swing.
const NEW: f64 = 0.5;

/// The bound, in nats, at an inverse temperature.
pub fn upper_bound(model: Pairs<'_>, b: f64) -> f64 {
    let (sites, states) = (model.sites(), model.states);
    if sites < 2 {
        return exact(model, b);
    }
    let share = 2.0 / sites as f64;
    // log M_ij(x_j), from i to j.
    let mut messages = vec![0.0; sites * sites * states];
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let own = beliefs(model, b, share, &messages);
        best = best.min(bound(model, b, share, (&own, &messages)));
        let new = passed(model, b, share, (&own, &messages));
        let mut largest = 0f64;
        for (message, new) in messages.iter_mut().zip(new) {
            let step = NEW * (new - *message);
            largest = largest.max(step.abs());
            *message += step;
        }
        if largest < 1e-9 {
            break;
        }
    }
    best
}

fn exact(model: Pairs<'_>, b: f64) -> f64 {
    let states = model.fields.iter();
    let terms: Vec<Moments> = states
        .map(|&h| Moments::of_energy(-f64::from(h), b))
        .collect();
    Moments::sum(&terms).log_z
}

fn at(sites: usize, states: usize, (from, to): (usize, usize)) -> usize {
    (from * sites + to) * states
}

/// log T_i(x_i), L x q.
fn beliefs(model: Pairs<'_>, b: f64, share: f64, messages: &[f64]) -> Vec<f64> {
    let (sites, states) = (model.sites(), model.states);
    let mut own: Vec<f64> = model.fields.iter().map(|&h| b * f64::from(h)).collect();
    for from in 0..sites {
        for to in (0..sites).filter(|&to| to != from) {
            let message = &messages[at(sites, states, (from, to))..][..states];
            let own = &mut own[to * states..][..states];
            for (own, message) in own.iter_mut().zip(message) {
                *own += share * message;
            }
        }
    }
    own
}

/// log sum over x_i of T_i exp(J_ij / r) / M_ji, for each x_j: what i tells j, of all else that it knows.
fn told(
    model: Pairs<'_>,
    b: f64,
    share: f64,
    (own, messages): (&[f64], &[f64]),
    (from, to): (usize, usize),
) -> Vec<f64> {
    let (sites, states) = (model.sites(), model.states);
    let back = &messages[at(sites, states, (to, from))..][..states];
    let own = &own[from * states..][..states];
    let block = model.block(from, to);
    let of_state = |x: usize| {
        let terms: Vec<f64> = (0..states)
            .map(|y| own[y] - back[y] + b * f64::from(block.at(y, x)) / share)
            .collect();
        log_sum_exp(&terms)
    };
    (0..states).map(of_state).collect()
}

/// New messages, each from its largest number on.
fn passed(model: Pairs<'_>, b: f64, share: f64, known: (&[f64], &[f64])) -> Vec<f64> {
    let (sites, states) = (model.sites(), model.states);
    let mut new = vec![0.0; sites * sites * states];
    new.par_chunks_exact_mut(sites * states)
        .enumerate()
        .for_each(|(from, new)| {
            for (to, new) in new.chunks_exact_mut(states).enumerate() {
                if to != from {
                    let told = told(model, b, share, known, (from, to));
                    let top = told.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    for (new, told) in new.iter_mut().zip(told) {
                        *new = told - top;
                    }
                }
            }
        });
    new
}

/// sum_T log Z_T / L. The star about c: sum over x_c of T_c(x_c) prod_j [sum over x_j of T_j exp(J_jc / r) / (M_jc M_cj)].
fn bound(model: Pairs<'_>, b: f64, share: f64, known: (&[f64], &[f64])) -> f64 {
    let (sites, states) = (model.sites(), model.states);
    let star = |centre: usize| {
        let mut terms = known.0[centre * states..][..states].to_vec();
        for other in (0..sites).filter(|&other| other != centre) {
            let told = told(model, b, share, known, (other, centre));
            let message = &known.1[at(sites, states, (other, centre))..][..states];
            for ((term, told), message) in terms.iter_mut().zip(told).zip(message) {
                *term += told - message;
            }
        }
        log_sum_exp(&terms)
    };
    let stars: Vec<f64> = (0..sites).into_par_iter().map(star).collect();
    stars.iter().sum::<f64>() / sites as f64
}
