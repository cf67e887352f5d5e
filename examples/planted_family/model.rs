//! The planted model: fields and couplings.

use super::SITES;
use super::amino_acids::{CHARGE, HELIX, HYDROPATHY, LOG_BACKGROUND, LOOP, Q, STRAND, VOLUME};
use super::dice::Dice;
use super::fold::{Fold, Kind};

/// One number for every pair of amino acids.
pub(super) type PairTable = [[f64; Q]; Q];

/// Two coupled sites.
pub(super) struct Contact {
    pub(super) i: usize,
    pub(super) j: usize,
    coupling: PairTable,
}

impl Contact {
    /// Frobenius norm of the coupling, sqrt(Σ_ab J(a,b)²).
    pub(super) fn strength(&self) -> f64 {
        let squares = self.coupling.iter().flatten().map(|value| value * value);
        squares.sum::<f64>().sqrt()
    }
}

/// The true model: fields `h_i(a)` and couplings `J_ij(a, b)`, in the zero-sum gauge.
pub(super) struct PlantedModel {
    pub(super) kinds: Vec<Kind>,
    fields: Vec<[f64; Q]>,
    pub(super) contacts: Vec<Contact>,
    /// For each site, the places in `contacts` that involve it.
    contacts_of: Vec<Vec<usize>>,
}

impl PlantedModel {
    pub(super) fn new(dice: &mut Dice) -> Self {
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
    pub(super) fn log_ratio(&self, sequence: &[usize], changes: &[(usize, usize)]) -> f64 {
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
    pub(super) fn gibbs(&self, sequence: &mut [usize], updates: usize, cold: f64, dice: &mut Dice) {
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

/// Pull of hydrophobic residues to buried sites: a factor of e^(2 * 0.3) between the
/// most and the least hydrophobic residue at a fully buried site.
const BURIAL_FIELD: f64 = 0.3;
/// Weight of the preferences for helix, strand and loop.
const STRUCTURE_FIELD: f64 = 0.7;
/// Sd of each site's own preferences.
const SITE_FIELD: f64 = 0.4;
/// Bonus of the favourite residue at a conserved site (a factor of 2.7).
const CONSERVED_FIELD: f64 = 1.0;

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
const PECULIAR_PAIR: f64 = 1.1;

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
