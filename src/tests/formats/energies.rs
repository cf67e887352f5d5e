//! Energies summed up from the bytes of other programs' files, against those of the models read from them.

use super::{assert_same, bytes, other, through, unzipped};
use crate::alphabet::GapTreatment;
use crate::io::models::read;
use crate::model::couplings::{pair_sites, pairs};
use crate::tests::support::shared;
use tempfile::TempDir;

/// A converted file of plmc's own, of real size, against energies summed up from its bytes.
#[test]
fn a_golden_file_of_plmc_comes_back_and_gives_its_energies() {
    let Some(path) = shared("golden/peers/PF00014/plmc64.params.gz") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let fitted = read(&path).unwrap();
    let kept = through(&fitted, &folder, "kept.h5");
    let file = unzipped(&path);
    assert_same(&bytes(&kept, &folder, "back.params"), &file, "PF00014");
    assert!((fitted.neff().unwrap() - 2045.58).abs() < 0.01);
    for seed in 0..20 {
        let states: Vec<u8> = (0..53).map(|i| ((i * 7 + seed * 13) % 21) as u8).collect();
        let expected = plmc_energy(&file, &states);
        let found = kept.energy_model().unwrap().energy(&states);
        assert!(
            (found - expected).abs() < 1e-9 * expected.abs().max(1.0),
            "{found} {expected}"
        );
    }
}

/// E of states in the order of the file, from a file without a gap state.
fn plmc_energy(file: &[u8], states: &[u8]) -> f64 {
    let int = |k: usize| i32::from_le_bytes(file[4 * k..4 * k + 4].try_into().unwrap()) as usize;
    let (l, q, rows) = (int(0), int(1), int(2) + int(3));
    let fields = 40 + q + 4 * rows + 5 * l + 4 * l * q;
    let couplings = fields + 4 * l * q + 4 * pairs(l) * q * q;
    let number = |start: usize, k: usize| {
        let at = start + 4 * k;
        f64::from(f32::from_le_bytes(file[at..at + 4].try_into().unwrap()))
    };
    let present = |i: usize| Some(usize::from(states[i])).filter(|&a| a < q);
    let mut sum = 0.0;
    for i in 0..l {
        sum += present(i).map_or(0.0, |a| number(fields, i * q + a));
    }
    for (k, (i, j)) in pair_sites(l).enumerate() {
        if let (Some(a), Some(b)) = (present(i), present(j)) {
            sum += number(couplings, (k * q + a) * q + b);
        }
    }
    -sum
}

/// E of a sequence from the lines of a file whose sites are counted and whose states are letters in `order`.
type TextEnergy = fn(&str, &[u8]) -> f64;

fn adabmdca_energy(text: &str, sequence: &[u8]) -> f64 {
    let mut sum = 0.0;
    for line in text.lines() {
        let w: Vec<&str> = line.split(' ').collect();
        let at = |site: &str, letter: &str| {
            sequence[site.parse::<usize>().unwrap()] == letter.as_bytes()[0]
        };
        let counts = match w[0] {
            "J" => at(w[1], w[3]) && at(w[2], w[4]),
            _ => at(w[1], w[2]),
        };
        sum += if counts {
            w.last().unwrap().parse::<f64>().unwrap()
        } else {
            0.0
        };
    }
    -sum
}

const ORDER: &[u8] = b"ARNDCQEGHILKMFPSTWYV-";

fn state(letter: u8) -> usize {
    ORDER.iter().position(|&l| l == letter).unwrap()
}

fn gremlin_energy(text: &str, sequence: &[u8]) -> f64 {
    let mut sum = 0.0;
    for line in text.lines() {
        let (name, numbers) = line.split_once(' ').unwrap();
        let numbers: Vec<f64> = numbers.split(' ').map(|n| n.parse().unwrap()).collect();
        let sites: Vec<usize> = name[2..name.len() - 1]
            .split("][")
            .map(|n| n.parse().unwrap())
            .collect();
        sum += match sites[..] {
            [i] => numbers[state(sequence[i])],
            [i, j] => numbers[state(sequence[i]) * 21 + state(sequence[j])],
            _ => panic!("{name}"),
        };
    }
    -sum
}

fn ccmpred_energy(text: &str, sequence: &[u8]) -> f64 {
    let lines: Vec<&str> = text.lines().collect();
    let number = |line: &str, k: usize| line.split('\t').nth(k).unwrap().parse::<f64>().unwrap();
    let mut sum = 0.0;
    for (i, &letter) in sequence.iter().enumerate().filter(|(_, l)| **l != b'-') {
        sum += number(lines[i], state(letter));
    }
    for (k, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with('#'))
    {
        let sites: Vec<usize> = line[2..].split(' ').map(|n| n.parse().unwrap()).collect();
        let row = lines[k + 1 + state(sequence[sites[0]])];
        sum += number(row, state(sequence[sites[1]]));
    }
    -sum
}

#[test]
fn energies_are_those_of_the_file() {
    let checks: [(&str, &str, TextEnergy); 3] = [
        ("adabmdca", "dat", adabmdca_energy),
        ("gremlin", "mrf", gremlin_energy),
        ("ccmpred", "raw", ccmpred_energy),
    ];
    for (name, ending, energy) in checks {
        let path = other(name, ending);
        let text = String::from_utf8(unzipped(&path)).unwrap();
        let fitted = read(&path).unwrap();
        assert_eq!(fitted.gaps, GapTreatment::State, "{name}");
        for sequence in [b"MKV", b"A-Y", b"---", b"YAC", b"-WV"] {
            let letters = fitted.alphabet.model_letters(fitted.gaps);
            let place = |l: &u8| letters.bytes().position(|known| known == *l).unwrap() as u8;
            let states: Vec<u8> = sequence.iter().map(place).collect();
            let model = fitted.energy_model().unwrap();
            let (found, expected) = (model.energy(&states), energy(&text, sequence));
            assert!(
                (found - expected).abs() < 1e-5,
                "{name}: {found} {expected}"
            );
        }
    }
}
