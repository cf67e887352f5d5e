use super::plain::scale_plain;
use super::*;
use crate::kernels::testing::Noise;
use proptest::prelude::*;

impl Noise {
    fn numbers(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.number()).collect()
    }

    fn vectors(&mut self, count: usize) -> Vec<F32x8> {
        (0..count)
            .map(|_| F32x8(std::array::from_fn(|_| self.number())))
            .collect()
    }

    fn halves(&mut self, count: usize) -> Vec<Bf16x8> {
        halves(&self.vectors(count))
    }

    fn basis(&mut self, q: usize) -> SiteBasis {
        let positive = |numbers: Vec<f32>| numbers.into_iter().map(f32::abs).collect();
        let profile = positive(self.numbers(q));
        let (vectors, variances) = (self.numbers(q * q), positive(self.numbers(q)));
        SiteBasis {
            shares: positive(self.numbers(q)),
            ..SiteBasis::new(profile, vectors, variances)
        }
    }
}

fn halves(numbers: &[F32x8]) -> Vec<Bf16x8> {
    numbers.iter().map(|x| x.0.map(half)).collect()
}

fn full(halves: &[Bf16x8]) -> Vec<F32x8> {
    halves.iter().map(|x| F32x8(x.map(wide))).collect()
}

/// Sites, and the vectors of one column of their blocks.
struct Case {
    q: usize,
    sites: Vec<SiteBasis>,
    lanes: LaneBasis,
    site: SiteBasis,
    symmetric: bool,
    plain: bool,
    slots: usize,
    x: Vec<F32x8>,
    model_gradient: Vec<F32x8>,
    gradient: Vec<Bf16x8>,
    history: Vec<Bf16x8>,
    fields: (Vec<F32x8>, Vec<f32>),
}

const PENALTY: f32 = 0.7;
const NEFF: f32 = 30.0;

impl Case {
    fn new(q: usize, lanes: usize, seed: u64) -> Self {
        let mut noise = Noise::new(seed);
        let slots = 1 + (seed / 6 % KEPT_STEPS as u64) as usize;
        let sites: Vec<SiteBasis> = (0..lanes).map(|_| noise.basis(q)).collect();
        let only_sites = |mut vectors: Vec<F32x8>| {
            for lanes8 in &mut vectors {
                lanes8.0[lanes..].fill(0.0);
            }
            vectors
        };
        Self {
            q,
            lanes: LaneBasis::new(&sites),
            sites,
            site: noise.basis(q),
            symmetric: seed.is_multiple_of(2),
            plain: seed.is_multiple_of(3),
            slots,
            x: only_sites(noise.vectors(q * q)),
            model_gradient: only_sites(noise.vectors(q * q)),
            gradient: halves(&only_sites(noise.vectors(q * q))),
            history: noise.halves(2 * slots * q * q),
            fields: (only_sites(noise.vectors(q)), noise.numbers(q)),
        }
    }

    fn blocks(&self) -> Blocks<'_> {
        Blocks {
            lanes: &self.lanes,
            site: &self.site,
            paired: std::array::from_fn(|lane| lane < self.sites.len()),
            symmetric: self.symmetric,
            penalty: PENALTY,
            neff: NEFF,
            plain: self.plain,
        }
    }

    fn field_gradients(&self) -> FieldGradients<'_> {
        FieldGradients {
            lanes: &self.fields.0,
            site: &self.fields.1,
        }
    }

    fn lane(numbers: &[F32x8], lane: usize) -> Vec<f64> {
        numbers
            .iter()
            .map(|lanes8| f64::from(lanes8.0[lane]))
            .collect()
    }

    /// The places of a Gram matrix that are in use, steps and then changes.
    fn places(&self) -> impl Iterator<Item = usize> {
        let slots = self.slots;
        (0..2 * slots).map(move |k| place_of(k, slots))
    }

    /// The vector that has this place in a Gram matrix.
    fn vector(&self, history: &[Bf16x8], place: usize) -> Vec<F32x8> {
        let size = self.q * self.q;
        let k = match place.checked_sub(KEPT_STEPS) {
            Some(change) => self.slots + change,
            None => place,
        };
        full(&history[k * size..][..size])
    }

    fn vectors<'a>(&self, own: &'a mut Own) -> Vectors<'a> {
        Vectors {
            x: &mut own.x,
            model_gradient: &own.model_gradient,
            gradient: &mut own.gradient,
            history: &mut own.history,
            slots: self.slots,
            stride: self.q * self.q,
        }
    }

    fn own(&self) -> Own {
        Own {
            x: self.x.clone(),
            model_gradient: self.model_gradient.clone(),
            gradient: self.gradient.clone(),
            history: self.history.clone(),
        }
    }

    fn no_shifts(&self) -> FieldShifts {
        FieldShifts {
            lanes: vec![F32x8::ZERO; self.q],
            site: vec![0.0; self.q],
        }
    }
}

/// Copies to be changed.
struct Own {
    x: Vec<F32x8>,
    model_gradient: Vec<F32x8>,
    gradient: Vec<Bf16x8>,
    history: Vec<Bf16x8>,
}

fn dot(x: &[F32x8], y: &[F32x8]) -> f64 {
    let lanes = x.iter().zip(y).flat_map(|(x, y)| x.0.into_iter().zip(y.0));
    lanes.map(|(x, y)| f64::from(x) * f64::from(y)).sum()
}

fn close(fast: f64, slow: f64) -> bool {
    (fast - slow).abs() < 1e-3 * (1.0 + slow.abs())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_step_is_as_by_the_twin(q in 2usize..23, lanes in 1usize..9, slot in 0..KEPT_STEPS, seed in any::<u64>()) {
        let case = Case::new(q, lanes, seed);
        let slot = slot % case.slots;
        let used = |factors: [f32; KEPT_STEPS]| std::array::from_fn(|k| if k < case.slots { factors[k] } else { 0.0 });
        let direction = Direction { gradient: -0.3, steps: used([0.2, 0.0, -0.1]), changes: used([0.1, 0.0, 0.4]) };
        let mut scratch = Scratch::new(q);
        let mut own = case.own();
        let mut shifts = case.no_shifts();
        let blocks = case.blocks();
        let (squares, products) =
            take_step(&blocks, &direction, slot, &mut case.vectors(&mut own), &mut shifts, &mut scratch);
        let step = case.vector(&own.history, slot);
        let mut slow_squares = 0.0;
        let mut to_site = vec![0.0; q];
        for lane in 0..lanes {
            let mut wanted = vec![0.0; q * q];
            let factors = [direction.steps, direction.changes].concat();
            let kept = case.places().map(|place| (factors[place], case.vector(&case.history, place)));
            for (factor, vector) in kept.chain([(direction.gradient, full(&case.gradient))]) {
                for (wanted, number) in wanted.iter_mut().zip(Case::lane(&vector, lane)) {
                    *wanted += f64::from(factor) * number;
                }
            }
            // Padded lanes of the history hold noise here, the step itself is what is compared.
            for (fast, slow) in Case::lane(&step, lane).iter().zip(&wanted) {
                prop_assert!((fast - slow).abs() <= 0.005 * slow.abs() + 1e-6, "{fast} {slow}");
            }
            let added = couplings_plain(&blocks, lane, &Case::lane(&step, lane));
            for (k, added) in added.iter().enumerate() {
                let x = f64::from(case.x[k].0[lane]) + added;
                prop_assert!(close(f64::from(own.x[k].0[lane]), x), "{} {x}", own.x[k].0[lane]);
                slow_squares += f64::from(own.x[k].0[lane]).powi(2);
                to_site[k / q] += added * f64::from(case.sites[lane].profile[k % q]);
            }
            for a in 0..q {
                let shift: f64 = (0..q).map(|b| added[b * q + a] * f64::from(case.site.profile[b])).sum();
                prop_assert!(close(f64::from(shifts.lanes[a].0[lane]), shift));
            }
        }
        for (fast, slow) in shifts.site.iter().zip(to_site) {
            prop_assert!(close(f64::from(*fast), slow), "{fast} {slow}");
        }
        if lanes == LANES {
            prop_assert!(close(squares, slow_squares), "{squares} {slow_squares}");
            for (k, product) in products.into_iter().enumerate().take(case.slots) {
                prop_assert!(close(product, dot(&step, &case.vector(&case.history, KEPT_STEPS + k))));
            }
            prop_assert!(products[case.slots..].iter().all(|&product| product == 0.0));
        }
        // Half a step back and forth.
        shorten_step(&blocks, 0.0, slot, &mut case.vectors(&mut own), &mut shifts, &mut scratch);
        for (fast, slow) in own.x.iter().zip(&case.x) {
            for lane in 0..lanes {
                prop_assert!(close(f64::from(fast.0[lane]), f64::from(slow.0[lane])));
            }
        }
    }

    #[test]
    fn a_gradient_is_as_by_the_twin(q in 2usize..23, lanes in 1usize..9, slot in 0..KEPT_STEPS, seed in any::<u64>()) {
        let case = Case::new(q, lanes, seed);
        let slot = slot % case.slots;
        let mut scratch = Scratch::new(q);
        let mut own = case.own();
        let blocks = case.blocks();
        let fields = case.field_gradients();
        let products = update(&blocks, fields, slot, &mut case.vectors(&mut own), &mut scratch);
        let mut gradient = vec![F32x8::ZERO; q * q];
        for lane in 0..lanes {
            let (x, g) = (Case::lane(&case.x, lane), Case::lane(&case.model_gradient, lane));
            for (out, slow) in gradient.iter_mut().zip(gradient_plain(&blocks, fields, lane, &x, &g)) {
                out.0[lane] = slow as f32;
            }
        }
        let near = |half: f32, exact: f32| (half - exact).abs() <= 0.005 * exact.abs() + 1e-4;
        let history = |place: usize| case.vector(&own.history, place);
        let change = history(KEPT_STEPS + slot);
        for (k, exact) in gradient.iter().enumerate() {
            for lane in 0..LANES {
                let (old, new) = (wide(case.gradient[k][lane]), wide(own.gradient[k][lane]));
                prop_assert!(near(new, exact.0[lane]), "{new} {}", exact.0[lane]);
                prop_assert!(near(change[k].0[lane], exact.0[lane] - old), "{k}");
            }
        }
        prop_assert!(close(products.square, dot(&gradient, &gradient)));
        for k in case.places() {
            prop_assert!(close(products.gradient[k], dot(&history(k), &gradient)));
            prop_assert!(close(products.change[k], dot(&history(k), &change)));
        }
        let step_change = dot(&history(0), &history(KEPT_STEPS));
        let all = gram(&mut case.vectors(&mut own), &mut scratch);
        let rounded = full(&own.gradient);
        prop_assert!(close(all[2 * KEPT_STEPS][2 * KEPT_STEPS], dot(&rounded, &rounded)));
        prop_assert!(close(all[0][KEPT_STEPS], step_change));
        prop_assert_eq!(all[0][6], all[6][0]);
    }

    #[test]
    fn rescaled_vectors_mean_the_same(q in 2usize..8, seed in any::<u64>()) {
        let case = Case::new(q, LANES, seed);
        let mut other = Case::new(q, LANES, seed);
        for site in &mut other.sites {
            site.shares.iter_mut().for_each(|share| *share = 0.4 + *share / 2.0);
        }
        other.lanes = LaneBasis::new(&other.sites);
        let (before, after) = (case.blocks(), other.blocks());
        let mut own = case.own();
        let mut scratch = Scratch::new(q);
        rescale(&before, &after, &mut case.vectors(&mut own), &mut scratch);
        for lane in 0..LANES {
            let kept = |history: &[Bf16x8], k: usize| -> Vec<f64> {
                history[k * q * q..][..q * q].iter().map(|h| f64::from(wide(h[lane]))).collect()
            };
            let step_before = couplings_plain(&before, lane, &kept(&case.history, 0));
            let step_after = couplings_plain(&after, lane, &kept(&own.history, 0));
            for (old, new) in step_before.iter().zip(&step_after) {
                prop_assert!((old - new).abs() < 0.01 * q as f64, "{old} {new}");
            }
            for (k, (old, new)) in case.gradient.iter().zip(&own.gradient).enumerate() {
                let ratio = scale_plain(&after, lane, k / q, k % q) / scale_plain(&before, lane, k / q, k % q);
                let (old, new) = (f64::from(wide(old[lane])), f64::from(wide(new[lane])));
                prop_assert!((new - old * ratio).abs() <= 0.005 * new.abs(), "{new} {old} {ratio}");
            }
        }
    }
}

#[test]
fn halves_are_the_nearest_of_eight_bits() {
    let numbers = [1.0, -1.0, 1.003, 1.005, 0.0, -3.1, 1e-20, 1e20];
    for x in numbers {
        assert!((wide(half(x)) - x).abs() <= x.abs() / 256.0);
    }
    assert_eq!(numbers.map(|x| wide(half(x)))[..3], [1.0, -1.0, 1.0]);
}

#[test]
fn inverse_roots_are_good_to_six_digits() {
    for k in -60..60 {
        let x = 1.3f32 * 2f32.powi(k);
        assert!(
            (inverse_root::<true>(x) * x.sqrt() - 1.0).abs() < 6e-6,
            "{x}"
        );
    }
}
