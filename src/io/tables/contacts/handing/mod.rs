//! Pairs as other programs take them: scripts that draw them, and restraints for folding and docking.
//!
//! | format | residues are counted | weights |
//! |---|---|---|
//! | PyMOL, ChimeraX and its attributes | as the structure does; without one, the target's positions | colours by probability |
//! | Rosetta | from 1 along the target's residues, on from chain to chain (pose numbering) | probability |
//! | CNS, HADDOCK | as the structure does; without one, the target's positions | none |
//! | Boltz, Chai | from 1 along the residues of each chain | none; Chai's confidence, which it does not use |

mod attributes;
mod boltz;
mod chai;
mod chimerax;
mod cns;
mod haddock;
mod pymol;
mod rosetta;

pub use attributes::write_attributes;
pub use boltz::write_boltz;
pub use chai::write_chai;
pub use chimerax::write_chimerax;
pub use cns::write_cns;
pub use haddock::write_haddock;
pub use pymol::write_pymol;
pub use rosetta::write_rosetta;

use super::target::TargetChains;
use crate::structure::Verdict;
use std::io::{self, Write};

/// A residue as another program finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Its chain: empty where a file has a chain without a name, none where no chain has to be named.
    pub chain: Option<String>,
    /// Its number there.
    pub number: i64,
    /// The letter that tells residues of one number apart.
    pub insertion: Option<char>,
    /// Its letter, `-` if it is not known.
    pub letter: u8,
    /// The atom that stands for it: `CB`, `CA` of glycine, `C1'` of nucleic acids.
    pub atom: &'static str,
}

impl Spot {
    /// The number as it is written: `-5`, `184A`.
    pub fn label(&self) -> String {
        let insertion = self.insertion.map_or(String::new(), String::from);
        format!("{}{insertion}", self.number)
    }
}

/// A pair that is handed on.
#[derive(Debug, Clone, PartialEq)]
pub struct HandedPair {
    /// Its place in the list.
    pub rank: usize,
    /// Its two residues as the target counts them, in words: `68 and 88`, `A:12 and B:3`.
    pub of_target: String,
    /// The chance that it is a contact, where it is known.
    pub probability: Option<f64>,
    /// What the structure says of it, where there is one.
    pub verdict: Option<Verdict>,
    /// The one residue.
    pub one: Spot,
    /// The other; several where any of them may be the partner: in HADDOCK's ambiguous restraints.
    pub others: Vec<Spot>,
}

impl HandedPair {
    /// The partner: the first, where there are several.
    fn other(&self) -> &Spot {
        &self.others[0]
    }

    /// What is known of it, for comments: `rank 1, probability 0.8885, 68 and 88 of the target`.
    fn in_words(&self) -> String {
        let probability = self
            .probability
            .map_or(String::new(), |p| format!("probability {p:.4}, "));
        format!(
            "rank {}, {probability}{} of the target",
            self.rank, self.of_target
        )
    }
}

/// All that is handed on.
#[derive(Debug, Clone, PartialEq)]
pub struct Handed {
    /// What it is and how it was made, a sentence a line, without the signs of a comment.
    pub head: Vec<String>,
    /// The structure, if it is one that other programs open, by a name that needs no escapes.
    pub opens: Option<String>,
    /// The residues of the target, where they are counted or printed.
    pub target: Option<TargetChains>,
    /// The distance in angstrom below which the atoms of a pair are expected.
    pub reach: f64,
    /// The pairs, in the order of the list.
    pub pairs: Vec<HandedPair>,
}

impl Handed {
    /// The head behind the sign of a comment.
    fn write_head(&self, sign: &str, output: &mut dyn Write) -> io::Result<()> {
        let mut lines = self.head.iter();
        lines.try_for_each(|line| writeln!(output, "{sign} {line}"))
    }
}

/// How a probability is coloured: five steps of viridis, which people who confuse colours tell apart, in grey too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shade {
    /// For names of objects: `p80`.
    name: &'static str,
    /// In words.
    range: &'static str,
    /// Six hexadecimal digits.
    colour: &'static str,
}

/// From the most likely on; the last is for pairs without a probability.
const SHADES: [Shade; 6] = [
    Shade {
        name: "p80",
        range: "0.8 to 1",
        colour: "fde725",
    },
    Shade {
        name: "p60",
        range: "0.6 to 0.8",
        colour: "5ec962",
    },
    Shade {
        name: "p40",
        range: "0.4 to 0.6",
        colour: "21918c",
    },
    Shade {
        name: "p20",
        range: "0.2 to 0.4",
        colour: "3b528b",
    },
    Shade {
        name: "p00",
        range: "0 to 0.2",
        colour: "440154",
    },
    Shade {
        name: "none",
        range: "not known",
        colour: "999999",
    },
];

impl Shade {
    fn of(probability: Option<f64>) -> Self {
        let least = [0.8, 0.6, 0.4, 0.2];
        match probability {
            None => SHADES[5],
            Some(p) => SHADES[least.iter().take_while(|least| p < **least).count()],
        }
    }

    /// The scale as comments.
    fn write_scale(sign: &str, output: &mut dyn Write) -> io::Result<()> {
        let steps = SHADES.map(|shade| format!("#{} {}", shade.colour, shade.range));
        writeln!(
            output,
            "{sign} Colours by probability: {}.",
            steps.join(", ")
        )
    }
}

/// How a bar is drawn for what a structure says of its pair.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bar {
    /// For names of objects.
    name: &'static str,
    /// Length of dashes and of the gaps between them, in angstrom; no gap for a whole bar.
    dashes: (f64, f64),
    /// In angstrom.
    radius: f64,
}

const BARS: [Bar; 4] = [
    Bar {
        name: "pairs",
        dashes: (0.5, 0.0),
        radius: 0.15,
    },
    Bar {
        name: "within",
        dashes: (0.5, 0.0),
        radius: 0.15,
    },
    Bar {
        name: "between",
        dashes: (0.6, 0.4),
        radius: 0.15,
    },
    Bar {
        name: "apart",
        dashes: (0.2, 0.6),
        radius: 0.07,
    },
];

impl Bar {
    fn of(verdict: Option<Verdict>) -> Self {
        match verdict {
            None | Some(Verdict::Unknown) => BARS[0],
            Some(Verdict::Within) => BARS[1],
            Some(Verdict::Between) => BARS[2],
            Some(Verdict::Neither) => BARS[3],
        }
    }

    /// What the bars mean, where a structure says something.
    fn write_legend(handed: &Handed, sign: &str, output: &mut dyn Write) -> io::Result<()> {
        if handed.pairs.iter().all(|pair| pair.verdict.is_none()) {
            return Ok(());
        }
        writeln!(
            output,
            "{sign} Whole bars: the pair touches within its chain. Dashes: only between chains. Thin dots: it does not touch."
        )
    }
}

/// A target of one chain with these letters, from position 1 on.
#[cfg(test)]
fn target_of(letters: &str) -> TargetChains {
    TargetChains::new(&crate::mutants::testing::columns(1, letters)).unwrap()
}

#[cfg(test)]
mod test_support {
    use super::{Handed, HandedPair, Spot};
    use crate::structure::Verdict;

    pub fn spot(chain: Option<&str>, number: i64, atom: &'static str) -> Spot {
        Spot {
            chain: chain.map(str::to_owned),
            number,
            insertion: None,
            letter: if atom == "CA" { b'G' } else { b'K' },
            atom,
        }
    }

    pub fn pair(rank: usize, probability: Option<f64>, one: Spot, other: Spot) -> HandedPair {
        HandedPair {
            rank,
            of_target: format!("{rank} and {}", rank + 20),
            probability,
            verdict: None,
            one,
            others: vec![other],
        }
    }

    /// Pairs of odd residues, with all that a structure may say.
    pub fn handed() -> Handed {
        let odd = Spot {
            insertion: Some('B'),
            ..spot(Some("AAA"), 100, "CA")
        };
        let blank = spot(Some(""), 7, "CB");
        let mut pairs = vec![
            pair(1, Some(0.93), spot(Some("A"), -5, "CB"), odd.clone()),
            pair(2, Some(0.5), blank.clone(), spot(Some("A"), 43, "CB")),
            pair(3, None, blank, odd),
        ];
        pairs[0].verdict = Some(Verdict::Within);
        pairs[1].verdict = Some(Verdict::Between);
        pairs[2].verdict = Some(Verdict::Neither);
        Handed {
            head: vec!["3 pairs".into(), "of a model".into()],
            opens: Some("some folder/1abc.cif".into()),
            target: None,
            reach: 8.0,
            pairs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_have_shades() {
        for (p, name) in [
            (Some(1.0), "p80"),
            (Some(0.8), "p80"),
            (Some(0.79), "p60"),
            (Some(0.2), "p20"),
            (Some(0.0), "p00"),
            (None, "none"),
        ] {
            assert_eq!(Shade::of(p).name, name, "{p:?}");
        }
    }
}
