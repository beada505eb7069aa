//! The symbol as a PNG of one bit per pixel.

use png::{BitDepth, ColorType, Encoder};

use super::{QUIET_ZONE, Qr, QrError};

/// 64 pixels are 5 mm at 300 dpi: beyond the largest poster.
const MODULE_PX_MAX: u32 = 64;

pub(super) fn write(qr: &Qr, module_px: u32) -> Result<Vec<u8>, QrError> {
    if !(1..=MODULE_PX_MAX).contains(&module_px) {
        return Err(QrError::ModulePixels { given: module_px, max: MODULE_PX_MAX });
    }
    let scale = module_px as usize;
    let modules = qr.width + 2 * QUIET_ZONE;
    let side = modules * scale;
    let row_bytes = side.div_ceil(8);
    // In greyscale 1 is white.
    let mut pixels = Vec::with_capacity(row_bytes * side);
    for y in 0..modules {
        let mut row = vec![0xFF_u8; row_bytes];
        for x in (0..modules).filter(|x| dark(qr, *x, y)) {
            for px in x * scale..(x + 1) * scale {
                if let Some(byte) = row.get_mut(px / 8) {
                    *byte &= !(0x80 >> (px % 8));
                }
            }
        }
        for _ in 0..scale {
            pixels.extend_from_slice(&row);
        }
    }
    encode(side, &pixels).map_err(QrError::Png)
}

fn dark(qr: &Qr, x: usize, y: usize) -> bool {
    match (x.checked_sub(QUIET_ZONE), y.checked_sub(QUIET_ZONE)) {
        (Some(x), Some(y)) => qr.is_dark(x, y),
        _ => false,
    }
}

fn encode(side: usize, pixels: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    // At most 65 modules of 64 pixels.
    let side = u32::try_from(side).unwrap_or(u32::MAX);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}
