//! Letters and their states.

use crate::error::{Error, Result};

/// The twenty residues in the order of their states.
pub const RESIDUES: &str = "ACDEFGHIKLMNPQRSTVWY";

/// The letters of RNA and of DNA in the order of their states.
const RNA: &str = "ACGU";
const DNA: &str = "ACGT";

/// The letter that stands for a gap in an [`Alphabet`] whose gap is a state.
pub const GAP_LETTER: u8 = b'-';

/// How gaps enter a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GapTreatment {
    /// A gap is missing data: it contributes no term and no coupling (q = 20).
    Missing,
    /// A gap is one more state, the last (q = 21).
    State,
}

impl GapTreatment {
    /// The word used on the command line and in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::State => "state",
        }
    }
}

/// One letter of a sequence, as an alphabet sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    /// A residue, by its state.
    Residue(u8),
    /// `-`, `.` or `~`.
    Gap,
    /// Anything else, such as `B`, `X` or `*`.
    Unknown,
}

/// Distinct residue letters; the state of a letter is its index. A gap has the state
/// [`Alphabet::gap_state`], one past the last residue, whether or not a model counts it as a state.
/// Among the letters of RNA a `T` reads as `U`, among those of DNA a `U` as `T`. Where the letters are `AB`, `ABC`, ... in this order, and so
/// mean nothing in themselves, the digits 0, 1, ... read as them: states of spins and of lattices are written so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alphabet {
    letters: Vec<u8>,
}

impl Alphabet {
    /// The largest number of residue letters, those from A to Z; the gap may come on top.
    pub const MAX_LETTERS: usize = 26;

    /// The twenty amino acids.
    pub fn protein() -> Self {
        Self {
            letters: RESIDUES.bytes().collect(),
        }
    }

    /// `ACGU`.
    pub fn rna() -> Self {
        Self {
            letters: RNA.bytes().collect(),
        }
    }

    /// `ACGT`.
    pub fn dna() -> Self {
        Self {
            letters: DNA.bytes().collect(),
        }
    }

    /// An alphabet of the given upper-case letters; a gap `-` before or after them, as plmc writes alphabets, says nothing new. The digits
    /// `01`, `012`, ... stand for `AB`, `ABC`, ...: a residue is a letter wherever it stands beside a number.
    ///
    /// # Errors
    /// If there are fewer than 2 or more than [`Self::MAX_LETTERS`] letters, or one is repeated or no upper-case ASCII letter.
    pub fn new(letters: &str) -> Result<Self> {
        let bare = letters.strip_prefix('-').or(letters.strip_suffix('-'));
        let given: Vec<u8> = bare.unwrap_or(letters).bytes().collect();
        let letters = as_letters(&given).unwrap_or_else(|| given.clone());
        let distinct = letters
            .iter()
            .enumerate()
            .all(|(k, letter)| letter.is_ascii_uppercase() && !letters[..k].contains(letter));
        if !distinct || !(2..=Self::MAX_LETTERS).contains(&letters.len()) {
            return Err(Error::Usage(format!(
                "'{}' is no alphabet: 2 to {} distinct upper-case letters are expected, in the order of the states, or the digits from 0 on (01 for spins, which are then called A and B)",
                String::from_utf8_lossy(&given).escape_debug(),
                Self::MAX_LETTERS
            )));
        }
        Ok(Self { letters })
    }

    /// The letters, in the order of their states.
    pub fn letters(&self) -> &[u8] {
        &self.letters
    }

    /// Number of residue letters.
    pub fn residues(&self) -> usize {
        self.letters.len()
    }

    /// The state that marks a gap in an alignment.
    pub fn gap_state(&self) -> u8 {
        self.letters.len() as u8
    }

    /// Number of states q of a model that treats gaps in the given way.
    pub fn states(&self, gaps: GapTreatment) -> usize {
        match gaps {
            GapTreatment::Missing => self.residues(),
            GapTreatment::State => self.residues() + 1,
        }
    }

    /// The letter of a state; `-` for the gap.
    pub fn letter(&self, state: u8) -> u8 {
        self.letters
            .get(usize::from(state))
            .copied()
            .unwrap_or(GAP_LETTER)
    }

    /// What a byte of a sequence stands for; lower case counts as upper case.
    pub fn symbol(&self, byte: u8) -> Symbol {
        if is_gap(byte) {
            return Symbol::Gap;
        }
        let upper = byte.to_ascii_uppercase();
        let state = |wanted| self.letters.iter().position(|&letter| letter == wanted);
        let other_name = match upper {
            b'T' if self.is_nucleic() => state(b'U'),
            b'U' if self.is_nucleic() => state(b'T'),
            b'0'..=b'9' if self.is_abstract() => state(b'A' + (upper - b'0')),
            _ => None,
        };
        match state(upper).or(other_name) {
            Some(state) => Symbol::Residue(state as u8),
            None => Symbol::Unknown,
        }
    }

    /// The one letter that stands for all spellings of a residue: `U` for a `T` of RNA. A gap is `-`; what is no residue stays as it is,
    /// in upper case.
    pub fn canonical(&self, byte: u8) -> u8 {
        match self.symbol(byte) {
            Symbol::Residue(state) => self.letter(state),
            Symbol::Gap => GAP_LETTER,
            Symbol::Unknown => byte.to_ascii_uppercase(),
        }
    }

    /// Whether the letters are the first of all letters, in their order, and no more than there are digits.
    fn is_abstract(&self) -> bool {
        self.letters.len() <= 10
            && (b'A'..)
                .zip(&self.letters)
                .all(|(first, &own)| first == own)
    }

    /// Whether the letters are those of RNA or DNA, in any order.
    pub fn is_nucleic(&self) -> bool {
        let mut sorted = self.letters.clone();
        sorted.sort_unstable();
        sorted == RNA.as_bytes() || sorted == DNA.as_bytes()
    }

    /// Whether the letters are the twenty amino acids, in any order.
    pub fn is_protein(&self) -> bool {
        let mut sorted = self.letters.clone();
        sorted.sort_unstable();
        sorted == RESIDUES.as_bytes()
    }

    /// What the letters stand for, in words.
    pub fn describe(&self) -> String {
        let letters = String::from_utf8_lossy(&self.letters);
        match () {
            () if self.is_protein() => "protein".into(),
            () if self.is_nucleic() && letters.contains('U') => "RNA".into(),
            () if self.is_nucleic() => "DNA".into(),
            () => format!("the letters {letters}"),
        }
    }

    /// [`Self::symbol`] for every byte.
    pub fn symbols(&self) -> [Symbol; 256] {
        std::array::from_fn(|byte| self.symbol(byte as u8))
    }

    /// The letters of a model's states, `-` last if the gap is one.
    pub fn model_letters(&self, gaps: GapTreatment) -> String {
        let mut letters = String::from_utf8_lossy(&self.letters).into_owned();
        if gaps == GapTreatment::State {
            letters.push('-');
        }
        letters
    }
}

impl std::str::FromStr for Alphabet {
    type Err = String;

    /// `protein`, `rna`, `dna`, in small letters or capitals, or the letters themselves.
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "protein" => Ok(Self::protein()),
            "rna" => Ok(Self::rna()),
            "dna" => Ok(Self::dna()),
            _ => Self::new(text).map_err(|error| error.to_string()),
        }
    }
}

/// `AB` of `01`; `None` if it is not the digits from 0 on.
fn as_letters(given: &[u8]) -> Option<Vec<u8>> {
    let is_in_order = (b'0'..).zip(given).all(|(digit, &own)| digit == own);
    let digits = given.first().is_some_and(u8::is_ascii_digit) && given.len() <= 10;
    (digits && is_in_order).then(|| (b'A'..).take(given.len()).collect())
}

/// The gap letters of the field's formats.
pub fn is_gap(byte: u8) -> bool {
    matches!(byte, b'-' | b'.' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protein_letters_have_the_states_of_the_order() {
        let protein = Alphabet::protein();
        assert_eq!(protein.symbol(b'A'), Symbol::Residue(0));
        assert_eq!(protein.symbol(b'y'), Symbol::Residue(19));
        assert_eq!(protein.symbol(b'.'), Symbol::Gap);
        assert_eq!(protein.symbol(b'X'), Symbol::Unknown);
        assert_eq!(protein.states(GapTreatment::State), 21);
        assert_eq!(protein.letter(protein.gap_state()), b'-');
    }

    #[test]
    fn letters_must_be_distinct_capitals() {
        assert!(Alphabet::new("ACGU").is_ok());
        assert!(Alphabet::new("AAC").is_err());
        assert!(Alphabet::new("A").is_err());
        assert!(Alphabet::new("A-").is_err());
        assert!(Alphabet::new("-ACGU-").is_err());
        assert_eq!(Alphabet::new("-ACGU").unwrap(), Alphabet::rna());
        assert_eq!(Alphabet::new("ACGU-").unwrap(), Alphabet::rna());
    }

    #[test]
    fn words_name_alphabets() {
        for (text, words) in [
            ("protein", "protein"),
            ("rna", "RNA"),
            ("dna", "DNA"),
            ("DNA", "DNA"),
            ("Rna", "RNA"),
            ("PROTEIN", "protein"),
            ("TGCA", "DNA"),
            ("AB", "the letters AB"),
        ] {
            assert_eq!(text.parse::<Alphabet>().unwrap().describe(), words);
        }
        let message = "10".parse::<Alphabet>().unwrap_err();
        assert!(message.contains("'10' is no alphabet"), "{message}");
        assert!(message.contains("2 to 26 distinct"), "{message}");
    }

    #[test]
    fn digits_are_letters_that_mean_nothing_else() {
        let spins = Alphabet::new("01").unwrap();
        assert_eq!(spins, Alphabet::new("AB").unwrap());
        assert_eq!(spins.symbol(b'1'), Symbol::Residue(1));
        assert_eq!(spins.canonical(b'0'), b'A');
        assert_eq!(spins.symbol(b'2'), Symbol::Unknown);
        assert_eq!(Alphabet::new("-012").unwrap().letters(), b"ABC");
        assert_eq!(Alphabet::protein().symbol(b'1'), Symbol::Unknown);
        assert_eq!(Alphabet::new("BA").unwrap().symbol(b'1'), Symbol::Unknown);
        for wrong in ["0", "02", "0A", "00"] {
            assert!(Alphabet::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn thymine_and_uracil_are_one_state() {
        assert_eq!(Alphabet::rna().symbol(b't'), Symbol::Residue(3));
        assert_eq!(Alphabet::dna().symbol(b'U'), Symbol::Residue(3));
        assert_eq!(Alphabet::rna().symbol(b'N'), Symbol::Unknown);
        assert_eq!(Alphabet::protein().symbol(b'U'), Symbol::Unknown);
        assert_eq!(Alphabet::rna().canonical(b't'), b'U');
        assert_eq!(Alphabet::dna().canonical(b'U'), b'T');
        assert_eq!(Alphabet::rna().canonical(b'n'), b'N');
        assert_eq!(Alphabet::rna().canonical(b'.'), b'-');
    }
}
