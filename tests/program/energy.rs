//! Energies of any sequences.

use super::support::{Bench, data, gzip};
use std::fmt::Write;

fn bench() -> Bench {
    let bench = Bench::planted();
    std::fs::copy(data("planted.a2m"), bench.path("planted.a2m")).unwrap();
    bench
}

/// Names and rows of the project's own family, the first so many.
fn family(count: usize) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(data("planted.a2m")).unwrap();
    let records = text.split('>').skip(1).take(count);
    let record = records.map(|record| {
        let (name, row) = record.split_once('\n').unwrap();
        (name.to_owned(), row.replace('\n', ""))
    });
    record.collect()
}

fn fasta(records: impl IntoIterator<Item = (String, String)>) -> String {
    records
        .into_iter()
        .fold(String::new(), |mut text, (name, row)| {
            writeln!(text, ">{name}\n{row}").unwrap();
            text
        })
}

fn letters(row: &str) -> String {
    let residues = row.chars().filter(char::is_ascii_alphabetic);
    residues.collect::<String>().to_ascii_uppercase()
}

#[test]
fn energies_are_those_of_the_model() {
    let bench = bench();
    let run = bench.works("energy m.h5 planted.a2m");
    let energies = run.numbers("energy");
    assert_eq!(energies.len(), 3000);
    assert!(run.stderr.contains("potts partition"), "{}", run.stderr);
    // Differences between whole sequences are scores of mutants, and percentiles those of the alignment.
    let mutant = bench
        .works("score-mutants m.h5 P30L:V38A -q")
        .numbers("potts_score")[0];
    let target = letters(&family(1)[0].1);
    let changed: String = target
        .char_indices()
        .map(|(k, letter)| match k + 24 {
            30 => 'L',
            38 => 'A',
            _ => letter,
        })
        .collect();
    bench.write("two.fa", format!(">a\n{target}\n>b\n{changed}\n"));
    let two = bench.works("energy m.h5 two.fa --aligned -q");
    let found = two.numbers("energy");
    assert!(
        (found[0] - found[1] - mutant).abs() < 1e-4,
        "{found:?} {mutant}"
    );
    assert!((found[0] - energies[0]).abs() < 1e-5);
    let percentiles = run.numbers("percentile");
    assert!(percentiles.iter().all(|p| (0.0..=100.0).contains(p)));
    let [energies, independent, differences] =
        ["energy", "independent_energy", "difference"].map(|name| run.numbers(name));
    assert_eq!(energies.len(), 3000);
    for ((energy, independent), difference) in energies.iter().zip(independent).zip(differences) {
        assert!((energy - independent - difference).abs() < 2e-6);
    }
    // Any number of threads, format and packing.
    let csv = bench.works("energy m.h5 planted.a2m -t 1 --format csv -q");
    assert_eq!(csv.stdout.replace(',', "\t"), run.stdout);
    bench.write(
        "p.a2m.gz",
        gzip(std::fs::read(data("planted.a2m")).unwrap()),
    );
    assert_eq!(bench.works("energy m.h5 p.a2m.gz -q").stdout, run.stdout);
    let text = bench.read("planted.a2m");
    let piped = bench.run_with_input("energy m.h5 - -q", &text);
    assert_eq!(piped.stdout, run.stdout);
    let warm = bench
        .works("energy m.h5 two.fa --temperature 2 -q")
        .numbers("energy");
    assert!((2.0 * warm[1] - found[1]).abs() < 1e-5);
}

#[test]
fn unaligned_sequences_find_their_places() {
    let bench = bench();
    let rows = family(400);
    let given = bench.works("energy m.h5 planted.a2m -q");
    // Without gaps, and with something before and behind.
    let longer = rows
        .iter()
        .map(|(name, row)| (name.clone(), format!("GSHM{}GGS", letters(row))));
    bench.write("raw.fa", fasta(longer));
    let run = bench.works("energy m.h5 raw.fa --unaligned");
    assert!(run.stderr.contains("400 of 400"), "{}", run.stderr);
    assert_eq!(run.column("aligned"), ["profile"; 400]);
    let (own, found) = (given.numbers("energy"), run.numbers("energy"));
    let same = (0..400)
        .filter(|&n| (own[n] - found[n]).abs() < 1e-5)
        .count();
    // Gaps of the family stand at random places: some sequences have equally good ones elsewhere.
    assert!(same > 200, "{same}");
    let identity = run.numbers("profile_identity");
    assert!(identity.iter().sum::<f64>() / 400.0 > 0.4);
    // A half has half of the positions.
    let half: String = letters(&rows[0].1).chars().skip(40).collect();
    bench.write("half.fa", format!(">half\n{half}\n"));
    let half = bench.works("energy m.h5 half.fa -q");
    let coverage = half.numbers("coverage")[0];
    assert!((0.4..0.55).contains(&coverage), "{coverage}");
    assert!(half.numbers("percentile")[0] > 50.0);
}

#[test]
fn widths_tell_what_is_aligned() {
    let bench = bench();
    let rows = family(3);
    let own = bench.works("energy m.h5 planted.a2m -q").numbers("energy");
    // 80 columns of the alignment, 78 of the target, 76 that are modelled; A3M without its insertions.
    let target: Vec<char> = rows[0].1.chars().collect();
    let is_column = |k: usize| target[k].is_ascii_alphabetic();
    let is_site = |k: usize| target[k].is_ascii_uppercase();
    let cut = |keep: &dyn Fn(usize) -> bool| {
        let rows = rows.iter().map(|(name, row)| {
            let letters = row.chars().enumerate().filter(|(k, _)| keep(*k));
            (
                name.clone(),
                letters
                    .map(|(_, letter)| letter.to_ascii_uppercase())
                    .collect(),
            )
        });
        fasta(rows.collect::<Vec<(String, String)>>())
    };
    for (name, keep) in [
        ("all", &(|_| true) as &dyn Fn(usize) -> bool),
        ("target", &is_column),
        ("sites", &is_site),
    ] {
        bench.write("some.fa", cut(keep));
        let run = bench.works("energy m.h5 some.fa -q");
        assert_eq!(run.column("aligned"), ["given"; 3], "{name}");
        assert_eq!(run.numbers("energy"), own[..3], "{name}");
    }
    bench.write("wide.fa", ">a\nACD\n>b\nACDEF\n");
    bench.fails("energy m.h5 wide.fa --aligned", 3, &["line 1", "'a'", "76"]);
    let sto = "# STOCKHOLM 1.0\na ACD\nb ACE\n//\n";
    bench.write("s.sto", sto);
    assert_eq!(
        bench.works("energy m.h5 s.sto -q").column("name"),
        ["a", "b"]
    );
}

#[test]
fn probabilities_are_there_where_log_z_is() {
    let bench = bench();
    bench.works("fit planted.a2m --method independent --gaps state -o alone.h5 -q");
    let run = bench.works("energy alone.h5 planted.a2m -q");
    // One sequence has a letter that is no residue, and so no probability.
    let (energy, log_p) = (run.numbers("energy"), run.column("log_probability"));
    let known: Vec<(f64, f64)> = energy
        .iter()
        .zip(&log_p)
        .filter_map(|(energy, log_p)| Some((*energy, log_p.parse().ok()?)))
        .collect();
    assert!(known.len() > 2900);
    let offset = known[0].0 + known[0].1;
    assert!(known.iter().all(|(e, p)| (e + p - offset).abs() < 1e-5));
    assert!(run.numbers("difference").iter().all(|d| d.abs() < 1e-4));
    let perplexity: f64 = run.column("perplexity")[0].parse().unwrap();
    assert!((perplexity - (-known[0].1 / 76.0).exp()).abs() < 1e-3);
    let summary = bench.works("energy alone.h5 planted.a2m --json").json();
    assert!(
        (summary["log_z"].as_f64().unwrap() + offset).abs() < 1e-4,
        "{summary}"
    );
    assert_eq!(
        (&summary["log_z_error"], &summary["sequences"]),
        (&0.0.into(), &3000.into())
    );
    // Of independent positions log Z is known at any temperature, of others at none.
    let cold = bench.works("energy alone.h5 planted.a2m --temperature 0.5 -q");
    assert!(!cold.column("log_probability")[0].is_empty());
    let cold = bench.works("energy m.h5 planted.a2m --temperature 0.5");
    assert!(
        cold.stderr.contains("at this temperature"),
        "{}",
        cold.stderr
    );
    assert!(cold.column("log_probability").iter().all(|p| p.is_empty()));
}

#[test]
fn odd_sequences_are_told() {
    let bench = bench();
    let target = letters(&family(1)[0].1);
    let masked = target.replacen('A', "X", 1);
    bench.write("odd.fa", format!(">a\n{masked}*\n>a\n{target}\n"));
    let run = bench.works("energy m.h5 odd.fa");
    assert!(
        run.stderr.contains("no residue") && run.stderr.contains("there before"),
        "{}",
        run.stderr
    );
    assert_eq!(run.column("unknown"), ["1", "0"]);
    let shifted = format!("{}{}", &target[9..], &target[..9]);
    bench.write("shifted.fa", format!(">a\n{shifted}\n"));
    let run = bench.works("energy m.h5 shifted.fa");
    assert!(run.stderr.contains("--unaligned"), "{}", run.stderr);
    for (text, words) in [
        ("", &["empty"][..]),
        (">a\n>b\nACD\n", &["line 1", "'a'", "empty"]),
        (">a\nACD\n>b\nAC1\n", &["line 3", "'b'", "'1'"]),
        ("ACD\n>b\nACD\n", &["odd.fa"]),
        ("1,2\n", &["odd.fa"]),
    ] {
        bench.write("odd.fa", text);
        bench.fails("energy m.h5 odd.fa", 3, words);
    }
    for (arguments, code, words) in [
        ("energy m.h5", 2, "which sequences"),
        ("energy missing.h5 odd.fa", 1, "missing.h5"),
        ("energy m.h5 missing.fa", 1, "missing.fa"),
        ("energy m.h5 two.fa --temperature 0", 2, "temperature"),
        ("energy m.h5 two.fa --aligned --unaligned", 2, "--unaligned"),
        ("energy m.h5 two.fa --json --format csv", 2, "--output"),
        ("energy m.h5 odd.fa -o odd.fa --force", 2, "written over"),
    ] {
        bench.fails(arguments, code, &[words]);
    }
}

#[test]
fn a_list_of_models_has_energies() {
    let bench = bench();
    bench.write("list.txt", "model\nm.h5\n");
    bench.works("energy --batch list.txt --file planted.a2m --out-dir energies -q");
    let table = bench.read("energies/m.tsv");
    assert_eq!(table.lines().count(), 3001);
    bench.fails(
        "energy --batch list.txt --file - --out-dir other",
        2,
        &["--file"],
    );
}

/// A model of four fifths of the family, the others, and these with their columns shuffled.
fn left_out() -> Bench {
    let bench = Bench::new();
    let rows = family(3000).into_iter().enumerate();
    let (out, kept): (Vec<_>, Vec<_>) = rows.partition(|(n, _)| n % 5 == 4);
    let [out, kept] =
        [out, kept].map(|rows| rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>());
    let (count, width) = (out.len(), out[0].1.len());
    let letters: Vec<&[u8]> = out.iter().map(|(_, row)| row.as_bytes()).collect();
    let shuffled = (0..count).map(|n| {
        let row = (0..width).map(|i| char::from(letters[(n + i * 37 + i * i * 11) % count][i]));
        (format!("fake{n}"), row.collect())
    });
    bench.write("fake.a2m", fasta(shuffled));
    bench.write("kept.a2m", fasta(kept));
    bench.write("out.a2m", fasta(out));
    bench.works("fit kept.a2m -o kept.h5 -q");
    bench
}

#[test]
fn verdicts_tell_fakes_from_sequences_left_out() {
    let bench = left_out();
    let run = bench.works("energy kept.h5 out.a2m --verdict --false-alarm 0.1 --aligned");
    let words = "10.0 % of such count as outside";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    let outside = |run: &super::support::Run| {
        let verdicts = run.column("verdict");
        verdicts.iter().filter(|word| **word == "outside").count() as f64 / verdicts.len() as f64
    };
    // Near relatives of these are in the model, so that alarms are fewer than asked for.
    assert!(outside(&run) < 0.15, "{}", outside(&run));
    for (p, verdict) in run.numbers("p_value").iter().zip(run.column("verdict")) {
        let is_outside = verdict == "outside";
        assert!(
            if is_outside {
                *p < 0.10001
            } else {
                *p > 0.09999
            },
            "{p} {verdict}"
        );
    }
    let fakes = bench.works("energy kept.h5 fake.a2m --verdict --false-alarm 0.1 --aligned -q");
    assert!(outside(&fakes) > 0.9, "{}", outside(&fakes));
    let again =
        bench.works("energy kept.h5 fake.a2m --verdict --false-alarm 0.1 --aligned -q -t 1");
    assert_eq!(again.stdout, fakes.stdout);
}

#[test]
fn verdicts_that_cannot_be_are_refused() {
    let bench = bench();
    bench.works("fit family.fa -o small.h5 -q");
    bench.works("fit family.fa -o without.h5 --no-sequences -q");
    for (arguments, code, words) in [
        ("energy small.h5 family.fa --verdict", 1, "too small"),
        ("energy without.h5 family.fa --verdict", 1, "--no-sequences"),
        (
            "energy m.h5 planted.a2m --verdict --false-alarm 1e-9",
            2,
            "--false-alarm",
        ),
        ("energy m.h5 planted.a2m --false-alarm 0.1", 2, "--verdict"),
        (
            "energy m.h5 planted.a2m --verdict --false-alarm 1",
            2,
            "share",
        ),
    ] {
        bench.fails(arguments, code, &[words]);
    }
}
