//! What structures say of a model's pairs: `potts contacts --structure`.

use super::args::ContactsArgs;
use crate::cli::messages::Messages;
use crate::contacts::precision::{self, Judged, Precision};
use crate::contacts::{Contact, RankingScore};
use crate::error::Result;
use crate::io::structures;
use crate::io::tables::rows::PairInStructures;
use crate::machine::memory::available_memory;
use crate::model::Model;
use crate::position::Chain;
use crate::structure::oligomer::Oligomer;
use crate::structure::{Distances, Measured, Placement, Structure, TouchCounts, oligomer, place};
use std::path::{Path, PathBuf};

/// The structures that a list is held against, with the model placed on each.
pub(super) struct Structures {
    placed: Vec<Placed>,
    cutoff: f64,
}

struct Placed {
    /// The file's name without folder and ending.
    label: String,
    structure: Structure,
    placements: Vec<Placement>,
}

/// What a structure says of a list, for programs.
#[derive(Debug, Clone, serde::Serialize)]
pub struct StructureSummary {
    /// The file.
    pub file: String,
    /// What it is of, chain by chain of the model.
    pub chains: Vec<ChainSummary>,
    /// Whether it is a predicted model.
    pub predicted: bool,
    /// Pairs of the whole ranking without coordinates, which are left out.
    pub without_coordinates: usize,
    /// Pairs with a residue that is predicted with little confidence (pLDDT below 70), which are left out.
    pub low_confidence: usize,
    /// Precision by separation.
    pub precision: Vec<Precision>,
    /// Of the top L pairs in a chain with coordinates.
    pub top_l: TouchCounts,
    /// What follows for the oligomer.
    pub oligomer: Option<Oligomer>,
}

/// A chain of the model and the one that it is placed on.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ChainSummary {
    /// The model's; none where it is of one protein.
    pub model_chain: Option<String>,
    /// The structure's.
    pub chain: String,
    /// Share of identical residues among those aligned.
    pub identity: f64,
    /// Share of the sites with a residue in the structure.
    pub coverage: f64,
    /// Chains of the same sequence in the file.
    pub copies: usize,
}

impl Structures {
    /// Reads the structures and places the model on each; `None` if none was given.
    ///
    /// # Errors
    /// If a file cannot be read, or has no chain of the model's protein.
    pub fn read(args: &ContactsArgs, model: &Model, messages: &Messages) -> Result<Option<Self>> {
        if args.structure.is_empty() {
            return Ok(None);
        }
        let wanted = args.wanted_chains(model)?;
        let placed: Result<Vec<Placed>> = args
            .structure
            .iter()
            .map(|path| Placed::read(path, args, model, &wanted, messages))
            .collect();
        let mut placed = placed?;
        tell_apart(&mut placed, &args.structure);
        Ok(Some(Self {
            placed,
            cutoff: args.cutoff,
        }))
    }

    /// Whether there are several.
    pub fn are_several(&self) -> bool {
        self.placed.len() > 1
    }

    /// The first, with the model placed on it.
    pub fn first(&self) -> (&Structure, &[Placement]) {
        let first = &self.placed[0];
        (&first.structure, &first.placements)
    }

    /// What they say of each pair of a list.
    ///
    /// # Errors
    /// If a named assembly is not there.
    pub fn judge(&self, args: &ContactsArgs, list: &[Contact]) -> Result<Vec<PairInStructures>> {
        let mut found: Vec<PairInStructures> = vec![PairInStructures::default(); list.len()];
        for placed in &self.placed {
            let distances = placed.distances(args)?;
            let measured: Vec<Measured<'_>> = distances.measure_all(&sites_of(list), self.cutoff);
            for ((pair, measured), contact) in found.iter_mut().zip(measured).zip(list) {
                pair.add(
                    &measured,
                    distance(&measured, contact),
                    self.cutoff,
                    &placed.label,
                );
            }
        }
        Ok(found)
    }

    /// What each says of the whole ranking, `ranked` by that score.
    ///
    /// # Errors
    /// As [`Self::judge`].
    pub fn summaries(
        &self,
        args: &ContactsArgs,
        ranked: &[Contact],
        by: RankingScore,
        sites: usize,
    ) -> Result<Vec<StructureSummary>> {
        let of = |placed: &Placed| placed.summary(args, ranked, by, sites, self.cutoff);
        self.placed.iter().map(of).collect()
    }
}

/// Structures whose files are called alike go by their paths.
fn tell_apart(placed: &mut [Placed], paths: &[PathBuf]) {
    let labels: Vec<String> = placed.iter().map(|one| one.label.clone()).collect();
    for (k, path) in paths.iter().enumerate() {
        if labels.iter().filter(|label| **label == labels[k]).count() > 1 {
            placed[k].label = path.display().to_string();
        }
    }
}

fn sites_of(list: &[Contact]) -> Vec<(usize, usize)> {
    list.iter().map(|contact| contact.sites).collect()
}

/// Within the chain, or of two chains between them.
fn distance(measured: &Measured<'_>, contact: &Contact) -> Option<f64> {
    match contact.residues.0.separation(contact.residues.1) {
        Some(_) => measured.within,
        None => measured.between.map(|between| between.distance),
    }
}

impl Placed {
    fn read(
        path: &Path,
        args: &ContactsArgs,
        model: &Model,
        wanted: &[Option<String>],
        messages: &Messages,
    ) -> Result<Self> {
        let mut structure = structures::read(path, available_memory())?;
        if args.plddt {
            structure.trust_b_factors();
        }
        let placements = place(&structure, &model.columns, &model.alphabet, wanted)?;
        for placement in &placements {
            messages.say(format_args!("structure: {}", in_words(path, placement)));
            if let Some(warning) = placement.warning() {
                messages.warn(warning);
            }
        }
        let empty = structure.assembly(args.assembly.as_deref())?;
        if let Some(assembly) = empty.filter(|assembly| assembly.members().is_empty()) {
            messages.warn(format_args!(
                "{}: assembly {} is of no chain that the file has, so that nothing is known of pairs between copies",
                path.display(),
                assembly.name
            ));
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Self {
            label: name.split('.').next().unwrap_or_default().to_owned(),
            structure,
            placements,
        })
    }

    fn distances(&self, args: &ContactsArgs) -> Result<Distances<'_>> {
        Distances::new(
            &self.structure,
            &self.placements,
            args.distance.kind(),
            args.assembly.as_deref(),
        )
    }

    fn summary(
        &self,
        args: &ContactsArgs,
        ranked: &[Contact],
        by: RankingScore,
        sites: usize,
        cutoff: f64,
    ) -> Result<StructureSummary> {
        let distances = self.distances(args)?;
        let measured = distances.measure_all(&sites_of(ranked), cutoff);
        let mut judged = Vec::new();
        let (mut without_coordinates, mut low_confidence) = (0, 0);
        let mut told = Vec::new();
        for (contact, measured) in ranked.iter().zip(&measured) {
            let Some(distance) = distance(measured, contact) else {
                without_coordinates += 1;
                continue;
            };
            if measured.is_confident == Some(false) {
                low_confidence += 1;
                continue;
            }
            let separation = contact.residues.0.separation(contact.residues.1);
            judged.push(Judged {
                separation,
                score: match by {
                    RankingScore::Pattern => contact.pattern.unwrap_or(f64::NEG_INFINITY),
                    _ => contact.score,
                },
                probability: contact.probability,
                contact: distance < cutoff,
            });
            if separation.is_some() {
                told.push((contact.sites, measured.verdict));
            }
        }
        let has_copies = self.copies(args)? > 1 && !told.is_empty();
        Ok(StructureSummary {
            file: self.structure.file.clone(),
            chains: self.placements.iter().map(ChainSummary::of).collect(),
            predicted: self.structure.predicted.is_some(),
            without_coordinates,
            low_confidence,
            precision: precision::of_classes(&judged, sites),
            oligomer: has_copies.then(|| oligomer::of(&distances, &told, sites, cutoff)),
            top_l: TouchCounts::of(&told[..told.len().min(sites)]),
        })
    }

    /// Copies of the first chain of the model, in the assembly or in the file.
    fn copies(&self, args: &ContactsArgs) -> Result<usize> {
        let Some(first) = self.placements.first() else {
            return Ok(0);
        };
        let assembly = self.structure.assembly(args.assembly.as_deref())?;
        let is_copy = |chain: usize| first.copies.iter().any(|copy| copy.chain == chain);
        let of_assembly = assembly.map_or(0, |assembly| {
            assembly
                .members()
                .iter()
                .filter(|(chain, ..)| is_copy(*chain))
                .count()
        });
        Ok(of_assembly.max(first.copies.len()))
    }
}

impl ChainSummary {
    fn of(placement: &Placement) -> Self {
        Self {
            model_chain: placement.model_chain.map(|chain: Chain| chain.to_string()),
            chain: placement.chain_name.clone(),
            identity: placement.identity,
            coverage: placement.coverage,
            copies: placement.copies.len(),
        }
    }
}

fn in_words(path: &Path, placement: &Placement) -> String {
    let of = placement.model_chain.map_or(String::new(), |chain| {
        format!(" for chain {chain} of the model")
    });
    let copies = match placement.copies.len() {
        0 | 1 => String::new(),
        n => format!(", one of {n} of this sequence"),
    };
    format!(
        "{}, {}{of}{copies}: {:.0} % identical over the aligned residues, {:.0} % of the sites have coordinates",
        path.display(),
        placement.in_words(),
        100.0 * placement.identity,
        100.0 * placement.coverage
    )
}

impl StructureSummary {
    /// In words.
    pub fn tell(&self, messages: &Messages) {
        for class in &self.precision {
            let tops = class.top.iter().map(|top| {
                format!(
                    "{} {:.2} ({} of {})",
                    top.list, top.precision, top.right, top.pairs
                )
            });
            let tops: Vec<String> = tops.collect();
            let auc = class
                .auc
                .map_or(String::new(), |auc| format!(", AUC {auc:.3}"));
            messages.say(format_args!(
                "precision {}: {}; by chance {:.3}{auc}",
                class.class.as_str(),
                tops.join(", "),
                class.random
            ));
        }
        if self.without_coordinates > 0 {
            messages.say(format_args!(
                "left out: {} pairs without coordinates",
                self.without_coordinates
            ));
        }
        if self.low_confidence > 0 {
            messages.say(format_args!(
                "left out: {} pairs with a residue that is predicted with little confidence (pLDDT below 70)",
                self.low_confidence
            ));
        }
        if let Some(oligomer) = &self.oligomer {
            messages.say(&oligomer.words);
        }
    }
}
