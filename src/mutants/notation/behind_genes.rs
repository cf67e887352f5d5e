//! Changes of a protein in brackets behind those of its gene: `c.70G>T (p.Ala24Cys), c.71C>G (p.Ala24Cys)`, as Enrich2 writes a codon with two
//! changes, and `NM_000546.6(TP53):c.215C>G (p.Pro72Arg)`, as ClinVar names a variant.

use super::SYNONYMOUS_WORD;

/// The changes of the protein, once each, with commas between; `None` if the text is anything else than changes of a gene, each with that of the
/// protein in brackets behind it.
///
/// Silent changes are left out beside others. What names several references, or the same letters at several positions, may be one change in
/// several isoforms, and is left alone.
pub(super) fn proteins(text: &[u8]) -> Option<Vec<u8>> {
    const OPENING: &[u8] = b"(p.";
    let mut changes: Vec<&[u8]> = Vec::new();
    let (mut is_silent, mut references, mut rest) = (false, 0, text);
    while !rest.trim_ascii().is_empty() {
        let start = rest.windows(OPENING.len()).position(|w| w == OPENING)?;
        let gene = gene(&rest[..start])?;
        references += usize::from(gene.has_reference);
        let inner = &rest[start + 1..];
        let length = inner.iter().position(|&byte| byte == b')')?;
        let change = &inner[..length];
        match change.ends_with(b"=") {
            true => is_silent = true,
            false if changes.contains(&change) => {}
            false => changes.push(change),
        }
        rest = &inner[length + 1..];
    }
    match &changes[..] {
        [] => is_silent.then(|| SYNONYMOUS_WORD.to_vec()),
        several if several.len() > 1 && (references > 1 || are_isoforms(several)) => None,
        several => Some(several.join(&b',')),
    }
}

/// What stands before the change of a protein: `c.70G>T`, perhaps behind a comma, and a reference and a colon.
struct Gene {
    has_reference: bool,
}

fn gene(text: &[u8]) -> Option<Gene> {
    let text = text.trim_ascii();
    let text = text.strip_prefix(b",").unwrap_or(text).trim_ascii();
    let (reference, change) = match text.iter().rposition(|&byte| byte == b':') {
        Some(colon) => (Some(&text[..colon]), &text[colon + 1..]),
        None => (None, text),
    };
    let is_of_change = |byte: &u8| byte.is_ascii_alphanumeric() || b">_*+-=?".contains(byte);
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-()".contains(byte);
    let is_change = match change {
        [b'c' | b'g' | b'm' | b'n' | b'r', b'.', change @ ..] => {
            !change.is_empty() && change.iter().all(is_of_change)
        }
        _ => false,
    };
    let is_named = reference.is_none_or(|name| !name.is_empty() && name.iter().all(is_of_name));
    (is_change && is_named).then_some(Gene {
        has_reference: reference.is_some(),
    })
}

/// Whether changes differ in nothing but their numbers.
fn are_isoforms(changes: &[&[u8]]) -> bool {
    let letters = |change: &[u8]| -> Vec<u8> {
        let letters = change.iter().filter(|byte| !byte.is_ascii_digit());
        letters.map(u8::to_ascii_lowercase).collect()
    };
    changes[1..]
        .iter()
        .any(|change| letters(change) == letters(changes[0]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::Mutant;

    #[test]
    fn the_protein_is_read_behind_its_gene() {
        for (text, same) in [
            ("c.70G>T (p.Ala24Cys), c.71C>G (p.Ala24Cys)", "A24C"),
            ("c.70G>T (p.Ala24Cys), c.75A>T (p.=)", "A24C"),
            ("c.70G>T (p.Ala24Cys), c.73C>G (p.Leu25Val)", "A24C,L25V"),
            ("NM_000546.6(TP53):c.215C>G (p.Pro72Arg)", "P72R"),
            ("NM_000546.6(TP53):c.215C>G(p.Pro72Arg)", "P72R"),
            ("c.66A>T (p.=), c.69A>T (p.=)", "_sy"),
            ("c.66A>T (p.Gly22=)", "_sy"),
        ] {
            let [read, other] = [text, same].map(|text| Mutant::parse(text).expect(text));
            assert_eq!(read.substitutions(), other.substitutions(), "{text}");
            assert_eq!(read.is_wild_type(), other.is_wild_type(), "{text}");
        }
        for text in [
            "c.70G>T (p.Ala24Cys) + K6R",
            "K6R/c.70G>T (p.Ala24Cys)",
            "c.17A>G, c.70G>T (p.Ala24Cys)",
            "c.[17A>G;70G>T] (p.Ala24Cys)",
            "not c.70G>T (p.Ala24Cys)",
            "c.70G>T (p.Ala24Cys), c.17_19del",
            "c.107G>A (p.Gly36Asp), c.626G>A (p.Gly209Asp)",
            "NM_1:c.1A>C (p.Ala24Cys), NM_2:c.7A>C (p.Leu25Val)",
            "c.70G>T",
            "c.70G>T (p.Ala24Cys",
            "(p.Ala24Cys)",
            "c.70G>T (p.Ala24Foo)",
        ] {
            assert_eq!(
                proteins(text.as_bytes()).and_then(|p| Mutant::parse(p).ok()),
                None,
                "{text}"
            );
        }
        let shifted = Mutant::parse("c.70del (p.Ala24fs)").unwrap();
        assert!(shifted.other_change().is_some());
    }
}
