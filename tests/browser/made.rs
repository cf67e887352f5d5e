//! Pages as the program makes them, of families that it fits first, and its own tables to hold them against.

use crate::chrome::Chrome;
use crate::page::{Options, Page};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// A name that ends elements, opens others and leaves attributes where it is not escaped.
pub const EVIL: &str =
    "evil</script><script>window.harm=1</script><b>&\"'<img/src=x/onerror=harm=2>";

/// A folder where the program runs.
pub struct Made {
    folder: TempDir,
}

/// Numbers that look random, the same on each machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// A file of the project's own data.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(name)
}

/// Names and match columns of every `step`-th sequence of the planted family.
fn planted_rows(step: usize) -> Vec<(String, String)> {
    let text = fs::read_to_string(data("planted.a2m")).unwrap();
    let records = text.split('>').skip(1).step_by(step);
    let row = |record: &str| {
        let (header, body) = record.split_once('\n').unwrap();
        let name = header.split('/').next().unwrap().to_owned();
        let is_match = |letter: &char| letter.is_ascii_uppercase() || *letter == '-';
        (name, body.chars().filter(is_match).collect())
    };
    records.map(row).collect()
}

fn fasta(rows: &[(String, String)]) -> String {
    rows.iter().fold(String::new(), |mut text, (name, row)| {
        writeln!(text, ">{name}\n{row}").unwrap();
        text
    })
}

impl Made {
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path(name), contents).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Standard output of a command with blank-separated arguments, which must succeed.
    pub fn works(&self, arguments: &str) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_potts"));
        command.args(arguments.split_whitespace());
        command.current_dir(&self.folder);
        // Threads that OpenBLAS would start, and nobody uses.
        command.env("OPENBLAS_NUM_THREADS", "1");
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "potts {arguments}\n{said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// `m.h5` of the planted family, `planted.pdb` and `planted_mutants.csv`, and `page.html` of all of them.
    pub fn planted() -> Self {
        static FILES: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
        let made = Self::new();
        for name in ["planted.pdb", "planted_mutants.csv"] {
            fs::copy(data(name), made.path(name)).unwrap();
        }
        let files = FILES.get_or_init(|| {
            let planted = data("planted.a2m");
            made.works(&format!(
                "fit {} -o m.h5 -q --tolerance 1e-3",
                planted.display()
            ));
            made.works(
                "report m.h5 --structure planted.pdb --mutants planted_mutants.csv -o page.html -q",
            );
            ["m.h5", "page.html"].map(|name| fs::read(made.path(name)).unwrap())
        });
        made.write("m.h5", &files[0]);
        made.write("page.html", &files[1]);
        made
    }

    /// Fits what is in an alignment, and makes its page.
    fn reported(alignment: &str, options: &str) -> Self {
        let made = Self::new();
        made.write("family.fa", alignment);
        made.works(&format!("fit family.fa -o m.h5 -q {options}"));
        made.works("report m.h5 -o page.html -q");
        made
    }

    /// The planted family cut in two proteins: positions A:1 to A:40 and B:1 to B:36.
    pub fn complex() -> Self {
        Self::reported(&fasta(&planted_rows(2)), "--chains 40,36 --tolerance 1e-3")
    }

    /// RNA with a stem of five pairs: nothing in it has a probability.
    pub fn rna() -> Self {
        let mut dice = Dice(4);
        let mut rows = Vec::new();
        for n in 0..300 {
            let mut row: Vec<char> = (0..16)
                .map(|_| ['A', 'C', 'G', 'U'][dice.below(4)])
                .collect();
            for k in 0..5 {
                let pair = [('A', 'U'), ('U', 'A'), ('G', 'C'), ('C', 'G')][dice.below(4)];
                if dice.below(10) > 0 {
                    (row[k], row[15 - k]) = pair;
                }
            }
            rows.push((format!("s{n}"), row.into_iter().collect()));
        }
        Self::reported(&fasta(&rows), "")
    }

    /// 200 relatives over 500 sites, which the fit leaves early.
    pub fn long() -> Self {
        let letters: Vec<char> = "ACDEFGHIKLMNPQRSTVWY".chars().collect();
        let mut dice = Dice(1);
        let ancestor: Vec<char> = (0..500).map(|_| letters[dice.below(20)]).collect();
        let mut rows = Vec::new();
        for n in 0..200 {
            let mut row = String::new();
            for &own in &ancestor {
                row.push(if dice.below(10) < 7 {
                    own
                } else {
                    letters[dice.below(20)]
                });
            }
            rows.push((format!("s{n}"), row));
        }
        Self::reported(&fasta(&rows), "--max-iterations 3")
    }

    /// A small family whose target, title and files have names that are HTML.
    pub fn evil() -> Self {
        let mut rows = planted_rows(10);
        rows.iter_mut().for_each(|(_, row)| row.truncate(20));
        rows[0].0 = format!("{EVIL}/1-20");
        let made = Self::new();
        made.write("<b>&amp;'family.fa", fasta(&rows));
        made.write(
            "<i>&'assay.csv",
            "mutant,<u>&\"score\nA1C,-1.5\nL2D,0.5\nF3A,0.25\nG4A,1e-7\n",
        );
        made.works("fit <b>&amp;'family.fa -o m.h5 -q --tolerance 1e-3");
        made.works("report m.h5 --mutants <i>&'assay.csv --against <u>&\"score -o page.html -q");
        made
    }

    /// A small family with very long names, and with an assay in a unit of large numbers.
    pub fn long_names() -> Self {
        let long = "a_name_that_goes_on".repeat(12);
        let mut rows = planted_rows(10);
        rows.iter_mut().for_each(|(_, row)| row.truncate(20));
        rows[0].0 = format!("{long}/24000-24019");
        let made = Self::new();
        made.write("family.fa", fasta(&rows));
        made.write(
            &format!("{}.csv", &long[..200]),
            format!("mutant,{long}\nA24000C,-1234567.5\nL24001D,2345678\nF24002A,3500000\n"),
        );
        made.works("fit family.fa -o m.h5 -q --tolerance 1e-3");
        made.works(&format!(
            "report m.h5 --mutants {}.csv --against {long} -o page.html -q",
            &long[..200]
        ));
        made
    }

    /// A model without couplings.
    pub fn independent() -> Self {
        Self::reported(&fasta(&planted_rows(4)), "--method independent")
    }

    /// A model without a target: its positions are columns of the alignment.
    pub fn untargeted() -> Self {
        Self::reported(&fasta(&planted_rows(4)), "--no-focus --tolerance 1e-3")
    }

    /// `pages/index.html` of three families, one of which has a name for which addresses need escapes, and one no page.
    pub fn batch() -> Self {
        let made = Self::new();
        for (k, name) in ["first", "a #2", "third"].into_iter().enumerate() {
            let mut rows = planted_rows(8 + k);
            rows.iter_mut()
                .for_each(|(_, row)| row.truncate(40 + 10 * k));
            rows[0].0 = format!("TARGET{k}/1-{}", 40 + 10 * k);
            made.write(&format!("{name}.fa"), fasta(&rows));
        }
        made.write("bad.fa", ">x\nAC\n>y\nA\n");
        made.write(
            "list.tsv",
            "model\tname\nfirst.fa\tfirst\na #2.fa\ta #2\nthird.fa\tthird\nbad.fa\tbad\n",
        );
        let mut command = Command::new(env!("CARGO_BIN_EXE_potts"));
        command.args(["report", "--batch", "list.tsv", "--out-dir", "pages", "-q"]);
        command
            .current_dir(&made.folder)
            .env("OPENBLAS_NUM_THREADS", "1");
        // One of them has failed, so the whole has.
        assert_eq!(command.output().unwrap().status.code(), Some(1));
        made
    }
}

/// A page that is ready.
pub fn opened<'c>(chrome: &'c Chrome, file: &Path, options: &Options) -> Page<'c> {
    let page = chrome.open(file, options).unwrap();
    page.wait_ready().unwrap();
    page
}

/// A page has complained of nothing, and asked nobody for anything.
pub fn assert_quiet(page: &Page<'_>) {
    assert_eq!(page.complaints().unwrap(), Vec::<String>::new());
    assert_eq!(page.foreign_requests().unwrap(), Vec::<String>::new());
    assert_eq!(page.requests().unwrap()[0], page.url());
}

/// The rows of a table with tabs, its header first.
pub fn cells(table: &str) -> Vec<Vec<String>> {
    let lines = table.lines();
    lines
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

/// The place of a column in a table with a header.
pub fn column(table: &[Vec<String>], name: &str) -> usize {
    table[0].iter().position(|own| own == name).unwrap()
}
