//! How a table is laid out, as the user says or the name of its file does.

use std::path::Path;

/// The layout of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Cells with tabs between them.
    Tsv,
    /// Cells with commas between them.
    Csv,
    /// An array of objects.
    Json,
}

impl Style {
    /// The usual ending of a file.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Tsv => "tsv",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// What the ending of a name asks for, before any `.gz`; `None` if it does not say.
    pub fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "tsv" => Some(Self::Tsv),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_the_style() {
        for (name, style) in [
            ("a/b.csv", Some(Style::Csv)),
            ("x.TSV.gz", Some(Style::Tsv)),
            ("x.json", Some(Style::Json)),
            ("x.txt", None),
            ("csv", None),
            (".gz", None),
        ] {
            assert_eq!(Style::of_name(Path::new(name)), style, "{name}");
        }
    }
}
