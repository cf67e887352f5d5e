//! How far the positions of a model are apart in a structure: `--structure`.

use super::args::EpistasisArgs;
use crate::cli::messages::Messages;
use crate::cli::structure_args::wanted_chains;
use crate::error::Result;
use crate::io::structures;
use crate::machine::memory::available_memory;
use crate::model::Model;
use crate::structure::{DistanceKind, Distances, Measured, Placement, Structure, place};

/// Below this two residues touch, in angstrom; nothing is told of it here.
const CUTOFF: f64 = 8.0;

/// A structure with the model placed on it.
pub(super) struct PlacedStructure {
    structure: Structure,
    placements: Vec<Placement>,
}

impl PlacedStructure {
    /// That of the options, if they name one.
    ///
    /// # Errors
    /// If it cannot be read, or has no chain of the model's protein.
    pub fn read(args: &EpistasisArgs, model: &Model, messages: &Messages) -> Result<Option<Self>> {
        let Some(path) = &args.structure else {
            return Ok(None);
        };
        let wanted = wanted_chains(args.structure_chain.as_deref(), model)?;
        let structure = structures::read(path, available_memory())?;
        let placements = place(&structure, &model.columns, &model.alphabet, &wanted)?;
        for placement in &placements {
            messages.say(format_args!(
                "structure: {}, {}: {:.0} % identical over the aligned residues, {:.0} % of the sites have coordinates",
                path.display(),
                placement.in_words(),
                100.0 * placement.identity,
                100.0 * placement.coverage
            ));
            if let Some(warning) = placement.warning() {
                messages.warn(warning);
            }
        }
        Ok(Some(Self {
            structure,
            placements,
        }))
    }

    /// Distances of pairs of sites, within a chain or between two chains; none where a residue has no coordinates.
    ///
    /// # Errors
    /// If the structure's assembly has too many copies.
    pub fn distances(&self, pairs: &[(usize, usize)]) -> Result<Vec<Option<f64>>> {
        let distances = Distances::new(
            &self.structure,
            &self.placements,
            DistanceKind::default(),
            None,
        )?;
        let measured = distances.measure_all(pairs, CUTOFF);
        let told = |(measured, &(i, j)): (Measured<'_>, &(usize, usize))| {
            let is_one_chain = |p: &Placement| p.sites.contains(&i) && p.sites.contains(&j);
            match self.placements.iter().any(is_one_chain) {
                true => measured.within,
                false => measured.between.map(|between| between.distance),
            }
        };
        Ok(measured.into_iter().zip(pairs).map(told).collect())
    }
}
