//! The text of a const panic: `format!` does not exist at compile time.

use crate::node::Node;

const CAPACITY: usize = 4096;
/// Longer paths lose their middle: what matters is where they begin and end.
const SHOWN_AT_EACH_END: usize = 10;

/// A string that const code can append to.
pub(crate) struct Text {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Text {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: 0 }
    }

    /// Appends `text`, or as much of it as ends at a character and fits.
    #[inline]
    pub(crate) const fn push(&mut self, text: &str) {
        let mut fits = text.len();
        if fits > CAPACITY - self.len {
            fits = CAPACITY - self.len;
            while !text.is_char_boundary(fits) {
                fits -= 1;
            }
        }
        let mut at = 0;
        while at < fits {
            self.bytes[self.len] = text.as_bytes()[at];
            self.len += 1;
            at += 1;
        }
    }

    /// Appends the names of `path[from..to]`: `` `a` -> `b` -> `c` ``.
    #[inline]
    pub(crate) const fn push_path(&mut self, path: &[&'static Node], from: usize, to: usize) {
        let shortened = to - from > SHOWN_AT_EACH_END * 2;
        let mut at = from;
        while at < to {
            if at > from {
                self.push(" -> ");
            }
            if shortened && at == from + SHOWN_AT_EACH_END {
                self.push_number(to - from - SHOWN_AT_EACH_END * 2);
                self.push(" more");
                at = to - SHOWN_AT_EACH_END;
                continue;
            }
            self.push("`");
            self.push(path[at].name);
            self.push("`");
            at += 1;
        }
    }

    #[inline]
    const fn push_number(&mut self, number: usize) {
        if number >= 10 {
            self.push_number(number / 10);
        }
        let digit = number % 10;
        let (digits, _) = "0123456789".split_at(digit + 1);
        let (_, last) = digits.split_at(digit);
        self.push(last);
    }

    #[inline]
    pub(crate) const fn as_str(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "a dependency error whose names could not be shown",
        }
    }
}
