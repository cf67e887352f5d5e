//! The fields of some groups of sites as variables of L-BFGS.

use crate::fit::optimizer::descent::{Direction, KEPT_STEPS, Products};
use crate::fit::options::FieldOrigin;
use crate::kernels::f32x8::{F32x8, LANES};
use crate::state::{Persistent, Transfer};

/// The smallest curvature assumed, where neither penalty nor data give any.
const LEAST_CURVATURE: f64 = 1e-3;

/// Fields, their gradient and history: `[group][a]`, a lane a site.
#[derive(Debug, Clone)]
pub struct FieldVariables {
    states: usize,
    /// h.
    pub x: Vec<F32x8>,
    /// dF/dh.
    pub model_gradient: Vec<F32x8>,
    /// By the scaled variables.
    gradient: Vec<F32x8>,
    /// Steps, then changes of the gradient.
    history: Vec<Vec<F32x8>>,
    /// h per scaled variable.
    scale: Vec<F32x8>,
    /// How far fields follow what couplings pull at them, `[group][a][b]`.
    response: Vec<F32x8>,
}

impl Persistent for FieldVariables {
    fn serialise(&mut self, state: &mut Transfer) -> std::io::Result<()> {
        state.numbers(&mut self.x)?;
        state.numbers(&mut self.gradient)?;
        for vector in &mut self.history {
            state.numbers(vector)?;
        }
        state.numbers(&mut self.scale)
    }
}

/// Numbers of sites from `first` on, L q in order, in lanes; 0 for lanes without a site.
pub fn in_lanes(numbers: &[f64], states: usize, groups: std::ops::Range<usize>) -> Vec<F32x8> {
    let number = |site: usize, a: usize| numbers.get(site * states + a).map_or(0.0, |&n| n as f32);
    let lanes8 =
        |group: usize, a: usize| F32x8(std::array::from_fn(|lane| number(group * LANES + lane, a)));
    groups
        .flat_map(|group| (0..states).map(move |a| (group, a)))
        .map(|(group, a)| lanes8(group, a))
        .collect()
}

fn inverse_roots(curvature: &[f64]) -> Vec<f64> {
    let root = |c: &f64| 1.0 / c.max(LEAST_CURVATURE).sqrt();
    curvature.iter().map(root).collect()
}

fn products(x: &[F32x8], y: &[F32x8]) -> f64 {
    x.iter().zip(y).map(|(&x, &y)| (x * y).sum()).sum()
}

/// Takes the mean over a site's states from all of them.
pub fn remove_means(numbers: &mut [F32x8], states: usize) {
    let share = F32x8::splat(1.0 / states as f32);
    for site in numbers.chunks_exact_mut(states) {
        let sum = site.iter().fold(F32x8::ZERO, |sum, &x| sum + x);
        site.iter_mut().for_each(|x| *x = *x - sum * share);
    }
}

impl FieldVariables {
    /// Variables of these groups at the fields `start`, scaled by `curvature`, both L q, with the sites' `response`, L q q.
    pub fn new(
        start: &[f64],
        curvature: &[f64],
        response: &[f64],
        states: usize,
        groups: std::ops::Range<usize>,
    ) -> Self {
        let mut x = in_lanes(start, states, groups.clone());
        remove_means(&mut x, states);
        let zeros = || vec![F32x8::ZERO; x.len()];
        Self {
            states,
            model_gradient: zeros(),
            gradient: zeros(),
            history: (0..2 * KEPT_STEPS).map(|_| zeros()).collect(),
            scale: in_lanes(&inverse_roots(curvature), states, groups.clone()),
            response: in_lanes(response, states * states, groups),
            x,
        }
    }

    /// The response to `pulls` at all fields; for gradients by the fields, what reaches the couplings of them.
    pub fn respond(&self, pulls: &[F32x8]) -> Vec<F32x8> {
        let q = self.states;
        let sites = pulls.chunks_exact(q).zip(self.response.chunks_exact(q * q));
        let row = |pull: &[F32x8], row: &[F32x8]| {
            let products = row.iter().zip(pull).map(|(&r, &pull)| r * pull);
            products.fold(F32x8::ZERO, |sum, product| sum + product)
        };
        sites
            .flat_map(|(pull, rows)| rows.chunks_exact(q).map(move |r| row(pull, r)))
            .collect()
    }

    /// Adds the penalty to the gradient; returns sum (h - origin)^2, site by site in order.
    pub fn penalise(&mut self, lambda: f64, origin: FieldOrigin) -> f64 {
        let slope = F32x8::splat(2.0 * lambda as f32);
        let last = self.states - 1;
        let mut squares = 0.0;
        let sites = self.x.chunks_exact(self.states);
        for (h, g) in sites.zip(self.model_gradient.chunks_exact_mut(self.states)) {
            let origin_field = match origin {
                FieldOrigin::Zero => F32x8::ZERO,
                FieldOrigin::Gap => h[last],
            };
            let mut pull = F32x8::ZERO;
            for (g, &h) in g.iter_mut().zip(h) {
                let away = h - origin_field;
                *g = *g + slope * away;
                pull = pull + away;
                squares += (away * away).sum();
            }
            if origin == FieldOrigin::Gap {
                g[last] = g[last] - slope * pull;
            }
        }
        squares
    }

    /// Takes a step; `shift` is what the couplings' part of it takes from the fields. Returns its products with the changes.
    pub fn take_step(
        &mut self,
        direction: &Direction,
        slot: usize,
        shift: &[F32x8],
    ) -> [f64; KEPT_STEPS] {
        let step: Vec<F32x8> = (0..self.x.len())
            .map(|n| {
                let mut step = self.gradient[n] * F32x8::splat(direction.gradient);
                for k in 0..KEPT_STEPS {
                    step = step + self.history[k][n] * F32x8::splat(direction.steps[k]);
                    step =
                        step + self.history[KEPT_STEPS + k][n] * F32x8::splat(direction.changes[k]);
                }
                step
            })
            .collect();
        self.move_by(&step, 1.0, shift);
        self.history[slot] = step;
        std::array::from_fn(|k| products(&self.history[slot], &self.history[KEPT_STEPS + k]))
    }

    /// Makes the step in `slot` shorter.
    pub fn shorten_step(&mut self, ratio: f32, slot: usize, shift: &[F32x8]) {
        let step = self.history[slot].clone();
        self.move_by(&step, ratio - 1.0, shift);
        for step in &mut self.history[slot] {
            *step = *step * F32x8::splat(ratio);
        }
    }

    fn move_by(&mut self, step: &[F32x8], length: f32, shift: &[F32x8]) {
        for (((h, &step), &scale), &shift) in
            self.x.iter_mut().zip(step).zip(&self.scale).zip(shift)
        {
            *h = *h + scale * step * F32x8::splat(length) - shift;
        }
        remove_means(&mut self.x, self.states);
    }

    /// The gradient becomes that at the fields, without its means; its change goes into `slot`.
    pub fn update(&mut self, slot: usize) -> Products {
        remove_means(&mut self.model_gradient, self.states);
        for n in 0..self.x.len() {
            let new = self.model_gradient[n] * self.scale[n];
            self.history[KEPT_STEPS + slot][n] = new - self.gradient[n];
            self.gradient[n] = new;
        }
        let change = &self.history[KEPT_STEPS + slot];
        Products {
            gradient: std::array::from_fn(|k| products(&self.history[k], &self.gradient)),
            change: std::array::from_fn(|k| products(&self.history[k], change)),
            square: products(&self.gradient, &self.gradient),
        }
    }

    /// Scales the variables by other curvatures, `[site][a]` for each group.
    pub fn rescale(&mut self, curvature: &[f64]) {
        let groups = self.x.len() / self.states;
        let scale = in_lanes(&inverse_roots(curvature), self.states, 0..groups);
        for (n, &new) in scale.iter().enumerate() {
            let ratio = self.scale[n].zip(new, |old, new| if new == 0.0 { 0.0 } else { old / new });
            let inverse = new.zip(
                self.scale[n],
                |new, old| if old == 0.0 { 0.0 } else { new / old },
            );
            self.gradient[n] = self.gradient[n] * inverse;
            for k in 0..KEPT_STEPS {
                self.history[k][n] = self.history[k][n] * ratio;
                self.history[KEPT_STEPS + k][n] = self.history[KEPT_STEPS + k][n] * inverse;
            }
        }
        self.scale = scale;
    }

    /// Inner product of two vectors of the history, or of the gradient, which comes last.
    pub fn product(&self, k: usize, l: usize) -> f64 {
        let vector = |k: usize| self.history.get(k).unwrap_or(&self.gradient);
        products(vector(k), vector(l))
    }

    /// Sets the fields to those at scaled variables, less `shift`.
    pub fn place(&mut self, y: &[f32], shift: &[F32x8]) {
        let scaled = y.as_chunks::<LANES>().0.iter().map(|&y| F32x8(y));
        for (((h, y), &scale), &shift) in self.x.iter_mut().zip(scaled).zip(&self.scale).zip(shift)
        {
            *h = scale * y - shift;
        }
        remove_means(&mut self.x, self.states);
    }

    /// The scaled variables at the fields, where all couplings are zero.
    pub fn scaled(&self) -> Vec<f32> {
        let scaled = self.x.iter().zip(&self.scale);
        let scaled = scaled.map(|(&h, &s)| h.zip(s, |h, s| if s == 0.0 { 0.0 } else { h / s }));
        scaled.flat_map(|lanes8| lanes8.0).collect()
    }

    /// The gradient by the scaled variables into `out`.
    pub fn scaled_gradient(&mut self, out: &mut [f32]) {
        remove_means(&mut self.model_gradient, self.states);
        let gradient = self.model_gradient.iter().zip(&self.scale);
        for (out, (&g, &s)) in out.as_chunks_mut::<LANES>().0.iter_mut().zip(gradient) {
            *out = (g * s).0;
        }
    }
}
