//! The answers that most readers come for, in a few lines.

use super::called;
use crate::report::chapter::Chapter;
use crate::report::facts::Facts;
use crate::report::figures::Mark;
use std::fmt::Write;

/// Pairs and mutants that are named.
const PAIRS: usize = 10;
const MUTANTS: usize = 5;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let mut chapter = Chapter::new("glance", "At a glance");
    if let Some(verdict) = &facts.verdict {
        chapter.stress(&format!("Verdict: {verdict}."));
    }
    let columns = &facts.model.columns;
    let mut lines = vec![(
        "target",
        format!(
            "{}; {}, {} of {} modelled",
            facts.model.target.as_deref().unwrap_or("none"),
            columns.numbering(),
            columns.sites(),
            columns.columns().len()
        ),
    )];
    if let Some(neff) = facts.model.neff() {
        let sequences = facts
            .model
            .family
            .as_ref()
            .map_or(0, |family| family.weights.as_slice().len());
        lines.push((
            "alignment",
            format!("{sequences} sequences, {neff:.1} effective ones (Neff)"),
        ));
    }
    lines.extend(pairs(facts).map(|words| ("surest pairs", words)));
    lines.extend(dimer(facts).map(|words| ("oligomer", words)));
    lines.extend(singles(facts).map(|words| ("mutants likely to be tolerated", words)));
    chapter.facts(lines);
    Some(chapter)
}

fn pairs(facts: &Facts<'_>) -> Option<String> {
    let pairs = facts.pairs.as_ref()?;
    let mut words = String::new();
    for (k, contact) in pairs.list.iter().take(PAIRS).enumerate() {
        let (i, j) = contact.sites;
        let _ = write!(
            words,
            "{}{}\u{2013}{}",
            if k > 0 { ", " } else { "" },
            called(facts, i),
            called(facts, j)
        );
    }
    let shown = PAIRS.min(pairs.list.len());
    let first = pairs.list.iter().take(shown);
    let known: Option<f64> = first.map(|contact| contact.probability).sum();
    if let Some(sum) = known.filter(|_| shown > 0) {
        let _ = write!(words, "; {sum:.1} of {shown} are expected to touch");
    }
    if pairs.structure.is_some() {
        let marks = pairs.marks.iter().take(shown);
        let marks: Vec<&Mark> = marks.collect();
        let count = |of: Mark| marks.iter().filter(|mark| ***mark == of).count();
        let _ = write!(words, "; in the structure {} do", count(Mark::Right));
        if count(Mark::Copies) > 0 {
            let _ = write!(
                words,
                ", and {} between copies or chains",
                count(Mark::Copies)
            );
        }
    }
    (!words.is_empty()).then_some(words)
}

fn dimer(facts: &Facts<'_>) -> Option<String> {
    let pairs = facts.pairs.as_ref()?;
    let Some(structure) = &pairs.structure else {
        return Some(
            "not known without a structure: pairs that are likely to touch, but are far apart in it, speak for one".into(),
        );
    };
    let words: Vec<String> = structure
        .summaries
        .iter()
        .map(|summary| match &summary.oligomer {
            Some(oligomer) => oligomer.words.clone(),
            None => format!(
                "not tested: {} holds one copy of the chain; a file of the biological assembly would tell",
                summary.file
            ),
        })
        .collect();
    Some(words.join("; "))
}

fn singles(facts: &Facts<'_>) -> Option<String> {
    let mutants = facts.mutants.as_ref()?;
    let named = mutants
        .order
        .iter()
        .filter(|row| row.mutations == 1)
        .take(MUTANTS);
    let named: Vec<String> = named
        .map(|row| String::from_utf8_lossy(&row.mutant).into_owned())
        .collect();
    let hit = mutants.order.first().and_then(|row| row.hit);
    let sure = hit.map_or(String::new(), |hit| {
        format!(
            "; of such mutants {:.0} % were hits in assays of other proteins",
            100.0 * hit
        )
    });
    (!named.is_empty()).then(|| format!("{}{sure} (see Mutants to order)", named.join(", ")))
}
