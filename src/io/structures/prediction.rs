//! Whether a structure was measured or predicted: in the words of its header.

use crate::structure::Predicted;

/// Programs that predict structures and write their confidence as B factors; and what files without a measurement call themselves.
const WORDS: [&str; 11] = [
    "ALPHAFOLD",
    "COLABFOLD",
    "ESMFOLD",
    "OMEGAFOLD",
    "OPENFOLD",
    "ROSETTAFOLD",
    "HELIXFOLD",
    "BOLTZ",
    "CHAI-1",
    "PROTENIX",
    "AF2COMPLEX",
];

/// As EXPDTA and `_exptl.method` say it.
const THEORETICAL: &str = "THEORETICAL MODEL";

/// What has been said so far.
#[derive(Default)]
pub struct Origin {
    /// Whether a method of measurement is named: then B factors are what they are called, whatever a title mentions.
    is_measured: bool,
    word: Option<String>,
}

impl Origin {
    /// A text that may mention a program.
    pub fn mention(&mut self, text: &[u8]) {
        if self.word.is_none() {
            let text = String::from_utf8_lossy(text).to_ascii_uppercase();
            let found = WORDS.iter().find(|word| text.contains(*word));
            self.word = found.map(|word| (*word).to_owned());
        }
    }

    /// How the structure was found.
    pub fn method(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text).to_ascii_uppercase();
        if text.contains("THEORETICAL") {
            self.word.get_or_insert(THEORETICAL.into());
        } else if text.chars().any(|c| c.is_ascii_alphabetic()) {
            self.is_measured = true;
            self.mention(text.as_bytes());
        }
    }

    /// What follows.
    pub fn predicted(self) -> Option<Predicted> {
        let word = self.word.filter(|_| !self.is_measured);
        word.map(Predicted::Word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_that_began_with_a_prediction_is_one() {
        let mut origin = Origin::default();
        origin.mention(b"AlphaFold Monomer v2.0 prediction for X");
        let word = Predicted::Word("ALPHAFOLD".into());
        assert_eq!(origin.predicted(), Some(word));
        let mut origin = Origin::default();
        origin.mention(b"solved with AlphaFold");
        origin.method(b"   X-RAY DIFFRACTION");
        assert_eq!(origin.predicted(), None);
        let mut origin = Origin::default();
        origin.method(b"    THEORETICAL MODEL");
        assert!(origin.predicted().is_some());
    }
}
