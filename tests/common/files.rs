//! Files that tests read, and the small family that many begin with. Compiled into the tests of the library and those of the program.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// A small family: eight sites, enough rows to fit in no time.
pub const FAMILY: &str = "\
>TARGET/10-17 the target
ACDEFGHI
>b
ACDEFGHK
>c
ACDDFGHK
>d
TCDDYGHI
>e
TCDEYGHI
>f
TCNEYGKI
";

/// A file of the checkout.
pub fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file of the project's own data.
pub fn data(name: &str) -> PathBuf {
    checkout("data").join(name)
}

/// A part of the project's own family, which has 3000 sequences in 80 columns: one sequence of so many, cut to so many columns. Fits take a
/// fraction of the time.
pub fn part_of_planted(every: usize, columns: usize) -> String {
    let whole = text(&data("planted.a2m"));
    let records = whole.split('>').skip(1).step_by(every);
    let part = records.map(|record| {
        let (header, row) = record.split_once('\n').unwrap();
        // The numbers behind the name are those of the whole.
        let name = header.split('/').next().unwrap();
        let letters = row.chars().filter(|letter| *letter != '\n');
        format!(">{name}\n{}\n", letters.take(columns).collect::<String>())
    });
    part.collect()
}

/// A file of the reference values that lie beside the checkout, not in it; `None`, loudly, where they are absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let file = checkout("../shared").join(path);
    if file.exists() {
        return Some(file);
    }
    // Not eprintln!, which the test harness hides where a test passes.
    let said = writeln!(
        std::io::stderr(),
        "SKIPPED: {} is not there, so nothing was compared with it",
        file.display()
    );
    said.unwrap();
    None
}

/// The text of a file, gunzipped if its name says so.
pub fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    if path.extension().is_some_and(|e| e == "gz") {
        flate2::read::MultiGzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .unwrap();
        text
    } else {
        String::from_utf8(bytes).unwrap()
    }
}
