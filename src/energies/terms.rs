//! Energies over a part of the sites.
//!
//! E over the sites without R = E + sum_{i in R} [h_i + sum_j J_ij] - sum_{i<j in R} J_ij, the terms those of the sequence: few where R is small.

use crate::error::Result;
use crate::model::{Couplings, EnergyModel, Model};
use ndarray::Array2;

/// What a model says of a sequence, site by site, so that sites can be left out.
pub(super) struct Terms<'m> {
    model: &'m dyn EnergyModel,
    pairwise: Option<(&'m Array2<f32>, &'m Couplings)>,
    independent: Option<&'m Array2<f32>>,
}

/// A sequence, its energies, and what each site adds to them.
#[derive(Debug, Clone)]
pub(super) struct Sited {
    pub states: Vec<u8>,
    pub energy: f64,
    pub independent: f64,
    /// -[h_i + sum_j J_ij], of pairwise models.
    sites: Vec<f64>,
}

impl<'m> Terms<'m> {
    /// # Errors
    /// If couplings cannot be read.
    pub fn of(model: &'m Model) -> Result<Self> {
        let energies = model.energy_model()?;
        let pairwise = model.pairwise();
        Ok(Self {
            model: energies,
            pairwise: pairwise.and_then(|p| Some((p.fields, p.couplings.in_memory()?))),
            independent: model.independent_fields.as_ref(),
        })
    }

    pub fn model(&self) -> &'m dyn EnergyModel {
        self.model
    }

    pub fn has_independent(&self) -> bool {
        self.independent.is_some()
    }

    /// -sum_i h_i(x_i) of independent sites; 0 where they are not known.
    pub fn independent(&self, states: &[u8]) -> f64 {
        let sum = |fields: &Array2<f32>| -> f64 {
            let sites = states.iter().enumerate();
            sites.map(|(i, &state)| field(fields, i, state)).sum()
        };
        -self.independent.map_or(0.0, sum)
    }

    /// Whether a sequence lacks the state of a site.
    pub fn is_missing(&self, state: u8) -> bool {
        usize::from(state) >= self.model.states()
    }

    /// A sequence with what its sites add, where some may be left out later.
    pub fn sited(&self, states: Vec<u8>) -> Sited {
        let sites = match self.pairwise {
            Some((fields, couplings)) => (0..states.len())
                .map(|i| self.site(fields, couplings, &states, i))
                .collect(),
            None => Vec::new(),
        };
        Sited {
            energy: self.model.energy(&states) + 0.0,
            independent: self.independent(&states) + 0.0,
            sites,
            states,
        }
    }

    /// What the couplings of a site with those before and behind it add to the energy; `None` of kinds without couplings.
    pub fn couplings_of(&self, sequence: &Sited, i: usize) -> Option<(f64, f64)> {
        let (_, couplings) = self.pairwise?;
        let states = &sequence.states;
        if self.is_missing(states[i]) {
            return Some((0.0, 0.0));
        }
        let sum = |others: std::ops::Range<usize>| -> f64 {
            let pairs = others.filter(|&j| !self.is_missing(states[j]));
            let terms = pairs.map(|j| {
                let (a, b) = (usize::from(states[i]), usize::from(states[j]));
                f64::from(couplings.get(i, a, j, b))
            });
            -terms.sum::<f64>()
        };
        Some((sum(0..i), sum(i + 1..states.len())))
    }

    fn site(&self, fields: &Array2<f32>, couplings: &Couplings, states: &[u8], i: usize) -> f64 {
        if self.is_missing(states[i]) {
            return 0.0;
        }
        let a = usize::from(states[i]);
        let others = states.iter().enumerate();
        let pairs = others.filter(|&(j, &state)| j != i && !self.is_missing(state));
        let sum: f64 = pairs
            .map(|(j, &state)| f64::from(couplings.get(i, a, j, usize::from(state))))
            .sum();
        -(f64::from(fields[[i, a]]) + sum)
    }

    /// Energy and independent energy over the sites that are not in `out`.
    pub fn without(&self, sequence: &Sited, out: &[usize]) -> (f64, f64) {
        let states = &sequence.states;
        let gone = out.iter().copied().filter(|&i| !self.is_missing(states[i]));
        let gone: Vec<usize> = gone.collect();
        if gone.is_empty() {
            return (sequence.energy, sequence.independent);
        }
        let alone = |&i: &usize| self.independent.map_or(0.0, |f| field(f, i, states[i]));
        let independent = sequence.independent + gone.iter().map(alone).sum::<f64>();
        let energy = match self.pairwise {
            Some((_, couplings)) => {
                let mut energy = sequence.energy;
                for (k, &i) in gone.iter().enumerate() {
                    energy -= sequence.sites[i];
                    let a = usize::from(states[i]);
                    for &j in &gone[k + 1..] {
                        energy -= f64::from(couplings.get(i, a, j, usize::from(states[j])));
                    }
                }
                energy
            }
            None => {
                let mut rest = states.clone();
                gone.iter().for_each(|&i| rest[i] = u8::MAX);
                self.model.energy(&rest)
            }
        };
        (energy, independent)
    }
}

/// h_i(a), 0 for a missing state.
fn field(fields: &Array2<f32>, site: usize, state: u8) -> f64 {
    let field = fields.get((site, usize::from(state)));
    field.map_or(0.0, |&h| f64::from(h))
}
