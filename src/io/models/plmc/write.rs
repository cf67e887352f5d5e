//! Writing what plmc writes and EVcouplings reads.

use crate::alignment::IdentityRule;
use crate::alphabet::{GAP_LETTER, GapTreatment};
use crate::error::{Error, Result};
use crate::io::files::stream::write_numbers;
use crate::io::models::notes::{Holds, Note, Numbers};
use crate::io::models::states::StateMap;
use crate::model::couplings::pair_sites;
use crate::model::gauge::Gauge;
use crate::model::{FamilyData, Inference, MethodName, Model, Penalties};
use std::io::{self, Write};
use std::path::Path;

/// What the format holds.
pub const HOLDS: Holds = Holds {
    name: false,
    letters: true,
    positions: true,
    chains: false,
    family: true,
    gauge: false,
    // Worked out again from the frequencies when it is read; a note says where these lack the gaps.
    independent: true,
    penalties: true,
};

/// What EVcouplings writes where there is nothing to write in a mean-field model.
const NOT_APPLICABLE: f32 = -1.0;

/// theta of sequences without weights: outside 0 to 1, where plmc gives none.
const NO_WEIGHTS: f32 = -1.0;

/// What is made up or changed where `fitted` does not have what the format needs.
pub fn notes(fitted: &Model) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut made_up = |needed: bool, what: &str| {
        if needed {
            notes.push(Note::MadeUp(what.to_owned()));
        }
    };
    let family = fitted.family.as_ref();
    made_up(
        family.is_none(),
        "uniform frequencies and no sequences: scores of mutants and couplings do not need them, mutual information does; `alignment` counts them",
    );
    made_up(
        family.is_some_and(|family| family.pair_frequencies.is_none()),
        "pair frequencies f_ij = f_i f_j, as if sites were independent, which only mutual information uses; `alignment` counts them",
    );
    made_up(
        !is_mean_field(fitted) && penalties(fitted).is_none(),
        "penalties of 0, because those of the fit are not known",
    );
    made_up(
        fitted.pairwise().is_none(),
        "couplings of 0, because sites are independent in this model",
    );
    if needs_gap(fitted) {
        let what = "the gap is a state without field and couplings, as EVcouplings has it in mean-field models";
        notes.push(Note::Changed(what.to_owned()));
    }
    if leaves_gaps_out(fitted) && fitted.independent_fields.is_some() {
        let what = "frequencies are shares among residues, from which independent sites are fitted again when the file is read: \
                    without gaps, their scores differ; `alignment` then gives them back";
        notes.push(Note::Changed(what.to_owned()));
    }
    let rule = fitted.provenance.identity_rule.unwrap_or_default();
    if rule != IdentityRule::AtLeast {
        let what = "that only sequences above the identity are neighbours, not those at it";
        notes.push(Note::NotKept(what.to_owned()));
    }
    let (columns, known) = (&fitted.columns, fitted.alphabet.letters());
    let incomplete = (0..columns.sites()).any(|site| !known.contains(&columns.letter(site)));
    if incomplete && columns.has_target() {
        let what = "the target, for EVcouplings: it has gaps or letters that are no residues";
        notes.push(Note::NotKept(what.to_owned()));
    }
    notes
}

/// Writes the file.
///
/// # Errors
/// [`Error::Io`] if `output` fails; [`Error::Model`] if a number is beyond 32 bits.
pub fn write(fitted: &Model, output: &mut dyn Write) -> Result<()> {
    let export = Export::new(fitted)?;
    let header = export.header()?;
    let positions = export.positions()?;
    export
        .put(&header, &positions, output)
        .map_err(Error::io("write", Path::new("the plmc file")))
}

fn is_mean_field(fitted: &Model) -> bool {
    fitted.method() == Some(MethodName::MeanField)
}

fn penalties(fitted: &Model) -> Option<Penalties> {
    fitted.record.as_ref()?.inference.penalties()
}

/// EVcouplings takes the gap for a state of its mean-field models, and works out direct information with its frequencies.
fn needs_gap(fitted: &Model) -> bool {
    is_mean_field(fitted)
        && fitted.gaps == GapTreatment::Missing
        && fitted.gauge == Gauge::GapReference
}

/// Whether sequences have gaps that are not a state of the file.
fn leaves_gaps_out(fitted: &Model) -> bool {
    let gap = fitted.alphabet.residues();
    let family = fitted.family.as_ref();
    let any_gap =
        family.is_some_and(|f| f.frequencies.sites().column(gap).iter().any(|&f| f > 0.0));
    any_gap && fitted.gaps == GapTreatment::Missing && !needs_gap(fitted)
}

/// A model with what the file needs of it at hand.
struct Export<'a> {
    fitted: &'a Model,
    numbers: Numbers<'a>,
    letters: Vec<u8>,
    map: StateMap,
    /// f_i(a) as they go into the file.
    frequencies: Vec<f32>,
    /// Whether sequences have gaps that are not a state of the file.
    conditional: bool,
}

impl<'a> Export<'a> {
    fn new(fitted: &'a Model) -> Result<Self> {
        let mut letters = fitted.alphabet.letters().to_vec();
        let gap_is_state = fitted.gaps == GapTreatment::State || needs_gap(fitted);
        if gap_is_state {
            letters.insert(0, GAP_LETTER);
        }
        Ok(Self {
            numbers: Numbers::of(fitted)?,
            fitted,
            map: StateMap::new(&letters, &fitted.alphabet, fitted.gaps),
            frequencies: site_frequencies(fitted, letters.len(), gap_is_state),
            conditional: leaves_gaps_out(fitted),
            letters,
        })
    }

    fn sites(&self) -> usize {
        self.fitted.columns.sites()
    }

    fn header(&self) -> Result<Vec<u8>> {
        let fitted = self.fitted;
        let family = fitted.family.as_ref();
        let used = family.map_or(0, |family| family.weights.as_slice().len());
        let dropped = family.map_or(0, |family| family.kept.len() - used);
        let mut bytes = Vec::new();
        for count in [self.sites(), self.letters.len(), used, dropped] {
            bytes.extend(int32(count as u64)?.to_le_bytes());
        }
        bytes.extend(self.iterations()?.to_le_bytes());
        let neff = fitted.neff().unwrap_or(0.0) as f32;
        let [lambda_h, lambda_j, lambda_group] = self.lambdas();
        for number in [self.theta(), lambda_h, lambda_j, lambda_group, neff] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(&self.letters);
        Ok(bytes)
    }

    fn iterations(&self) -> Result<i32> {
        match &self.fitted.record {
            _ if is_mean_field(self.fitted) => Ok(NOT_APPLICABLE as i32),
            Some(record) => {
                let settings = record.inference.minimisation();
                let limit = settings.and_then(|settings| settings.iteration_limit);
                int32(limit.unwrap_or(record.iterations))
            }
            None => Ok(0),
        }
    }

    fn theta(&self) -> f32 {
        let known = self.fitted.family.as_ref();
        match known.and(self.fitted.provenance.identity) {
            None => NO_WEIGHTS,
            Some(identity) if is_mean_field(self.fitted) => identity as f32,
            Some(identity) => (1.0 - identity) as f32,
        }
    }

    fn lambdas(&self) -> [f32; 3] {
        let inference = self.fitted.record.as_ref().map(|record| &record.inference);
        if is_mean_field(self.fitted) {
            let pseudocount = inference.and_then(Inference::pseudocount).unwrap_or(0.0);
            // Minus a pseudocount of 0 would not be below 0, which marks a mean-field model.
            let marker = -(pseudocount as f32).max(f32::MIN_POSITIVE);
            return [marker, NOT_APPLICABLE, NOT_APPLICABLE];
        }
        let penalties = penalties(self.fitted);
        let settings = inference.and_then(Inference::minimisation);
        let group = settings.and_then(|settings| settings.lambda_group);
        [
            penalties.map_or(0.0, |p| p.lambda_h as f32),
            penalties.map_or(0.0, |p| p.lambda_j as f32),
            group.unwrap_or(0.0) as f32,
        ]
    }

    fn positions(&self) -> Result<Vec<u8>> {
        let columns = &self.fitted.columns;
        let mut bytes = Vec::with_capacity(4 * self.sites());
        for site in 0..self.sites() {
            bytes.extend(int32(columns.running_number(site))?.to_le_bytes());
        }
        Ok(bytes)
    }

    fn put(&self, header: &[u8], positions: &[u8], output: &mut dyn Write) -> io::Result<()> {
        let columns = &self.fitted.columns;
        output.write_all(header)?;
        write_numbers(output, &self.neighbours())?;
        let letters: Vec<u8> = (0..self.sites()).map(|site| columns.letter(site)).collect();
        output.write_all(&letters)?;
        output.write_all(positions)?;
        write_numbers(output, &self.frequencies)?;
        let mut row = vec![0.0; self.letters.len()];
        for fields in self.numbers.fields.rows() {
            self.map.row_to_file(&fields.to_vec(), &mut row);
            write_numbers(output, &row)?;
        }
        for (i, j) in pair_sites(self.sites()) {
            write_numbers(output, &self.pair_frequencies(i, j))?;
        }
        self.put_couplings(output)
    }

    fn put_couplings(&self, output: &mut dyn Write) -> io::Result<()> {
        let mut file = vec![0.0; self.letters.len() * self.letters.len()];
        let couplings = self.numbers.couplings();
        for (i, j) in pair_sites(self.sites()) {
            if let Some(couplings) = couplings {
                self.map.block_to_file(couplings.block(i, j), &mut file);
            }
            write_numbers(output, &file)?;
        }
        Ok(())
    }

    /// One number a row of the alignment, 0 for those that were dropped.
    fn neighbours(&self) -> Vec<f32> {
        let Some(family) = &self.fitted.family else {
            return Vec::new();
        };
        let mut weights = family.weights.as_slice().iter();
        let number = |weight: f64| match is_mean_field(self.fitted) {
            true => weight as f32,
            false => (1.0 / weight) as f32,
        };
        let rows = family.kept.iter();
        rows.map(|&kept| match kept {
            true => weights.next().map_or(0.0, |&weight| number(weight)),
            false => 0.0,
        })
        .collect()
    }

    fn frequencies_of(&self, site: usize) -> &[f32] {
        let states = self.letters.len();
        &self.frequencies[site * states..][..states]
    }

    /// f_ij(a, b) in the states of the file: counted, or f_i f_j.
    fn pair_frequencies(&self, i: usize, j: usize) -> Vec<f32> {
        let states = self.letters.len();
        let family = self.fitted.family.as_ref();
        let counted = family.and_then(|family| counted(family, i, j));
        let mut file = vec![0.0; states * states];
        match counted {
            Some(counted) => self.map.block_to_file(counted, &mut file),
            None => {
                let (f_i, f_j) = (self.frequencies_of(i), self.frequencies_of(j));
                for (k, f) in file.iter_mut().enumerate() {
                    *f = (f64::from(f_i[k / states]) * f64::from(f_j[k % states])) as f32;
                }
            }
        }
        if needs_gap(self.fitted) {
            self.add_gap(i, j, &mut file);
        }
        if self.conditional && counted.is_some() {
            normalise(&mut file);
        }
        file
    }

    /// Fills in the first row and column, the gap's: what is left of the frequencies of sites. Worked out from the numbers in the file,
    /// so that a model read from it gives the same file.
    fn add_gap(&self, i: usize, j: usize, file: &mut [f32]) {
        let states = self.letters.len();
        let (f_i, f_j) = (self.frequencies_of(i), self.frequencies_of(j));
        // Rounding leaves a little where there is nothing.
        let left = |f: f32, other: f32, taken: f64| match f == 0.0 || other == 0.0 {
            true => 0.0,
            false => (f64::from(f) - taken).max(0.0) as f32,
        };
        for a in 1..states {
            let row = file[a * states + 1..][..states - 1].iter();
            file[a * states] = left(f_i[a], f_j[0], row.map(|&f| f64::from(f)).sum());
        }
        for b in 1..states {
            let column = (1..states).map(|a| f64::from(file[a * states + b]));
            file[b] = left(f_j[b], f_i[0], column.sum());
        }
        let row = file[1..states].iter();
        file[0] = left(f_i[0], f_j[0], row.map(|&f| f64::from(f)).sum());
    }
}

fn counted(family: &FamilyData, i: usize, j: usize) -> Option<&[f32]> {
    Some(family.pair_frequencies.as_ref()?.block(i, j))
}

/// Frequencies among pairs of residues; uniform where no sequence has one, as plmc does.
fn normalise(block: &mut [f32]) {
    let sum: f64 = block.iter().map(|&f| f64::from(f)).sum();
    let uniform = 1.0 / block.len() as f64;
    for f in block {
        let share = if sum > 0.0 {
            f64::from(*f) / sum
        } else {
            uniform
        };
        *f = share as f32;
    }
}

/// f_i(a) of all sites in the states of the file: of all sequences, or among residues if the gap is no state.
fn site_frequencies(fitted: &Model, states: usize, gap_is_state: bool) -> Vec<f32> {
    let uniform = 1.0 / states as f64;
    let Some(family) = &fitted.family else {
        return vec![uniform as f32; fitted.columns.sites() * states];
    };
    let gap = fitted.alphabet.residues();
    let mut all = Vec::with_capacity(fitted.columns.sites() * states);
    for row in family.frequencies.sites().rows() {
        if gap_is_state {
            all.push(row[gap] as f32);
            all.extend(row.iter().take(gap).map(|&f| f as f32));
        } else {
            let residues = 1.0 - row[gap];
            let share = |f: f64| {
                if residues > 1e-9 {
                    f / residues
                } else {
                    uniform
                }
            };
            all.extend(row.iter().take(gap).map(|&f| share(f) as f32));
        }
    }
    all
}

fn int32(number: u64) -> Result<i32> {
    i32::try_from(number).map_err(|_| {
        Error::Model(format!(
            "{number} is more than the 32 bits of a plmc file can hold"
        ))
    })
}
