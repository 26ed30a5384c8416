//! Numbers and bytes as the page shows them.

/// `16843009` as `16,843,009`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bytes in hexadecimal; of many, the first and how many there are.
pub(crate) fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
    }
    let shown: Vec<String> = bytes
        .iter()
        .take(SHOWN)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let more = if bytes.len() > SHOWN {
        format!(" ... ({} bytes)", grouped(bytes.len() as u64))
    } else {
        String::new()
    };
    format!("`{}`{more}", shown.join(" "))
}

/// Code units in Java's notation; of many, the first and how many there are.
pub(crate) fn units(units: &[u16]) -> String {
    let shown: Vec<String> = units
        .iter()
        .take(SHOWN)
        .map(|unit| format!("\\u{unit:04X}"))
        .collect();
    let more = if units.len() > SHOWN {
        format!(" ... ({} code units)", grouped(units.len() as u64))
    } else {
        String::new()
    };
    format!("`\"{}\"`{more}", shown.join(""))
}

const SHOWN: usize = 12;

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_grouped() {
        assert_eq!(super::grouped(0), "0");
        assert_eq!(super::grouped(999), "999");
        assert_eq!(super::grouped(16_843_009), "16,843,009");
    }
}
