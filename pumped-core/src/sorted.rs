//! Sorting what is not on any fast path: by the standard heap, of one type of element, which
//! is half of what the standard sorts are to compile, and theirs is again for each type.

use std::collections::BinaryHeap;

/// Where the elements with these ranks are, the lowest rank first; of equal ones the first.
pub(crate) fn by_rank(ranks: &[u64]) -> Vec<usize> {
    if ranks.is_sorted() {
        return (0..ranks.len()).collect();
    }
    let places: BinaryHeap<(u64, usize)> = ranks.iter().copied().zip(0..).collect();
    places.into_sorted_vec().into_iter().map(|(_, at)| at).collect()
}

/// Each number once, the lowest first.
pub(crate) fn each_once(numbers: &[u32]) -> Vec<u32> {
    let ranks: Vec<u64> = numbers.iter().copied().map(u64::from).collect();
    let mut numbers: Vec<u32> = by_rank(&ranks).into_iter().map(|at| numbers[at]).collect();
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_rank_is_first_and_of_equal_ones_the_first() {
        assert_eq!(by_rank(&[3, 1, 2, 1, 0]), [4, 1, 3, 2, 0]);
        assert_eq!(by_rank(&[0, 1, 1]), [0, 1, 2]);
        assert!(by_rank(&[]).is_empty());
        assert_eq!(each_once(&[3, 1, 3, 0, 1]), [0, 1, 3]);
    }
}
