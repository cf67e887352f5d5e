use super::*;
use crate::kernels::f32x8::WITHOUT_AVX512;
use crate::kernels::testing::Noise;

struct Drawn {
    states: usize,
    fields: Vec<f32>,
    couplings: Vec<f32>,
    common: Vec<u8>,
}

impl Drawn {
    fn new(sites: usize, states: usize, strength: f32, noise: &mut Noise) -> Self {
        let pairs = sites * (sites - 1) / 2;
        Self {
            states,
            fields: (0..sites * states).map(|_| 2.0 * noise.number()).collect(),
            couplings: (0..pairs * states * states)
                .map(|_| strength * noise.number())
                .collect(),
            common: (0..sites).map(|_| noise.below(states) as u8).collect(),
        }
    }

    fn pairs(&self) -> Pairs<'_> {
        Pairs {
            states: self.states,
            fields: &self.fields,
            couplings: &self.couplings,
        }
    }

    fn start(&self, chains: usize, noise: &mut Noise) -> Vec<u8> {
        let sites = self.common.len();
        (0..chains * sites)
            .map(|k| match noise.below(2) {
                0 => self.common[k % sites],
                _ => noise.below(self.states) as u8,
            })
            .collect()
    }
}

/// Shapes with every width, with one group of sites and with several, and couplings that are rounded and that are not.
const SHAPES: [(usize, usize, f32); 9] = [
    (1, 4, 0.5),
    (7, 2, 0.5),
    (30, 5, 2.0),
    (9, 8, 1.0),
    (61, 20, 0.3),
    (61, 21, 1.5),
    (40, 21, 9.0),
    (130, 27, 0.2),
    (61, 27, 20.0),
];

#[test]
fn sweeps_are_those_of_the_twin() {
    let mut noise = Noise::new(3);
    for (sites, states, strength) in SHAPES {
        let drawn = Drawn::new(sites, states, strength, &mut noise);
        let prior: Vec<f32> = (0..sites * states).map(|_| noise.number()).collect();
        let mut tables = Tables::new(drawn.pairs(), &drawn.common);
        tables.set_prior(&prior);
        for (rule, weight) in [
            (Rule::Gibbs, 1.0),
            (Rule::Gibbs, 0.3),
            (Rule::Metropolis, 1.0),
        ] {
            let mut fast = Chains::new(&tables, drawn.start(24, &mut noise), (5, 8));
            let weights: Vec<f32> = (0..24).map(|k| weight + 0.01 * k as f32).collect();
            fast.set_weights(&weights);
            if sites == 30 {
                let target = fast.sequences()[..sites].to_vec();
                // From chains that are all at the target.
                fast = Chains::new(&tables, target.repeat(24), (5, 8));
                fast.set_limit(Limit {
                    target,
                    most: 4,
                    cost: 0.7,
                });
            }
            fast.set_energies(&[0.0; 24]);
            let mut slow = fast.clone();
            let order: Vec<usize> = (0..sites).rev().collect();
            for _ in 0..5 {
                let changed = sweep(&tables, &mut fast, &order, rule);
                let own = sweep_plain(
                    drawn.pairs(),
                    (&prior, tables.rounded_to()),
                    &mut slow,
                    &order,
                    rule,
                );
                assert_eq!(changed, own, "{sites} {states} {rule:?}");
                assert_eq!(
                    fast.sequences(),
                    slow.sequences(),
                    "{sites} {states} {rule:?}"
                );
                for (fast, slow) in fast.energies().iter().zip(slow.energies()) {
                    assert!(
                        (fast - slow).abs() < 1e-4 * (1.0 + slow.abs()),
                        "{fast} {slow}"
                    );
                }
            }
        }
    }
}

#[test]
fn both_kinds_of_numbers_were_tried_in_one_group_and_in_several() {
    let mut noise = Noise::new(3);
    let kinds = SHAPES.map(|(sites, states, strength)| {
        let drawn = Drawn::new(sites, states, strength, &mut noise);
        let tables = Tables::new(drawn.pairs(), &drawn.common);
        let chains = Chains::new(&tables, drawn.start(8, &mut noise), (0, 0));
        (tables.rounded_to().is_some(), chains.group < sites)
    });
    for kind in [(true, true), (true, false), (false, true), (false, false)] {
        assert!(kinds.contains(&kind), "{kind:?} in {kinds:?}");
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_processors_own_terms_give_the_same_bits() {
    use super::sweep::{heat_bath_anywhere, logits_anywhere};
    use crate::kernels::f32x8::{F32x8, LANES, has_avx2};
    const W: usize = 24;
    if !has_avx2() {
        return;
    }
    let mut noise = Noise::new(12);
    let drawn = Drawn::new(5, 21, 0.4, &mut noise);
    let mut tables = Tables::new(drawn.pairs(), &drawn.common);
    let prior: Vec<f32> = (0..5 * 21).map(|_| noise.number()).collect();
    tables.set_prior(&prior);
    tables.forbid(3, 2);
    for round in 0..200 {
        let site = round % 5;
        let sums: [[i16; W]; LANES] = std::array::from_fn(|_| {
            std::array::from_fn(|_| noise.below(usize::from(u16::MAX)) as u16 as i16)
        });
        let weights = std::array::from_fn(|_| noise.number().abs());
        let shares = std::array::from_fn(|_| noise.number().abs().clamp(1e-7, 1.0 - 1e-7));
        let own = (
            &tables.base.as_chunks().0[site],
            &tables.prior.as_chunks().0[site],
        );
        let bits = |logits: &[F32x8; W]| {
            logits[..21]
                .iter()
                .map(|x| x.0.map(f32::to_bits))
                .collect::<Vec<_>>()
        };
        // SAFETY: the processor has AVX2 and FMA.
        let with = unsafe { x86::logits::<true, W, 3>(&sums, &weights, own, tables.unit) };
        let anywhere = logits_anywhere::<true, true, W, 3, i16>(&tables, &weights, site, &sums);
        assert_eq!(bits(&with), bits(&anywhere));
        // SAFETY: as above.
        let flat = unsafe { x86::logits::<false, W, 3>(&sums, &weights, own, tables.unit) };
        let anywhere = logits_anywhere::<true, false, W, 3, i16>(&tables, &weights, site, &sums);
        assert_eq!(bits(&flat), bits(&anywhere));
        for states in [1, 2, 20, 21] {
            // SAFETY: as above.
            let new = unsafe { x86::heat_bath(&with, states, &shares) };
            assert_eq!(new, heat_bath_anywhere::<true, W>(&with, states, &shares));
            assert!(new.iter().all(|&state| usize::from(state) < states));
        }
    }
}

#[test]
fn parts_of_the_chains_are_those_of_the_whole() {
    let mut noise = Noise::new(9);
    let drawn = Drawn::new(50, 21, 0.4, &mut noise);
    let tables = Tables::new(drawn.pairs(), &drawn.common);
    let start = drawn.start(32, &mut noise);
    let order: Vec<usize> = (0..50).collect();
    let run = |start: Vec<u8>, first: u64| {
        let mut chains = Chains::new(&tables, start, (77, first));
        for _ in 0..4 {
            sweep(&tables, &mut chains, &order, Rule::Gibbs);
        }
        chains.sequences()
    };
    let whole = run(start.clone(), 0);
    let parts = [
        run(start[..8 * 50].to_vec(), 0),
        run(start[8 * 50..].to_vec(), 8),
    ];
    assert_eq!(whole, parts.concat());
    WITHOUT_AVX512.set(true);
    let narrow = run(start, 0);
    WITHOUT_AVX512.set(false);
    assert_eq!(whole, narrow);
}

#[test]
fn forbidden_states_are_never_drawn_and_limits_hold() {
    let mut noise = Noise::new(4);
    let drawn = Drawn::new(12, 21, 0.5, &mut noise);
    let mut tables = Tables::new(drawn.pairs(), &drawn.common);
    for site in 0..12 {
        for state in (0..21).filter(|&state| state != drawn.common[site] && state % 3 != 1) {
            tables.forbid(site, state);
        }
    }
    let target = drawn.common.clone();
    let mut chains = Chains::new(&tables, target.repeat(16), (1, 0));
    chains.set_weights(&(0..16).map(|k| k as f32 / 8.0).collect::<Vec<_>>());
    chains.set_limit(Limit {
        target: target.clone(),
        most: 3,
        cost: 3.0,
    });
    let order: Vec<usize> = (0..12).collect();
    let mut reached = 0;
    for rule in [Rule::Gibbs, Rule::Metropolis] {
        for _ in 0..50 {
            sweep(&tables, &mut chains, &order, rule);
            let within: Vec<bool> = chains.are_within().collect();
            for (chain, within) in chains.sequences().chunks(12).zip(within) {
                let changes: Vec<u8> = chain
                    .iter()
                    .zip(&target)
                    .filter(|(own, other)| own != other)
                    .map(|(own, _)| *own)
                    .collect();
                assert!(changes.len() <= 4 && changes.iter().all(|state| state % 3 == 1));
                assert_eq!(within, changes.len() <= 3);
                reached += usize::from(changes.len() == 3);
            }
        }
    }
    assert!(reached > 100, "{reached}");
}

#[test]
fn chains_follow_other_tables() {
    let mut noise = Noise::new(6);
    let drawn = Drawn::new(30, 21, 0.4, &mut noise);
    // Its couplings are not rounded: groups of sites are others.
    let other = Drawn::new(30, 21, 20.0, &mut noise);
    let tables = [&drawn, &other].map(|drawn| Tables::new(drawn.pairs(), &drawn.common));
    let order: Vec<usize> = (0..30).collect();
    let mut chains = Chains::new(&tables[0], drawn.start(8, &mut noise), (2, 0));
    sweep(&tables[0], &mut chains, &order, Rule::Gibbs);
    let mut slow = chains.clone();
    chains.follow(&tables[1]);
    sweep(&tables[1], &mut chains, &order, Rule::Gibbs);
    let flat = vec![0.0; 30 * 21];
    let unit = tables[1].rounded_to();
    sweep_plain(other.pairs(), (&flat, unit), &mut slow, &order, Rule::Gibbs);
    assert_eq!(chains.sequences(), slow.sequences());
}

#[test]
fn chains_go_on_another_time_as_if_they_had_not_stopped() {
    let mut noise = Noise::new(12);
    let drawn = Drawn::new(20, 21, 0.4, &mut noise);
    let tables = Tables::new(drawn.pairs(), &drawn.common);
    let order: Vec<usize> = (0..20).collect();
    let mut whole = Chains::new(&tables, drawn.start(16, &mut noise), (3, 8));
    for _ in 0..3 {
        sweep(&tables, &mut whole, &order, Rule::Gibbs);
    }
    // Other random numbers, until they are set.
    let mut later = Chains::new(&tables, whole.sequences(), (99, 0));
    later.set_random_state(&whole.random_state());
    for chains in [&mut whole, &mut later] {
        for _ in 0..3 {
            sweep(&tables, chains, &order, Rule::Gibbs);
        }
    }
    assert_eq!(whole.sequences(), later.sequences());
}
