//! What columns are called in tables of mutants. Case, blanks and signs do not matter.

use super::records::Record;

/// Columns that hold mutants, the likeliest first. MaveDB's is `hgvs_pro`.
pub(super) const MUTANTS: [&str; 12] = [
    "mutant",
    "mutants",
    "mutation",
    "mutations",
    "variant",
    "variants",
    "mut",
    "hgvspro",
    "hgvsp",
    "hgvs",
    "aamutations",
    "aachange",
];

/// Columns that hold positions, those of proteins before those that may be of genes; so below.
const POSITIONS: [&str; 21] = [
    "aapos",
    "aaposition",
    "proteinposition",
    "proteinpos",
    "protpos",
    "residueposition",
    "position",
    "pos",
    "site",
    "mutpos",
    "mutationposition",
    "positionaa",
    "residuenumber",
    "residueindex",
    "resnum",
    "resi",
    "resid",
    "residue",
    "number",
    "location",
    "seqpos",
];

/// Columns that hold the residue that is replaced.
const WILD_TYPES: [&str; 22] = [
    "protref",
    "proteinref",
    "wtaa",
    "aawt",
    "wildtypeaa",
    "wildaa",
    "aaref",
    "refaa",
    "wt",
    "wildtype",
    "wild",
    "wtresidue",
    "wildtyperesidue",
    "ref",
    "reference",
    "referenceaa",
    "original",
    "originalaa",
    "from",
    "aa1",
    "aa0",
    "old",
];

/// Columns that hold the residue that replaces it.
const RESIDUES: [&str; 24] = [
    "protalt",
    "proteinalt",
    "mutaa",
    "aamut",
    "mutantaa",
    "aaalt",
    "altaa",
    "mut",
    "mutant",
    "mutation",
    "mt",
    "mutated",
    "mutatedaa",
    "mutantresidue",
    "var",
    "variant",
    "variantaa",
    "varaa",
    "alt",
    "substitution",
    "to",
    "aa2",
    "aa",
    "new",
];

/// What a column holds by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Position,
    WildType,
    Residue,
}

impl Part {
    /// The place of a name among those of columns that hold it, the likeliest first; none if it is not one of them.
    pub fn rank(self, name: &str) -> Option<usize> {
        let names: &[&str] = match self {
            Self::Position => &POSITIONS,
            Self::WildType => &WILD_TYPES,
            Self::Residue => &RESIDUES,
        };
        let name = plain(name);
        names.iter().position(|known| *known == name)
    }
}

/// The place of a name among those of columns with mutants; none if it is not one of them.
pub(super) fn rank(name: &str) -> Option<usize> {
    let name = plain(name);
    MUTANTS.iter().position(|known| *known == name)
}

/// Whether a name makes one expect mutants.
pub(super) fn suggests_mutants(name: &str) -> bool {
    const WORDS: [&str; 5] = ["mut", "variant", "hgvs", "change", "substitution"];
    let name = plain(name);
    WORDS.iter().any(|word| name.contains(word))
}

/// Whether a name is that of what the mutants of another column are made in, and so of a part of them.
pub(super) fn is_background(name: &str) -> bool {
    const WORDS: [&str; 6] = [
        "background",
        "parent",
        "ancestor",
        "template",
        "scaffold",
        "context",
    ];
    let name = plain(name);
    WORDS.iter().any(|word| name.contains(word))
}

/// Whether a name is another with something around it, as `pos2`, `wt.1` and `bg_pos` are; but not that of something of a gene.
pub(super) fn resembles(name: &str, other: &str) -> bool {
    const OF_GENES: [&str; 7] = ["nt", "dna", "geno", "codon", "chrom", "base", "gene"];
    let (name, other) = (plain(name), plain(other));
    name.contains(&other) && !OF_GENES.iter().any(|word| name.contains(word))
}

/// Whether two names are one but for a number behind it, as `aa1` and `aa2`, `mut` and `mut.1` are.
pub(super) fn are_counted(name: &str, other: &str) -> bool {
    let [name, other] = [name, other].map(plain);
    let stem = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (one, two) = (stem(&name), stem(&other));
    one > 0 && name[..one] == other[..two] && name.len() + other.len() > one + two
}

/// Whether a name has a word for something of a gene.
pub(super) fn is_of_gene(name: &str) -> bool {
    const WORDS: [&str; 8] = [
        "nt",
        "nuc",
        "nucleotide",
        "dna",
        "base",
        "codon",
        "gene",
        "allele",
    ];
    let mut words = name.split(|c: char| !c.is_ascii_alphabetic());
    words.any(|word| WORDS.contains(&&*word.to_ascii_lowercase()))
}

/// The columns of a gene's changes, `pos`, `ref` and `alt`, beside which those of the protein's stand.
pub(super) fn of_genes(names: &[String]) -> Vec<usize> {
    const OF_GENES: [&str; 4] = ["pos", "position", "ref", "alt"];
    const OF_PROTEINS: [&str; 4] = ["aa", "prot", "residue", "amino"];
    let plains: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let has = |word: &str| plains.iter().any(|name| name == word);
    let others = || {
        plains
            .iter()
            .filter(|name| !OF_GENES.contains(&name.as_str()))
    };
    let has_other = |part: Part| others().any(|name| part.rank(name).is_some());
    let is_of_protein = |name: &String| OF_PROTEINS.iter().any(|word| name.contains(word));
    // Those of a protein may be called so, too, where nothing else is.
    let has_position = has_other(Part::Position) || !has("pos") && !has("position");
    let has_letters = has_other(Part::WildType) || others().any(is_of_protein);
    let columns = (0..names.len()).filter(|&k| OF_GENES.contains(&plains[k].as_str()));
    match has("ref") && has("alt") && has_position && has_letters {
        true => columns.collect(),
        false => Vec::new(),
    }
}

/// Whether a name is that of residues, whichever.
pub(super) fn is_any_residue(name: &str) -> bool {
    plain(name) == "aa"
}

/// Whether a column is ClinVar's, where A34V, A207V is one change in two isoforms.
pub(super) fn lists_isoforms(name: &str) -> bool {
    plain(name) == "proteinchange"
}

/// Whether residues with their numbers in a column of this name may be what is replaced.
pub(super) fn may_hold_places(name: &str) -> bool {
    const WORDS: [&str; 4] = ["pos", "site", "wt", "wildtype"];
    let plain = plain(name);
    let holds = WORDS.iter().any(|word| plain.contains(word));
    holds || Part::Position.rank(name).is_some() || Part::WildType.rank(name).is_some()
}

/// Whether a column of letters is known by its name to hold no residues.
pub(super) fn holds_no_residues(name: &str) -> bool {
    const NAMES: [&str; 18] = [
        "chain",
        "chainid",
        "pdbchain",
        "strand",
        "ss",
        "secstr",
        "secondarystructure",
        "dssp",
        "group",
        "grp",
        "class",
        "type",
        "set",
        "batch",
        "plate",
        "well",
        "row",
        "replicate",
    ];
    NAMES.contains(&&*plain(name)) || is_insertion_code(name)
}

/// Whether a column holds the chains of mutants.
pub(super) fn is_chain(name: &str) -> bool {
    matches!(&*plain(name), "chain" | "chainid" | "pdbchain")
}

/// Whether a column holds the letters behind positions, of the PDB's or an antibody's numbering.
pub(super) fn is_insertion_code(name: &str) -> bool {
    const NAMES: [&str; 3] = ["insertioncode", "insertion", "ins"];
    let name = plain(name);
    NAMES.contains(&&*name) || name.contains("icode") || name.contains("inscode")
}

/// What the cells of a header say.
pub(super) fn of_header(header: &Record) -> Vec<String> {
    let texts = header.texts();
    texts
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .collect()
}

/// The columns of a name; one that differs in case only will do.
pub(super) fn find(names: &[String], name: &str) -> Vec<usize> {
    let all = |is: &dyn Fn(&String) -> bool| -> Vec<usize> {
        (0..names.len()).filter(|&k| is(&names[k])).collect()
    };
    match all(&|n| n == name) {
        none if none.is_empty() => all(&|n| n.eq_ignore_ascii_case(name)),
        exact => exact,
    }
}

/// Letters and digits only, small.
fn plain(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_however_they_are_written() {
        for (name, part) in [
            ("Position", Part::Position),
            ("wild type", Part::WildType),
            ("WT_aa", Part::WildType),
            ("aa.mut", Part::Residue),
        ] {
            assert!(part.rank(name).is_some(), "{name}");
        }
        assert_eq!(
            (rank("HGVS_pro"), rank("Mutant"), rank("wt")),
            (Some(7), Some(0), None)
        );
    }
}
