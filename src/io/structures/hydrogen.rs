//! Which atoms are hydrogens or deuterium.

/// Whether an atom is one: by its element, or where the file tells none by its name, old (`1HB`) or new (`HB1`). Of the residues that are
/// kept, no other atom has a name that begins so.
pub fn is_hydrogen(atom: &str, element: &str) -> bool {
    match element {
        "H" | "D" | "T" => true,
        "" => {
            let name = atom.trim_start_matches(|c: char| c.is_ascii_digit());
            name.starts_with(['H', 'D'])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_hydrogen;

    #[test]
    fn hydrogens_have_many_names() {
        for name in ["H", "1HB", "HB1", "HG11", "2HG1", "D", "DA", "1DH1", "HO5'"] {
            assert!(is_hydrogen(name, ""), "{name}");
            assert!(!is_hydrogen(name, "C"), "{name}");
        }
        for name in ["N", "CA", "OH", "NH1", "CD1", "OD2", "SD", "C1'"] {
            assert!(!is_hydrogen(name, ""), "{name}");
        }
        assert!(is_hydrogen("X", "D"));
        assert!(!is_hydrogen("HG", "HG"));
    }
}
