use super::*;
use proptest::prelude::*;
use qrcode::QrCode;

const TICKET: &str = "https://khaosat.gialai.gov.vn/s/CDFGHJKMNPRTVWX";
/// What its symbol holds.
const SPELLED: &str = "https://KHAOSAT.GIALAI.GOV.VN/S/CDFGHJKMNPRTVWX";

/// Reads the one QR code among pixels; `dark(x, y)` tells the picture.
fn read_back(side: usize, dark: impl Fn(usize, usize) -> bool) -> String {
    let grey = |x, y| if dark(x, y) { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, grey);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "exactly one code is seen");
    grids[0].decode().unwrap().1
}

fn read_png(png: &[u8]) -> (u32, String) {
    let image = image::load_from_memory(png).unwrap().to_luma8();
    let side = image.width();
    assert_eq!(image.height(), side);
    let text = read_back(side as usize, |x, y| image.get_pixel(x as u32, y as u32).0[0] < 128);
    (side, text)
}

/// Fills the rectangles of the last path of `svg` onto a grid of modules, quiet zone included. Each subpath must be
/// `Mx yhwvhh-wz`, and no module may be painted twice.
fn rasterise(svg: &str) -> Vec<Vec<bool>> {
    let side: usize =
        svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let path = svg.rsplit(" d=\"").next().unwrap().split('"').next().unwrap();
    let mut grid = vec![vec![false; side]; side];
    for rectangle in path.split_terminator('z') {
        let numbers: Vec<i32> = rectangle
            .split(['M', ' ', 'h', 'v'])
            .skip(1)
            .map(|number| number.parse().unwrap())
            .collect();
        let [x, y, width, height, back] = numbers[..] else { panic!("{rectangle}") };
        assert!(width > 0 && height > 0 && back == -width, "{rectangle}");
        for row in &mut grid[y as usize..(y + height) as usize] {
            for module in &mut row[x as usize..(x + width) as usize] {
                assert!(!std::mem::replace(module, true), "painted twice: {rectangle}");
            }
        }
    }
    grid
}

fn read_svg(svg: &str) -> String {
    let grid = rasterise(svg);
    read_back(grid.len() * 4, |x, y| grid[y / 4][x / 4])
}

#[test]
fn a_decoder_reads_the_address_from_the_png_at_every_scale() {
    let qr = Qr::of_url(TICKET).unwrap();
    for module_px in [2, 3, 5, 8, 13] {
        let (side, text) = read_png(&qr.png(module_px).unwrap());
        assert_eq!(text, SPELLED);
        assert_eq!(side as usize, (qr.width() + 8) * module_px as usize);
    }
}

#[test]
fn a_decoder_reads_the_address_from_the_path_of_the_svg() {
    let qr = Qr::of_url(TICKET).unwrap();
    assert_eq!(read_svg(&qr.svg(None)), SPELLED);
    assert_eq!(read_svg(&qr.svg(Some("Mã QR"))), SPELLED);
}

#[test]
fn the_quiet_zone_of_four_modules_stays_light() {
    let qr = Qr::of_url(TICKET).unwrap();
    let grid = rasterise(&qr.svg(None));
    assert_eq!(grid.len(), qr.width() + 8);
    for (y, row) in grid.iter().enumerate() {
        for (x, dark) in row.iter().enumerate() {
            let inside = |at: usize| (4..4 + qr.width()).contains(&at);
            assert!(!dark || (inside(x) && inside(y)));
        }
    }
    let image = image::load_from_memory(&qr.png(3).unwrap()).unwrap().to_luma8();
    assert!(
        image.enumerate_pixels().all(|(x, y, pixel)| pixel.0[0] == 255 || (x >= 12 && y >= 12))
    );
}

#[test]
fn the_png_has_one_bit_per_pixel() {
    let png = Qr::of_url(TICKET).unwrap().png(8).unwrap();
    let decoder = ::png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap();
    assert_eq!(decoder.info().bit_depth, ::png::BitDepth::One);
    assert_eq!(decoder.info().color_type, ::png::ColorType::Grayscale);
    assert!(png.len() < 2_000, "{} bytes", png.len());
}

#[test]
fn the_level_is_the_highest_that_needs_no_larger_symbol_and_never_below_m() {
    let mut seen = std::collections::BTreeSet::new();
    for length in 12..=200 {
        let url = format!("https://a/{}", "x".repeat(length - 10));
        let qr = Qr::of_url(&url).unwrap();
        let smallest = QrCode::with_error_correction_level(&url, EcLevel::M).unwrap().version();
        assert_eq!(Version::Normal(qr.version()), smallest, "{length}");
        let fits = |level| QrCode::with_version(&url, smallest, level).is_ok();
        assert_eq!(qr.level() == Level::Q, fits(EcLevel::Q), "{length}");
        assert!(!fits(EcLevel::H), "{length}");
        seen.insert(qr.level());
    }
    assert_eq!(seen.len(), 2, "each level is chosen for some length");
}

#[test]
fn a_link_of_80_characters_has_modules_of_six_tenths_of_a_millimetre_at_25_mm() {
    let host = "khaosat.trungtamphucvuhanhchinhcong.gialai.gov.vn:44";
    let url = format!("https://{host}/s/CDFGH-JKMNP-RTVWX");
    assert_eq!(url.len(), 80);
    let qr = Qr::of_url(&url).unwrap();
    assert_eq!(qr.width(), 33);
    assert!(25.0 / (qr.width() + 8) as f64 >= 0.6);
    let longest = url.replace(":44", ":44444X");
    assert_eq!((longest.len(), Qr::of_url(&longest).unwrap().width()), (84, 33));
    let elsewhere = Qr::of_url(&url.replace("/s/", "/t/")).unwrap();
    assert_eq!(elsewhere.width(), 37, "in bytes it takes a larger one");
}

#[test]
fn the_svg_is_compact_and_names_itself_when_asked() {
    let qr = Qr::of_url(TICKET).unwrap();
    let svg = qr.svg(Some("Phiếu <1> & \"2\"\u{0}"));
    assert!(svg.contains(" role=\"img\"><title>Phiếu &lt;1&gt; &amp; \"2\" </title>"));
    assert!(!svg.contains("aria-hidden"));
    assert!(qr.svg(None).contains("aria-hidden=\"true\""));
    assert!(svg.len() < 5_000, "{} bytes", svg.len());
}

#[test]
fn what_is_no_address_or_too_long_is_refused() {
    for text in [
        "",
        "https://",
        "ftp://a",
        "khaosat.vn/s/X",
        "https://a b",
        "https://gialai.vn/phiếu",
        "HTTPS://A\n",
    ] {
        assert!(matches!(Qr::of_url(text), Err(QrError::NotAnAddress)), "{text:?}");
    }
    let long = format!("https://a/{}", "x".repeat(191));
    assert!(matches!(Qr::of_url(&long), Err(QrError::TooLong { bytes: 201 })));
    let qr = Qr::of_url(TICKET).unwrap();
    for module_px in [0, 65, u32::MAX] {
        assert!(matches!(qr.png(module_px), Err(QrError::ModulePixels { .. })));
    }
}

#[test]
fn a_symbol_does_not_print_its_address() {
    assert_eq!(
        format!("{:?}", Qr::of_url("http://127.0.0.1:8080/s/CDFGHJKMNP").unwrap()),
        "Qr(version 3, level Q)"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_address_reads_back(url in "https?://[!-~]{1,190}") {
        let qr = Qr::of_url(&url).unwrap();
        prop_assert_eq!(read_svg(&qr.svg(None)), url.clone());
        prop_assert_eq!(read_png(&qr.png(4).unwrap()).1, url);
    }
}
