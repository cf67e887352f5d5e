//! How to repeat and to cite what the page says.

use crate::model::MethodName;
use crate::report::chapter::Chapter;
use crate::report::facts::Facts;

const PSEUDOLIKELIHOOD: &str = "Pseudolikelihood: M. Ekeberg et al., Phys. Rev. E 87, 012707 (2013); symmetric, with penalties that grow with L: H. Kamisetty, S. Ovchinnikov, D. Baker, PNAS 110, 15674 (2013).";
const MEAN_FIELD: &str = "Mean field: F. Morcos et al., PNAS 108, E1293 (2011).";
const BOLTZMANN: &str = "Boltzmann learning: D. H. Ackley, G. E. Hinton, T. J. Sejnowski, Cogn. Sci. 9, 147 (1985); natural gradient: S. Amari, Neural Comput. 10, 251 (1998).";
const CONTACTS: &str = "Average product correction: S. D. Dunn, L. M. Wahl, G. B. Gloor, Bioinformatics 24, 333 (2008).";
const MUTANTS: &str = "Scores of mutants: T. A. Hopf et al., Nat. Biotechnol. 35, 128 (2017).";

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let source = &facts.source;
    let origin = &facts.model.provenance;
    let mut chapter = Chapter::new("citing", "To repeat and to cite");
    chapter.say("The commands, as they were given:");
    let mut lines = vec![&origin.command_line, &source.command_line];
    // Of a page that began with an alignment they are the same.
    lines.dedup();
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        chapter.command(line);
    }
    let mut lines = vec![
        ("page made by", source.created_by.clone()),
        ("from", source.file.clone()),
        ("its SHA-256", source.sha256.clone()),
        ("model made by", origin.created_by.clone()),
        ("alignment", origin.input.clone()),
        ("its SHA-256", origin.input_sha256.clone()),
    ];
    lines.extend(
        source
            .structures
            .iter()
            .map(|file| ("structure", file.clone())),
    );
    lines.extend(
        source
            .mutants
            .iter()
            .map(|file| ("measured mutants", file.clone())),
    );
    lines.retain(|(_, value)| !value.is_empty());
    chapter.facts(lines);
    chapter.say("Please cite potts (CITATION.cff of its sources), and the methods:");
    chapter.html.push_str("<ul>");
    let method = match facts.model.method() {
        Some(MethodName::MeanField) => Some(MEAN_FIELD),
        Some(MethodName::Plm | MethodName::PlmAsymmetric) => Some(PSEUDOLIKELIHOOD),
        Some(MethodName::Boltzmann) => Some(BOLTZMANN),
        Some(MethodName::Independent) | None => None,
    };
    let contacts = facts.pairs.as_ref().map(|_| CONTACTS);
    let mutants = facts.mutants.as_ref().map(|_| MUTANTS);
    for line in [method, contacts, mutants].into_iter().flatten() {
        chapter.html.push_str(&format!("<li>{line}</li>"));
    }
    chapter.html.push_str("</ul>");
    Some(chapter)
}
