//! The tests are in `tests/`, one topic a file.
