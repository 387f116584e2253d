//! DER taken apart and put together again with one piece exchanged.

pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        length @ 0..=0x7f => out.push(length as u8),
        length => {
            let octets = length.to_be_bytes();
            let skipped = octets.iter().take_while(|octet| **octet == 0).count();
            out.push(0x80 | (octets.len() - skipped) as u8);
            out.extend(&octets[skipped..]);
        }
    }
    out.extend(content);
    out
}

/// Tag, content and what follows the first element.
pub fn split(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (length, header) = match der[1] {
        short @ 0..=0x7f => (usize::from(short), 2),
        long => {
            let count = usize::from(long & 0x7f);
            let octets = der[2..2 + count].iter();
            let length = octets.fold(0usize, |length, octet| length << 8 | usize::from(*octet));
            (length, 2 + count)
        }
    };
    let end = header + length;
    (der[0], &der[header..end], &der[end..])
}

pub fn children(content: &[u8]) -> Vec<Vec<u8>> {
    let mut children = Vec::new();
    let mut rest = content;
    while !rest.is_empty() {
        let (_, _, after) = split(rest);
        children.push(rest[..rest.len() - after.len()].to_vec());
        rest = after;
    }
    children
}

/// `der` with the element at `path`, an index for each level, replaced by what `change` makes of it.
pub fn edit(der: &[u8], path: &[usize], change: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let Some((index, deeper)) = path.split_first() else {
        return change(der);
    };
    let (tag, content, _) = split(der);
    let mut parts = children(content);
    parts[*index] = edit(&parts[*index], deeper, change);
    tlv(tag, &parts.concat())
}
