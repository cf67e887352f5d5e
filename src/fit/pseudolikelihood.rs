//! Symmetric pseudolikelihood: F = -sum_n w_n sum_i log P(x_i | rest) + lambda_h sum h^2 + lambda_J sum_{i<j} sum_ab J_ij(a,b)^2.

use super::objective::Objective;
use super::options::{FieldOrigin, Penalties};
use super::preconditioner::{CentredScaling, gather_directed};
use crate::kernels::conditional::{Scratch, SequenceRows, Site, site_value_and_gradient};
use crate::model::couplings::{pair_index, pairs, split_by_first_site};
use rayon::prelude::*;

/// F and its gradient by fields (L q) and packed couplings, one pass over the sequences a site.
pub struct Pseudolikelihood {
    rows: SequenceRows,
    penalties: Penalties,
    field_origin: FieldOrigin,
    /// Gradient of each site's conditional by its own view of the couplings, L x L q q.
    directed: Vec<f32>,
}

impl Pseudolikelihood {
    /// The objective for encoded sequences.
    pub fn new(rows: SequenceRows, penalties: Penalties, field_origin: FieldOrigin) -> Self {
        let (sites, states) = (rows.sites(), rows.states());
        Self {
            directed: vec![0.0; sites * sites * states * states],
            rows,
            penalties,
            field_origin,
        }
    }

    fn field_count(&self) -> usize {
        self.rows.sites() * self.rows.states()
    }

    /// Every site's conditional: values in the order of the sites, field gradients and directed coupling gradients.
    fn conditionals(&mut self, x: &[f32], field_gradient: &mut [f32]) -> Vec<f64> {
        let (sites, states) = (self.rows.sites(), self.rows.states());
        let slab = sites * states * states;
        let (fields, couplings) = x.split_at(self.field_count());
        let rows = &self.rows;
        self.directed
            .par_chunks_mut(slab)
            .zip(field_gradient.par_chunks_mut(states))
            .enumerate()
            .map_init(
                || (Scratch::default(), vec![0.0; slab]),
                |(scratch, own), (i, (couplings_out, fields_out))| {
                    gather_directed(sites, states, couplings, i, own);
                    site_value_and_gradient(
                        rows,
                        i,
                        &Site {
                            fields: &fields[i * states..(i + 1) * states],
                            couplings: own,
                        },
                        &mut Site {
                            fields: fields_out,
                            couplings: couplings_out,
                        },
                        scratch,
                    )
                },
            )
            .collect()
    }

    /// Adds the two views of each coupling's gradient and its penalty; returns sum_{i<j} sum_ab J^2, pair by pair in order.
    fn combine(&self, couplings: &[f32], gradient: &mut [f32]) -> f64 {
        let (sites, states) = (self.rows.sites(), self.rows.states());
        let size = states * states;
        let slope = 2.0 * self.penalties.lambda_j as f32;
        let view = |i: usize, j: usize| &self.directed[(i * sites + j) * size..][..size];
        let parts = split_by_first_site(gradient, sites, size);
        let squares: Vec<f64> = parts
            .into_par_iter()
            .enumerate()
            .map(|(i, part)| {
                let mut sum = 0.0;
                for (j, out) in (i + 1..sites).zip(part.chunks_exact_mut(size)) {
                    let offset = pair_index(sites, i, j) * size;
                    let block = &couplings[offset..offset + size];
                    // The view of i has the state of i fast, that of j slow.
                    let (from_i, from_j) = (view(i, j), view(j, i));
                    let rows = out.chunks_exact_mut(states).zip(block.chunks_exact(states));
                    for (a, (out, block)) in rows.enumerate() {
                        let from_j = &from_j[a * states..(a + 1) * states];
                        for (b, ((out, value), other)) in
                            out.iter_mut().zip(block).zip(from_j).enumerate()
                        {
                            *out = from_i[b * states + a] + other + slope * value;
                        }
                        sum += f64::from(block.iter().map(|v| v * v).sum::<f32>());
                    }
                }
                sum
            })
            .collect();
        squares.iter().sum()
    }
}

impl Pseudolikelihood {
    /// Adds the penalty of the fields to their gradient; returns the sum of squares, site by site in order.
    fn penalise_fields(&self, fields: &[f32], gradient: &mut [f32]) -> f64 {
        let states = self.rows.states();
        let slope = 2.0 * self.penalties.lambda_h as f32;
        let mut sum = 0.0;
        let sites = fields
            .chunks_exact(states)
            .zip(gradient.chunks_exact_mut(states));
        for (fields, gradient) in sites {
            let origin = match self.field_origin {
                FieldOrigin::Zero => 0.0,
                FieldOrigin::Gap => fields[states - 1],
            };
            let mut pull = 0.0;
            for (g, h) in gradient.iter_mut().zip(fields) {
                let away = h - origin;
                *g += slope * away;
                pull += away;
                sum += f64::from(away).powi(2);
            }
            if self.field_origin == FieldOrigin::Gap {
                gradient[states - 1] -= slope * pull;
            }
        }
        sum
    }
}

impl Objective for Pseudolikelihood {
    fn dimension(&self) -> usize {
        self.field_count() + pairs(self.rows.sites()) * self.rows.states().pow(2)
    }

    fn value_and_gradient(&mut self, x: &[f32], gradient: &mut [f32]) -> f64 {
        let count = self.field_count();
        let (field_gradient, coupling_gradient) = gradient.split_at_mut(count);
        let data: f64 = self.conditionals(x, field_gradient).iter().sum();
        let (fields, couplings) = x.split_at(count);
        let coupling_squares = self.combine(couplings, coupling_gradient);
        let field_squares = self.penalise_fields(fields, field_gradient);
        data + self.penalties.lambda_h * field_squares + self.penalties.lambda_j * coupling_squares
    }
}

/// The same objective in the variables of [`CentredScaling`].
pub struct Scaled {
    inner: Pseudolikelihood,
    scaling: CentredScaling,
    x: Vec<f32>,
    gradient: Vec<f32>,
}

impl Scaled {
    /// `inner` seen through `scaling`.
    pub fn new(inner: Pseudolikelihood, scaling: CentredScaling) -> Self {
        let n = inner.dimension();
        Self {
            inner,
            scaling,
            x: vec![0.0; n],
            gradient: vec![0.0; n],
        }
    }

    /// Fields and packed couplings at the scaled variables `y`.
    pub fn into_model(mut self, y: &[f32]) -> Vec<f32> {
        self.scaling.to_model(y, &mut self.x);
        self.x
    }
}

impl Objective for Scaled {
    fn dimension(&self) -> usize {
        self.inner.dimension()
    }

    fn value_and_gradient(&mut self, y: &[f32], gradient: &mut [f32]) -> f64 {
        self.scaling.to_model(y, &mut self.x);
        let value = self.inner.value_and_gradient(&self.x, &mut self.gradient);
        self.scaling
            .to_scaled_gradient(&mut self.gradient, gradient);
        value
    }
}
