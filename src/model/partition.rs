//! The partition function: what makes probabilities of energies.

/// log Z = log sum_x exp(-E(x)) over all q^L sequences of L states, at temperature 1, in the gauge of the model.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Partition {
    /// log Z, in nats.
    pub log_z: f64,
    /// Its standard error; 0 where it is exact.
    pub standard_error: f64,
    /// How it was found.
    pub estimator: Estimator,
    /// Effective number of chains, of an estimate by chains.
    pub ess: Option<f64>,
    /// Entropy of the model, log Z + <E>, in nats, where it was worked out.
    pub entropy: Option<f64>,
}

/// How log Z is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimator {
    /// All sequences are summed up.
    Enumeration,
    /// Sites are summed out one after the other, where couplings form chains or trees.
    Elimination,
    /// Annealed importance sampling.
    Annealing,
    /// Thermodynamic integration.
    Integration,
    /// Laplace's method about the best sequences.
    Laplace,
    /// The lower bound of mean field.
    MeanField,
    /// The upper bound of trees, reweighted.
    Trees,
}

impl Estimator {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Enumeration,
        Self::Elimination,
        Self::Annealing,
        Self::Integration,
        Self::Laplace,
        Self::MeanField,
        Self::Trees,
    ];

    /// The word on the command line and in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enumeration => "enumeration",
            Self::Elimination => "elimination",
            Self::Annealing => "annealing",
            Self::Integration => "integration",
            Self::Laplace => "laplace",
            Self::MeanField => "mean-field",
            Self::Trees => "trees",
        }
    }
}

impl Partition {
    /// log P(x) of a sequence of an energy, in nats, at temperature 1.
    pub fn log_probability(&self, energy: f64) -> f64 {
        -energy - self.log_z
    }
}

/// What is known, in a line.
impl std::fmt::Display for Partition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.4}", self.log_z)?;
        match self.standard_error {
            0.0 => write!(f, " nats, exact")?,
            error => write!(f, " +- {error:.4} nats")?,
        }
        write!(f, ", by {}", self.estimator.as_str())?;
        match self.entropy {
            Some(entropy) => write!(f, "; entropy {entropy:.2} nats"),
            None => Ok(()),
        }
    }
}
