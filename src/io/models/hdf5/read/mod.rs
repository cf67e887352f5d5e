//! Reading a model file: the one place where a damaged or foreign file must be found out.

mod bootstrap;
mod calibration;
mod fetch;
mod file_blocks;
mod heap;
mod layout;
mod parameters;
mod part;
mod partition;
mod record;
mod sites;
mod validation;

pub use calibration::{described_calibration, read_calibration};
pub use part::read_part;

use super::foreign::{Contents, REWRITTEN, rewriter};
use super::{CHECKSUMS_FROM, FORMAT, GAPS, GAUGES, IDENTITY_RULES, PART_FORMAT, SCHEMA_MAJOR};
use crate::alignment::frequencies::{ROUNDING, single_rounding};
use crate::alignment::{Column, ColumnMap, Frequencies, IdentityRule, SequenceWeights};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::error::{Error, Place, Result, breaks_as_blanks};
use crate::io::files::unfinished::TemporaryFolder;
use crate::model::Couplings;
use crate::model::couplings::pairs;
use crate::model::{FamilyData, FitRecord, Model, PairInformation, Provenance, StopReason};
use std::sync::Arc;

use crate::position::{Chain, Position};
use bootstrap::bootstrap;
use fetch::{Found, Node, Problem};
use layout::Layout;
use ndarray::Array2;
use parameters::{Backing, parameters};
use partition::partition;
use record::record;
use sites::features;
use std::fs::File;
use std::path::{Path, PathBuf};
use validation::validation;

/// Reads a model and checks everything that the rest of the program relies on.
///
/// # Errors
/// [`Error::Io`] if the file cannot be opened; [`Error::Input`] if it is no model, incomplete, damaged or of a newer schema.
pub fn read(path: &Path) -> Result<Model> {
    read_but(path, Large::Read)
}

/// The same without the sequences, of which it is only checked that they are there.
///
/// # Errors
/// As [`read`].
pub fn read_without_sequences(path: &Path) -> Result<Model> {
    read_but(path, Large::Left)
}

fn read_but(path: &Path, sequences: Large) -> Result<Model> {
    let opened = open_file(path, Contents::Model)?;
    let backing = Backing {
        path: &opened.path,
        file: opened.file,
        stay: false,
    };
    whole_model(opened.root, backing, sequences).map_err(blame(path))
}

/// Opens a model to score mutants with: everything is checked as [`read`] does, but the couplings stay in the file until they are
/// asked for, and the same errors come then; sequences and what else grows with the pairs is left out. Couplings that another program
/// compressed or converted are read at once.
///
/// # Errors
/// As [`read`].
pub fn open(path: &Path) -> Result<Model> {
    let opened = open_file(path, Contents::Model)?;
    let backing = Backing {
        path: &opened.path,
        file: opened.file,
        stay: true,
    };
    whole_model(opened.root, backing, Large::Left).map_err(blame(path))
}

/// A file that is open.
struct Opened {
    root: Node,
    file: File,
    /// Where it lies: elsewhere than the user said, if it was read aside.
    path: PathBuf,
    /// Removed once everything is read, or at least open.
    _folder: Option<TemporaryFolder>,
}

/// Opens a file of this program's layout; another one as it was read aside, where that can be done.
fn open_file(path: &Path, contents: Contents) -> Result<Opened> {
    let rewriter = rewriter();
    let is_read_here = |layout: &Layout| *layout == Layout::Own || rewriter.is_none();
    if let Some((root, file)) = fetch::open(path, is_read_here)?.map_err(blame(path))? {
        return Ok(Opened {
            root,
            file,
            path: path.to_path_buf(),
            _folder: None,
        });
    }
    let folder = rewriter
        .map(|rewrite| rewrite(path, contents))
        .transpose()?;
    let rewritten = folder.as_ref().map(|folder| folder.path().join(REWRITTEN));
    let rewritten = rewritten.unwrap_or_default();
    let opened = fetch::open(&rewritten, |_| true)?.map_err(blame(path))?;
    match opened {
        Some((root, file)) => Ok(Opened {
            root,
            file,
            path: rewritten,
            _folder: folder,
        }),
        None => Err(blame(path)(Problem::foreign("not an HDF5 file"))),
    }
}

fn blame(path: &Path) -> impl Fn(Problem) -> Error {
    let place = Place::file(path.display().to_string());
    move |problem| Error::input(place.clone(), problem.what, problem.advice)
}

/// What becomes of the arrays that grow with the number of pairs, or of sequences.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Large {
    /// They are read.
    Read,
    /// They are found to be there, and the model made without them.
    Left,
}

fn whole_model(root: Node, backing: Backing, sequences: Large) -> Found<Model> {
    members(&check_schema(root, FORMAT)?, Some(backing), sequences)
}

/// What a model has in common with a part of one.
fn members(root: &Node, backing: Option<Backing>, sequences: Large) -> Found<Model> {
    let shape = Shape::of(root)?;
    let large = match &backing {
        Some(backing) if backing.stay => Large::Left,
        _ => Large::Read,
    };
    let record = root.has_member("fit").then(|| record(root)).transpose()?;
    let mut model = Model {
        parameters: parameters(root, &shape, backing)?,
        independent_fields: root
            .has_member("model/independent_fields")
            .then(|| site_matrix(root, "model/independent_fields", shape.sites, shape.states))
            .transpose()?,
        gauge: root.word("gauge", &GAUGES, |gauge| gauge.as_str())?,
        columns: column_map(root, shape.sites)?,
        target: root.optional_text("target")?.map(breaks_as_blanks),
        family: family(root, &shape, record.as_ref(), large, sequences)?,
        information: information(root, shape.sites, large)?,
        bootstrap: bootstrap(root, &shape)?,
        validation: validation(root)?,
        partition: partition(root)?,
        record,
        provenance: provenance(root)?,
        alphabet: shape.alphabet,
        gaps: shape.gaps,
    };
    if let Some(family) = &mut model.family {
        family.chain_neff = chain_neff(root, model.columns.spans().len())?;
    }
    Ok(model)
}

/// Before anything else: is this a model, and one that this program understands? Then what it says of itself is compared with its checksum,
/// where there is one.
fn check_schema(root: Node, format: &str) -> Found<Node> {
    let found = root.optional_text("format")?.unwrap_or_default();
    if found != format {
        return Err(match (found.as_str(), format) {
            (PART_FORMAT, _) => Problem {
                what: "only a part of a model, some of its sites".into(),
                advice: "put all parts together first: potts merge PART... -o MODEL.h5",
            },
            (FORMAT, PART_FORMAT) => Problem {
                what: "a whole model, not a part of one".into(),
                advice: "give files that `potts fit` wrote with `sites=A-B`",
            },
            _ => Problem::foreign("an HDF5 file, but not a model of this program"),
        });
    }
    match root.count("schema_version")? {
        SCHEMA_MAJOR => match root.optional_count("schema_minor")?.unwrap_or_default() {
            CHECKSUMS_FROM.. => root.with_checksums(),
            _ => Ok(root),
        },
        newer if newer > SCHEMA_MAJOR => Err(Problem {
            what: format!(
                "written by a newer potts (schema {newer}), this one reads {SCHEMA_MAJOR}"
            ),
            advice: "update potts, or fit the model again with this version",
        }),
        other => Err(Problem::damaged(format!(
            "there never was a schema {other}"
        ))),
    }
}

/// What all other shapes must agree with.
struct Shape {
    alphabet: Alphabet,
    gaps: GapTreatment,
    sites: usize,
    states: usize,
}

impl Shape {
    fn of(root: &Node) -> Found<Self> {
        let gaps = root.word("gaps", &GAPS, |gaps| gaps.as_str())?;
        let letters = root.text("alphabet")?;
        let residues = match gaps {
            GapTreatment::Missing => Some(letters.as_str()),
            GapTreatment::State => letters.strip_suffix('-'),
        };
        let alphabet = residues
            .and_then(|residues| Alphabet::new(residues).ok())
            .ok_or_else(|| {
                Problem::damaged(format!(
                    "'{letters}' is no alphabet with gaps as '{}'",
                    gaps.as_str()
                ))
            })?;
        let (sites, states) = (root.size("sites")?, root.size("states")?);
        if states != alphabet.states(gaps) || sites == 0 {
            return Err(Problem::damaged(format!(
                "{sites} sites of {states} states do not go with the alphabet '{letters}'"
            )));
        }
        Ok(Self {
            alphabet,
            gaps,
            sites,
            states,
        })
    }

    /// The shape of an array with a block for each pair.
    fn of_pairs(&self) -> Found<[usize; 3]> {
        Ok([pair_count(self.sites)?, self.states, self.states])
    }
}

/// h_i(a) of a kind that has fields.
fn fields(root: &Node, shape: &Shape) -> Found<Array2<f32>> {
    site_matrix(root, "model/fields", shape.sites, shape.states)
}

/// L(L-1)/2 of a number of sites that a damaged file may have made up.
fn pair_count(sites: usize) -> Found<usize> {
    match sites.checked_mul(sites) {
        Some(_) => Ok(pairs(sites)),
        None => Err(Problem::damaged(format!(
            "{sites} sites are more than a file can hold"
        ))),
    }
}

fn site_matrix(root: &Node, name: &str, sites: usize, states: usize) -> Found<Array2<f32>> {
    let values = root.finite::<f32>(name, &[sites, states])?;
    matrix(sites, states, values)
}

fn matrix<T>(rows: usize, columns: usize, values: Vec<T>) -> Found<Array2<T>> {
    Array2::from_shape_vec((rows, columns), values)
        .map_err(|error| Problem::damaged(format!("an array of the wrong shape: {error}")))
}

fn column_map(root: &Node, sites: usize) -> Found<ColumnMap> {
    let rows = root.length("columns/position")?;
    let alignment_columns = root.array::<u64>("columns/alignment_column", &[rows])?;
    let positions = root.array::<u64>("columns/position", &[rows])?;
    let letters = root.letters("columns/letter", rows)?;
    let modelled = root.flags("columns/modelled", rows)?;
    let chains = chains(root, rows)?;
    let columns = (0..rows)
        .map(|k| {
            Some(Column {
                alignment_column: alignment_columns[k],
                chain: chains[k],
                position: Position::new(positions[k])?,
                letter: letters[k],
                modelled: modelled[k],
            })
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Problem::damaged("a position 0, but positions count from 1".into()))?;
    let map = ColumnMap::new(columns).map_err(Problem::from_model)?;
    if map.sites() != sites {
        return Err(Problem::damaged(format!(
            "{} modelled columns for {sites} sites",
            map.sites()
        )));
    }
    Ok(map)
}

/// The chain of each column; none in a file without chains.
fn chains(root: &Node, rows: usize) -> Found<Vec<Option<Chain>>> {
    if !root.has_member("columns/chain") {
        return Ok(vec![None; rows]);
    }
    let letters = root.letters("columns/chain", rows)?;
    Ok(letters.into_iter().map(Chain::new).collect())
}

/// What the file keeps of the alignment; a model from another program's file may have nothing.
fn family(
    root: &Node,
    shape: &Shape,
    record: Option<&FitRecord>,
    pairs: Large,
    sequences: Large,
) -> Found<Option<FamilyData>> {
    if !root.has_member("alignment") {
        return Ok(None);
    }
    let (weights, kept) = rows(root)?;
    let own = record.is_some_and(|record| record.stop_reason != StopReason::NotRecorded);
    let rounding = match own {
        true => ROUNDING,
        false => single_rounding(weights.as_slice().len()),
    };
    let pair_frequencies = pair_frequencies(root, shape, pairs)?;
    Ok(Some(FamilyData {
        features: features(root, shape)?,
        sequences: kept_sequences(root, shape, weights.as_slice().len(), sequences)?,
        frequencies: frequencies(root, shape, &weights, rounding)?,
        weights,
        kept,
        chain_neff: None,
        pair_frequencies,
    }))
}

/// Effective numbers of sequences with the chains of a complex, where the file has them.
fn chain_neff(root: &Node, chains: usize) -> Found<Option<Array2<f64>>> {
    const NAME: &str = "alignment/chain_neff";
    if !root.has_member(NAME) {
        return Ok(None);
    }
    let values = root.finite::<f64>(NAME, &[chains, chains])?;
    match values.iter().all(|&neff| neff >= 0.0) {
        true => matrix(chains, chains, values).map(Some),
        false => Err(Problem::damaged(
            "an effective number of sequences is negative".into(),
        )),
    }
}

/// f_ij(a, b), where the file has them.
fn pair_frequencies(root: &Node, shape: &Shape, large: Large) -> Found<Option<Couplings>> {
    const NAME: &str = "alignment/pair_frequencies";
    if !root.has_member(NAME) {
        return Ok(None);
    }
    if large == Large::Left {
        return root.checked(NAME, &shape.of_pairs()?).map(|_| None);
    }
    let values = root.array::<f32>(NAME, &shape.of_pairs()?)?;
    let pairs = Couplings::from_packed(shape.sites, shape.states, values);
    match pairs.as_slice().iter().all(|f| f.is_finite()) {
        true => Ok(Some(pairs)),
        false => Err(Problem::damaged(
            "a pair frequency is not a finite number".into(),
        )),
    }
}

/// The kept rows over the sites, where the file has them.
fn kept_sequences(
    root: &Node,
    shape: &Shape,
    rows: usize,
    large: Large,
) -> Found<Option<Arc<Array2<u8>>>> {
    const NAME: &str = "alignment/sequences";
    if !root.has_member(NAME) {
        return Ok(None);
    }
    let expected = [rows, shape.sites];
    if large == Large::Left {
        return root.checked(NAME, &expected).map(|_| None);
    }
    let states = root.array::<u8>(NAME, &expected)?;
    let gap = shape.alphabet.gap_state();
    match states.iter().find(|&&state| state > gap) {
        Some(state) => Err(Problem::damaged(format!(
            "a sequence has the state {state}, but {gap} is the last, the gap"
        ))),
        None => matrix(rows, shape.sites, states).map(|states| Some(Arc::new(states))),
    }
}

/// The weights of the kept rows, and which rows these are.
fn rows(root: &Node) -> Found<(SequenceWeights, Vec<bool>)> {
    let sequences = root.size("sequences")?;
    let weights = root.finite::<f64>("alignment/weights", &[sequences])?;
    let weights = SequenceWeights::new(weights).map_err(Problem::from_model)?;
    let kept = root.flags("alignment/kept", root.length("alignment/kept")?)?;
    let kept_rows = kept.iter().filter(|&&kept| kept).count();
    if kept_rows != sequences || sequences == 0 {
        return Err(Problem::damaged(format!(
            "{sequences} weights for {kept_rows} kept sequences"
        )));
    }
    Ok((weights, kept))
}

fn frequencies(
    root: &Node,
    shape: &Shape,
    weights: &SequenceWeights,
    rounding: f64,
) -> Found<Frequencies> {
    let neff = root.number("neff")?;
    // The writer's Neff is a sum of the same weights, at worst in another order.
    let sum = weights.effective_number();
    if (neff - sum).abs() > rounding * sum {
        return Err(Problem::damaged(format!(
            "Neff is {neff}, but the weights add up to {sum}"
        )));
    }
    let columns = shape.alphabet.residues() + 1;
    let values = root.finite::<f64>("alignment/frequencies", &[shape.sites, columns])?;
    let sites = matrix(shape.sites, columns, values)?;
    Frequencies::within(neff, sites, rounding).map_err(Problem::from_model)
}

fn information(root: &Node, sites: usize, large: Large) -> Found<Option<PairInformation>> {
    if !root.has_member("pairs") {
        return Ok(None);
    }
    let pairs = [pair_count(sites)?];
    let [mutual, direct] = ["pairs/mutual_information", "pairs/direct_information"];
    if large == Large::Left {
        root.checked(mutual, &pairs)?;
        return root.checked(direct, &pairs).map(|_| None);
    }
    Ok(Some(PairInformation {
        mutual: root.finite::<f64>(mutual, &pairs)?,
        direct: root.finite::<f64>(direct, &pairs)?,
    }))
}

/// Files from before there was a choice say nothing, and mean "at least".
fn identity_rule(root: &Node) -> Found<Option<IdentityRule>> {
    match (root.has("identity"), root.has("identity_rule")) {
        (true, true) => root
            .word("identity_rule", &IDENTITY_RULES, |rule| rule.as_str())
            .map(Some),
        (true, false) => Ok(Some(IdentityRule::AtLeast)),
        (false, _) => Ok(None),
    }
}

fn provenance(root: &Node) -> Found<Provenance> {
    Ok(Provenance {
        created_by: root.text("created_by")?,
        command_line: root.text("command_line")?,
        input: root.text("input")?,
        input_sha256: root.text("input_sha256")?,
        alignment_columns: root.optional_count("alignment_columns")?,
        preset: root.text("preset")?,
        identity: root.optional_number("identity")?,
        identity_rule: identity_rule(root)?,
        weights_file: root.optional_text("weights_file")?,
        weights_sha256: root.optional_text("weights_sha256")?,
        wall_seconds: root.number("wall_seconds")?,
    })
}
