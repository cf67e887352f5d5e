//! The colours of all drawings, each with a name: a class that a page may give another colour, say on dark ground, and the colour on white.
//!
//! Series are those of Okabe and Ito, which are told apart with any colour vision; levels go from orange through white to blue.

/// What something is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Words and frames.
    Text,
    /// What is less important.
    Muted,
    /// Lines in the background.
    Grid,
    /// The ground.
    Paper,
    /// What is not known.
    Unknown,
    /// Blue.
    Blue,
    /// Vermilion.
    Vermilion,
    /// Bluish green.
    Green,
    /// Reddish purple.
    Purple,
    /// Dark grey.
    Dark,
    /// Grey.
    Grey,
    /// Light grey.
    Light,
    /// A step of a scale with a middle: [`LEVELS`] of them, the middle white, from bad to good.
    Level(u8),
}

/// Steps of the scale with a middle.
pub const LEVELS: u8 = 13;

/// From orange to blue, white between; lightness falls evenly to both sides.
const LEVEL_COLOURS: [&str; LEVELS as usize] = [
    "#8a3a04", "#b35806", "#d0761a", "#e89c49", "#f6c286", "#fbe2c5", "#f7f7f5", "#d3e3f0",
    "#a6cae4", "#74add2", "#4590c2", "#2469a4", "#12447a",
];

const LEVEL_CLASSES: [&str; LEVELS as usize] = [
    "l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9", "l10", "l11", "l12",
];

impl Ink {
    /// The level of a value on a scale whose ends are -`most` and `most`.
    pub fn level(value: f64, most: f64) -> Self {
        let half = f64::from(LEVELS / 2);
        let step = (value / most * half).clamp(-half, half).round() + half;
        Self::Level(step as u8)
    }

    /// Its name, for style sheets.
    pub fn class(self) -> &'static str {
        match self {
            Self::Text => "ink",
            Self::Muted => "muted",
            Self::Grid => "grid",
            Self::Paper => "paper",
            Self::Unknown => "unknown",
            Self::Blue => "blue",
            Self::Vermilion => "vermilion",
            Self::Green => "green",
            Self::Purple => "purple",
            Self::Dark => "dark",
            Self::Grey => "grey",
            Self::Light => "light",
            Self::Level(step) => LEVEL_CLASSES[usize::from(step.min(LEVELS - 1))],
        }
    }

    /// The colour on white.
    pub fn colour(self) -> &'static str {
        match self {
            Self::Text => "#222222",
            Self::Muted => "#666666",
            Self::Grid => "#e4e4e4",
            Self::Paper => "#ffffff",
            Self::Unknown => "#ececec",
            Self::Blue => "#0072b2",
            Self::Vermilion => "#d55e00",
            Self::Green => "#009e73",
            Self::Purple => "#a4528a",
            Self::Dark => "#3a3a3a",
            Self::Grey => "#9a9a9a",
            Self::Light => "#d4d4d4",
            Self::Level(step) => LEVEL_COLOURS[usize::from(step.min(LEVELS - 1))],
        }
    }

    /// The ink of a residue's letter, by its chemistry.
    pub fn of_letter(letter: u8, is_protein: bool) -> Self {
        match (is_protein, letter) {
            (true, b'D' | b'E') => Self::Vermilion,
            (true, b'K' | b'R' | b'H') => Self::Blue,
            (true, b'A' | b'V' | b'L' | b'I' | b'M' | b'C' | b'F' | b'W' | b'Y') => Self::Dark,
            (true, b'S' | b'T' | b'N' | b'Q') => Self::Green,
            (true, b'G' | b'P') => Self::Purple,
            (false, b'A') => Self::Green,
            (false, b'C') => Self::Blue,
            (false, b'G') => Self::Purple,
            (false, b'T' | b'U') => Self::Vermilion,
            _ => Self::Muted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_have_a_middle_and_ends() {
        assert_eq!(Ink::level(0.0, 2.0), Ink::Level(6));
        assert_eq!(Ink::level(9.0, 2.0), Ink::Level(12));
        assert_eq!(Ink::level(-9.0, 2.0), Ink::Level(0));
        assert_eq!(Ink::level(-1.0, 2.0), Ink::Level(3));
    }
}
