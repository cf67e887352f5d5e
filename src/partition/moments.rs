//! log Z with the mean and variance of energies, of sums that are put together.

/// Of a sum of exp(-b E) over some sequences: its logarithm, and the first moments of E where each counts as much as its term.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Logarithm of the sum.
    pub log_z: f64,
    /// Mean of E.
    pub energy: f64,
    /// Variance of E.
    pub variance: f64,
}

impl Moments {
    /// Of nothing to be summed: the neutral element of [`Self::with`].
    pub const ONE: Self = Self {
        log_z: 0.0,
        energy: 0.0,
        variance: 0.0,
    };

    /// Of one term exp(-b E).
    pub fn of_energy(energy: f64, inverse_temperature: f64) -> Self {
        Self {
            log_z: -inverse_temperature * energy,
            energy,
            variance: 0.0,
        }
    }

    /// Of a product, whose factors do not depend on each other.
    pub fn with(self, other: Self) -> Self {
        Self {
            log_z: self.log_z + other.log_z,
            energy: self.energy + other.energy,
            variance: self.variance + other.variance,
        }
    }

    /// Of a sum of such sums: variance is the mean of variances and the variance of means.
    pub fn sum(parts: &[Self]) -> Self {
        let top = parts
            .iter()
            .map(|part| part.log_z)
            .fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        let (mut energy, mut variance) = (0.0, 0.0);
        for part in parts {
            let weight = (part.log_z - top).exp();
            total += weight;
            energy += weight * part.energy;
        }
        energy /= total;
        for part in parts {
            let weight = (part.log_z - top).exp();
            let distance = part.energy - energy;
            variance += weight * (part.variance + distance * distance);
        }
        Self {
            log_z: top + total.ln(),
            energy,
            variance: variance / total,
        }
    }

    /// S = log Z + b `<E>`, in nats.
    pub fn entropy(&self, inverse_temperature: f64) -> f64 {
        self.log_z + inverse_temperature * self.energy
    }
}
