//! Rank correlation and robust location and scale.

use serde::Serialize;

/// Spearman's rank correlation of paired values; tied values share their average rank.
///
/// `None` with fewer than two pairs or where one side is constant. Panics if the lengths differ.
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    assert_eq!(x.len(), y.len(), "paired values");
    pearson(&average_ranks(x), &average_ranks(y))
}

/// Pearson's correlation; `None` where it is undefined.
fn pearson(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len() as f64;
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        let (dx, dy) = (a - mean_x, b - mean_y);
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

/// Ranks from 1; ties get the average of the ranks they span.
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = start as f64 + (tied.len() as f64 + 1.0) / 2.0;
        tied.iter().for_each(|&k| ranks[k] = rank);
        start += tied.len();
    }
    ranks
}

/// Mean and standard deviation, the square root of the mean squared distance from it; zeros of nothing.
pub fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean).powi(2));
    (mean, (squares.sum::<f64>() / count).sqrt())
}

/// (value - mean) / standard deviation; 0 where all are alike.
pub fn standardised(values: &[f64]) -> Vec<f64> {
    let (mean, deviation) = moments(values);
    let scale = if deviation > 0.0 {
        deviation.recip()
    } else {
        0.0
    };
    values.iter().map(|value| (value - mean) * scale).collect()
}

/// Median and scaled median absolute deviation of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RobustScale {
    /// The median.
    pub median: f64,
    /// 1.4826 times the median absolute deviation: the standard deviation of a normal sample.
    pub deviation: f64,
}

impl RobustScale {
    /// Median and deviation of `values`; `None` if there are none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let median = median(values)?;
        let deviations: Vec<f64> = values.iter().map(|v| (v - median).abs()).collect();
        Some(Self {
            median,
            deviation: 1.4826 * self::median(&deviations)?,
        })
    }

    /// `(value - median) / deviation`; 0 where the sample has no spread.
    pub fn z(&self, value: f64) -> f64 {
        if self.deviation > 0.0 {
            (value - self.median) / self.deviation
        } else {
            0.0
        }
    }
}

/// The median, the mean of the middle two for an even number.
fn median(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    Some(if sorted.len() % 2 == 1 {
        sorted[half]
    } else {
        (sorted[half - 1] + sorted[half]) / 2.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_average_rank() {
        assert_eq!(
            average_ranks(&[3.0, 1.0, 3.0, 2.0]),
            vec![3.5, 1.0, 3.5, 2.0]
        );
    }

    #[test]
    fn spearman_of_a_known_sample() {
        // scipy.stats.spearmanr([1,2,3,4,5], [5,6,7,8,7]) = 0.8207826816681233
        let rho = spearman(&[1.0, 2.0, 3.0, 4.0, 5.0], &[5.0, 6.0, 7.0, 8.0, 7.0]).unwrap();
        assert!((rho - 0.820_782_681_668_123_3).abs() < 1e-12);
        assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(spearman(&[], &[]), None);
    }

    #[test]
    fn robust_scale_ignores_an_outlier() {
        let scale = RobustScale::of(&[1.0, 2.0, 3.0, 4.0, 1e6]).unwrap();
        assert_eq!(scale.median, 3.0);
        assert_eq!(scale.deviation, 1.4826);
        assert_eq!(RobustScale::of(&[]), None);
    }
}
