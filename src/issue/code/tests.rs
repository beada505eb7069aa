use super::*;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeSet;
use std::convert::Infallible;

fn draw(kind: CodeKind, seed: u64) -> Code {
    let mut stream = ChaCha20Rng::seed_from_u64(seed);
    Code::random(kind, &mut |bytes: &mut [u8]| {
        stream.fill_bytes(bytes);
        Ok::<(), Infallible>(())
    })
    .unwrap()
}

/// The letters of `code` with those at two places exchanged.
fn exchanged(code: &Code, a: usize, b: usize) -> String {
    let mut letters: Vec<char> = code.letters().collect();
    letters.swap(a, b);
    letters.into_iter().collect()
}

#[test]
fn the_alphabet_is_of_prime_size_without_lookalikes_and_every_symbol_reads_as_itself() {
    assert_eq!(ALPHABET.iter().collect::<String>(), "2346789CDFGHJKMNPRTVWXY");
    assert!((2..BASE).all(|n| !BASE.is_multiple_of(n)));
    for (place, letter) in ALPHABET.into_iter().enumerate() {
        assert_eq!(symbol(letter), Some(place as u8));
        assert_eq!(symbol(letter.to_ascii_lowercase()), Some(place as u8));
    }
    for lookalike in ['0', '1', '5', 'A', 'B', 'E', 'I', 'L', 'O', 'Q', 'S', 'U', 'Z'] {
        assert!(!ALPHABET.contains(&lookalike));
    }
}

#[test]
fn the_weights_are_distinct_and_not_zero_so_that_the_check_cannot_miss() {
    let weight = |place: usize| {
        let mut symbols = [0; SYMBOLS_MAX];
        symbols[place] = 1;
        checksum(&symbols)
    };
    let weights: BTreeSet<u8> = (0..SYMBOLS_MAX).map(weight).collect();
    assert_eq!(weights.len(), SYMBOLS_MAX);
    assert!(!weights.contains(&0));
}

#[test]
fn tickets_have_60_bits_receipts_80_and_posters_40() {
    let bits = |kind: CodeKind| (kind.symbols() - 1) as f64 * libm::log2(f64::from(BASE));
    assert!(bits(CodeKind::Ticket) >= 60.0);
    assert!(bits(CodeKind::Receipt) >= 80.0 && bits(CodeKind::Withdrawal) >= 80.0);
    assert!(bits(CodeKind::Poster) >= 40.0);
}

#[test]
fn every_single_error_and_every_exchange_is_noticed() {
    for kind in CodeKind::ALL {
        for seed in 0..20 {
            let code = draw(kind, seed);
            let right: Vec<char> = code.letters().collect();
            for place in 0..right.len() {
                for letter in ALPHABET.into_iter().filter(|letter| *letter != right[place]) {
                    let mut wrong = right.clone();
                    wrong[place] = letter;
                    let wrong: String = wrong.into_iter().collect();
                    assert!(Code::parse_as(&wrong, kind).is_err(), "{kind:?} place {place}");
                }
                for other in place + 1..right.len() {
                    if right[place] != right[other] {
                        let swapped = exchanged(&code, place, other);
                        assert!(
                            Code::parse_as(&swapped, kind).is_err(),
                            "{kind:?} {place} {other}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn codes_are_shown_in_groups_and_carried_without() {
    let groups = |kind| draw(kind, 1).to_string().split('-').map(str::len).collect::<Vec<_>>();
    assert_eq!(groups(CodeKind::Poster), [5, 5]);
    assert_eq!(groups(CodeKind::Ticket), [5, 5, 5]);
    assert_eq!(groups(CodeKind::Receipt), [4; 5]);
    assert_eq!(groups(CodeKind::Withdrawal), [4; 5]);
    let code = draw(CodeKind::Ticket, 1);
    assert_eq!(code.to_string().replace('-', ""), code.compact());
    assert!(code.compact().chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()));
}

#[test]
fn neither_debug_nor_an_error_shows_a_code() {
    let code = draw(CodeKind::Ticket, 3);
    assert_eq!(format!("{code:?}"), "Code(Ticket, not shown)");
    let swapped = exchanged(&code, 0, if code.symbols[0] == code.symbols[1] { 2 } else { 1 });
    for typed in [swapped.clone(), format!("{swapped}4"), format!("{swapped}?"), "x".repeat(300)] {
        let error = Code::parse(&typed).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(typed.get(..5).unwrap()));
    }
}

#[test]
fn a_receipt_typed_as_a_withdrawal_code_is_recognised_and_never_valid_as_one() {
    for seed in 0..200 {
        let (receipt, withdrawal) =
            (draw(CodeKind::Receipt, seed), draw(CodeKind::Withdrawal, seed));
        assert_ne!(receipt.compact(), withdrawal.compact());
        assert_eq!(
            Code::parse_as(&receipt.to_string(), CodeKind::Withdrawal),
            Err(CodeError::OtherKind { wanted: CodeKind::Withdrawal, found: CodeKind::Receipt })
        );
        assert_eq!(Code::parse(&withdrawal.to_string()).unwrap().kind(), CodeKind::Withdrawal);
    }
    let ticket = draw(CodeKind::Ticket, 0).to_string();
    assert!(matches!(Code::parse_as(&ticket, CodeKind::Poster), Err(CodeError::OtherKind { .. })));
}

#[test]
fn empty_long_and_strange_input_is_refused() {
    assert_eq!(Code::parse(" - \t"), Err(CodeError::Empty));
    assert_eq!(Code::parse(&"2".repeat(201)), Err(CodeError::TooLong));
    assert_eq!(Code::parse("2222"), Err(CodeError::Length { symbols: 4 }));
    assert_eq!(Code::parse(&"2".repeat(100)), Err(CodeError::Length { symbols: 100 }));
    assert_eq!(Code::parse("2222?"), Err(CodeError::Symbol { position: 5 }));
    for ambiguous in ['1', 'I', 'L', '5', 'S', 'A', 'E'] {
        assert_eq!(Code::parse(&ambiguous.to_string()), Err(CodeError::Symbol { position: 1 }));
    }
}

#[test]
fn what_a_telex_keyboard_makes_of_a_code_is_still_that_code() {
    let data = |letters: &str| {
        let mut symbols = [0; SYMBOLS_MAX];
        for (place, letter) in symbols.iter_mut().zip(letters.chars()) {
            *place = symbol(letter).unwrap();
        }
        Code::with_check(CodeKind::Ticket, symbols)
    };
    let code = data("DDW2WF3WR4WX6J");
    let typed =
        code.compact().replace("DD", "Đ").replace("WF", "Ừ").replace("WR", "ử").replace("WX", "Ữ");
    assert!(typed.contains('Đ') && typed.contains('Ừ'));
    assert_eq!(Code::parse(&typed), Ok(code));
    let code = data("2222WJ33W3333D");
    assert_eq!(Code::parse(&code.compact().replace("WJ", "ự").replace('W', "ư")), Ok(code));
}

#[test]
fn a_failing_or_stuck_source_gives_no_code() {
    let failing = Code::random(CodeKind::Ticket, &mut |_: &mut [u8]| Err("no entropy"));
    assert!(matches!(failing, Err(DrawError::Source("no entropy"))));
    let stuck = Code::random(CodeKind::Ticket, &mut |bytes: &mut [u8]| {
        bytes.fill(255);
        Ok::<(), Infallible>(())
    });
    assert!(matches!(stuck, Err(DrawError::Stuck)));
}

#[test]
fn symbols_are_equally_likely_at_every_place() {
    // 23,000 codes: 1,000 expected per symbol and place. χ² with 22 degrees of freedom exceeds 68.6 once in 10⁶.
    let mut counts = [[0_u32; BASE as usize]; 9];
    let mut stream = ChaCha20Rng::seed_from_u64(7);
    for _ in 0..23_000 {
        let code = Code::random(CodeKind::Poster, &mut |bytes: &mut [u8]| {
            stream.fill_bytes(bytes);
            Ok::<(), Infallible>(())
        });
        for (place, symbol) in code.unwrap().symbols.iter().take(9).enumerate() {
            counts[place][usize::from(*symbol)] += 1;
        }
    }
    for (place, counts) in counts.iter().enumerate() {
        let chi_squared: f64 = counts
            .iter()
            .map(|n| (f64::from(*n) - 1000.0) * (f64::from(*n) - 1000.0) / 1000.0)
            .sum();
        assert!(chi_squared < 68.6, "place {place}: {chi_squared}");
    }
}

proptest! {
    #[test]
    fn a_code_reads_back_however_it_is_written(seed in any::<u64>(), kind in 0usize..4, style in any::<u64>()) {
        let code = draw(CodeKind::ALL[kind], seed);
        let mut typed = String::from("\u{a0}");
        for (at, letter) in code.to_string().chars().enumerate() {
            let bit = |n: usize| (style >> ((at + n) % 64)) & 1 == 1;
            let lookalike = match letter {
                '8' if bit(1) => 'B',
                '2' if bit(1) => 'Z',
                'V' if bit(1) => 'U',
                'D' if bit(1) => ['O', '0', 'Q'][at % 3],
                '-' if bit(1) => ' ',
                other => other,
            };
            typed.push(if bit(2) { lookalike.to_ascii_lowercase() } else { lookalike });
            if bit(3) {
                typed.push(['-', ' ', '–', '\n'][at % 4]);
            }
        }
        prop_assert_eq!(Code::parse(&typed), Ok(code));
        prop_assert_eq!(Code::parse(&code.compact()), Ok(code));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}") {
        let _ = Code::parse(&text);
    }
}
