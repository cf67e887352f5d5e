//! Writing a part of a model.

use super::{Described, fill, group, put_members, scalar, seal, system_error, text};
use crate::error::{Error, Result};
use crate::fit::FittedPart;
use crate::fit::pseudolikelihood::GroupEnd;
use crate::io::files::whole_file::WholeFile;
use crate::io::models::hdf5::PART_FORMAT;
use crate::model::StopReason;
use hdf5::{File, Group};
use ndarray::{ArrayView2, ArrayView4};
use std::path::Path;

/// Writes a part of a model to `path`: all of it, or nothing.
///
/// # Errors
/// As [`super::write`].
pub fn write_part(part: &FittedPart, path: &Path, force: bool) -> Result<()> {
    super::check(&part.frame)?;
    let target = WholeFile::new(path, force)?;
    fill(&target, |file| put(part, file))
        .map_err(|error| Error::io("write", path)(system_error(error)))?;
    target.commit()
}

fn put(part: &FittedPart, file: &File) -> hdf5::Result<()> {
    put_members(&part.frame, PART_FORMAT, file)?;
    let members = group(file, "part")?;
    scalar(&members, "first_site", part.sites.start as u64 + 1)?;
    scalar(&members, "last_site", part.sites.end as u64)?;
    let fingerprint =
        serde_json::to_string(&part.fingerprint).map_err(|error| error.to_string())?;
    text(&members, "identity", &fingerprint)?;
    let (sites, states) = part.frame.parameters.shape();
    let shape = (part.sites.len(), sites, states, states);
    Described::new(
        "halves",
        "halves of the zero-sum estimates of J_ij(a, b): site of the part by any site by state of the former by state of the latter",
    )
    .units("nats")
    .put(&members, ArrayView4::from_shape(shape, &part.halves)?)?;
    put_ends(&part.ends, states, &group(&members, "groups")?)?;
    seal(file)
}

fn put_ends(ends: &[GroupEnd], states: usize, group: &Group) -> hdf5::Result<()> {
    let fields: Vec<f64> = ends.iter().flat_map(|end| end.fields.clone()).collect();
    Described::new(
        "fields",
        "zero-sum fields of all sites of the groups of eight that hold the part's sites, site by state",
    )
    .units("nats")
    .put(
        group,
        ArrayView2::from_shape((fields.len() / states, states), &fields)?,
    )?;
    Described::new("objective", "sum of the objectives of a group's sites")
        .units("nats")
        .put_list(group, ends.iter().map(|end| end.objective))?;
    Described::new("evaluations", "evaluations of value and gradient")
        .put_list(group, ends.iter().map(|end| end.evaluations))?;
    Described::new("iterations", "iterations of the minimiser")
        .put_list(group, ends.iter().map(|end| end.iterations))?;
    let words: Vec<&str> = StopReason::ALL.iter().map(|r| r.as_str()).collect();
    let place = |end: &GroupEnd| StopReason::ALL.iter().position(|&r| r == end.stop_reason);
    Described::new(
        "stop_reason",
        "why it stopped: the place in the attribute 'stop_reasons'",
    )
    .put_list(
        group,
        ends.iter().filter_map(|end| Some(place(end)? as u64)),
    )?;
    text(group, "stop_reasons", &words.join(" "))
}
