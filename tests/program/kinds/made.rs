//! A small model of every kind and source, in one folder.

use crate::support::Bench;
use std::fmt::Write;

/// A model.
pub struct Kind {
    /// As the chapter calls it.
    pub title: &'static str,
    /// Its file.
    pub file: &'static str,
    /// Sequences aligned to it.
    pub family: &'static str,
    /// Letters of its residues.
    pub letters: &'static str,
    /// Two positions, as users name them.
    pub pair: &'static str,
    /// Options of a fit of the same states and sites.
    pub fit: &'static str,
}

impl Kind {
    /// A command with its model, sequences and positions in it.
    pub fn fill(&self, command: &str) -> String {
        command
            .replace("MODEL", self.file)
            .replace("FAMILY", self.family)
            .replace("PAIR", self.pair)
            .replace("ASSAY", &self.assay())
            .replace("ALIKE", self.fit)
            .replace("STEM", &self.stem())
    }

    /// What its outputs are called.
    pub fn stem(&self) -> String {
        self.file.replace('.', "_")
    }

    /// Whether its sites are in two chains.
    pub fn has_chains(&self) -> bool {
        self.pair.starts_with('A')
    }

    fn assay(&self) -> String {
        let of = if self.has_chains() {
            "pair"
        } else {
            self.family
        };
        format!("{of}.csv")
    }

    /// As many as it has.
    pub fn residues(&self) -> usize {
        self.letters.len()
    }
}

pub const SITES: usize = 8;
pub const ROWS: usize = 80;

const PROTEIN: &str = "ACDEFGHIKLMNPQRSTVWY";

const fn protein(title: &'static str, file: &'static str) -> Kind {
    Kind {
        title,
        file,
        family: "protein.fa",
        letters: PROTEIN,
        pair: "2,5",
        fit: "",
    }
}

/// A model of which a gap is a state.
const fn with_gaps(title: &'static str, file: &'static str) -> Kind {
    Kind {
        fit: "--gaps state",
        ..protein(title, file)
    }
}

pub const KINDS: [Kind; 18] = [
    protein("pseudolikelihood", "plm.h5"),
    with_gaps("the same, the gap a state", "gaps.h5"),
    protein("site by site (`plm-asymmetric`)", "sites.h5"),
    protein("mean field", "field.h5"),
    with_gaps("Boltzmann learning", "learnt.h5"),
    protein("independent sites", "alone.h5"),
    Kind {
        pair: "A:2,B:1",
        fit: "--chains 5,3",
        ..protein("two proteins", "pair.h5")
    },
    Kind {
        family: "rna.fa",
        letters: "ACGU",
        ..protein("RNA", "rna.h5")
    },
    Kind {
        family: "digits.fa",
        letters: "ABC",
        fit: "--alphabet 012",
        ..protein("other letters (`--alphabet 012`)", "digits.h5")
    },
    protein("without its sequences", "bare.h5"),
    Kind {
        fit: "--no-focus",
        ..protein("without a target", "columns.h5")
    },
    with_gaps("plmc, EVcouplings", "other.plmc"),
    with_gaps("numpy arrays", "other.npz"),
    with_gaps("GREMLIN", "other.mrf"),
    with_gaps("adabmDCA 2", "other.dat"),
    with_gaps("adabmDCA 1, bmDCA", "integers.dat"),
    with_gaps("CCMpred", "other.raw"),
    Kind {
        family: "abc.fa",
        letters: "ABC",
        fit: "--alphabet ABC",
        ..protein("by hand", "hand.tsv")
    },
];

/// Numbers that look random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

/// Sequences in which the fifth residue goes with the second, and the eighth with the third, in three of four; one residue of 16 is missing.
pub fn family(letters: &str, with_gaps: bool) -> String {
    const CHOICES: usize = 3;
    let letters = letters.as_bytes();
    let mut dice = Dice(11);
    let mut text = String::new();
    for n in 0..ROWS {
        let mut states: Vec<usize> = (0..SITES).map(|_| dice.below(CHOICES)).collect();
        for (i, j) in [(1, 4), (2, 7)] {
            if dice.below(4) > 0 {
                states[j] = states[i];
            }
        }
        let letter = |(site, state): (usize, &usize)| letters[(2 * site + state) % letters.len()];
        let mut row: Vec<u8> = states.iter().enumerate().map(letter).collect();
        for place in &mut row {
            if with_gaps && dice.below(16) == 0 && n > 0 {
                *place = b'-';
            }
        }
        let row = String::from_utf8(row).unwrap();
        writeln!(text, ">s{n}\n{row}").unwrap();
    }
    text
}

/// A value of each single mutant of the target.
fn assay(kind: &Kind, family: &str) -> String {
    let target = family.lines().nth(1).unwrap();
    let mut text = "mutant,score\n".to_owned();
    for (site, wild) in target.chars().enumerate() {
        let place = match kind.has_chains() {
            true if site < 5 => ("A:", site + 1),
            true => ("B:", site - 4),
            false => ("", site + 1),
        };
        for (k, letter) in kind.letters.chars().enumerate() {
            if letter != wild {
                let value = ((site * 7 + k * 5) % 13) as f64 / 13.0 - site as f64 / 8.0;
                let (chain, number) = place;
                writeln!(text, "{chain}{wild}{number}{letter},{value:.4}").unwrap();
            }
        }
    }
    text
}

/// Fields and couplings of eight sites of the letters A, B and C.
fn by_hand() -> String {
    let mut text = "# made by hand\n".to_owned();
    for site in 1..=SITES {
        let letter = ["A", "B", "C"][site % 3];
        writeln!(text, "{site}\t{letter}\t0.{site}").unwrap();
    }
    for site in 1..SITES {
        writeln!(text, "{site}\tA\t{}\tB\t0.5", site + 1).unwrap();
        writeln!(text, "{site}\tC\t{}\tC\t-0.3", site + 1).unwrap();
    }
    text
}

/// The families of all kinds, and their assays.
pub fn families() -> Bench {
    let bench = Bench::new();
    for kind in &KINDS {
        let digits = kind.family == "digits.fa";
        let text = match digits {
            true => family("012", false),
            false => family(kind.letters, kind.file != "hand.tsv"),
        };
        // A's place is that of 0.
        let named = match digits {
            true => text.replace('0', "A").replace('1', "B").replace('2', "C"),
            false => text.clone(),
        };
        bench.write(kind.family, &text);
        bench.write(&kind.assay(), assay(kind, &named));
    }
    bench.write("hand.tsv", by_hand());
    bench
}

/// All models, with their families.
pub fn all() -> Bench {
    let bench = families();
    for fit in [
        "protein.fa -o plm.h5",
        "protein.fa -o gaps.h5 --gaps state",
        "protein.fa -o sites.h5 --method plm-asymmetric",
        "protein.fa -o field.h5 --method mean-field --pseudocount 0.8",
        "protein.fa -o learnt.h5 --method bm --stop updates:2 --learning-chains 200",
        "protein.fa -o alone.h5 --method independent",
        "protein.fa -o pair.h5 --chains 5,3",
        "rna.fa -o rna.h5",
        // Of three letters a third agrees by chance: at 80 % identity dense parts of the family would weigh next to nothing.
        "digits.fa -o digits.h5 --alphabet 012 --no-reweighting",
        "protein.fa -o bare.h5 --no-sequences",
        "protein.fa -o columns.h5 --no-focus",
    ] {
        bench.works(&format!("fit {fit} -q"));
    }
    for other in [
        "other.plmc",
        "other.npz",
        "other.mrf",
        "other.dat",
        "other.raw",
    ] {
        bench.works(&format!("convert gaps.h5 {other} -q"));
    }
    bench.works("convert gaps.h5 integers.dat --to adabmdca-integers -q");
    bench
}
