//! The change of variables that lets L-BFGS converge in tens of evaluations.
//!
//! Couplings act on deviations from the profile f_j(b) (weighted frequencies, without the missing share):
//! h_i(a) = c_i(a) - sum_{j != i} sum_b J_ij(a, b) f_j(b), so that a coupling no longer moves the marginals that the fields have
//! to restore. Each variable is scaled by the square root of its expected curvature,
//! 2 lambda_h + Neff p_i(a)(1 - p_i(a)) for fields (p the independent-site model) and
//! 2 lambda_J + k Neff v_i(a) v_j(b), v = f(1 - f), for couplings: k conditionals see a coupling, two in the symmetric fit, one in the
//! asymmetric. The mean of h over a site's states, which the likelihood does not see, is removed.
//! The penalty stays on h and J, so the optimum is the same; only the path to it differs.

use crate::kernels::conditional::Site;
use crate::model::couplings::{pair_index, pairs, split_by_first_site};
use rayon::prelude::*;

/// The smallest curvature assumed, where neither penalty nor data give any.
const LEAST_CURVATURE: f32 = 1e-3;

/// What the scaling is made of.
#[derive(Debug, Clone)]
pub struct CentredScaling {
    sites: usize,
    states: usize,
    /// f_i(a), L q.
    profile: Vec<f32>,
    /// v_i(a) = f_i(a) (1 - f_i(a)), L q.
    variance: Vec<f32>,
    /// 1 / sqrt(curvature) of the fields, L q.
    field_scale: Vec<f32>,
    /// 2 lambda_J.
    coupling_penalty: f32,
    /// k Neff.
    coupling_weight: f32,
}

/// The numbers that [`CentredScaling::new`] needs.
#[derive(Debug, Clone, Copy)]
pub struct Curvature<'a> {
    /// Weighted residue frequencies, L q.
    pub profile: &'a [f64],
    /// Probabilities of the independent-site model, L q.
    pub independent: &'a [f64],
    /// Sum of the weights.
    pub neff: f64,
    /// Penalties.
    pub penalties: super::options::Penalties,
    /// Conditionals that see a coupling: 2 symmetric, 1 asymmetric.
    pub conditionals: f64,
}

impl CentredScaling {
    /// The scaling for `sites` sites of `states` states.
    pub fn new(sites: usize, states: usize, curvature: &Curvature) -> Self {
        let profile: Vec<f32> = curvature.profile.iter().map(|&f| f as f32).collect();
        let field_scale = curvature
            .independent
            .iter()
            .map(|p| {
                let seen = curvature.neff * p * (1.0 - p);
                inverse_root((2.0 * curvature.penalties.lambda_h + seen) as f32)
            })
            .collect();
        Self {
            sites,
            states,
            variance: profile.iter().map(|f| (f * (1.0 - f)).max(0.0)).collect(),
            profile,
            field_scale,
            coupling_penalty: 2.0 * curvature.penalties.lambda_j as f32,
            coupling_weight: (curvature.conditionals * curvature.neff) as f32,
        }
    }

    /// Number of variables of the symmetric fit: fields, then packed couplings.
    pub fn dimension(&self) -> usize {
        self.field_count() + pairs(self.sites) * self.block()
    }

    fn field_count(&self) -> usize {
        self.sites * self.states
    }

    fn block(&self) -> usize {
        self.states * self.states
    }

    fn of<'a>(&self, per_state: &'a [f32], site: usize) -> &'a [f32] {
        &per_state[site * self.states..(site + 1) * self.states]
    }

    /// The scale of J(a, b) for all b.
    fn coupling_scales<'a>(
        &'a self,
        i: usize,
        a: usize,
        j: usize,
    ) -> impl Iterator<Item = f32> + 'a {
        let weight = self.coupling_weight * self.of(&self.variance, i)[a];
        self.of(&self.variance, j)
            .iter()
            .map(move |v| inverse_root(self.coupling_penalty + weight * v))
    }

    /// Scaled fields at the given fields of all sites, L q, where all couplings are zero.
    pub fn start_fields(&self, fields: &[f64]) -> Vec<f32> {
        fields
            .iter()
            .zip(&self.field_scale)
            .map(|(&h, s)| h as f32 / s)
            .collect()
    }

    /// Scaled variables of the model with the given fields and no coupling.
    pub fn start(&self, fields: &[f64]) -> Vec<f32> {
        let mut y = self.start_fields(fields);
        y.resize(self.dimension(), 0.0);
        y
    }

    /// Fields and packed couplings `x` of the scaled variables `y`.
    pub fn to_model(&self, y: &[f32], x: &mut [f32]) {
        let fields = self.field_count();
        let (y_fields, y_couplings) = y.split_at(fields);
        let (x_fields, x_couplings) = x.split_at_mut(fields);
        let parts = split_by_first_site(x_couplings, self.sites, self.block());
        parts.into_par_iter().enumerate().for_each(|(i, part)| {
            let blocks = part.chunks_exact_mut(self.block());
            for (j, block) in (i + 1..self.sites).zip(blocks) {
                let offset = pair_index(self.sites, i, j) * self.block();
                let y_block = &y_couplings[offset..offset + self.block()];
                self.scale_block(i, j, y_block, block);
            }
        });
        let couplings = &*x_couplings;
        x_fields
            .par_chunks_mut(self.states)
            .enumerate()
            .for_each(|(i, h)| {
                for ((h, y), s) in h
                    .iter_mut()
                    .zip(self.of(y_fields, i))
                    .zip(self.of(&self.field_scale, i))
                {
                    *h = y * s;
                }
                for j in (0..self.sites).filter(|&j| j != i) {
                    let pair = pair_index(self.sites, i.min(j), i.max(j)) * self.block();
                    let block = &couplings[pair..pair + self.block()];
                    self.subtract_mean_field(block, i < j, self.of(&self.profile, j), h);
                }
                remove_mean(h);
            });
    }

    /// out(a, b) = s_ij(a, b) y(a, b), the state of i slow.
    fn scale_block(&self, i: usize, j: usize, y: &[f32], out: &mut [f32]) {
        let rows = out
            .chunks_exact_mut(self.states)
            .zip(y.chunks_exact(self.states));
        for (a, (out, y)) in rows.enumerate() {
            for ((out, y), s) in out.iter_mut().zip(y).zip(self.coupling_scales(i, a, j)) {
                *out = y * s;
            }
        }
    }

    /// h(a) -= sum_b J(a, b) f(b); `slow` says that h's site is the slow index of the block.
    fn subtract_mean_field(&self, block: &[f32], slow: bool, f: &[f32], h: &mut [f32]) {
        let rows = block.chunks_exact(self.states);
        if slow {
            for (h, row) in h.iter_mut().zip(rows) {
                *h -= row.iter().zip(f).map(|(j, f)| j * f).sum::<f32>();
            }
        } else {
            for (row, f) in rows.zip(f) {
                h.iter_mut().zip(row).for_each(|(h, j)| *h -= j * f);
            }
        }
    }

    /// The gradient by the scaled variables, from the gradient `g` by fields and couplings (whose fields lose their mean).
    pub fn to_scaled_gradient(&self, g: &mut [f32], out: &mut [f32]) {
        let fields = self.field_count();
        let (g_fields, g_couplings) = g.split_at_mut(fields);
        g_fields.chunks_exact_mut(self.states).for_each(remove_mean);
        let (out_fields, out_couplings) = out.split_at_mut(fields);
        for ((out, g), s) in out_fields.iter_mut().zip(&*g_fields).zip(&self.field_scale) {
            *out = g * s;
        }
        let (g_fields, g_couplings) = (&*g_fields, &*g_couplings);
        let parts = split_by_first_site(out_couplings, self.sites, self.block());
        parts.into_par_iter().enumerate().for_each(|(i, part)| {
            let blocks = part.chunks_exact_mut(self.block());
            for (j, out) in (i + 1..self.sites).zip(blocks) {
                let offset = pair_index(self.sites, i, j) * self.block();
                self.centre_block(
                    i,
                    j,
                    g_fields,
                    &g_couplings[offset..offset + self.block()],
                    out,
                );
            }
        });
    }

    /// out(a, b) = s_ij(a, b) (G(a, b) - g_i(a) f_j(b) - f_i(a) g_j(b)).
    fn centre_block(&self, i: usize, j: usize, g: &[f32], block: &[f32], out: &mut [f32]) {
        let (f_i, f_j) = (self.of(&self.profile, i), self.of(&self.profile, j));
        let (g_i, g_j) = (self.of(g, i), self.of(g, j));
        let rows = out
            .chunks_exact_mut(self.states)
            .zip(block.chunks_exact(self.states));
        for (a, (out, row)) in rows.enumerate() {
            let scales = self.coupling_scales(i, a, j);
            let columns = row.iter().zip(f_j).zip(g_j);
            for ((out, ((row, f), g)), s) in out.iter_mut().zip(columns).zip(scales) {
                *out = s * (row - g_i[a] * f - f_i[a] * g);
            }
        }
    }

    /// One site's parameters from its scaled variables, for the asymmetric fit: q fields, then `[j][b][a]` couplings.
    pub fn site_to_model(&self, i: usize, y: &[f32], x: Site<&mut [f32], &mut [f32]>) {
        let (y_fields, y_couplings) = y.split_at(self.states);
        for ((h, y), s) in x
            .fields
            .iter_mut()
            .zip(y_fields)
            .zip(self.of(&self.field_scale, i))
        {
            *h = y * s;
        }
        let blocks = x
            .couplings
            .chunks_exact_mut(self.block())
            .zip(y_couplings.chunks_exact(self.block()));
        for (j, (block, y)) in blocks.enumerate().filter(|(j, _)| *j != i) {
            self.scale_block(j, i, y, block);
            self.subtract_mean_field(block, false, self.of(&self.profile, j), x.fields);
        }
        remove_mean(x.fields);
    }

    /// The gradient by one site's scaled variables, from that by its parameters.
    pub fn site_to_scaled_gradient(&self, i: usize, g: Site<&mut [f32], &[f32]>, out: &mut [f32]) {
        remove_mean(g.fields);
        let (out_fields, out_couplings) = out.split_at_mut(self.states);
        for ((out, g), s) in out_fields
            .iter_mut()
            .zip(&*g.fields)
            .zip(self.of(&self.field_scale, i))
        {
            *out = g * s;
        }
        let blocks = out_couplings
            .chunks_exact_mut(self.block())
            .zip(g.couplings.chunks_exact(self.block()));
        for (j, (out, block)) in blocks.enumerate().filter(|(j, _)| *j != i) {
            let f_j = self.of(&self.profile, j);
            let rows = out
                .chunks_exact_mut(self.states)
                .zip(block.chunks_exact(self.states));
            for (b, (out, row)) in rows.enumerate() {
                let columns = row.iter().zip(&*g.fields);
                for ((out, (row, g)), s) in out
                    .iter_mut()
                    .zip(columns)
                    .zip(self.coupling_scales(j, b, i))
                {
                    *out = s * (row - g * f_j[b]);
                }
            }
        }
    }
}

fn inverse_root(curvature: f32) -> f32 {
    1.0 / curvature.max(LEAST_CURVATURE).sqrt()
}

fn remove_mean(values: &mut [f32]) {
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    values.iter_mut().for_each(|v| *v -= mean);
}

/// Directed couplings `[j][b][a]` of site `i` from packed ones; the block of the site itself is zero.
pub fn gather_directed(sites: usize, states: usize, couplings: &[f32], i: usize, out: &mut [f32]) {
    let size = states * states;
    for (j, out) in out.chunks_exact_mut(size).enumerate() {
        if j == i {
            out.fill(0.0);
            continue;
        }
        let offset = pair_index(sites, i.min(j), i.max(j)) * size;
        let block = &couplings[offset..offset + size];
        if j < i {
            out.copy_from_slice(block);
        } else {
            transpose(states, block, out);
        }
    }
}

/// out(b, a) = block(a, b).
pub fn transpose(states: usize, block: &[f32], out: &mut [f32]) {
    for (b, out) in out.chunks_exact_mut(states).enumerate() {
        for (out, row) in out.iter_mut().zip(block.chunks_exact(states)) {
            *out = row[b];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::options::Penalties;

    fn scaling() -> CentredScaling {
        let profile = [0.5, 0.2, 0.3, 0.1, 0.1, 0.7, 0.3, 0.3, 0.3];
        let curvature = Curvature {
            profile: &profile,
            independent: &profile,
            neff: 50.0,
            penalties: Penalties {
                lambda_h: 0.1,
                lambda_j: 0.5,
            },
            conditionals: 2.0,
        };
        CentredScaling::new(3, 3, &curvature)
    }

    /// The gradient map must be the transpose of the (linear) variable map: <to_model(y), g> = <y, to_scaled_gradient(g)>.
    #[test]
    fn gradient_follows_the_chain_rule() {
        let scaling = scaling();
        let n = scaling.dimension();
        let y: Vec<f32> = (0..n)
            .map(|k| ((k * 7919) % 13) as f32 / 6.5 - 1.0)
            .collect();
        let mut g: Vec<f32> = (0..n)
            .map(|k| ((k * 104_729) % 17) as f32 / 8.5 - 1.0)
            .collect();
        let mut x = vec![0.0; n];
        scaling.to_model(&y, &mut x);
        let original = g.clone();
        let mut out = vec![0.0; n];
        scaling.to_scaled_gradient(&mut g, &mut out);
        let dot = |a: &[f32], b: &[f32]| -> f64 {
            a.iter()
                .zip(b)
                .map(|(a, b)| f64::from(*a) * f64::from(*b))
                .sum()
        };
        assert!((dot(&x, &original) - dot(&y, &out)).abs() < 1e-4);
    }

    #[test]
    fn a_sites_gradient_follows_the_chain_rule() {
        let scaling = scaling();
        let n = 3 + 27;
        for i in 0..3 {
            let y: Vec<f32> = (0..n)
                .map(|k| ((k * 7919) % 13) as f32 / 6.5 - 1.0)
                .collect();
            let g: Vec<f32> = (0..n)
                .map(|k| ((k * 104_729) % 17) as f32 / 8.5 - 1.0)
                .collect();
            let mut x = vec![0.0; n];
            let (fields, couplings) = x.split_at_mut(3);
            scaling.site_to_model(i, &y, Site { fields, couplings });
            let mut g_fields = g[..3].to_vec();
            let mut out = vec![0.0; n];
            let gradient = Site {
                fields: &mut g_fields[..],
                couplings: &g[3..],
            };
            scaling.site_to_scaled_gradient(i, gradient, &mut out);
            let dot = |a: &[f32], b: &[f32]| -> f64 {
                a.iter()
                    .zip(b)
                    .map(|(a, b)| f64::from(*a) * f64::from(*b))
                    .sum()
            };
            assert!((dot(&x, &g) - dot(&y, &out)).abs() < 1e-4);
        }
    }

    #[test]
    fn directed_couplings_read_every_pair_from_its_site() {
        let packed: Vec<f32> = (0..12).map(|k| k as f32).collect();
        let mut out = vec![9.0; 12];
        gather_directed(3, 2, &packed, 1, &mut out);
        // Pair (0,1) is block 0 with the state of 0 slow, as wanted; pair (1,2) is block 2, transposed.
        assert_eq!(
            out,
            [0.0, 1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 8.0, 10.0, 9.0, 11.0]
        );
    }
}
