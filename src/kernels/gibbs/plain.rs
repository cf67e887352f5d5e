//! The same sweep, slow and obvious.

use super::chains::{Chains, Counted};
use super::sweep::Rule;
use super::tables::{LANES, Pairs};

/// What [`sweep`](super::sweep) does, without its tables: of a model, and what its couplings are rounded to. Forbidden states are not known here.
pub fn sweep_plain(
    model: Pairs<'_>,
    (prior, unit): (&[f32], Option<f32>),
    chains: &mut Chains,
    sites: &[usize],
    rule: Rule,
) -> u64 {
    let mut changed = 0;
    for &site in sites {
        for block in 0..chains.count() / LANES {
            let draws = chains.random[block].next();
            let chances = match rule {
                Rule::Gibbs => draws,
                Rule::Metropolis => chains.random[block].next(),
            };
            for lane in 0..LANES {
                let chain = block * LANES + lane;
                let count = chains.count();
                let sequence: Vec<u8> = (0..chains.sites)
                    .map(|site| chains.states[site * count + chain])
                    .collect();
                let own = sequence[site];
                let weight = f64::from(chains.weights[chain]);
                let logits: Vec<f64> = (0..model.states)
                    .map(|a| {
                        let prior = f64::from(prior[site * model.states + a]);
                        let cost = cost(chains, (chain, site), (own, a as u8));
                        weight * field(model, unit, &sequence, (site, a)) + (1.0 - weight) * prior
                            - cost
                    })
                    .collect();
                let draws = (f64::from(draws[lane]), f64::from(chances[lane]));
                let new = match rule {
                    Rule::Gibbs => heat_bath(&logits, draws.0),
                    Rule::Metropolis => proposed(&logits, own, draws),
                };
                if new != own {
                    if let Some(Counted { limit, different }) = &mut chains.limit {
                        different[chain] = limit.after(different[chain], site, (own, new));
                    }
                    let field = |a: u8| field(model, unit, &sequence, (site, usize::from(a)));
                    chains.energies[chain] += field(own) - field(new);
                    chains.states[site * count + chain] = new;
                    changed += 1;
                }
            }
        }
    }
    changed
}

/// What a state costs by the limit of differences.
fn cost(chains: &Chains, (chain, site): (usize, usize), states: (u8, u8)) -> f64 {
    match &chains.limit {
        None => 0.0,
        Some(Counted { limit, different }) => limit
            .cost_of(different[chain], site, states)
            .map_or(f64::INFINITY, f64::from),
    }
}

/// h_i(a) + sum_j J_ij(a, x_j).
fn field(model: Pairs<'_>, unit: Option<f32>, sequence: &[u8], (i, a): (usize, usize)) -> f64 {
    let others = (0..model.sites()).filter(|&j| j != i);
    let couplings = others.map(|j| {
        let coupling = f64::from(model.coupling((i, a), (j, usize::from(sequence[j]))));
        match unit.map(f64::from) {
            Some(unit) => (coupling / unit).round_ties_even() * unit,
            None => coupling,
        }
    });
    f64::from(model.fields[i * model.states + a]) + couplings.sum::<f64>()
}

fn heat_bath(logits: &[f64], draw: f64) -> u8 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shares: Vec<f64> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let mut left = draw * shares.iter().sum::<f64>();
    for (state, share) in (0..).zip(&shares) {
        left -= share;
        if left <= 0.0 {
            return state;
        }
    }
    logits.len() as u8 - 1
}

fn proposed(logits: &[f64], own: u8, (which, chance): (f64, f64)) -> u8 {
    if logits.len() < 2 {
        return own;
    }
    let others: Vec<u8> = (0..logits.len() as u8)
        .filter(|&state| state != own)
        .collect();
    let other = others[(which * others.len() as f64) as usize];
    let ratio = (logits[usize::from(other)] - logits[usize::from(own)]).exp();
    if chance < ratio { other } else { own }
}
