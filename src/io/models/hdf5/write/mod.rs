//! Writing a model file.

mod bootstrap;
mod calibration;
mod parameters;
mod part;
mod partition;
mod record;
mod validation;

pub use calibration::write_calibration;
pub use part::write_part;

use bootstrap::put_bootstrap;
use parameters::put_parameters;
use partition::put_partition;
use record::{put_history, put_record};
use validation::put_validation;

use super::access::{locks_are_forced, path_for};
use super::checksums::{OF_ARRAY, OF_ATTRIBUTES, of, of_attributes};
use super::{FORMAT, SCHEMA_MAJOR, SCHEMA_MINOR};
use crate::alphabet::GapTreatment;
use crate::error::{Error, Result};
use crate::io::files::whole_file::WholeFile;
use crate::model::Couplings;
use crate::model::couplings::pairs;
use crate::model::{FamilyData, Model, Provenance, SiteFeatures};
use crate::position::Chain;
use crate::state::LittleEndian;
use hdf5::types::{FixedAscii, VarLenUnicode};
use hdf5::{Dataset, File, Group, H5Type, Location};
use ndarray::{ArrayView, ArrayView1, ArrayView3, Dimension};
use std::io;
use std::path::Path;

/// Attributes up to this number stay in the header of their object, which carries a checksum.
const COMPACT_ATTRIBUTES: u32 = 64;

/// Arrays of at least so many bytes start at a multiple of [`ALIGNMENT`], so that a mapped file gives aligned numbers.
const ALIGNED_FROM: u64 = 4096;
const ALIGNMENT: u64 = 64;

/// Writes a model to `path`: all of it, or nothing.
///
/// # Errors
/// [`Error::Exists`] if there is a file and not `force`; [`Error::Io`] with the system's reason if writing fails;
/// [`Error::Model`] if the parts of `fitted` do not belong together, since nobody could read such a file.
pub fn write(fitted: &Model, path: &Path, force: bool) -> Result<()> {
    check(fitted)?;
    let target = WholeFile::new(path, force)?;
    let put = |file: &File| {
        put_members(fitted, FORMAT, file)?;
        seal(file)
    };
    fill(&target, put).map_err(|error| Error::io("write", path)(system_error(error)))?;
    target.commit()
}

/// Writes what a model at `path` will say of itself, and removes it: what would make the writing fail is known before hours go into the model.
///
/// # Errors
/// As [`write`]; [`Error::Io`] with the text that HDF5 refuses.
pub fn rehearse(texts: &[&str], path: &Path, force: bool) -> Result<()> {
    let target = WholeFile::new(path, force)?;
    fill(&target, |file| {
        text(file, "format", FORMAT)?;
        let texts = texts.iter().enumerate();
        texts
            .into_iter()
            .try_for_each(|(k, contents)| text(file, &format!("text {k}"), contents))
    })
    .map_err(|error| Error::io("write", path)(system_error(error)))
}

/// Whether the counts agree that a reader will compare.
fn check(fitted: &Model) -> Result<()> {
    let (sites, states) = fitted.parameters.shape();
    let letters = fitted.alphabet.states(GapTreatment::State);
    let mut matrices = vec![(
        "states",
        (sites, states),
        (fitted.columns.sites(), fitted.alphabet.states(fitted.gaps)),
    )];
    if let Some(fields) = &fitted.independent_fields {
        matrices.push(("independent fields", (sites, states), fields.dim()));
    }
    if let Some(family) = &fitted.family {
        let kept = family.kept.iter().filter(|&&kept| kept).count();
        let frequencies = family.frequencies.sites().dim();
        matrices.push(("frequencies", (sites, letters), frequencies));
        matrices.push(("weights", (kept, 1), (family.weights.as_slice().len(), 1)));
        if let Some(sequences) = &family.sequences {
            matrices.push(("sequences", (kept, sites), sequences.dim()));
        }
        if let Some(features) = &family.features {
            let residues = fitted.alphabet.residues();
            let fits = usize::from(features.fit(sites, residues));
            matrices.push(("features of sites", (1, 1), (fits, 1)));
        }
        if let Some(pairs) = &family.pair_frequencies {
            let found = (pairs.sites(), pairs.states());
            matrices.push(("pair frequencies", (sites, states), found));
        }
    }
    if let Some(bootstrap) = &fitted.bootstrap {
        let fits = usize::from(bootstrap.fits(sites, fitted.alphabet.residues()));
        matrices.push(("replicates of the fit", (1, 1), (fits, 1)));
    }
    match matrices
        .into_iter()
        .find(|(_, expected, found)| expected != found)
    {
        Some((what, expected, found)) => Err(Error::Model(format!(
            "{what} of shape {found:?} in a model that needs {expected:?}"
        ))),
        None => Ok(()),
    }
}

/// Creates, fills and closes the file. HDF5 holds writes back, and says so if they fail late: at `flush` and `close`.
fn fill(target: &WholeFile, put: impl FnOnce(&File) -> hdf5::Result<()>) -> hdf5::Result<()> {
    if locks_are_forced() {
        target.unlock();
    }
    let file = target.created_by(|path| create(&path_for(path, target.held())))?;
    let written = put(&file).and_then(|()| file.flush());
    let closed = file.close();
    written.and(closed)
}

/// An empty file: object headers with checksums (HDF5 1.8), no time stamps, and no lock, since nobody else knows the
/// temporary name and network file systems of clusters often have none.
fn create(path: &Path) -> hdf5::Result<File> {
    let mut options = File::with_options();
    options
        .access_plist()
        .libver_v18()
        .file_locking(false)
        .alignment(ALIGNED_FROM, ALIGNMENT);
    options
        .create_plist()
        .obj_track_times(false)
        .attr_phase_change(COMPACT_ATTRIBUTES, 0);
    options.create(path)
}

fn put_members(fitted: &Model, format: &str, file: &File) -> hdf5::Result<()> {
    put_description(fitted, format, file)?;
    put_provenance(&fitted.provenance, file)?;
    put_parameters(fitted, file)?;
    put_columns(fitted, &group(file, "columns")?)?;
    optional(fitted.family.as_ref(), |family| {
        put_alignment(family, &group(file, "alignment")?)?;
        optional(family.features.as_ref(), |features| {
            put_sites(features, &group(file, "sites")?)
        })
    })?;
    optional(fitted.record.as_ref(), |record| {
        let fit = group(file, "fit")?;
        put_record(record, &fit)?;
        put_history(&record.history, &group(&fit, "history")?)
    })?;
    optional(fitted.bootstrap.as_ref(), |bootstrap| {
        put_bootstrap(bootstrap, file)
    })?;
    optional(fitted.validation.as_ref(), |validation| {
        put_validation(validation, file)
    })?;
    optional(fitted.partition.as_ref(), |partition| {
        put_partition(partition, file)
    })?;
    put_information(fitted, file)
}

fn put_description(fitted: &Model, format: &str, root: &Group) -> hdf5::Result<()> {
    let (sites, states) = fitted.parameters.shape();
    text(root, "format", format)?;
    scalar(root, "schema_version", SCHEMA_MAJOR)?;
    scalar(root, "schema_minor", SCHEMA_MINOR)?;
    text(root, "model_kind", fitted.parameters.name())?;
    text(
        root,
        "alphabet",
        &fitted.alphabet.model_letters(fitted.gaps),
    )?;
    text(root, "gaps", fitted.gaps.as_str())?;
    text(root, "gauge", fitted.gauge.as_str())?;
    text(root, "sign", &fitted.parameters.sign())?;
    scalar(root, "sites", sites as u64)?;
    scalar(root, "states", states as u64)?;
    optional(fitted.family.as_ref(), |family| {
        let sequences = family.weights.as_slice().len();
        scalar(root, "sequences", sequences as u64)?;
        scalar(root, "neff", family.frequencies.neff())
    })?;
    optional(fitted.target.as_deref(), |target| {
        text(root, "target", target)
    })
}

fn put_provenance(provenance: &Provenance, root: &Group) -> hdf5::Result<()> {
    text(root, "created_by", &provenance.created_by)?;
    text(root, "command_line", &provenance.command_line)?;
    text(root, "input", &provenance.input)?;
    text(root, "input_sha256", &provenance.input_sha256)?;
    text(root, "preset", &provenance.preset)?;
    scalar(root, "wall_seconds", provenance.wall_seconds)?;
    optional(provenance.alignment_columns, |columns| {
        scalar(root, "alignment_columns", columns)
    })?;
    optional(provenance.identity, |identity| {
        scalar(root, "identity", identity)
    })?;
    optional(provenance.identity_rule, |rule| {
        text(root, "identity_rule", rule.as_str())
    })?;
    optional(provenance.weights_file.as_deref(), |file| {
        text(root, "weights_file", file)
    })?;
    optional(provenance.weights_sha256.as_deref(), |digest| {
        text(root, "weights_sha256", digest)
    })
}

/// The couplings where they lie: the library writes from them without a copy.
fn packed_view(couplings: &Couplings) -> hdf5::Result<ArrayView3<'_, f32>> {
    let states = couplings.states();
    let shape = (pairs(couplings.sites()), states, states);
    Ok(ArrayView3::from_shape(shape, couplings.as_slice())?)
}

fn put_columns(fitted: &Model, group: &Group) -> hdf5::Result<()> {
    let columns = fitted.columns.columns();
    let letters = ascii(columns.iter().map(|c| c.letter))?;
    let chains = ascii(columns.iter().filter_map(|c| c.chain.map(Chain::letter)))?;
    if fitted.columns.has_chains() {
        Described::new(
            "chain",
            "chain, in the order of the alignment; positions count in each",
        )
        .put_list(group, chains)?;
    }
    Described::new(
        "alignment_column",
        "column of the alignment file, counted from 1",
    )
    .put_list(group, columns.iter().map(|c| c.alignment_column))?;
    Described::new("position", "position in the target's own numbering")
        .put_list(group, columns.iter().map(|c| c.position.get()))?;
    Described::new("letter", "the target's residue; '-' without a target")
        .put_list(group, letters)?;
    Described::new(
        "modelled",
        "1 if the column is a site of the model, else 0; sites are the modelled columns in this order",
    )
    .put_list(group, columns.iter().map(|c| u8::from(c.modelled)))
}

/// Letters as a dataset has them.
fn ascii(letters: impl Iterator<Item = u8>) -> hdf5::Result<Vec<FixedAscii<1>>> {
    let letters = letters.map(|letter| FixedAscii::from_ascii(&[letter]));
    letters
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| format!("a letter of the target: {error}").into())
}

/// What the sequences tell of the sites.
fn put_sites(features: &SiteFeatures, group: &Group) -> hdf5::Result<()> {
    text(group, "effect", "alignment")?;
    Described::new(
        "rate",
        "how fast each site changes between near relatives, 1 on average",
    )
    .put(group, ArrayView1::from(&features.rate))?;
    Described::new(
        "burial",
        "how buried each site seems by its residues and its rate, the higher the more",
    )
    .put(group, ArrayView1::from(&features.burial))?;
    Described::new(
        "appearance",
        "site by residue: how near the target's relatives are that have the residue, and how many, the higher the better",
    )
    .put(group, features.appearance.view())?;
    optional(features.single_scores.as_ref(), |scores| {
        Described::new(
            "single_scores",
            "site by residue: E(wild type) - E(mutant) of each single substitution",
        )
        .units("nats")
        .put(group, scores.view())
    })
}

fn put_alignment(family: &FamilyData, group: &Group) -> hdf5::Result<()> {
    Described::new(
        "weights",
        "weights of the kept sequences, in the order of the input; their sum is neff",
    )
    .units("sequences")
    .put(group, ArrayView1::from(family.weights.as_slice()))?;
    Described::new(
        "kept",
        "1 for every row of the input that was used, 0 for one that was dropped",
    )
    .put_list(group, family.kept.iter().map(|&kept| u8::from(kept)))?;
    Described::new(
        "frequencies",
        "weighted frequencies without pseudocount, site by residue, the gap last; rows sum to 1",
    )
    .put(group, family.frequencies.sites().view())?;
    optional(family.sequences.as_ref(), |sequences| {
        Described::new(
            "sequences",
            "the kept sequences over the sites: states in the order of the attribute 'alphabet', the gap last",
        )
        .put(group, sequences.view())
    })?;
    optional(family.chain_neff.as_ref(), |neff| {
        Described::new(
            "chain_neff",
            "effective number of sequences with each chain, on the diagonal, and with both of two; chains in the order of the columns",
        )
        .units("sequences")
        .put(group, neff.view())
    })?;
    optional(family.pair_frequencies.as_ref(), |pairs| {
        Described::new(
            "pair_frequencies",
            "weighted frequencies f_ij(a, b) without pseudocount, laid out as the couplings",
        )
        .put(group, packed_view(pairs)?)
    })
}

fn put_information(fitted: &Model, root: &Group) -> hdf5::Result<()> {
    optional(fitted.information.as_ref(), |information| {
        let pairs = group(root, "pairs")?;
        Described::new(
            "mutual_information",
            "mutual information of each pair i < j, in the order of the couplings",
        )
        .units("nats")
        .put(&pairs, ArrayView1::from(&information.mutual))?;
        Described::new(
            "direct_information",
            "direct information of each pair i < j, in the order of the couplings",
        )
        .units("nats")
        .put(&pairs, ArrayView1::from(&information.direct))
    })
}

/// A dataset to be: its name and what it says about itself.
struct Described {
    name: &'static str,
    description: &'static str,
    units: Option<&'static str>,
}

impl Described {
    fn new(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            description,
            units: None,
        }
    }

    fn units(mut self, units: &'static str) -> Self {
        self.units = Some(units);
        self
    }

    fn put_list<T: H5Type + LittleEndian + Sync>(
        &self,
        group: &Group,
        values: impl IntoIterator<Item = T>,
    ) -> hdf5::Result<()> {
        let values: Vec<T> = values.into_iter().collect();
        self.put(group, ArrayView1::from(&values))
    }

    /// Writes the dataset with its checksum.
    fn put<T: H5Type + LittleEndian + Sync, D: Dimension>(
        &self,
        group: &Group,
        values: ArrayView<'_, T, D>,
    ) -> hdf5::Result<()> {
        // No copy, unless the states of a matrix lie slow.
        let values = values.as_standard_layout();
        let checksum = of(values.as_slice().unwrap_or_default());
        let dataset = self.put_bare(group, values.view())?;
        scalar(&dataset, OF_ARRAY, checksum)?;
        dataset.flush()
    }

    /// Writes the dataset through to the file: HDF5 keeps small ones back and would lose an error when the handle is dropped.
    fn put_bare<T: H5Type, D: Dimension>(
        &self,
        group: &Group,
        values: ArrayView<'_, T, D>,
    ) -> hdf5::Result<Dataset> {
        let dataset = group
            .new_dataset::<T>()
            .obj_track_times(false)
            .no_chunk()
            .shape(values.shape())
            .create(self.name)?;
        text(&dataset, "description", self.description)?;
        optional(self.units, |units| text(&dataset, "units", units))?;
        if !values.is_empty() {
            dataset.write(&values)?;
        }
        dataset.flush()?;
        Ok(dataset)
    }
}

/// The groups that have attributes, where a file has them.
const DESCRIBED: [&str; 7] = [
    "/",
    "bootstrap",
    "fit",
    "part",
    "part/groups",
    "partition",
    "validation",
];

/// Gives the attributes of every group their checksum, once all are there.
fn seal(file: &File) -> hdf5::Result<()> {
    for name in DESCRIBED {
        if name == "/" || file.link_exists(name) {
            let group = file.group(name)?;
            scalar(&group, OF_ATTRIBUTES, of_attributes(&group)?)?;
        }
    }
    Ok(())
}

fn group(parent: &Group, name: &str) -> hdf5::Result<Group> {
    parent
        .create_group_builder()
        .obj_track_times(false)
        .with_gcpl(|gcpl| gcpl.attr_phase_change(COMPACT_ATTRIBUTES, 0))
        .create(name)
}

/// A text attribute. HDF5 ends text at the first NUL byte, which no name needs.
fn text(place: &Location, name: &str, value: &str) -> hdf5::Result<()> {
    let value: VarLenUnicode = value
        .replace('\0', "")
        .parse()
        .map_err(|error| format!("attribute {name}: {error}"))?;
    scalar(place, name, value)
}

fn scalar<T: H5Type>(place: &Location, name: &str, value: T) -> hdf5::Result<()> {
    place.new_attr::<T>().create(name)?.write_scalar(&value)
}

/// What does not apply is left out.
fn optional<T>(value: Option<T>, put: impl FnOnce(T) -> hdf5::Result<()>) -> hdf5::Result<()> {
    value.map_or(Ok(()), put)
}

/// The system's error behind an error of the library, which tells it only in words: "..., errno = 28, error message = ...".
fn system_error(error: hdf5::Error) -> io::Error {
    let frames = error.stack();
    let code = frames
        .iter()
        .flat_map(|frames| frames.iter())
        .find_map(|frame| {
            let (_, rest) = frame.desc().split_once("errno = ")?;
            rest.split(',').next()?.trim().parse().ok()
        });
    match code {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::other(error.to_string()),
    }
}
