//! Changes of a protein in brackets behind those of its gene: `c.70G>T (p.Ala24Cys), c.71C>G (p.Ala24Cys)`, as Enrich2 writes a codon with two
//! changes, and `NM_000546.6(TP53):c.215C>G (p.Pro72Arg)`, as ClinVar names a variant.

use super::SYNONYMOUS_WORD;

/// The changes of the protein, once each, with commas between; `None` if none stands in brackets behind one of a gene.
///
/// Silent changes are left out beside others. A change of the gene without one of the protein, outside the coding region say, leaves the
/// protein as it is.
pub(super) fn proteins(text: &[u8]) -> Option<Vec<u8>> {
    const OPENING: &[u8] = b"(p.";
    let first = text.windows(OPENING.len()).position(|w| w == OPENING)?;
    let is_of_gene = |w: &[u8]| matches!(w, [b'c' | b'g' | b'm' | b'n' | b'r', b'.']);
    text[..first].windows(2).any(is_of_gene).then_some(())?;
    let mut changes: Vec<&[u8]> = Vec::new();
    let (mut is_silent, mut rest) = (false, text);
    while let Some(start) = rest.windows(OPENING.len()).position(|w| w == OPENING) {
        let inner = &rest[start + 1..];
        let length = inner.iter().position(|&byte| byte == b')')?;
        let change = &inner[..length];
        match change.ends_with(b"=") {
            true => is_silent = true,
            false if changes.contains(&change) => {}
            false => changes.push(change),
        }
        rest = &inner[length..];
    }
    match changes.is_empty() {
        true => is_silent.then(|| SYNONYMOUS_WORD.to_vec()),
        false => Some(changes.join(&b',')),
    }
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
