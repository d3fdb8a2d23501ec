//! "did you mean": the nearest of the words that would have been right.

/// The word of `words` that `written` was most likely meant to be.
pub(crate) fn nearest<'a>(written: &str, words: &[&'a str]) -> Option<&'a str> {
    let allowed = (written.chars().count() / 3).max(1);
    words
        .iter()
        .map(|word| (distance(written, word), *word))
        .filter(|(distance, word)| *distance <= allowed || is_beginning(written, word))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// `mut` for `mutable`, `defaults` for `default`.
fn is_beginning(written: &str, word: &str) -> bool {
    written.len() >= 3 && (word.starts_with(written) || written.starts_with(word))
}

/// How many letters to insert, remove, replace or swap with the next.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let at =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(letter != *other);
            let shifted = at(&last, column + 1).min(at(&current, column)) + 1;
            let swapped =
                column > 0 && previous == Some(*other) && to.get(column - 1) == Some(&letter);
            let best = replaced.min(shifted);
            current.push(if swapped { best.min(at(&before, column - 1) + 1) } else { best });
        }
        previous = Some(letter);
        before = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_beginnings() {
        let words = ["mutable", "eq", "name", "cleanup", "meta", "key", "eager"];
        for (written, meant) in [
            ("mutabel", Some("mutable")),
            ("mut", Some("mutable")),
            ("clean_up", Some("cleanup")),
            ("kye", Some("key")),
            ("equ", Some("eq")),
            ("lazy_singleton", None),
            ("x", None),
        ] {
            assert_eq!(nearest(written, &words), meant, "{written}");
        }
    }
}
