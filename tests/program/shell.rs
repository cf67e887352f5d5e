//! What shells and `man` get: completions and manual pages.

use crate::support::Bench;
use std::fs;
use std::process::Command;

const COMMANDS: [&str; 22] = [
    "evaluate",
    "energy",
    "sample",
    "partition",
    "fit",
    "report",
    "plot",
    "contacts",
    "score-mutants",
    "weights",
    "objective",
    "info",
    "convert",
    "completions",
    "man",
    "batch-status",
    "merge",
    "plan",
    "positions",
    "epistasis",
    "design",
    "calibrate",
];

/// Standard output of a command that must succeed.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_shell_gets_all_commands_and_options() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = bench.run(&format!("completions {shell}"));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}");
        for word in COMMANDS.into_iter().chain(["min-separation", "lambda-j"]) {
            assert!(run.stdout.contains(word), "{shell} does not know {word}");
        }
    }
    bench.fails("completions csh", 2, &["csh", "bash"]);
}

#[test]
fn bash_completes_commands_options_and_values() {
    let bench = Bench::new();
    bench.write("potts.bash", bench.run("completions bash").stdout);
    let script = bench.path("potts.bash");
    output(Command::new("bash").arg("-n").arg(&script));
    let complete = |words: &str, at: usize| {
        // Bash calls the function with the command, the word to complete and the one before.
        let call = format!(
            r#"source "$0"; words=({words}); COMP_WORDS=("${{words[@]}}"); COMP_CWORD={at}
               _potts potts "${{words[{at}]}}" "${{words[{at} - 1]}}"; echo "${{COMPREPLY[*]}}""#
        );
        let replies = output(Command::new("bash").arg("-c").arg(call).arg(&script));
        replies.trim().to_owned()
    };
    assert_eq!(complete("potts sco", 1), "score-mutants");
    assert_eq!(complete("potts contacts --min-s", 2), "--min-separation");
    assert_eq!(complete("potts contacts --score d", 3), "di");
}

#[test]
fn every_command_has_a_page() {
    let bench = Bench::new();
    let run = bench.run("man --out-dir share/man1");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let mut names = vec!["potts.1".to_owned()];
    names.extend(COMMANDS.map(|command| format!("potts-{command}.1")));
    names.sort();
    let folder = bench.path("share/man1");
    let mut found: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, names);
    for name in &found {
        let page = fs::read_to_string(folder.join(name)).unwrap();
        for part in [".TH potts", ".SH NAME", ".SH SYNOPSIS", "threads"] {
            assert!(page.contains(part), "{name} has no {part}");
        }
    }
    let whole = fs::read_to_string(folder.join("potts.1")).unwrap();
    assert!(whole.contains("potts\\-fit(1)") && whole.contains("Exit codes:"));
    bench.fails(
        "man --out-dir share/man1",
        1,
        &["exists already", "--force"],
    );
    assert_eq!(bench.run("man --out-dir share/man1 --force").code, 0);
}

#[test]
fn a_page_is_that_of_its_command() {
    let bench = Bench::new();
    let whole = bench.run("man").stdout;
    assert!(whole.contains(".SH SUBCOMMANDS"));
    let page = bench.run("man contacts").stdout;
    assert!(page.contains("min\\-separation") && !page.contains("lambda\\-h"));
    // Tables and examples keep their lines.
    let notes = page.split(".SH NOTES\n").nth(1).unwrap();
    assert!(notes.starts_with(".nf\n") && notes.contains("\nColumns of the table:\n  rank "));
    let examples = page.split(".SH EXAMPLES\n").nth(1).unwrap();
    assert!(examples.starts_with(".nf\n") && examples.contains("\n  potts contacts model.h5"));
    bench.fails("man fits", 2, &["no command fits", "contacts"]);
    bench.fails("man fit --out-dir pages", 2, &["--out-dir"]);
}
