//! Whole commands on any bytes: what a fit accepts, every command reads. Compiled into the tests of the program, which run it as a process
//! of its own, and into the fuzz target `commands`, which runs it within.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

/// Runs the program with these arguments, its own name not among them; returns its exit code.
pub type Program<'a> = &'a dyn Fn(&[OsString]) -> i32;

/// Bytes of an alignment that are looked at: enough for every format, and few enough for thousands of fits a minute.
const LONGEST: usize = 1024;
/// What a fit may take. It refuses what needs more, so that a fit takes milliseconds.
const MEMORY: &str = "24M";

const FORMATS: [&str; 13] = [
    "auto",
    "fasta",
    "a2m",
    "a3m",
    "stockholm",
    "clustal",
    "aln",
    "pir",
    "msf",
    "phylip",
    "nexus",
    "auto",
    "auto",
];
const METHODS: [&[&str]; 4] = [
    &["--method", "mean-field"],
    &["--method", "plm", "--max-iterations", "2"],
    &["--method", "plm-asymmetric", "--max-iterations", "2"],
    &["--method", "independent"],
];
const TARGETS: [&[&str]; 6] = [
    &[],
    &["--like", "plmc"],
    &["--no-focus"],
    &["--columns", "reference"],
    &["--offset", "3"],
    &["--query", "2"],
];
const ROWS: [&[&str]; 3] = [
    &["--min-sequence-coverage", "0"],
    &["--min-sequence-coverage", "0", "--unknown", "gap"],
    &[],
];
const CHAINS: [&[&str]; 3] = [&[], &["--chains", "4,4"], &[]];

/// Fits a model to `bytes` and gives it to the other commands. The first four bytes choose the options of the fit, the others are the
/// alignment. Returns the exit code of the fit.
pub fn run(bytes: &[u8], program: Program) -> Option<i32> {
    let (&[format, method, target, rows], alignment) = bytes.split_first_chunk()?;
    if alignment.len() > LONGEST {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let scratch = Scratch(folder.path());
    fs::write(scratch.file("family"), alignment).unwrap();

    let mut reading = vec!["--input-format", chosen(&FORMATS, format)];
    reading.extend(chosen(&TARGETS, target));
    reading.extend(chosen(&ROWS, rows));
    reading.extend(chosen(&CHAINS, rows / 16));
    let mut fit = vec!["fit", "family", "-o", "model.h5", "--max-memory", MEMORY];
    fit.extend(chosen(&METHODS, method));
    fit.extend(&reading);
    let code = scratch.run(program, &fit);
    assert!([0, 1, 2, 3].contains(&code), "{fit:?}: exit code {code}");
    assert_eq!(scratch.file("model.h5").exists(), code == 0, "{fit:?}");
    if code == 0 {
        scratch.read_model(program, !reading.contains(&"--no-focus"));
        let weights = [&["weights", "family"][..], &reading].concat();
        assert_eq!(scratch.run(program, &weights), 0, "{weights:?}");
    }
    Some(code)
}

fn chosen<T: Copy>(choices: &[T], byte: u8) -> T {
    choices[usize::from(byte) % choices.len()]
}

/// A folder where the program runs.
struct Scratch<'a>(&'a Path);

impl Scratch<'_> {
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Names with a `.`, and that of the alignment, stand for files of the folder.
    fn run(&self, program: Program, words: &[&str]) -> i32 {
        let is_file = |word: &str| {
            word == "family"
                || word.ends_with(".h5")
                || word.ends_with(".npz")
                || word.ends_with(".tsv")
        };
        let argument = |word: &&str| match is_file(word) {
            true => self.file(word).into(),
            false => OsStr::new(word).to_os_string(),
        };
        let mut arguments: Vec<OsString> = words.iter().map(argument).collect();
        arguments.extend(["--quiet".into(), "--threads".into(), "1".into()]);
        program(&arguments)
    }

    /// Every command reads the model of a fit, and what another command wrote of it.
    fn read_model(&self, program: Program, has_target: bool) {
        let accepted = |words: &[&str]| {
            let code = self.run(program, words);
            assert_eq!(code, 0, "{words:?}");
        };
        accepted(&["info", "model.h5"]);
        accepted(&["info", "model.h5", "--map", "--json"]);
        accepted(&["convert", "model.h5", "model.npz"]);
        accepted(&["info", "model.npz"]);
        let contacts = self.run(program, &["contacts", "model.h5", "-o", "contacts.tsv"]);
        assert!([0, 1].contains(&contacts), "contacts: exit code {contacts}");
        let all = ["score-mutants", "model.h5", "--all-single", "-o", "all.tsv"];
        if has_target {
            accepted(&all);
            let again = self.run(
                program,
                &[
                    "score-mutants",
                    "model.h5",
                    "--file",
                    "all.tsv",
                    "-o",
                    "again.tsv",
                ],
            );
            // A target whose residues are all unknown has no mutants: a table without rows is refused.
            assert!([0, 3].contains(&again), "its own table: exit code {again}");
        } else {
            let code = self.run(program, &all);
            assert!(
                [0, 1, 3].contains(&code),
                "without a target: exit code {code}"
            );
        }
    }
}
