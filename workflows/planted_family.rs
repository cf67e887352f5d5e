//! Makes the demonstration family in `data/`: a protein family with a known answer.
//!
//! A Potts model is *planted* (written down by hand and by dice, not fitted) on a toy
//! fold, and sequences are evolved under it along a random tree. The probability of
//! an aligned sequence `s` is
//!
//! ```text
//! P(s) = exp(H(s)) / Z,    H(s) = Σ_i h_i(s_i) + Σ_{i<j in contact} J_ij(s_i, s_j)
//! ```
//!
//! so both the true contacts and the true mutant effects are known exactly.
//!
//! Run with `cargo run --release --example planted_family -- data`.
//!
//! The output is the same, byte for byte, on every machine: one thread, one fixed
//! seed, and no functions whose last digit depends on the system's mathematics library
//! (only `+ - * /` and `sqrt`; the exponential is written out below).

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt::Write as _;
use std::path::PathBuf;

/// The 20 amino acids, in the order used by every table below.
const LETTERS: &[u8; 20] = b"ACDEFGHIKLMNPQRSTVWY";
/// Number of amino acids.
const Q: usize = 20;
/// Modelled sites (upper-case columns), about the size of ubiquitin.
const SITES: usize = 76;
/// Rows of the alignment, the target included.
const ROWS: usize = 3000;
/// Seed of all random choices.
const SEED: [u8; 32] = *b"planted Potts demonstration 2025";
/// Number of the target's first residue in its own protein.
const TARGET_START: usize = 24;
/// Alignment letters on one line of the file.
const LINE_WIDTH: usize = 80;

/// Natural logarithms of the amino-acid frequencies in known proteins (UniProt averages).
const LOG_BACKGROUND: [f64; Q] = [
    -2.49, -4.28, -2.91, -2.70, -3.25, -2.65, -3.78, -2.82, -2.84, -2.34, //
    -3.72, -3.20, -3.05, -3.24, -2.89, -2.72, -2.93, -2.68, -4.53, -3.53,
];
/// Kyte-Doolittle hydropathy divided by 4.5: from -1 (Arg) to 1 (Ile).
const HYDROPATHY: [f64; Q] = [
    0.40, 0.56, -0.78, -0.78, 0.62, -0.09, -0.71, 1.00, -0.87, 0.84, //
    0.42, -0.78, -0.36, -0.78, -1.00, -0.18, -0.16, 0.93, -0.20, -0.29,
];
/// Charge at neutral pH.
const CHARGE: [f64; Q] = [
    0.0, 0.0, -1.0, -1.0, 0.0, 0.0, 0.3, 0.0, 1.0, 0.0, //
    0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0,
];
/// Side-chain volume, centred and scaled: from -1.3 (Gly) to 1.5 (Trp).
const VOLUME: [f64; Q] = [
    -0.89, -0.56, -0.49, -0.03, 0.85, -1.30, 0.24, 0.45, 0.51, 0.45, //
    0.38, -0.42, -0.47, 0.07, 0.63, -0.88, -0.43, 0.00, 1.50, 0.95,
];
/// Preference for helices (after Chou and Fasman: propensity minus one).
const HELIX: [f64; Q] = [
    0.42, -0.30, 0.01, 0.51, 0.13, -0.43, 0.00, 0.08, 0.16, 0.21, //
    0.45, -0.33, -0.60, 0.11, -0.02, -0.23, -0.17, 0.06, 0.08, -0.31,
];
/// Preference for strands (likewise).
const STRAND: [f64; Q] = [
    -0.17, 0.19, -0.46, -0.63, 0.38, -0.25, -0.13, 0.60, -0.26, 0.30, //
    0.05, -0.11, -0.45, 0.10, -0.07, -0.25, 0.19, 0.70, 0.37, 0.47,
];
/// Preference for turns and loops (likewise): Gly, Pro, Asn, Asp and Ser lead.
const LOOP: [f64; Q] = [
    -0.34, 0.19, 0.46, -0.26, -0.40, 0.56, -0.05, -0.53, 0.01, -0.41, //
    -0.40, 0.56, 0.52, -0.02, -0.05, 0.43, -0.04, -0.50, -0.04, 0.14,
];

/// The three files, as text.
pub struct PlantedFamily {
    /// The alignment, in A2M format; the target is its first row.
    pub alignment: String,
    /// The planted contacts, tab-separated.
    pub contacts: String,
    /// The mutants of the target with their noisy true scores, comma-separated.
    pub mutants: String,
}

/// Builds the family. Every call returns the same text.
pub fn generate() -> PlantedFamily {
    let mut dice = Dice(ChaCha8Rng::from_seed(SEED));
    let model = PlantedModel::new(&mut dice);
    let family = evolve_family(&model, &mut dice);
    let target = family[0].clone();
    PlantedFamily {
        alignment: write_alignment(&family, &mut dice),
        contacts: write_contacts(&model, &target.residues),
        mutants: write_mutants(&model, &target.residues, &mut dice),
    }
}

/// Writes the three files into the folder named by the first argument (default `data`).
#[allow(dead_code)] // unused where a test includes this file as a module
fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "data".into()));
    let family = generate();
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("planted.a2m"), family.alignment)?;
    std::fs::write(folder.join("planted_contacts.tsv"), family.contacts)?;
    std::fs::write(folder.join("planted_mutants.csv"), family.mutants)
}

// ---------------------------------------------------------------------------------
// Dice
// ---------------------------------------------------------------------------------

/// Random draws, built on the raw 64-bit output of ChaCha8 alone, so that a new
/// version of the `rand` crate cannot change the files.
struct Dice(ChaCha8Rng);

impl Dice {
    /// A number in [0, 1), from the top 53 bits.
    fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number from 0 to `n - 1`.
    fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }

    /// True with probability `p`.
    fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// A normal deviate (mean 0, sd 1): the sum of twelve uniform draws, minus six.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// An index drawn with probability proportional to `exp(score)`.
    fn boltzmann(&mut self, scores: &[f64; Q]) -> usize {
        let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights = scores.map(|score| exp(score - top));
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        Q - 1
    }
}

/// The exponential of `x <= 0`: `2^n exp(r)` with `|r| <= ln(2)/2` and a Taylor series
/// for `exp(r)`. Plain arithmetic, hence identical on every machine.
fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let n = (x / std::f64::consts::LN_2).round();
    let r = x - n * std::f64::consts::LN_2;
    let series = (1..=14)
        .rev()
        .fold(1.0, |sum, k| 1.0 + sum * r / f64::from(k));
    let power_of_two = f64::from_bits(((1023 + n as i64) as u64) << 52);
    series * power_of_two
}

// ---------------------------------------------------------------------------------
// The toy fold
// ---------------------------------------------------------------------------------

/// A point in space, in ångström.
type Point = [f64; 3];

/// Kind of secondary structure.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Helix,
    Strand,
    Loop,
}

/// A helix or strand of the fold. The sheet lies in the plane z = 0 with its strands
/// along y; the helices lie on top of it.
struct Element {
    kind: Kind,
    /// First site (0-based) and number of sites.
    first: usize,
    length: usize,
    /// Axis position across the sheet, and height above it.
    x: f64,
    z: f64,
    /// Whether the chain runs towards larger y.
    up: bool,
}

/// A β-grasp layout, as in ubiquitin: strand order 2-1-5-3-4 with strands 1 and 5
/// parallel and the other neighbours antiparallel; two helices pack on one face.
/// Strands lie 4.8 Å apart, helix axes 9.5 Å above the sheet.
const FOLD: [Element; 7] = [
    strand(1, 7, 4.8, true),
    strand(11, 7, 0.0, false),
    helix(22, 14, 4.5, true),
    strand(39, 7, 14.4, false),
    strand(49, 6, 19.2, true),
    helix(58, 9, 13.5, false),
    strand(68, 7, 9.6, true),
];

/// A strand in the sheet.
const fn strand(first: usize, length: usize, x: f64, up: bool) -> Element {
    let (kind, z) = (Kind::Strand, 0.0);
    Element {
        kind,
        first,
        length,
        x,
        z,
        up,
    }
}

/// A helix packed on the sheet.
const fn helix(first: usize, length: usize, x: f64, up: bool) -> Element {
    let (kind, z) = (Kind::Helix, 9.5);
    Element {
        kind,
        first,
        length,
        x,
        z,
        up,
    }
}

impl Element {
    /// Rough position of the k-th side chain (Cβ).
    fn side_chain(&self, k: usize) -> Point {
        let step = if self.up { k } else { self.length - 1 - k };
        match self.kind {
            Kind::Helix => self.helix_side_chain(k, step),
            _ => self.strand_side_chain(step),
        }
    }

    /// Strands rise 3.3 Å per residue; side chains point to either face in turn, and
    /// the neighbours across the sheet point to the same face.
    fn strand_side_chain(&self, step: usize) -> Point {
        let face = if step.is_multiple_of(2) { 2.0 } else { -2.0 };
        [self.x, 3.3 * step as f64, self.z + face]
    }

    /// Helices rise 1.5 Å and turn by 100° per residue; Cβ lies 3.3 Å off the axis.
    fn helix_side_chain(&self, k: usize, step: usize) -> Point {
        const COS_100: f64 = -0.173_648_177_666_930_3;
        const SIN_100: f64 = 0.984_807_753_012_208;
        let (mut x, mut z) = (0.0, -3.3);
        for _ in 0..k {
            (x, z) = (x * COS_100 - z * SIN_100, x * SIN_100 + z * COS_100);
        }
        [self.x + x, 1.5 * step as f64, self.z + z]
    }
}

/// Structure of every site.
struct Fold {
    kinds: Vec<Kind>,
    places: Vec<Point>,
}

impl Fold {
    fn new() -> Self {
        let mut kinds = vec![Kind::Loop; SITES];
        let mut places = vec![[f64::NAN; 3]; SITES];
        for element in &FOLD {
            for k in 0..element.length {
                kinds[element.first + k] = element.kind;
                places[element.first + k] = element.side_chain(k);
            }
        }
        places[0] = [4.8, -4.0, 0.0];
        places[SITES - 1] = [9.6, 24.0, 0.0];
        let mut fold = Self { kinds, places };
        fold.fill_loops();
        fold
    }

    /// Puts loop sites on an arc between the ends of the elements they join; it bulges
    /// by up to 4 Å away from the middle of the fold (y = 10 Å).
    fn fill_loops(&mut self) {
        for pair in FOLD.windows(2) {
            let (from, to) = (pair[0].first + pair[0].length - 1, pair[1].first);
            let (start, end) = (self.places[from], self.places[to]);
            let outwards = if start[1] > 10.0 { 1.0 } else { -1.0 };
            for site in from + 1..to {
                let t = (site - from) as f64 / (to - from) as f64;
                let mut place = [0, 1, 2].map(|d| start[d] + t * (end[d] - start[d]));
                place[1] += outwards * 16.0 * t * (1.0 - t);
                self.places[site] = place;
            }
        }
    }

    /// Distance between two side chains.
    fn distance(&self, i: usize, j: usize) -> f64 {
        let (a, b) = (self.places[i], self.places[j]);
        (0..3)
            .map(|d| (a[d] - b[d]) * (a[d] - b[d]))
            .sum::<f64>()
            .sqrt()
    }

    /// Site pairs closer than 7.0 Å. Pairs fewer than three apart in the chain always
    /// are, whatever the fold, so they carry no coupling and are not listed.
    fn contacts(&self) -> Vec<(usize, usize)> {
        let pairs = (0..SITES).flat_map(|i| (i + 3..SITES).map(move |j| (i, j)));
        pairs.filter(|&(i, j)| self.distance(i, j) < 7.0).collect()
    }

    /// How buried each site is, from -1 (exposed) to 1, by its number of neighbours within
    /// 10 Å: 14 is the middle, 8 or fewer is exposed, 20 or more is buried.
    fn burial(&self) -> Vec<f64> {
        let near = |i: usize| (0..SITES).filter(|&j| self.distance(i, j) < 10.0).count();
        let scale = |count: usize| ((count as f64 - 14.0) / 6.0).clamp(-1.0, 1.0);
        (0..SITES).map(|i| scale(near(i))).collect()
    }
}

// ---------------------------------------------------------------------------------
// The planted model
// ---------------------------------------------------------------------------------

/// One number for every pair of amino acids.
type PairTable = [[f64; Q]; Q];

/// Two coupled sites.
struct Contact {
    i: usize,
    j: usize,
    coupling: PairTable,
}

impl Contact {
    /// Frobenius norm of the coupling, sqrt(Σ_ab J(a,b)²).
    fn strength(&self) -> f64 {
        let squares = self.coupling.iter().flatten().map(|value| value * value);
        squares.sum::<f64>().sqrt()
    }
}

/// The true model: fields `h_i(a)` and couplings `J_ij(a, b)`, in the zero-sum gauge.
struct PlantedModel {
    kinds: Vec<Kind>,
    fields: Vec<[f64; Q]>,
    contacts: Vec<Contact>,
    /// For each site, the places in `contacts` that involve it.
    contacts_of: Vec<Vec<usize>>,
}

impl PlantedModel {
    fn new(dice: &mut Dice) -> Self {
        let fold = Fold::new();
        let fields = plant_fields(&fold, dice);
        let mut contacts = Vec::new();
        let mut contacts_of = vec![Vec::new(); SITES];
        for (i, j) in fold.contacts() {
            contacts_of[i].push(contacts.len());
            contacts_of[j].push(contacts.len());
            let coupling = plant_coupling(dice);
            contacts.push(Contact { i, j, coupling });
        }
        Self {
            kinds: fold.kinds,
            fields,
            contacts,
            contacts_of,
        }
    }

    /// `h_i(a) + Σ_j J_ij(a, s_j)` for every residue `a` at one site: up to a constant,
    /// the log probability of `a` there, given the rest of the sequence.
    fn conditional(&self, sequence: &[usize], site: usize) -> [f64; Q] {
        let mut scores = self.fields[site];
        for &index in &self.contacts_of[site] {
            let contact = &self.contacts[index];
            for (a, score) in scores.iter_mut().enumerate() {
                *score += if contact.i == site {
                    contact.coupling[a][sequence[contact.j]]
                } else {
                    contact.coupling[sequence[contact.i]][a]
                };
            }
        }
        scores
    }

    /// `log P(mutant) / P(sequence)`, applying the changes one after the other.
    fn log_ratio(&self, sequence: &[usize], changes: &[(usize, usize)]) -> f64 {
        let mut sequence = sequence.to_vec();
        let mut total = 0.0;
        for &(site, to) in changes {
            let scores = self.conditional(&sequence, site);
            total += scores[to] - scores[sequence[site]];
            sequence[site] = to;
        }
        total
    }

    /// Gibbs sampling: draws a new residue at a random site, `updates` times, with
    /// probability proportional to `exp(cold * conditional)`. `cold` is 1 in evolution;
    /// above 1, it favours the best residues.
    fn gibbs(&self, sequence: &mut [usize], updates: usize, cold: f64, dice: &mut Dice) {
        for _ in 0..updates {
            let site = dice.below(SITES);
            let scores = self.conditional(sequence, site).map(|score| cold * score);
            sequence[site] = dice.boltzmann(&scores);
        }
    }
}

/// Fields: background composition, burial, secondary structure, a personal touch of
/// each site, and a bonus for one residue at one site in six (as at an active site).
fn plant_fields(fold: &Fold, dice: &mut Dice) -> Vec<[f64; Q]> {
    let burial = fold.burial();
    let field_of = |site: usize| {
        let mut field = LOG_BACKGROUND;
        for (a, value) in field.iter_mut().enumerate() {
            *value += BURIAL_FIELD * burial[site] * HYDROPATHY[a];
            *value += STRUCTURE_FIELD * preference(fold.kinds[site])[a];
            *value += SITE_FIELD * dice.normal();
        }
        if dice.chance(1.0 / 6.0) {
            let favourite = dice.boltzmann(&field);
            field[favourite] += CONSERVED_FIELD;
        }
        centre(&mut field);
        field
    };
    (0..SITES).map(field_of).collect()
}

/// Pull of hydrophobic residues to buried sites: a factor of e^(2 * 0.5) between the
/// most and the least hydrophobic residue at a fully buried site.
const BURIAL_FIELD: f64 = 0.5;
/// Weight of the preferences for helix, strand and loop.
const STRUCTURE_FIELD: f64 = 0.7;
/// Sd of each site's own preferences.
const SITE_FIELD: f64 = 0.6;
/// Bonus of the favourite residue at a conserved site (a factor of 4.5).
const CONSERVED_FIELD: f64 = 1.5;

/// The preferences of the 20 amino acids for a kind of structure.
fn preference(kind: Kind) -> &'static [f64; Q] {
    match kind {
        Kind::Helix => &HELIX,
        Kind::Strand => &STRAND,
        Kind::Loop => &LOOP,
    }
}

/// Subtracts the mean.
fn centre(values: &mut [f64; Q]) {
    let mean = values.iter().sum::<f64>() / Q as f64;
    values.iter_mut().for_each(|value| *value -= mean);
}

/// Contact strengths are spread evenly between these two, so that some contacts are hard
/// to see.
const WEAKEST: f64 = 0.3;
const STRONGEST: f64 = 1.6;
/// Weight of hydrophobic residues liking each other.
const HYDROPHOBIC_PAIR: f64 = 0.25;
/// Weight of opposite charges attracting, like charges repelling.
const CHARGE_PAIR: f64 = 0.7;
/// Weight of large residues preferring small partners.
const SIZE_PAIR: f64 = 0.3;
/// Sd of the part peculiar to a contact (its exact geometry). It is a product of two
/// normal deviates: a few residue pairs fit well or clash badly, most hardly matter.
const PECULIAR_PAIR: f64 = 0.8;

/// The coupling of one contact:
/// `J(a,b) = strength * (hydrophobic + charge + size + peculiar)`, zero-sum gauge.
fn plant_coupling(dice: &mut Dice) -> PairTable {
    let strength = WEAKEST + (STRONGEST - WEAKEST) * dice.uniform();
    let mut table = [[0.0; Q]; Q];
    for (a, row) in table.iter_mut().enumerate() {
        for (b, value) in row.iter_mut().enumerate() {
            let hydrophobic = HYDROPHOBIC_PAIR * HYDROPATHY[a] * HYDROPATHY[b];
            let charge = -CHARGE_PAIR * CHARGE[a] * CHARGE[b];
            let size = -SIZE_PAIR * VOLUME[a] * VOLUME[b];
            let peculiar = PECULIAR_PAIR * dice.normal() * dice.normal();
            *value = strength * (hydrophobic + charge + size + peculiar);
        }
    }
    zero_sum(&mut table);
    table
}

/// Makes every row and every column sum to zero. The parts taken out would act
/// like fields, which are planted on their own.
fn zero_sum(table: &mut PairTable) {
    table.iter_mut().for_each(centre);
    for b in 0..Q {
        let mean = table.iter().map(|row| row[b]).sum::<f64>() / Q as f64;
        table.iter_mut().for_each(|row| row[b] -= mean);
    }
}

// ---------------------------------------------------------------------------------
// Evolution
// ---------------------------------------------------------------------------------

/// A member of the family: its residues, the sites it has lost, its branch.
#[derive(Clone)]
struct Member {
    residues: Vec<usize>,
    lost: Vec<bool>,
    clade: usize,
}

/// The tree below the root, level by level (clade, sub-clade, group, sequence): most
/// children of a node, and mean length of the branch to a child, in redraws per site.
/// The last level makes the near-duplicates.
const LEVELS: [(usize, f64); 4] = [(1, 5.0), (10, 1.2), (12, 0.5), (6, 0.16)];

/// Close relatives evolved from the target itself.
const TARGET_KIN: usize = 40;

/// Evolves the whole family; the target comes first.
fn evolve_family(model: &PlantedModel, dice: &mut Dice) -> Vec<Member> {
    let mut root = Member {
        residues: (0..SITES).map(|_| dice.below(Q)).collect(),
        lost: vec![false; SITES],
        clade: 1,
    };
    // 200 redraws per site, from random letters, forget the start.
    model.gibbs(&mut root.residues, 200 * SITES, 1.0, dice);
    let mut family = Vec::new();
    let target = evolve_target(model, &root, dice);
    family.push(target.clone());
    for _ in 0..TARGET_KIN {
        family.push(descendant(model, &target, 0.6, dice));
    }
    let mut clade = 1;
    while family.len() < ROWS {
        clade += 1;
        grow(
            model,
            &Member {
                clade,
                ..root.clone()
            },
            0,
            &mut family,
            dice,
        );
    }
    family.truncate(ROWS);
    family
}

/// The target: a descendant of the root cooled a little (one redraw per site at
/// inverse temperature 1.3), as natural proteins are better than a random draw.
fn evolve_target(model: &PlantedModel, root: &Member, dice: &mut Dice) -> Member {
    let mut target = root.clone();
    model.gibbs(&mut target.residues, SITES, 1.3, dice);
    target
}

/// Adds the sequences below `node`, which sits at `level` of the tree.
fn grow(
    model: &PlantedModel,
    node: &Member,
    level: usize,
    family: &mut Vec<Member>,
    dice: &mut Dice,
) {
    let Some(&(most_children, length)) = LEVELS.get(level) else {
        family.push(node.clone());
        return;
    };
    for _ in 0..1 + dice.below(most_children) {
        let child = descendant(model, node, length, dice);
        grow(model, &child, level + 1, family, dice);
    }
}

/// Evolves along one branch, of a length between 0 and twice the mean.
fn descendant(model: &PlantedModel, parent: &Member, mean_length: f64, dice: &mut Dice) -> Member {
    let mut child = parent.clone();
    let length = 2.0 * mean_length * dice.uniform();
    let updates = (length * SITES as f64) as usize;
    model.gibbs(&mut child.residues, updates, 1.0, dice);
    if dice.chance(DELETION_RATE * length) {
        delete_run(model, &mut child.lost, dice);
    }
    child
}

/// Deletions per branch of one redraw per site; descendants inherit them.
const DELETION_RATE: f64 = 0.10;

/// Loses a run of one to four neighbouring loop sites.
fn delete_run(model: &PlantedModel, lost: &mut [bool], dice: &mut Dice) {
    let start = dice.below(SITES);
    let longest = 1 + dice.below(4);
    let run = (start..SITES).take(longest);
    for site in run.take_while(|&site| model.kinds[site] == Kind::Loop) {
        lost[site] = true;
    }
}

// ---------------------------------------------------------------------------------
// Alignment
// ---------------------------------------------------------------------------------

/// Insert columns: (site before them, how many).
const INSERTS: [(usize, usize); 3] = [(20, 2), (37, 1), (56, 3)];
/// Chance that a row has residues in an insert.
const INSERT_CHANCE: f64 = 0.12;
/// The target's own inserted residues: one in the first insert, one in the last.
const TARGET_INSERTS: [&str; 3] = ["g.", ".", "s.."];
/// Chance that a row has lost sites at one end, and the most it loses.
const END_GAP_CHANCE: f64 = 0.2;
const END_GAP_MOST: usize = 7;
/// Chance that a row is a fragment of fewer than half the sites.
const FRAGMENT_CHANCE: f64 = 0.015;
/// One row in so many has an ambiguous letter (a fixed count, not a chance).
const AMBIGUOUS_EVERY: usize = 200;

/// All rows in A2M format.
fn write_alignment(family: &[Member], dice: &mut Dice) -> String {
    let mut entries: Vec<(String, String)> = Vec::new();
    for (index, member) in family.iter().enumerate() {
        let row = if index == 0 {
            join_row(&site_letters(member), &TARGET_INSERTS.map(String::from))
        } else {
            observe(member, index, dice)
        };
        entries.push((row_name(index, member, &row, dice), row));
    }
    // Real alignments list a protein twice now and then; here the last row is such a copy.
    entries[ROWS - 1] = entries[ROWS / 3].clone();
    let mut text = String::new();
    for (name, row) in &entries {
        write_row(&mut text, name, row);
    }
    text
}

/// Letters at the modelled sites, `-` where lost.
fn site_letters(member: &Member) -> Vec<u8> {
    let letter = |(&residue, &lost): (&usize, &bool)| if lost { b'-' } else { LETTERS[residue] };
    member
        .residues
        .iter()
        .zip(&member.lost)
        .map(letter)
        .collect()
}

/// A member as a database would show it: cut ends, fragments, ambiguous letters, inserts.
fn observe(member: &Member, index: usize, dice: &mut Dice) -> String {
    let mut letters = site_letters(member);
    if index % AMBIGUOUS_EVERY == AMBIGUOUS_EVERY / 2 {
        blur_letter(&mut letters, dice);
    } else if dice.chance(FRAGMENT_CHANCE) {
        keep_fragment(&mut letters, dice);
    } else {
        cut_ends(&mut letters, dice);
    }
    let inserts = INSERTS.map(|(after, width)| {
        let present = letters[after] != b'-' && letters[after + 1] != b'-';
        insert_letters(width, present, dice)
    });
    join_row(&letters, &inserts)
}

/// Replaces one residue by an ambiguous (B, X, Z) or rare (U) letter.
fn blur_letter(letters: &mut [u8], dice: &mut Dice) {
    let residues: Vec<usize> = (0..SITES).filter(|&site| letters[site] != b'-').collect();
    letters[residues[dice.below(residues.len())]] = b"BXZU"[dice.below(4)];
}

/// Keeps a stretch of a quarter to just under half of the sites.
fn keep_fragment(letters: &mut [u8], dice: &mut Dice) {
    let kept = SITES / 4 + dice.below(SITES / 4);
    let first = dice.below(SITES - kept + 1);
    letters[..first].fill(b'-');
    letters[first + kept..].fill(b'-');
}

/// Loses a few sites at either end.
fn cut_ends(letters: &mut [u8], dice: &mut Dice) {
    if dice.chance(END_GAP_CHANCE) {
        letters[..1 + dice.below(END_GAP_MOST)].fill(b'-');
    }
    if dice.chance(END_GAP_CHANCE) {
        letters[SITES - 1 - dice.below(END_GAP_MOST)..].fill(b'-');
    }
}

/// Contents of one insert: lower-case residues, then dots up to its width. Inserted
/// residues follow the loop preferences.
fn insert_letters(width: usize, present: bool, dice: &mut Dice) -> String {
    let filled = if present && dice.chance(INSERT_CHANCE) {
        1 + dice.below(width)
    } else {
        0
    };
    let mut scores = LOG_BACKGROUND;
    scores
        .iter_mut()
        .zip(LOOP)
        .for_each(|(score, bonus)| *score += bonus);
    let mut text = String::new();
    for place in 0..width {
        let letter = LETTERS[dice.boltzmann(&scores)].to_ascii_lowercase();
        text.push(if place < filled {
            char::from(letter)
        } else {
            '.'
        });
    }
    text
}

/// Puts the inserts between the modelled sites.
fn join_row(letters: &[u8], inserts: &[String; 3]) -> String {
    let mut row = String::new();
    for (site, &letter) in letters.iter().enumerate() {
        row.push(char::from(letter));
        if let Some(which) = INSERTS.iter().position(|&(after, _)| after == site) {
            row.push_str(&inserts[which]);
        }
    }
    row
}

/// `PLT0001_C02/3-78`: running number, clade, and the part of the protein shown.
fn row_name(index: usize, member: &Member, row: &str, dice: &mut Dice) -> String {
    let residues = row.bytes().filter(u8::is_ascii_alphabetic).count();
    if index == 0 {
        return format!("PLANT_DEMO/{TARGET_START}-{}", TARGET_START + residues - 1);
    }
    let start = 1 + dice.below(60);
    let clade = member.clade;
    format!("PLT{index:04}_C{clade:02}/{start}-{}", start + residues - 1)
}

/// One entry, wrapped.
fn write_row(text: &mut String, name: &str, row: &str) {
    text.push('>');
    text.push_str(name);
    text.push('\n');
    let mut rest = row;
    while !rest.is_empty() {
        let (line, later) = rest.split_at(rest.len().min(LINE_WIDTH));
        text.push_str(line);
        text.push('\n');
        rest = later;
    }
}

// ---------------------------------------------------------------------------------
// Contacts and mutants
// ---------------------------------------------------------------------------------

/// Double mutants; every second one at a contact.
const DOUBLES: usize = 1500;
/// Sd of the measurement noise, relative to the sd of the single mutants' true scores.
const NOISE: f64 = 0.3;

/// A site's number in the target: every residue before it counts, inserted ones too.
fn number(site: usize) -> usize {
    let filled = |insert: &str| insert.bytes().filter(u8::is_ascii_alphabetic).count();
    let before = INSERTS.iter().zip(TARGET_INSERTS);
    let before = before.filter(|((after, _), _)| *after < site);
    TARGET_START + site + before.map(|(_, insert)| filled(insert)).sum::<usize>()
}

/// The planted contacts, one a line, sorted.
fn write_contacts(model: &PlantedModel, target: &[usize]) -> String {
    let mut text = String::from("i\tj\tA_i\tA_j\tstrength\n");
    for contact in &model.contacts {
        let (i, j) = (contact.i, contact.j);
        let _ = writeln!(
            text,
            "{}\t{}\t{}\t{}\t{:.4}",
            number(i),
            number(j),
            char::from(LETTERS[target[i]]),
            char::from(LETTERS[target[j]]),
            contact.strength()
        );
    }
    text
}

/// All single and many double mutants with their true `log P(mutant)/P(target)` plus
/// normal noise.
fn write_mutants(model: &PlantedModel, target: &[usize], dice: &mut Dice) -> String {
    let singles = single_mutants(target);
    let truth = |mutant: &Vec<(usize, usize)>| model.log_ratio(target, mutant);
    let noise = NOISE * spread(&singles.iter().map(truth).collect::<Vec<_>>());
    let mut mutants = singles;
    mutants.extend(double_mutants(model, target, dice));
    let mut text = String::from("mutant,score\n");
    for mutant in &mutants {
        let score = truth(mutant) + noise * dice.normal();
        let _ = writeln!(text, "{},{score:.4}", mutant_name(target, mutant));
    }
    text
}

/// Every residue but the target's own, at every modelled site.
fn single_mutants(target: &[usize]) -> Vec<Vec<(usize, usize)>> {
    let all = (0..SITES).flat_map(|site| (0..Q).map(move |to| (site, to)));
    let changed = all.filter(|&(site, to)| target[site] != to);
    changed.map(|change| vec![change]).collect()
}

/// Different double mutants, in random order.
fn double_mutants(
    model: &PlantedModel,
    target: &[usize],
    dice: &mut Dice,
) -> Vec<Vec<(usize, usize)>> {
    let mut doubles: Vec<Vec<(usize, usize)>> = Vec::new();
    while doubles.len() < DOUBLES {
        let contact = &model.contacts[dice.below(model.contacts.len())];
        let (a, b) = (dice.below(SITES), dice.below(SITES));
        let at_contact = doubles.len().is_multiple_of(2);
        let (i, j) = if at_contact {
            (contact.i, contact.j)
        } else {
            (a.min(b), a.max(b))
        };
        let mutant = vec![(i, dice.below(Q)), (j, dice.below(Q))];
        let changed = mutant.iter().all(|&(site, to)| target[site] != to);
        if i != j && changed && !doubles.contains(&mutant) {
            doubles.push(mutant);
        }
    }
    doubles
}

/// `A42G` or `A42G:L57V`.
fn mutant_name(target: &[usize], mutant: &[(usize, usize)]) -> String {
    let letter = |residue: usize| char::from(LETTERS[residue]);
    let name = |&(site, to): &(usize, usize)| {
        format!("{}{}{}", letter(target[site]), number(site), letter(to))
    };
    mutant.iter().map(name).collect::<Vec<_>>().join(":")
}

/// Standard deviation.
fn spread(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean) * (value - mean));
    (squares.sum::<f64>() / count).sqrt()
}
