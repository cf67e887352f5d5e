//! The binary parameter file of plmc (`-o`, its second version), which EVcouplings calls `.model`. Little endian:
//!
//! ```text
//! int32    sites L, states q, sequences used, sequences dropped, iterations allowed (plmc's -m)
//! float32  theta, lambda_h, lambda_J, lambda_group, Neff
//! int8     [q]       letters of the states; the gap, if it is one, first
//! float32  [rows]    sequences like this one, itself included; 0 for one that was dropped
//! int8     [L]       letters of the target, the gap where there is none
//! int32    [L]       positions
//! float32  [L, q]    f_i(a)
//! float32  [L, q]    h_i(a)
//! float32  [L(L-1)/2, q, q]   f_ij(a, b), i < j
//! float32  [L(L-1)/2, q, q]   J_ij(a, b), i < j
//! ```
//!
//! theta is the share of columns that neighbours may differ in. Without the gap as a state, frequencies are those among
//! residues. EVcouplings writes its mean-field models in the same format: lambda_h is then minus the pseudocount, theta the identity of
//! neighbours, and the numbers of neighbours are weights; the penalties and the iterations, which do not apply, are -1.
//!
//! A file of no sequences is one that this program wrote of a model without an alignment: its frequencies mean nothing.

mod write;

pub use write::{HOLDS, notes, write};

use super::states::{
    StateMap, alphabet_of, couplings_without_gap, fields_without_gap, gap_is_idle,
};
use super::typed_decimals::{as_typed, complement_as_typed};
use crate::alignment::frequencies::single_rounding;
use crate::alignment::{Column, ColumnMap, Frequencies, IdentityRule, SequenceWeights};
use crate::alphabet::{Alphabet, GAP_LETTER, GapTreatment};
use crate::conventions::completion::independent_fields;
use crate::error::{Error, Place, Result};
use crate::io::files::stream::{FETCH_AGAIN, Stream, little_endian};
use crate::model::Couplings;
use crate::model::couplings::{pair_sites, pairs};
use crate::model::gauge::Gauge;
use crate::model::{FamilyData, FitRecord, Model};
use crate::model::{Inference, Minimisation, Parameters, Penalties};
use crate::position::Position;
use ndarray::{Array2, s};

/// Bytes before the letters of the states.
const HEADER: usize = 40;

/// More sites than any family has, and fewer than text claims when it is read as a number.
const MOST_SITES: i32 = 1 << 20;

/// The numbers at the start of a file.
struct Header {
    sites: usize,
    states: usize,
    used: usize,
    dropped: usize,
    iterations: i32,
    theta: f32,
    lambda_h: f32,
    lambda_j: f32,
    lambda_group: f32,
    neff: f32,
}

/// Whether a file that begins like this is one of these: counts that can be, then letters.
pub fn looks_like(start: &[u8]) -> bool {
    let Some(header) = Header::parse(start) else {
        return false;
    };
    let letters = start.iter().skip(HEADER).take(header.states);
    letters.clone().count() > 0 && letters.clone().all(u8::is_ascii_graphic)
}

impl Header {
    /// The header, if its counts can be counts.
    fn parse(start: &[u8]) -> Option<Self> {
        let word = |k: usize| start.get(4 * k..4 * k + 4);
        let count = |k: usize, range: std::ops::RangeInclusive<i32>| {
            let count = i32::from_le_bytes(word(k)?.try_into().ok()?);
            range.contains(&count).then_some(count)
        };
        let number = |k: usize| word(k).map(little_endian);
        let most_states = Alphabet::MAX_LETTERS as i32 + 1;
        Some(Self {
            sites: count(0, 1..=MOST_SITES)? as usize,
            states: count(1, 2..=most_states)? as usize,
            used: count(2, 0..=i32::MAX)? as usize,
            dropped: count(3, 0..=i32::MAX)? as usize,
            iterations: count(4, i32::MIN..=i32::MAX)?,
            theta: number(5)?,
            lambda_h: number(6)?,
            lambda_j: number(7)?,
            lambda_group: number(8)?,
            neff: number(9)?,
        })
    }

    /// Bytes of the whole file.
    fn file_bytes(&self) -> u64 {
        let (sites, states) = (self.sites as u64, self.states as u64);
        let rows = (self.used + self.dropped) as u64;
        let site_numbers = 2 * sites * states;
        let pair_numbers = sites * (sites - 1) * states * states;
        HEADER as u64 + states + 4 * rows + 5 * sites + 4 * (site_numbers + pair_numbers)
    }

    fn check_penalties(&self) -> Result<()> {
        let penalties = [self.lambda_h, self.lambda_j, self.lambda_group];
        match penalties.iter().all(|lambda| lambda.is_finite()) {
            true => Ok(()),
            false => Err(Error::Model("a penalty is not a finite number".into())),
        }
    }

    fn is_mean_field(&self) -> bool {
        self.lambda_h < 0.0
    }
}

/// Reads a file. The fields of independent sites are worked out from its frequencies.
///
/// # Errors
/// [`Error::Input`] if it is damaged, or holds what a model cannot be.
pub fn read(mut stream: Stream) -> Result<Model> {
    let mut start = [0; HEADER];
    stream.fill(&mut start)?;
    let header = Header::parse(&start).ok_or_else(|| {
        damaged(
            &stream,
            "its counts of sites, states and sequences cannot be",
        )
    })?;
    check_length(&header, &stream)?;
    let mut letters = vec![0; header.states];
    stream.fill(&mut letters)?;
    let (alphabet, gaps) =
        alphabet_of(&letters).map_err(|error| unknown_letters(&stream, &letters, &error))?;
    let map = StateMap::new(&letters, &alphabet, gaps);
    let counts = stream.numbers(header.used + header.dropped)?;
    let columns = columns(&mut stream, header.sites)?;
    let frequencies = site_matrix(&mut stream, &header, &map)?;
    let fields = site_matrix(&mut stream, &header, &map)?;
    let pair_frequencies = blocks(&mut stream, &header, &map)?;
    let couplings = blocks(&mut stream, &header, &map)?;
    stream.end()?;
    let contents = Contents {
        header,
        alphabet,
        gaps,
        columns,
        counts,
        frequencies,
        pair_frequencies,
        fields,
        couplings,
    };
    contents
        .into_model()
        .map_err(|error| damaged(&stream, &error.to_string()))
}

/// Before memory is taken: does the file have the length that its counts ask for?
fn check_length(header: &Header, stream: &Stream) -> Result<()> {
    let needed = header.file_bytes();
    if stream.can_hold(needed) {
        return Ok(());
    }
    let place = Place::file(stream.name());
    let problem = format!(
        "a plmc file of {} sites, {} states and {} sequences has {needed} bytes, but this one has {}",
        header.sites,
        header.states,
        header.used + header.dropped,
        stream.stored()
    );
    Err(Error::input(place, problem, FETCH_AGAIN))
}

fn damaged(stream: &Stream, problem: &str) -> Error {
    Error::input(
        Place::file(stream.name()),
        format!("a damaged plmc file: {problem}"),
        "fetch the file again, or fit the model again",
    )
}

fn unknown_letters(stream: &Stream, letters: &[u8], error: &Error) -> Error {
    Error::input(
        Place::file(stream.name()),
        format!("the states are called '{}'", letters.escape_ascii()),
        format!("{error}, and '-' for the gap: no other alphabet of plmc can be read"),
    )
}

/// Letters and positions of the sites.
fn columns(stream: &mut Stream, sites: usize) -> Result<ColumnMap> {
    let mut letters = vec![0; sites];
    stream.fill(&mut letters)?;
    let mut positions = vec![0; 4 * sites];
    stream.fill(&mut positions)?;
    let mut columns = Vec::with_capacity(sites);
    for (k, (letter, position)) in letters
        .into_iter()
        .zip(positions.chunks_exact(4))
        .enumerate()
    {
        let number = i32::from_le_bytes(position.try_into().unwrap_or_default());
        let position = u64::try_from(number).ok().and_then(Position::new);
        match position {
            Some(position) if letter == GAP_LETTER || letter.is_ascii_uppercase() => {
                columns.push(Column {
                    alignment_column: k as u64 + 1,
                    chain: None,
                    position,
                    letter,
                    modelled: true,
                });
            }
            _ => {
                let problem = format!(
                    "site {} is '{}' at position {number}",
                    k + 1,
                    letter.escape_ascii()
                );
                return Err(damaged(stream, &problem));
            }
        }
    }
    ColumnMap::new(columns).map_err(|error| damaged(stream, &error.to_string()))
}

fn site_matrix(stream: &mut Stream, header: &Header, map: &StateMap) -> Result<Array2<f32>> {
    let values = stream.numbers(header.sites * header.states)?;
    let mut matrix = Array2::zeros((header.sites, header.states));
    for (file, mut row) in values.chunks_exact(header.states).zip(matrix.rows_mut()) {
        if let Some(row) = row.as_slice_mut() {
            map.row_to_model(file, row);
        }
    }
    Ok(matrix)
}

/// The blocks of all pairs; straight into place where the states have the same order.
fn blocks(stream: &mut Stream, header: &Header, map: &StateMap) -> Result<Couplings> {
    let size = header.states * header.states;
    if map.is_identity() {
        let values = stream.numbers(pairs(header.sites) * size)?;
        return Ok(Couplings::from_packed(header.sites, header.states, values));
    }
    let mut couplings = Couplings::zeros(header.sites, header.states);
    for (i, j) in pair_sites(header.sites) {
        map.block_to_model(&stream.numbers(size)?, couplings.block_mut(i, j));
    }
    Ok(couplings)
}

/// What a file says, in the states of a model.
struct Contents {
    header: Header,
    alphabet: Alphabet,
    gaps: GapTreatment,
    columns: ColumnMap,
    counts: Vec<f32>,
    frequencies: Array2<f32>,
    pair_frequencies: Couplings,
    fields: Array2<f32>,
    couplings: Couplings,
}

impl Contents {
    fn into_model(mut self) -> Result<Model> {
        self.header.check_penalties()?;
        let couples = self.couplings.as_slice().iter().any(|&j| j != 0.0);
        let is_independent = self.columns.sites() > 1 && !couples;
        let record = self.record(is_independent);
        let family = self.family()?;
        let identity = family.as_ref().and_then(|_| self.identity());
        let gauge = match self.header.is_mean_field() && self.gaps == GapTreatment::State {
            true => self.leave_idle_gap(),
            false => Gauge::Fitted,
        };
        let independent_fields = family.as_ref().map(|family| {
            let penalties = record
                .as_ref()
                .and_then(|record| record.inference.penalties());
            let lambda_h = penalties.map(|penalties| penalties.lambda_h);
            independent_fields(&family.frequencies, self.fields.ncols(), lambda_h)
        });
        if let Some(fields) = &independent_fields
            && !fields.iter().all(|field| field.is_finite())
        {
            let problem = format!("Neff cannot be {:e}", self.header.neff);
            return Err(Error::Model(problem));
        }
        let couplings = (!is_independent).then_some(self.couplings);
        let model = Parameters::of(self.fields, couplings)?;
        let mut fitted = Model::of_parameters(model, self.alphabet, self.gaps, self.columns);
        fitted.gauge = gauge;
        fitted.independent_fields = independent_fields;
        fitted.record = record;
        fitted.provenance.identity = identity;
        fitted.provenance.identity_rule = identity.map(|_| IdentityRule::AtLeast);
        fitted.family = family.map(|family| FamilyData {
            features: None,
            chain_neff: None,
            pair_frequencies: Some(self.pair_frequencies),
            ..family
        });
        Ok(fitted)
    }

    /// A mean-field model whose reference is the gap is one of residues only, as this program keeps it.
    fn leave_idle_gap(&mut self) -> Gauge {
        if !gap_is_idle(&self.fields, Some(&self.couplings)) {
            return Gauge::Fitted;
        }
        let take = |couplings: &mut Couplings| {
            let taken = std::mem::replace(couplings, Couplings::zeros(0, 1));
            *couplings = couplings_without_gap(taken);
        };
        self.gaps = GapTreatment::Missing;
        self.fields = fields_without_gap(&self.fields);
        take(&mut self.couplings);
        take(&mut self.pair_frequencies);
        Gauge::GapReference
    }

    fn record(&self, is_independent: bool) -> Option<FitRecord> {
        let header = &self.header;
        if header.is_mean_field() {
            let pseudocount = Some(as_typed(-header.lambda_h));
            return Some(FitRecord::closed_form(Inference::MeanField(pseudocount)));
        }
        let penalised = header.lambda_h != 0.0 || header.lambda_j != 0.0;
        let penalties = penalised.then(|| Penalties {
            lambda_h: as_typed(header.lambda_h),
            lambda_j: as_typed(header.lambda_j),
        });
        (penalised || header.used > 0).then(|| {
            FitRecord::not_recorded(match is_independent {
                true => Inference::Independent(penalties),
                false => Inference::Plm(Minimisation {
                    penalties,
                    lambda_group: Some(as_typed(header.lambda_group)),
                    iteration_limit: u64::try_from(header.iterations).ok(),
                    ..Minimisation::default()
                }),
            })
        })
    }

    /// Identity from which sequences are neighbours, if they were weighted.
    fn identity(&self) -> Option<f64> {
        let theta = self.header.theta;
        let applied = (0.0..=1.0).contains(&theta);
        applied.then(|| match self.header.is_mean_field() {
            true => as_typed(theta),
            false => complement_as_typed(theta),
        })
    }

    /// Weights and frequencies; the pair frequencies are added later.
    fn family(&self) -> Result<Option<FamilyData>> {
        if self.header.used == 0 {
            return Ok(None);
        }
        let neff = f64::from(self.header.neff);
        let kept: Vec<bool> = self.counts.iter().map(|&count| count != 0.0).collect();
        let used = kept.iter().filter(|&&kept| kept).count();
        if used != self.header.used {
            return Err(Error::Model(format!(
                "{} sequences were used, but {used} have neighbours",
                self.header.used
            )));
        }
        if !self
            .pair_frequencies
            .as_slice()
            .iter()
            .all(|f| f.is_finite())
        {
            return Err(Error::Model(
                "a pair frequency is not a finite number".into(),
            ));
        }
        Ok(Some(FamilyData {
            features: None,
            chain_neff: None,
            weights: SequenceWeights::new(self.weights(neff))?,
            kept,
            frequencies: Frequencies::within(neff, self.all_frequencies(), single_rounding(used))?,
            pair_frequencies: None,
            sequences: None,
        }))
    }

    fn weights(&self, neff: f64) -> Vec<f64> {
        let weight = |count: f64| match self.header.is_mean_field() {
            true => count,
            false => 1.0 / count,
        };
        let counts = self.counts.iter().filter(|&&count| count != 0.0);
        let mut weights: Vec<f64> = counts.map(|&count| weight(f64::from(count))).collect();
        let sum: f64 = weights.iter().sum();
        // plmc's --scale multiplies weights, but divides the numbers of neighbours by its square.
        if (sum - neff).abs() > single_rounding(weights.len()) * neff {
            weights.iter_mut().for_each(|weight| *weight *= neff / sum);
        }
        weights
    }

    /// With a column for the gap, 0 where the file leaves it out.
    fn all_frequencies(&self) -> Array2<f64> {
        let (sites, states) = self.frequencies.dim();
        let mut all = Array2::zeros((sites, self.alphabet.residues() + 1));
        all.slice_mut(s![.., ..states])
            .assign(&self.frequencies.mapv(f64::from));
        all
    }
}
