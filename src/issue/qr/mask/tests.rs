use super::*;
use crate::issue::qr::{drawn, spelled};
use proptest::prelude::*;
use qrcode::{QrCode, Version};

/// The unmasked symbol of an address and its width.
fn symbol(url: &str) -> (Canvas, usize) {
    let (canvas, version, _) = drawn(url).unwrap();
    (canvas, version.width() as usize)
}

/// What the crate itself makes of the same data at the same version and level.
fn by_the_crate(url: &str) -> Vec<u64> {
    let (_, version, level) = drawn(url).unwrap();
    let Version::Normal(_) = version else { panic!("no small symbol") };
    let code = QrCode::with_version(spelled(url).as_bytes(), version, level.of_crate()).unwrap();
    rows(&code.into_colors(), version.width() as usize)
}

/// [`lost`], module by module.
fn lost_one_by_one(rows: &[u64], width: usize) -> u32 {
    let dark = |x: i32, y: i32| {
        let inside = (0..width as i32).contains(&x) && (0..width as i32).contains(&y);
        inside && rows[y as usize] >> x & 1 == 1
    };
    let mut lost = 0;
    for y in 0..width as i32 {
        for x in 0..width as i32 {
            let weight = |by: i32| if by == 0 { 3 } else { 1 };
            let near = (-1..=1).flat_map(|down| (-1..=1).map(move |right| (right, down)));
            let sum: i32 = near
                .filter(|(right, down)| dark(x + right, y + down))
                .map(|(right, down)| weight(right) * weight(down))
                .sum();
            lost += u32::from((sum >= 13) != dark(x, y));
        }
    }
    lost
}

#[test]
fn a_module_alone_is_lost_and_one_of_a_line_is_not() {
    assert_eq!(lost(&[0, 0b00100, 0, 0, 0], 5), 1);
    assert_eq!(lost(&[0, 0b11111, 0, 0, 0], 5), 2, "its ends");
    assert_eq!(lost(&[0b111, 0b101, 0b111], 3), 1, "light among dark");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn by_the_penalty_alone_it_is_the_choice_of_the_crate(url in "https?://[!-~]{1,190}") {
        let (canvas, width) = symbol(&url);
        let chosen = of_least(&canvas, width, |rows| penalty(rows, width));
        prop_assert_eq!(chosen, by_the_crate(&url));
    }

    #[test]
    fn what_is_lost_is_counted_as_one_by_one(rows in proptest::collection::vec(any::<u64>(), 57)) {
        for width in [21, 33, 57] {
            let rows: Vec<u64> = rows[..width].iter().map(|row| row & ((1 << width) - 1)).collect();
            prop_assert_eq!(lost(&rows, width), lost_one_by_one(&rows, width));
        }
    }
}
