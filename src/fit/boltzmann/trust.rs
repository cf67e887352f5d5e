//! How far a step may go, by chains that had no part in it.
//!
//! Along a step s the model moves from p to p_t ~ p exp(t s . phi). With D = s . phi - <s . phi> of sequences of p, KL(p || p_t) = log <exp(t D)>, and the
//! log-likelihood of the family changes by t g . s - log <exp(t D)>, where g is its gradient.

/// Most of KL(p || p_t), in nats.
pub const LARGEST_STEP: f64 = 0.3;

/// A step as it may be taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taken {
    /// The share of the step.
    pub share: f64,
    /// What it moves the model by, in nats.
    pub divergence: f64,
    /// What the log-likelihood gains, in nats a sequence.
    pub gain: f64,
}

/// The largest share of a step, at most `most`, that moves the model by no more than [`LARGEST_STEP`]; `along` is s . phi of chains of the model, and
/// `slope` g . s.
pub fn bounded(along: &[f64], slope: f64, most: f64) -> Taken {
    let mean = along.iter().sum::<f64>() / along.len() as f64;
    let largest = along.iter().map(|x| x - mean).fold(0.0, f64::max);
    let divergence = |share: f64| {
        let terms = along.iter().map(|x| (share * (x - mean - largest)).exp());
        let sum: f64 = terms.sum();
        share * largest + (sum / along.len() as f64).ln()
    };
    let (mut low, mut high) = (0.0, most);
    if divergence(most) <= LARGEST_STEP {
        low = most;
    }
    // It rises with the share.
    while low < most && high - low > 1e-3 * high {
        let middle = 0.5 * (low + high);
        match divergence(middle) <= LARGEST_STEP {
            true => low = middle,
            false => high = middle,
        }
        if high < 1e-12 {
            break;
        }
    }
    let divergence = divergence(low);
    Taken {
        share: low,
        divergence,
        gain: low * slope - divergence,
    }
}

/// The variance of s . phi: the curvature along a step.
pub fn curvature(along: &[f64]) -> f64 {
    let count = along.len() as f64;
    let mean = along.iter().sum::<f64>() / count;
    along.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_end_where_the_model_has_moved_enough() {
        // Two values, +-1: log cosh t.
        let along: Vec<f64> = (0..1000).map(|k| f64::from(2 * (k % 2) - 1)).collect();
        let short = bounded(&along, 3.0, 0.5);
        assert_eq!(short.share, 0.5);
        assert!((short.divergence - 0.5f64.cosh().ln()).abs() < 1e-12);
        assert!((short.gain - 1.5 + 0.5f64.cosh().ln()).abs() < 1e-12);
        let long = bounded(&along, 3.0, 50.0);
        assert!(long.divergence <= LARGEST_STEP && long.divergence > 0.99 * LARGEST_STEP);
        assert!((long.share.cosh().ln() - long.divergence).abs() < 1e-9);
        assert!((curvature(&along) - 1.0).abs() < 1e-12);
    }
}
