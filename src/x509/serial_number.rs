//! Serial numbers (RFC 5280, 4.1.2.2), compared as the numbers they are.

/// The two's complement octets without those that only repeat the sign: X.690, 8.3.2 forbids
/// them, but issuers that write them mean the same number.
pub(super) fn significant(octets: &[u8]) -> &[u8] {
    let mut rest = octets;
    while let [first, second, ..] = rest {
        let repeats_sign = matches!((first, second & 0x80), (0x00, 0x00) | (0xff, 0x80));
        if !repeats_sign {
            break;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn only_octets_that_repeat_the_sign_are_left_out() {
        assert_eq!(significant(&[0, 0, 5]), [5]);
        assert_eq!(significant(&[0, 0x80]), [0, 0x80]);
        assert_eq!(significant(&[0xff, 0xff, 0x80]), [0x80]);
        assert_eq!(significant(&[0xff, 0x01]), [0xff, 0x01]);
        assert_eq!(significant(&[0, 0]), [0]);
        assert_eq!(significant(&[]), [0_u8; 0]);
    }
}
