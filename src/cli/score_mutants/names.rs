//! Names of genes before mutants on the command line: `YAP1 V171L`, `YAP1_V171L`.
//!
//! A table's rows are left as they are: there a name is the same in all rows, and is looked for among the columns.

use crate::mutants::{Mutant, may_be_of_mutant};

/// A mutant of the command line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// The word as it stands.
    pub written: &'a str,
    /// The mutant.
    pub mutant: &'a str,
    /// The name before it, if there is one.
    pub name: Option<&'a str>,
}

impl<'a> Word<'a> {
    /// One that is the mutant as a whole.
    pub fn whole(word: &'a str) -> Self {
        Self {
            written: word,
            mutant: word,
            name: None,
        }
    }
}

/// The mutants among words. A name alone is left out if a mutant follows it.
pub(super) fn without_names(words: &[String]) -> Vec<Word<'_>> {
    let is_mutant = |word: &str| Mutant::parse(word).is_ok();
    let mut mutants = Vec::with_capacity(words.len());
    let mut name = None;
    for (k, word) in words.iter().enumerate() {
        if is_mutant(word) {
            mutants.push(Word {
                written: word,
                mutant: word,
                name: name.take(),
            });
            continue;
        }
        let next = words.get(k + 1);
        if is_name(word) && next.is_some_and(|next| is_mutant(next)) {
            name = Some(&**word);
        } else {
            mutants.push(without_name(word));
        }
    }
    mutants
}

/// A word without the name before its mutant, if there is one.
fn without_name(word: &str) -> Word<'_> {
    let borders = word.match_indices([':', '_', ' ', '-']);
    let split = borders.map(|(k, _)| (&word[..k], &word[k + 1..]));
    let mut parts = split
        .filter(|(name, mutant)| name.split('_').all(is_name) && Mutant::parse(mutant).is_ok());
    match parts.next() {
        Some((name, mutant)) => Word {
            written: word,
            mutant,
            name: Some(name),
        },
        None => Word::whole(word),
    }
}

/// Capitals and digits, not all digits, and nothing that may be meant as a mutant or a half of one, as `A34` and `A34VV` are.
fn is_name(word: &str) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let starts = word.starts_with(|c: char| c.is_ascii_uppercase());
    let is_plain = starts && word.as_bytes().iter().all(is_plain);
    (2..=12).contains(&word.len()) && is_plain && !may_be_of_mutant(word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str]) -> Vec<(String, Option<String>)> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_string()).collect();
        let found = without_names(&words).into_iter();
        found
            .map(|word| (word.mutant.to_string(), word.name.map(str::to_string)))
            .collect()
    }

    #[test]
    fn a_name_before_a_mutant_is_taken_off() {
        for words in [
            &["YAP1", "V171L"][..],
            &["YAP1_V171L"],
            &["YAP1:V171L"],
            &["YAP1 V171L"],
            &["YAP1-V171L"],
            &["YAP1", "p.V171L"],
        ] {
            let found = found(words);
            assert!(
                found[0].0.ends_with("V171L") && found.len() == 1,
                "{words:?}"
            );
            assert_eq!(found[0].1.as_deref(), Some("YAP1"), "{words:?}");
        }
        assert_eq!(found(&["TP53_R175H"])[0].1.as_deref(), Some("TP53"));
        assert_eq!(found(&["YAP1_HUMAN_V171L"])[0].0, "V171L");
        assert_eq!(found(&["YAP1_V171L_P172A"])[0].0, "V171L_P172A");
        assert_eq!(found(&["V171L", "P172A"]).len(), 2);
    }

    #[test]
    fn what_may_be_half_a_mutant_stays() {
        for word in [
            "K14AA:D19N",
            "K14A5:D19N",
            "K14AA_D19N",
            "WT:D19N",
            "A34_G36D",
            "A34:G36D",
            "x_A34V",
            "foo_A34V",
            "34_A36V",
            "A_A34V",
        ] {
            assert_eq!(found(&[word]), [(word.to_string(), None)], "{word}");
        }
        for words in [
            ["A34", "G36D"],
            ["K14AA", "D19N"],
            ["K1A4", "D19N"],
            ["K14AD19N", "R8A"],
            ["nonsense", "G36D"],
            ["SER5", "G36D"],
            ["G36D", "YAP1"],
            ["YAP1", "x"],
        ] {
            assert_eq!(found(&words).len(), 2, "{words:?}");
        }
    }
}
