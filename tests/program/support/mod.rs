//! The program in a folder of its own.

use assert_cmd::Command;
use std::fs;
use tempfile::TempDir;

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

/// A folder with `family.fa`, where the program runs.
pub struct Bench {
    pub folder: TempDir,
}

/// What a run of the program left.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Bench {
    pub fn new() -> Self {
        let bench = Self {
            folder: TempDir::new().unwrap(),
        };
        bench.write("family.fa", FAMILY);
        bench
    }

    pub fn with_model() -> Self {
        let bench = Self::new();
        assert_eq!(bench.run("fit family.fa -q").code, 0);
        bench
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path(name), contents).unwrap();
    }

    /// Runs `potts` with blank-separated arguments.
    pub fn run(&self, arguments: &str) -> Run {
        self.run_with_input(arguments, "")
    }

    pub fn run_with_input(&self, arguments: &str, input: &str) -> Run {
        let mut command = Command::cargo_bin("potts").unwrap();
        command
            .current_dir(&self.folder)
            .args(arguments.split_whitespace())
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

    /// Runs a bash script in which `potts` is the program.
    #[cfg(unix)]
    pub fn script(&self, script: &str) -> std::process::Output {
        let program = assert_cmd::cargo::cargo_bin("potts");
        std::process::Command::new("bash")
            .args([
                "-c",
                &script.replace("potts ", &format!("'{}' ", program.display())),
            ])
            .current_dir(&self.folder)
            .output()
            .unwrap()
    }

    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}
