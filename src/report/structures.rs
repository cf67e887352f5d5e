//! What structures say of a model's pairs.

use crate::contacts::precision::{self, Judged, Precision};
use crate::contacts::{Contact, RankingScore};
use crate::error::Result;
use crate::io::structures;
use crate::io::tables::rows::PairInStructures;
use crate::machine::memory::available_memory;
use crate::model::Model;
use crate::model::couplings::pair_sites;
use crate::position::Chain;
use crate::structure::oligomer::Oligomer;
use crate::structure::{
    DistanceKind, Distances, Measured, Placement, Structure, TouchCounts, Verdict, oligomer, place,
};
use std::path::{Path, PathBuf};

/// Which structures, and how they are read.
#[derive(Debug, Clone, PartialEq)]
pub struct StructureOptions {
    /// The files.
    pub files: Vec<PathBuf>,
    /// For each chain of the model that of the structure; `None` for the one most like it.
    pub chains: Vec<Option<String>>,
    /// Atoms whose distance counts.
    pub distance: DistanceKind,
    /// Distance in angstrom below which two residues touch.
    pub cutoff: f64,
    /// Assembly whose copies count; `None` for the first, and the file's chains.
    pub assembly: Option<String>,
    /// Whether B factors are pLDDT where the file does not say so.
    pub plddt: bool,
}

/// What there is to say of a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Worth knowing.
    Note(String),
    /// Perhaps wrong.
    Warning(String),
}

/// The structures that a list is held against, with the model placed on each.
pub struct Structures {
    placed: Vec<Placed>,
    options: StructureOptions,
    /// What there is to say of them.
    pub remarks: Vec<Remark>,
}

/// A pair of sites that touches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Touching {
    /// The sites, from 0.
    pub sites: (usize, usize),
    /// Whether it touches between chains or copies only.
    pub between: bool,
    /// In angstrom.
    pub distance: f64,
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
    pub fn read(options: StructureOptions, model: &Model) -> Result<Option<Self>> {
        if options.files.is_empty() {
            return Ok(None);
        }
        let mut remarks = Vec::new();
        let files = options.files.iter();
        let placed: Result<Vec<Placed>> = files
            .map(|path| Placed::read(path, &options, model, &mut remarks))
            .collect();
        let mut placed = placed?;
        tell_apart(&mut placed, &options.files);
        Ok(Some(Self {
            placed,
            options,
            remarks,
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
    pub fn judge(&self, list: &[Contact]) -> Result<Vec<PairInStructures>> {
        let cutoff = self.options.cutoff;
        let mut found: Vec<PairInStructures> = vec![PairInStructures::default(); list.len()];
        for placed in &self.placed {
            let distances = placed.distances(&self.options)?;
            let measured: Vec<Measured<'_>> = distances.measure_all(&sites_of(list), cutoff);
            for ((pair, measured), contact) in found.iter_mut().zip(measured).zip(list) {
                let distance = distance(&measured, contact);
                pair.add(&measured, distance, cutoff, &placed.label);
            }
        }
        Ok(found)
    }

    /// All pairs of sites that touch in the first structure, those nearest in the chain included.
    ///
    /// # Errors
    /// As [`Self::judge`].
    pub fn touching(&self, model: &Model) -> Result<Vec<Touching>> {
        let pairs: Vec<(usize, usize)> = pair_sites(model.sites()).collect();
        let distances = self.placed[0].distances(&self.options)?;
        let measured = distances.measure_all(&pairs, self.options.cutoff);
        let touching = pairs
            .into_iter()
            .zip(&measured)
            .filter_map(|(sites, measured)| {
                let between = match measured.verdict {
                    Verdict::Within => false,
                    Verdict::Between => true,
                    Verdict::Neither | Verdict::Unknown => return None,
                };
                let distance = match between {
                    false => measured.within_any,
                    true => measured.between.map(|between| between.distance),
                };
                Some(Touching {
                    sites,
                    between,
                    distance: distance?,
                })
            });
        Ok(touching.collect())
    }

    /// The pairs of a ranking that have coordinates in the first structure, by whether they touch.
    ///
    /// # Errors
    /// As [`Self::judge`].
    pub fn judged(&self, ranked: &[Contact], by: RankingScore) -> Result<Vec<Judged>> {
        let distances = self.placed[0].distances(&self.options)?;
        let cutoff = self.options.cutoff;
        let measured = distances.measure_all(&sites_of(ranked), cutoff);
        Ok(Ranking::judged(ranked, &measured, by, cutoff).judged)
    }

    /// What each says of the whole ranking, `ranked` by that score.
    ///
    /// # Errors
    /// As [`Self::judge`].
    pub fn summaries(
        &self,
        ranked: &[Contact],
        by: RankingScore,
        sites: usize,
    ) -> Result<Vec<StructureSummary>> {
        let of = |placed: &Placed| placed.summary(&self.options, ranked, by, sites);
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
        options: &StructureOptions,
        model: &Model,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self> {
        let mut structure = structures::read(path, available_memory())?;
        if options.plddt {
            structure.trust_b_factors();
        }
        let placements = place(&structure, &model.columns, &model.alphabet, &options.chains)?;
        for placement in &placements {
            let words = format!("structure: {}", in_words(path, placement));
            remarks.push(Remark::Note(words));
            let warning = placement.warning();
            remarks.extend(warning.map(|words| Remark::Warning(words.to_string())));
        }
        let empty = structure.assembly(options.assembly.as_deref())?;
        if let Some(assembly) = empty.filter(|assembly| assembly.members().is_empty()) {
            remarks.push(Remark::Warning(format!(
                "{}: assembly {} is of no chain that the file has, so that nothing is known of pairs between copies",
                path.display(),
                assembly.name
            )));
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

    fn distances(&self, options: &StructureOptions) -> Result<Distances<'_>> {
        Distances::new(
            &self.structure,
            &self.placements,
            options.distance,
            options.assembly.as_deref(),
        )
    }

    fn summary(
        &self,
        options: &StructureOptions,
        ranked: &[Contact],
        by: RankingScore,
        sites: usize,
    ) -> Result<StructureSummary> {
        let cutoff = options.cutoff;
        let distances = self.distances(options)?;
        let measured = distances.measure_all(&sites_of(ranked), cutoff);
        let ranking = Ranking::judged(ranked, &measured, by, cutoff);
        let told = ranking.told;
        let has_copies = self.copies(options)? > 1 && !told.is_empty();
        Ok(StructureSummary {
            file: self.structure.file.clone(),
            chains: self.placements.iter().map(ChainSummary::of).collect(),
            predicted: self.structure.predicted.is_some(),
            without_coordinates: ranking.without_coordinates,
            low_confidence: ranking.low_confidence,
            precision: precision::of_classes(&ranking.judged, sites),
            oligomer: has_copies.then(|| oligomer::of(&distances, &told, sites, cutoff)),
            top_l: TouchCounts::of(&told[..told.len().min(sites)]),
        })
    }

    /// Copies of the first chain of the model, in the assembly or in the file.
    fn copies(&self, options: &StructureOptions) -> Result<usize> {
        let Some(first) = self.placements.first() else {
            return Ok(0);
        };
        let assembly = self.structure.assembly(options.assembly.as_deref())?;
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

/// A ranking held against a structure.
#[derive(Debug, Default)]
struct Ranking {
    /// Pairs with coordinates, in their order.
    judged: Vec<Judged>,
    /// Where those in a chain touch.
    told: Vec<((usize, usize), Verdict)>,
    without_coordinates: usize,
    low_confidence: usize,
}

impl Ranking {
    fn judged(
        ranked: &[Contact],
        measured: &[Measured<'_>],
        by: RankingScore,
        cutoff: f64,
    ) -> Self {
        let mut ranking = Self::default();
        for (contact, measured) in ranked.iter().zip(measured) {
            let Some(distance) = distance(measured, contact) else {
                ranking.without_coordinates += 1;
                continue;
            };
            if measured.is_confident == Some(false) {
                ranking.low_confidence += 1;
                continue;
            }
            let separation = contact.residues.0.separation(contact.residues.1);
            ranking.judged.push(Judged {
                separation,
                score: match by {
                    RankingScore::Pattern => contact.pattern.unwrap_or(f64::NEG_INFINITY),
                    _ => contact.score,
                },
                probability: contact.probability,
                contact: distance < cutoff,
            });
            if separation.is_some() {
                ranking.told.push((contact.sites, measured.verdict));
            }
        }
        ranking
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
    /// In words, line by line.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
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
            lines.push(format!(
                "precision {}: {}; by chance {:.3}{auc}",
                class.class.as_str(),
                tops.join(", "),
                class.random
            ));
        }
        if self.without_coordinates > 0 {
            lines.push(format!(
                "left out: {} pairs without coordinates",
                self.without_coordinates
            ));
        }
        if self.low_confidence > 0 {
            lines.push(format!(
                "left out: {} pairs with a residue that is predicted with little confidence (pLDDT below 70)",
                self.low_confidence
            ));
        }
        lines.extend(
            self.oligomer
                .as_ref()
                .map(|oligomer| oligomer.words.clone()),
        );
        lines
    }
}
