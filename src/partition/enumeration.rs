//! All sequences, one by one: what every other way is held against.

use super::moments::Moments;
use crate::kernels::gibbs::Pairs;
use rayon::prelude::*;

/// Sequences that are listed at most: some seconds.
const MOST: f64 = 2e8;

/// log Z and the moments of energies, where sequences are no more than [`MOST`].
pub fn enumerate(model: Pairs<'_>, inverse_temperature: f64) -> Option<Moments> {
    let (sites, states) = (model.sites(), model.states);
    if !can_enumerate(model) {
        return None;
    }
    let field = |site: usize| -> Vec<f64> {
        let own = &model.fields[site * states..][..states];
        own.iter().map(|&h| f64::from(h)).collect()
    };
    let fields: Vec<Vec<f64>> = (0..sites).map(field).collect();
    let branches = branches(model, (&fields, 0, 0.0));
    let found = branches
        .into_par_iter()
        .map(|(fields, next, energy)| below(model, inverse_temperature, (&fields, next, energy)));
    Some(Moments::sum(&found.collect::<Vec<_>>()))
}

/// Whether there are no more than that.
pub fn can_enumerate(model: Pairs<'_>) -> bool {
    (model.states as f64).powi(model.sites() as i32) <= MOST
}

/// Fields of all sites given the states of those before the next, that site, and the energy of those before.
type Branch<'f> = (&'f [Vec<f64>], usize, f64);

/// Sites whose states are given before branches are told out: so many that there is work for all threads, whatever their number.
const FIRST: usize = 3;

fn branches(model: Pairs<'_>, branch: Branch<'_>) -> Vec<(Vec<Vec<f64>>, usize, f64)> {
    let (fields, next, energy) = branch;
    if next == FIRST.min(model.sites()) {
        return vec![(fields.to_vec(), next, energy)];
    }
    let states = 0..model.states;
    let deeper = states.flat_map(|state| {
        let fields = given(model, fields, (next, state));
        branches(model, (&fields, next + 1, energy - fields[next][state]))
    });
    deeper.collect()
}

/// Fields once a site has a state.
fn given(model: Pairs<'_>, fields: &[Vec<f64>], (site, state): (usize, usize)) -> Vec<Vec<f64>> {
    let mut fields = fields.to_vec();
    for (other, fields) in fields.iter_mut().enumerate().skip(site + 1) {
        for (b, field) in fields.iter_mut().enumerate() {
            *field += f64::from(model.coupling((site, state), (other, b)));
        }
    }
    fields
}

fn below(model: Pairs<'_>, b: f64, (fields, next, energy): Branch<'_>) -> Moments {
    let Some(own) = fields.get(next) else {
        return Moments::of_energy(energy, b);
    };
    let of_state = |(state, field): (usize, &f64)| {
        if next + 1 == fields.len() {
            return Moments::of_energy(energy - field, b);
        }
        let fields = given(model, fields, (next, state));
        below(model, b, (&fields, next + 1, energy - field))
    };
    Moments::sum(&own.iter().enumerate().map(of_state).collect::<Vec<_>>())
}
