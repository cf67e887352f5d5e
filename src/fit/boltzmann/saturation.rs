//! Chains that feel no gradient.
//!
//! A unit s = +-1 in a field f answers a change of the field by 1 - tanh^2 f, which falls as 4 exp(-2 |f|): beyond |f| = [`FELT`] nothing is felt. A site
//! of any number of states is as deaf where its likeliest state is as likely as that of such a unit; a chain is, where all of its sites are.

use super::features::Features;
use crate::model::couplings::pair_index;
use rayon::prelude::*;

/// The field of two states beyond which a change of it is not felt.
const FELT: f64 = 5.0;

/// Chains that are looked at.
const LOOKED_AT: usize = 64;

/// The share of chains that feel no gradient, of the first ones.
pub fn saturated(parameters: &Features, sequences: &[u8]) -> f64 {
    let sites = parameters.sites();
    let chains: Vec<&[u8]> = sequences.chunks_exact(sites).take(LOOKED_AT).collect();
    let is_deaf = |x: &&[u8]| (0..sites).all(|site| is_saturated(parameters, x, site));
    let deaf: Vec<bool> = chains.par_iter().map(is_deaf).collect();
    deaf.iter().filter(|deaf| **deaf).count() as f64 / chains.len() as f64
}

/// Whether a site of a sequence, given the others, has one state almost surely: 1 - p <= sigmoid(-2 [`FELT`]).
fn is_saturated(parameters: &Features, x: &[u8], site: usize) -> bool {
    let (sites, states) = (parameters.sites(), parameters.states);
    let own = &parameters.singles[site * states..][..states];
    let mut logits: Vec<f64> = own.iter().map(|&h| f64::from(h)).collect();
    for j in (0..sites).filter(|&j| j != site) {
        let b = usize::from(x[j]);
        let pair = pair_index(sites, site.min(j), site.max(j)) * states * states;
        for (a, logit) in logits.iter_mut().enumerate() {
            let place = if site < j {
                a * states + b
            } else {
                b * states + a
            };
            *logit += f64::from(parameters.pairs[pair + place]);
        }
    }
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let others: f64 = logits.iter().map(|logit| (logit - top).exp()).sum::<f64>() - 1.0;
    others <= (-2.0 * FELT).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strong_fields_and_couplings_are_not_felt_through() {
        let sequences = [0, 0, 1, 1].repeat(4);
        let of = |field: f32, coupling: f32| {
            let mut parameters = Features::zeros(2, 2);
            parameters
                .singles
                .copy_from_slice(&[field, -field, field, -field]);
            parameters
                .pairs
                .copy_from_slice(&[coupling, 0.0, 0.0, coupling]);
            saturated(&parameters, &sequences)
        };
        assert_eq!(of(0.0, 0.0), 0.0);
        assert_eq!(of(4.9, 0.0), 0.0);
        assert_eq!(of(5.1, 0.0), 1.0);
        // Couplings alone: 2 f = 10.1.
        assert_eq!(of(0.0, 10.1), 1.0);
        // A field against the second of both sequences.
        assert_eq!(of(1.0, 11.0), 0.5);
    }
}
