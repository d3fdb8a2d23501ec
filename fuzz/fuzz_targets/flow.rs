#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| pumped_fuzz::expand_flow(text));
