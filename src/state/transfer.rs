//! How a state passes to and from a file, bit for bit.

use crate::kernels::f32x8::{F32x8, LANES};
use std::io::{self, Read, Write};

/// Something that can be saved and restored.
pub trait Persistent {
    /// Passes everything that the rest of the work depends on, always in the same order.
    ///
    /// # Errors
    /// As reading and writing; [`io::ErrorKind::InvalidData`] if what is read is the state of something else.
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()>;
}

/// No state.
impl Persistent for () {
    fn serialise(&mut self, _: &mut Transfer) -> io::Result<()> {
        Ok(())
    }
}

/// One way or the other.
pub enum Transfer<'a> {
    /// What is passed is written.
    Save(&'a mut dyn Write),
    /// What is passed is set to what is read.
    Restore(&'a mut dyn Read),
}

/// Numbers pass through a buffer of so many bytes.
const BUFFER: usize = 1 << 16;

impl Transfer<'_> {
    /// As many bytes as there are.
    ///
    /// # Errors
    /// As reading and writing.
    pub fn bytes(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        match self {
            Self::Save(output) => output.write_all(bytes),
            Self::Restore(input) => input.read_exact(bytes),
        }
    }

    /// One number.
    ///
    /// # Errors
    /// As reading and writing.
    pub fn number<T: LittleEndian>(&mut self, number: &mut T) -> io::Result<()> {
        self.all(std::slice::from_mut(number))
    }

    /// As many numbers as there are.
    ///
    /// # Errors
    /// As reading and writing, and if another count was saved.
    pub fn numbers<T: LittleEndian>(&mut self, numbers: &mut [T]) -> io::Result<()> {
        let mut count = numbers.len() as u64;
        self.number(&mut count)?;
        if count != numbers.len() as u64 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{count} numbers, where {} were expected", numbers.len()),
            ));
        }
        self.all(numbers)
    }

    /// A list of any length.
    ///
    /// # Errors
    /// As reading and writing.
    pub fn list<T: LittleEndian + Default>(&mut self, list: &mut Vec<T>) -> io::Result<()> {
        let mut left = list.len() as u64;
        self.number(&mut left)?;
        if let Self::Save(_) = self {
            return self.all(list);
        }
        list.clear();
        while left > 0 {
            // A damaged length must not become a large allocation.
            let part = left.min(BUFFER as u64) as usize;
            let known = list.len();
            list.resize(known + part, T::default());
            self.all(&mut list[known..])?;
            left -= part as u64;
        }
        Ok(())
    }

    /// A list that may not be there yet; one that is there has numbers.
    ///
    /// # Errors
    /// As reading and writing.
    pub fn optional_list<T: LittleEndian + Default>(
        &mut self,
        list: &mut Option<Vec<T>>,
    ) -> io::Result<()> {
        let mut numbers = list.take().unwrap_or_default();
        self.list(&mut numbers)?;
        *list = (!numbers.is_empty()).then_some(numbers);
        Ok(())
    }

    /// A number that may not be there, and is one where it is: not NaN.
    ///
    /// # Errors
    /// As reading and writing.
    pub fn optional(&mut self, number: &mut Option<f64>) -> io::Result<()> {
        let mut value = number.unwrap_or(f64::NAN);
        self.number(&mut value)?;
        *number = (!value.is_nan()).then_some(value);
        Ok(())
    }

    fn all<T: LittleEndian>(&mut self, numbers: &mut [T]) -> io::Result<()> {
        let mut buffer = vec![0; BUFFER.min(numbers.len() * T::BYTES)];
        for part in numbers.chunks_mut(BUFFER / T::BYTES) {
            let bytes = &mut buffer[..part.len() * T::BYTES];
            if let Self::Save(_) = self {
                let places = bytes.chunks_exact_mut(T::BYTES);
                part.iter().zip(places).for_each(|(n, place)| n.put(place));
            }
            self.bytes(bytes)?;
            if let Self::Restore(_) = self {
                let places = bytes.chunks_exact(T::BYTES);
                part.iter_mut()
                    .zip(places)
                    .for_each(|(n, place)| *n = T::get(place));
            }
        }
        Ok(())
    }
}

/// A number, or some in a row, as bytes, the lowest first.
pub trait LittleEndian: Copy {
    /// How many.
    const BYTES: usize;

    /// Writes them.
    fn put(self, place: &mut [u8]);

    /// Reads them.
    fn get(place: &[u8]) -> Self;
}

macro_rules! plain {
    ($($number:ty),*) => {$(
        impl LittleEndian for $number {
            const BYTES: usize = size_of::<Self>();

            fn put(self, place: &mut [u8]) {
                place.copy_from_slice(&self.to_le_bytes());
            }

            fn get(place: &[u8]) -> Self {
                let mut bytes = [0; Self::BYTES];
                bytes.copy_from_slice(place);
                Self::from_le_bytes(bytes)
            }
        }
    )*};
}

plain!(half::f16, u8, u16, u32, u64, f32, f64);

impl<T: LittleEndian + Default, const COUNT: usize> LittleEndian for [T; COUNT] {
    const BYTES: usize = COUNT * T::BYTES;

    fn put(self, place: &mut [u8]) {
        let places = place.chunks_exact_mut(T::BYTES);
        self.into_iter().zip(places).for_each(|(n, p)| n.put(p));
    }

    fn get(place: &[u8]) -> Self {
        let mut numbers = [T::default(); COUNT];
        let places = place.chunks_exact(T::BYTES);
        numbers
            .iter_mut()
            .zip(places)
            .for_each(|(n, p)| *n = T::get(p));
        numbers
    }
}

impl LittleEndian for F32x8 {
    const BYTES: usize = <[f32; LANES]>::BYTES;

    fn put(self, place: &mut [u8]) {
        self.0.put(place);
    }

    fn get(place: &[u8]) -> Self {
        Self(LittleEndian::get(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::pair_blocks::Bf16x8;
    use proptest::prelude::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    struct Mixed {
        number: u64,
        list: Vec<f64>,
        lanes: Vec<F32x8>,
        halves: [Bf16x8; 2],
    }

    impl Persistent for Mixed {
        fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
            state.number(&mut self.number)?;
            state.list(&mut self.list)?;
            state.numbers(&mut self.lanes)?;
            state.numbers(&mut self.halves)
        }
    }

    fn saved(state: &mut dyn Persistent) -> Vec<u8> {
        let mut bytes = Vec::new();
        state.serialise(&mut Transfer::Save(&mut bytes)).unwrap();
        bytes
    }

    fn restored(state: &mut dyn Persistent, mut bytes: &[u8]) -> io::Result<()> {
        state.serialise(&mut Transfer::Restore(&mut bytes))
    }

    proptest! {
        #[test]
        fn what_is_saved_is_restored(
            number: u64,
            list in prop::collection::vec(-1e300f64..1e300, 0..20_000),
            lanes in prop::collection::vec(prop::array::uniform8(-1e30f32..1e30), 0..3000),
            half: [u16; 8],
        ) {
            let lanes: Vec<F32x8> = lanes.into_iter().map(F32x8).collect();
            let mut state = Mixed { number, list, lanes, halves: [half, [7; 8]] };
            let bytes = saved(&mut state);
            let mut other = Mixed { lanes: vec![F32x8::ZERO; state.lanes.len()], ..Mixed::default() };
            restored(&mut other, &bytes).unwrap();
            prop_assert_eq!(&other, &state);
            // Every shorter state lacks something.
            prop_assert!(restored(&mut other, &bytes[..bytes.len() - 1]).is_err());
        }
    }

    #[test]
    fn the_state_of_something_else_is_refused() {
        let bytes = saved(&mut Mixed {
            lanes: vec![F32x8::ZERO; 3],
            ..Mixed::default()
        });
        let error = restored(&mut Mixed::default(), &bytes).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(error.to_string().contains("3 numbers, where 0"), "{error}");
    }

    #[test]
    fn a_damaged_length_is_no_allocation() {
        let mut bytes = saved(&mut Mixed::default());
        bytes[8..16].fill(0xff);
        assert!(restored(&mut Mixed::default(), &bytes).is_err());
    }
}
