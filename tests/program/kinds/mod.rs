//! Every kind of model, from every source, with every command: what works says something that makes sense, and what does not is refused by name.
//! The tables of `docs/kinds.md` are made of what happens here.

mod asked;
mod chapter;
mod foreign;
mod made;
mod molecules;

use crate::support::Bench;
use asked::{Asked, GROUPS};
use made::{KINDS, Kind};
use std::sync::Mutex;

/// What became of a command.
#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    Works,
    /// In these words.
    Refused(String),
}

/// Runs one that may be refused, but then in words that name what is missing and what to do.
fn outcome(bench: &Bench, kind: &Kind, asked: &Asked) -> Outcome {
    let outcomes: Vec<Outcome> = asked
        .commands
        .iter()
        .map(|command| {
            let command = kind.fill(command);
            let run = bench.run(&command);
            if run.code == 0 {
                (asked.check)(bench, kind, &run);
                return Outcome::Works;
            }
            let told = format!("potts {command}: {}\n{}", run.code, run.stderr);
            assert!((1..=3).contains(&run.code), "{told}");
            assert!(run.stdout.is_empty(), "{told}{}", run.stdout);
            let words = refusal(&run.stderr, &told).replace(kind.file, "MODEL");
            // The same, whatever the letters.
            Outcome::Refused(words.replace(&format!("'{}'", kind.letters), "'LETTERS'"))
        })
        .collect();
    let first = outcomes[0].clone();
    assert!(
        outcomes.iter().all(|outcome| *outcome == first),
        "{}, {}: {outcomes:?}",
        kind.title,
        asked.heading
    );
    first
}

/// The words of a refusal in two lines: what is the matter, and what to do.
fn refusal(stderr: &str, told: &str) -> String {
    let lines: Vec<&str> = stderr
        .lines()
        .skip_while(|line| !line.starts_with("error: "))
        .map(str::trim)
        .collect();
    assert!(lines.len() > 1, "no word on what to do: {told}");
    let problem = lines[0].trim_start_matches("error: ");
    format!("{problem}\n{}", lines[1..].join(" ").trim_end())
}

/// All cells of a table: a row a kind.
fn measured(bench: &Bench, group: &[Asked]) -> Vec<Vec<Outcome>> {
    let next = Mutex::new(0..KINDS.len());
    let rows = Mutex::new(vec![Vec::new(); KINDS.len()]);
    let work = || {
        while let Some(k) = { next.lock().unwrap().next() } {
            let row = group.iter().map(|asked| outcome(bench, &KINDS[k], asked));
            let row = row.collect();
            rows.lock().unwrap()[k] = row;
        }
    };
    std::thread::scope(|scope| {
        let threads = [scope.spawn(work), scope.spawn(work)];
        for thread in threads {
            thread.join().unwrap();
        }
    });
    rows.into_inner().unwrap()
}

#[test]
fn every_command_takes_every_kind_or_says_why_not() {
    let bench = made::all();
    let tables: Vec<Vec<Vec<Outcome>>> = GROUPS
        .iter()
        .map(|(_, group)| measured(&bench, group))
        .collect();
    chapter::check(&tables);
}
