//! Sequences drawn from a model.

use super::support::{Bench, data};

fn bench() -> Bench {
    let bench = Bench::planted();
    std::fs::copy(data("planted.a2m"), bench.path("planted.a2m")).unwrap();
    bench
}

/// Names and sequences of a FASTA text.
fn records(text: &str) -> Vec<(String, String)> {
    let records = text.split('>').skip(1);
    records
        .map(|record| {
            let (name, sequence) = record.split_once('\n').unwrap();
            (name.to_owned(), sequence.replace('\n', ""))
        })
        .collect()
}

#[test]
fn sequences_are_as_many_as_asked_for_and_like_the_family() {
    let bench = bench();
    let run = bench.works("sample m.h5 -n 300 --seed 7");
    let found = records(&run.stdout);
    assert_eq!(found.len(), 300);
    assert!(run.stderr.contains("chains mix"), "{}", run.stderr);
    assert!(run.stderr.contains("--gaps state"), "{}", run.stderr);
    for (name, sequence) in &found {
        assert_eq!(sequence.len(), 76);
        assert!(sequence.bytes().all(|letter| letter.is_ascii_uppercase()));
        for word in ["sample_", "energy=", "identity=", "temperature=1"] {
            assert!(name.contains(word), "{name}");
        }
    }
    // The same seed gives the same, on any number of threads and in any format; another seed gives others.
    let table = bench.works("sample m.h5 -n 300 --seed 7 -t 1 --format tsv -q");
    let sequences: Vec<&str> = found
        .iter()
        .map(|(_, sequence)| sequence.as_str())
        .collect();
    assert_eq!(table.column("sequence"), sequences);
    let other = bench.works("sample m.h5 -n 300 --seed 8 -q");
    assert!(other.stdout != run.stdout);
    // Energies are those of the model: colder ones are lower.
    let mean = |numbers: Vec<f64>| numbers.iter().sum::<f64>() / numbers.len() as f64;
    let warm = mean(table.numbers("energy"));
    let cold = bench.works("sample m.h5 -n 300 --temperature 0.5 --format csv -q");
    let cold: Vec<f64> = cold
        .stdout
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap().parse().unwrap())
        .collect();
    assert!(mean(cold) < warm - 20.0, "{warm}");
}

#[test]
fn frequencies_of_samples_are_those_of_the_family() {
    let bench = bench();
    bench.works("fit planted.a2m --gaps state -o gaps.h5 -q");
    let run = bench.works("sample gaps.h5 -n 4096 --format a2m -o s.a2m -q");
    assert_eq!(run.stdout, "");
    let text = bench.read("s.a2m");
    assert!(
        records(&text)
            .iter()
            .any(|(_, sequence)| sequence.contains('-'))
    );
    // Two positions of the target are not modelled: they stand there in small letters.
    assert!(
        records(&text)
            .iter()
            .all(|(_, s)| s.len() == 78 && s.bytes().filter(u8::is_ascii_lowercase).count() == 2)
    );
    bench.works("fit s.a2m --gaps state --no-reweighting -o again.h5 -q");
    let shares = |name: &str| -> Vec<f64> {
        let model = bench.model(name);
        let family = model.family.as_ref().unwrap();
        family.frequencies.sites().iter().copied().collect()
    };
    let (own, drawn) = (shares("gaps.h5"), shares("again.h5"));
    assert_eq!(own.len(), drawn.len());
    let off = own.iter().zip(&drawn).map(|(a, b)| (a - b) * (a - b));
    let off = (off.sum::<f64>() / own.len() as f64).sqrt();
    assert!(off < 0.02, "{off}");
}

#[test]
fn sequences_made_of_the_target_keep_what_is_kept() {
    let bench = bench();
    let run = bench.works("sample m.h5 -n 200 --max-mutations 4 --keep 60-101 --format tsv");
    assert!(run.stderr.contains("may change"), "{}", run.stderr);
    let counts = run.numbers("mutations");
    assert!(counts.iter().all(|count| (0.0..=4.0).contains(count)));
    assert!(counts.contains(&4.0));
    for mutant in run.column("mutant") {
        for change in mutant.split(':').filter(|change| !change.is_empty()) {
            let position: u64 = change[1..change.len() - 1].parse().unwrap();
            assert!((24..60).contains(&position), "{mutant}");
        }
    }
    // They score as their mutants do.
    let (energies, mutants) = (run.numbers("energy"), run.column("mutant"));
    let two: Vec<usize> = (0..200)
        .filter(|&k| mutants[k].contains(':'))
        .take(2)
        .collect();
    let [one, other] = two[..] else {
        panic!("{mutants:?}")
    };
    let scores = bench.works(&format!(
        "score-mutants m.h5 {} {} -q",
        mutants[one], mutants[other]
    ));
    let scores = scores.numbers("potts_score");
    let difference = energies[other] - energies[one];
    assert!(
        (scores[0] - scores[1] - difference).abs() < 1e-4,
        "{scores:?} {difference}"
    );
}

#[test]
fn cooling_and_exchanging_temperatures_work() {
    let bench = bench();
    let cooled = bench.works("sample m.h5 -n 20 --anneal 1:0.2 --sweeps 200 --format tsv -q");
    assert_eq!(cooled.column("temperature"), ["0.2"; 20]);
    let run = bench.works("sample m.h5 -n 64 --tempering 4 --temperature 0.4 --json");
    let summary = run.json();
    assert_eq!(summary["number"], 64);
    assert!(
        summary["fewest_exchanges"].as_f64().unwrap() > 0.05,
        "{summary}"
    );
    assert!(summary["mixing_sweeps"].as_u64().unwrap() > 0, "{summary}");
    let metropolis = bench.works("sample m.h5 -n 8 --sampler metropolis --burn-in 9 --thin 3 -q");
    assert_eq!(records(&metropolis.stdout).len(), 8);
}

#[test]
fn a_list_of_models_is_sampled() {
    let bench = bench();
    bench.write("list.txt", "model\tnumber\nm.h5\t10\n");
    bench.works("sample --batch list.txt --out-dir samples -q");
    assert_eq!(records(&bench.read("samples/m.fasta")).len(), 10);
}

#[test]
fn wrong_wishes_are_refused() {
    let bench = bench();
    bench.works("fit family.fa --no-focus -o columns.h5 -q");
    bench.works("fit family.fa --no-sequences -o without.h5 -q");
    for (arguments, code, words) in [
        ("sample missing.h5", 1, "missing.h5"),
        ("sample family.fa", 3, "family.fa"),
        ("sample m.h5 -n 0", 2, "-n"),
        ("sample m.h5 --temperature 0", 2, "temperature"),
        ("sample m.h5 --temperature nan", 2, "temperature"),
        ("sample m.h5 --anneal 1", 2, "1:0.3"),
        (
            "sample m.h5 --anneal 1:0.3 --temperature 2",
            2,
            "--temperature",
        ),
        ("sample m.h5 --sweeps 9", 2, "--anneal"),
        ("sample m.h5 --tempering 1", 2, "2"),
        ("sample m.h5 --tempering 4 --hottest 0.5", 2, "hottest"),
        ("sample m.h5 --keep 500", 2, "500"),
        ("sample m.h5 --keep 24-101", 2, "no position may change"),
        ("sample m.h5 --keep 30 --start profile", 2, "--start"),
        ("sample columns.h5 --max-mutations 3", 2, "no target"),
        ("sample columns.h5 --start target", 2, "no target"),
        ("sample without.h5 --start natural", 2, "no sequences"),
        ("sample m.h5 -o m.h5 --force", 2, "written over"),
        ("sample m.h5 --json --format tsv", 2, "--output"),
        (
            "sample m.h5 --temperature 0.02 --max-sweeps 16",
            1,
            "do not mix",
        ),
    ] {
        bench.fails(arguments, code, &[words]);
    }
    bench.works("sample m.h5 -n 8 -o there.fasta -q");
    bench.fails(
        "sample m.h5 -n 8 -o there.fasta",
        1,
        &["there.fasta", "--force"],
    );
    // No word of sequences that it does not hold.
    let run = bench.works("sample without.h5 -n 8 -q");
    assert!(!run.stdout.contains("identity="), "{}", run.stdout);
}
