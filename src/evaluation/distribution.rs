//! How numbers lie: mean, spread, quantiles, and how far two distributions are apart.

/// Numbers with weights, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Distribution {
    /// Number and weight.
    pub values: Vec<(f64, f64)>,
    total: f64,
}

/// The quantiles that are told.
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

impl Distribution {
    /// Of numbers with weights.
    pub fn of(values: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut values: Vec<(f64, f64)> = values.into_iter().collect();
        values.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
        Self {
            total: values.iter().map(|(_, weight)| weight).sum(),
            values,
        }
    }

    /// Weighted mean.
    pub fn mean(&self) -> f64 {
        let sum: f64 = self.values.iter().map(|(x, w)| x * w).sum();
        sum / self.total
    }

    /// Standard deviation.
    pub fn deviation(&self) -> f64 {
        let mean = self.mean();
        let squares = self.values.iter().map(|(x, w)| w * (x - mean) * (x - mean));
        (squares.sum::<f64>() / self.total).sqrt()
    }

    /// Standard error of the mean, with as many independent numbers as the weights come to, (sum w)^2 / sum w^2.
    pub fn error(&self) -> f64 {
        let squares: f64 = self.values.iter().map(|(_, w)| w * w).sum();
        self.deviation() * squares.sqrt() / self.total
    }

    /// The number below which this share of the weight lies.
    pub fn quantile(&self, share: f64) -> f64 {
        let mut sum = 0.0;
        for (value, weight) in &self.values {
            sum += weight;
            if sum >= share * self.total {
                return *value;
            }
        }
        self.values.last().map_or(f64::NAN, |(value, _)| *value)
    }

    /// The largest difference between the shares of both that lie below any number (Kolmogorov and Smirnov): 0 alike, 1 apart.
    pub fn distance(&self, other: &Self) -> f64 {
        let (mut one, mut two) = (
            self.values.iter().peekable(),
            other.values.iter().peekable(),
        );
        let (mut sums, mut largest) = ((0.0, 0.0), 0.0f64);
        while let Some(&at) = match (one.peek(), two.peek()) {
            (Some((a, _)), Some((b, _))) => Some(if a < b { a } else { b }),
            (Some((a, _)), None) | (None, Some((a, _))) => Some(a),
            (None, None) => None,
        } {
            while let Some((_, weight)) = one.next_if(|(x, _)| *x <= at) {
                sums.0 += weight;
            }
            while let Some((_, weight)) = two.next_if(|(x, _)| *x <= at) {
                sums.1 += weight;
            }
            largest = largest.max((sums.0 / self.total - sums.1 / other.total).abs());
        }
        largest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_quantiles_and_distances() {
        let one = Distribution::of([(3.0, 1.0), (1.0, 1.0), (2.0, 2.0)]);
        assert_eq!(one.mean(), 2.0);
        assert_eq!(one.deviation(), 0.5f64.sqrt());
        assert_eq!(
            (one.quantile(0.05), one.quantile(0.5), one.quantile(0.95)),
            (1.0, 2.0, 3.0)
        );
        assert_eq!(one.distance(&one), 0.0);
        let apart = Distribution::of([(5.0, 0.5), (6.0, 7.0)]);
        assert_eq!(one.distance(&apart), 1.0);
        // Half of one lies below 2.5 that is not there in the other: 0.75 of the first, 0.25 of the second.
        let near = Distribution::of([(2.0, 1.0), (3.0, 3.0)]);
        assert!((one.distance(&near) - 0.5).abs() < 1e-12);
        assert!((one.distance(&near) - near.distance(&one)).abs() < 1e-12);
    }
}
