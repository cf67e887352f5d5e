//! The program in a folder of its own.
//!
//! Of the library these tests know what its front gives away: [`open`], and what a [`Model`] offers.

#[path = "../../common/files.rs"]
mod files;

pub use files::{FAMILY, checkout, data, part_of_planted, shared, text};
pub use potts::Model;

use assert_cmd::Command;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_potts");

/// The model in a file.
pub fn open(path: &Path) -> Model {
    potts::open(path).unwrap()
}

/// Text, or other bytes, packed by gzip.
pub fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// SHA-256 of a file, in hexadecimal.
pub fn sha256(path: &Path) -> String {
    let digest = Sha256::digest(fs::read(path).unwrap());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two models have the same fields and couplings.
pub fn same_numbers(one: &Model, other: &Model) -> bool {
    one.fields() == other.fields() && one.couplings() == other.couplings()
}

/// Looks at an HDF5 file with the library itself.
pub fn look(path: &Path, see: impl FnOnce(&hdf5::File)) {
    see(&unlocked().open(path).unwrap());
}

/// Changes one, as a user's script would.
pub fn edit(path: &Path, change: impl FnOnce(&hdf5::File)) {
    let file = unlocked().open_rw(path).unwrap();
    change(&file);
    without_checksums(&file);
    file.close().unwrap();
}

/// Makes a file one of before there were checksums, which whoever changes it cannot know.
fn without_checksums(file: &hdf5::File) {
    let Ok(minor) = file.attr("schema_minor") else {
        return;
    };
    if minor.read_scalar::<u64>().unwrap() == 3 {
        minor.write_scalar(&2u64).unwrap();
    }
}

/// Where the couplings of a model file of this program start.
pub fn start_of_couplings(path: &Path) -> usize {
    let file = unlocked().open(path).unwrap();
    let offset = file.dataset("model/couplings").unwrap().offset();
    usize::try_from(offset.unwrap()).unwrap()
}

/// Copies an HDF5 file into the layout that other programs give theirs: headers without checksums, arrays in chunks, `packed` by gzip.
pub fn relaid(from: &Path, to: &Path, packed: bool) {
    let (from, to) = (
        unlocked().open(from).unwrap(),
        unlocked().create(to).unwrap(),
    );
    copy_members(&from, &to, packed);
    to.close().unwrap();
}

fn copy_members(from: &hdf5::Group, to: &hdf5::Group, packed: bool) {
    copy_attributes(from, to);
    for group in from.groups().unwrap() {
        let name = group.name();
        let name = name.rsplit('/').next().unwrap();
        copy_members(&group, &to.create_group(name).unwrap(), packed);
    }
    for dataset in from.datasets().unwrap() {
        use hdf5::types::{FixedAscii, FloatSize, IntSize, TypeDescriptor};
        match dataset.dtype().unwrap().to_descriptor().unwrap() {
            TypeDescriptor::Float(FloatSize::U4) => copy_array::<f32>(&dataset, to, packed),
            TypeDescriptor::Float(FloatSize::U8) => copy_array::<f64>(&dataset, to, packed),
            TypeDescriptor::Unsigned(IntSize::U1) => copy_array::<u8>(&dataset, to, packed),
            TypeDescriptor::Unsigned(IntSize::U4) => copy_array::<u32>(&dataset, to, packed),
            TypeDescriptor::Unsigned(IntSize::U8) => copy_array::<u64>(&dataset, to, packed),
            TypeDescriptor::FixedAscii(1) => copy_array::<FixedAscii<1>>(&dataset, to, packed),
            other => panic!("{}: {other}", dataset.name()),
        }
    }
}

fn copy_array<T: hdf5::H5Type>(from: &hdf5::Dataset, to: &hdf5::Group, packed: bool) {
    let name = from.name();
    let name = name.rsplit('/').next().unwrap();
    let values = from.read_dyn::<T>().unwrap();
    let chunk: Vec<usize> = values.shape().iter().map(|n| n.div_ceil(2)).collect();
    let mut builder = to.new_dataset::<T>().chunk(chunk);
    if packed {
        builder = builder.deflate(4);
    }
    let copy = builder.shape(values.shape()).create(name).unwrap();
    copy.write(&values).unwrap();
    copy_attributes(from, &copy);
}

fn copy_attributes(from: &hdf5::Location, to: &hdf5::Location) {
    use hdf5::types::{FloatSize, IntSize, TypeDescriptor, VarLenUnicode};
    for name in from.attr_names().unwrap() {
        let attribute = from.attr(&name).unwrap();
        match attribute.dtype().unwrap().to_descriptor().unwrap() {
            TypeDescriptor::VarLenUnicode => copy_value::<VarLenUnicode>(&attribute, &name, to),
            TypeDescriptor::Float(FloatSize::U8) => copy_value::<f64>(&attribute, &name, to),
            TypeDescriptor::Unsigned(IntSize::U4) => copy_value::<u32>(&attribute, &name, to),
            TypeDescriptor::Unsigned(IntSize::U8) => copy_value::<u64>(&attribute, &name, to),
            TypeDescriptor::Boolean => copy_value::<bool>(&attribute, &name, to),
            other => panic!("{name}: {other}"),
        }
    }
}

fn copy_value<T: hdf5::H5Type>(from: &hdf5::Attribute, name: &str, to: &hdf5::Location) {
    let value = from.read_scalar::<T>().unwrap();
    let attribute = to.new_attr::<T>().create(name).unwrap();
    attribute.write_scalar(&value).unwrap();
}

/// Without a lock: a test that starts a process at this moment hands it every open file, and the lock with it.
fn unlocked() -> hdf5::file::FileBuilder {
    let mut options = hdf5::File::with_options();
    options.access_plist().file_locking(false);
    options
}

/// A folder where the program runs.
pub struct Bench {
    pub folder: TempDir,
}

/// What a run of the program left.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Standard output, which is JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The numbers of one column, which has no empty cell.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        let cells = self.column(name);
        cells.iter().map(|cell| cell.parse().unwrap()).collect()
    }

    /// The cells of one column of a table with tabs.
    pub fn column(&self, name: &str) -> Vec<&str> {
        let mut lines = self.stdout.lines().map(|line| line.split('\t').collect());
        let header: Vec<&str> = lines.next().unwrap();
        let at = header.iter().position(|column| *column == name).unwrap();
        lines.map(|cells: Vec<&str>| cells[at]).collect()
    }
}

/// OpenBLAS starts threads of its own when it is loaded. The program does not use them, and they wait for work by turning in circles: a
/// tenth of the time of these tests.
const IDLE_THREADS: (&str, &str) = ("OPENBLAS_NUM_THREADS", "1");

impl Bench {
    /// With `family.fa`.
    pub fn new() -> Self {
        let bench = Self {
            folder: TempDir::new().unwrap(),
        };
        bench.write("family.fa", FAMILY);
        bench
    }

    /// With `family.h5` as well.
    pub fn with_model() -> Self {
        let bench = Self::new();
        bench.works("fit family.fa -q");
        bench
    }

    /// With `m.h5`, a model of the planted family, which is fitted once.
    pub fn planted() -> Self {
        static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
        let bench = Self::new();
        let model = MODEL.get_or_init(|| {
            let planted = data("planted.a2m").display().to_string();
            bench.works(&format!("fit {planted} -o m.h5 -q --tolerance 1e-3"));
            std::fs::read(bench.path("m.h5")).unwrap()
        });
        bench.write("m.h5", model);
        bench
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

    /// The model in a file of the folder.
    pub fn model(&self, name: &str) -> Model {
        open(&self.path(name))
    }

    /// Names of all files of the folder, by the alphabet.
    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Standard output of a command that prints JSON.
    pub fn json(&self, arguments: &str) -> serde_json::Value {
        self.works(&format!("{arguments} --json")).json()
    }

    /// Runs `potts` with blank-separated arguments.
    pub fn run(&self, arguments: &str) -> Run {
        self.run_with_input(arguments, "")
    }

    pub fn run_with_input(&self, arguments: &str, input: &str) -> Run {
        let mut command = Command::new(PROGRAM);
        command
            .current_dir(&self.folder)
            .args(arguments.split_whitespace())
            .env(IDLE_THREADS.0, IDLE_THREADS.1)
            .write_stdin(input);
        let output = command.output().unwrap();
        let run = Run {
            code: output.status.code().expect("not killed by a signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        run
    }

    /// Runs a command that must succeed.
    pub fn works(&self, arguments: &str) -> Run {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "potts {arguments}\n{}", run.stderr);
        run
    }

    /// Runs a command that must fail with `code`, print nothing to standard output, and say all of `words`.
    pub fn fails(&self, arguments: &str, code: i32, words: &[&str]) {
        let before = self.files();
        let run = self.run(arguments);
        assert_eq!(run.code, code, "potts {arguments}\n{}", run.stderr);
        assert_eq!(run.stdout, "", "potts {arguments}");
        assert!(run.stderr.contains("error"), "{}", run.stderr);
        for word in words {
            assert!(
                run.stderr.contains(word),
                "potts {arguments} does not say '{word}':\n{}",
                run.stderr
            );
        }
        assert_eq!(
            self.files(),
            before,
            "potts {arguments} left something behind"
        );
    }

    /// Starts `potts`, which is not waited for.
    pub fn start(&self, arguments: &str) -> Child {
        std::process::Command::new(PROGRAM)
            .args(arguments.split_whitespace())
            .current_dir(&self.folder)
            .env(IDLE_THREADS.0, IDLE_THREADS.1)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs a bash script in which `potts` is the program.
    #[cfg(unix)]
    pub fn script(&self, script: &str) -> std::process::Output {
        std::process::Command::new("bash")
            .args(["-c", &script.replace("potts ", &format!("'{PROGRAM}' "))])
            .current_dir(&self.folder)
            .output()
            .unwrap()
    }
}

/// Sends a signal; a process that has just ended does not mind.
#[cfg(unix)]
pub fn send(signal: rustix::process::Signal, child: &Child) {
    let id = i32::try_from(child.id()).unwrap();
    let id = rustix::process::Pid::from_raw(id).unwrap();
    rustix::process::kill_process(id, signal).unwrap();
}

/// Waits until `holds`, for a minute at most.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}
