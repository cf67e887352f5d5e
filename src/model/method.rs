//! The kinds of inference, by name, and what can be asked of each.

/// A kind of inference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MethodName {
    /// Symmetric pseudolikelihood: one J_ij shared by both conditionals.
    Plm,
    /// L independent problems, the two estimates of each J_ij averaged.
    PlmAsymmetric,
    /// Naive mean field: J = -C^-1.
    MeanField,
    /// Boltzmann learning: the likelihood itself, by sequences drawn from the model.
    #[serde(rename = "bm")]
    Boltzmann,
    /// Fields only.
    Independent,
}

impl MethodName {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Plm,
        Self::PlmAsymmetric,
        Self::MeanField,
        Self::Boltzmann,
        Self::Independent,
    ];

    /// The word on the command line and in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plm => "plm",
            Self::PlmAsymmetric => "plm-asymmetric",
            Self::MeanField => "mean-field",
            Self::Boltzmann => "bm",
            Self::Independent => "independent",
        }
    }

    /// The method of a word of [`Self::as_str`].
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }

    /// Whether its models couple pairs of sites.
    pub fn couples(self) -> bool {
        match self {
            Self::Plm | Self::PlmAsymmetric | Self::MeanField | Self::Boltzmann => true,
            Self::Independent => false,
        }
    }

    /// Whether a penalty on the couplings is part of it.
    pub fn penalises_couplings(self) -> bool {
        match self {
            Self::Plm | Self::PlmAsymmetric | Self::Boltzmann => true,
            Self::MeanField | Self::Independent => false,
        }
    }

    /// Whether the gap is its reference state, whatever else gaps may be.
    pub fn has_gap_reference(self) -> bool {
        match self {
            Self::MeanField => true,
            Self::Plm | Self::PlmAsymmetric | Self::Boltzmann | Self::Independent => false,
        }
    }

    /// Whether its models are of whole sequences, so that the gap is a state, as it has to be.
    pub fn needs_gap_state(self) -> bool {
        match self {
            Self::Boltzmann => true,
            Self::Plm | Self::PlmAsymmetric | Self::MeanField | Self::Independent => false,
        }
    }

    /// Whether it fits each site by itself, so that some sites can be fitted here and others elsewhere.
    pub fn fits_sites_alone(self) -> bool {
        match self {
            Self::PlmAsymmetric => true,
            Self::Plm | Self::MeanField | Self::Boltzmann | Self::Independent => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_found_by_its_word() {
        for method in MethodName::ALL {
            assert_eq!(MethodName::named(method.as_str()), Some(method));
            let json = serde_json::to_value(method).unwrap();
            assert_eq!(json, method.as_str());
            // Stops compiling when a method is added: it belongs into `ALL`.
            match method {
                MethodName::Plm
                | MethodName::PlmAsymmetric
                | MethodName::MeanField
                | MethodName::Boltzmann
                | MethodName::Independent => {}
            }
        }
        assert_eq!(MethodName::named("none"), None);
    }
}
