//! The slow, obvious twins: one lane, one entry after the other, in f64.

use super::{Blocks, FieldGradients, LEAST_CURVATURE};

/// sigma(l, k) of a lane.
pub fn scale_plain(blocks: &Blocks, lane: usize, l: usize, k: usize) -> f64 {
    let (lanes, site) = (blocks.lanes, blocks.site);
    if blocks.plain {
        let q = blocks.states();
        let of_lane: f32 = (0..q).map(|k| lanes.variances[k].0[lane]).sum();
        let of_site: f32 = site.variances.iter().sum();
        let sides = if blocks.symmetric { 2.0 } else { 1.0 };
        let mean = f64::from(of_lane * of_site) / (q * q) as f64;
        let curvature = f64::from(blocks.penalty) + sides * f64::from(blocks.neff) * mean;
        return 1.0 / curvature.max(f64::from(LEAST_CURVATURE)).sqrt();
    }
    let other = if blocks.symmetric {
        site.shares[l]
    } else {
        0.0
    };
    let shares = lanes.shares[k].0[lane] + other;
    let seen = blocks.neff * lanes.variances[k].0[lane] * site.variances[l] * shares;
    let curvature = f64::from(blocks.penalty) + f64::from(seen);
    1.0 / curvature.max(f64::from(LEAST_CURVATURE)).sqrt()
}

/// U_i (sigma o y) U_j^T of a lane, `[b][a]`, from `y` as `[l][k]`.
pub fn couplings_plain(blocks: &Blocks, lane: usize, y: &[f64]) -> Vec<f64> {
    let q = blocks.states();
    let mut x = vec![0.0; q * q];
    for (place, x) in x.iter_mut().enumerate() {
        for l in 0..q {
            for k in 0..q {
                *x += rotated(blocks, lane, place, (l, k))
                    * scale_plain(blocks, lane, l, k)
                    * y[l * q + k];
            }
        }
    }
    x
}

/// sigma o (U_i^T G U_j) of a lane, `[l][k]`, with G the gradient by couplings that leave the fields' means alone, from the couplings
/// `x` and the gradient by them without that of the penalty, both `[b][a]`.
pub fn gradient_plain(
    blocks: &Blocks,
    fields: FieldGradients,
    lane: usize,
    x: &[f64],
    model_gradient: &[f64],
) -> Vec<f64> {
    let q = blocks.states();
    let mut gradient = vec![0.0; q * q];
    for place in 0..q * q {
        let (b, a) = (place / q, place % q);
        let mut g = model_gradient[place] + f64::from(blocks.penalty) * x[place];
        g -= f64::from(fields.lanes[a].0[lane] * blocks.site.profile[b]);
        if blocks.symmetric {
            g -= f64::from(blocks.lanes.profile[a].0[lane] * fields.site[b]);
        }
        for l in 0..q {
            for k in 0..q {
                gradient[l * q + k] +=
                    scale_plain(blocks, lane, l, k) * rotated(blocks, lane, place, (l, k)) * g;
            }
        }
    }
    gradient
}

/// U_j(b, l) U_i(a, k), where `place` is b q + a.
fn rotated(blocks: &Blocks, lane: usize, place: usize, (l, k): (usize, usize)) -> f64 {
    let q = blocks.states();
    let (b, a) = (place / q, place % q);
    if blocks.plain {
        return if (l, k) == (b, a) { 1.0 } else { 0.0 };
    }
    f64::from(blocks.site.vectors[b * q + l] * blocks.lanes.vectors[a * q + k].0[lane])
}
