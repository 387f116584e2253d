#!/bin/bash
# Checks an archive envelope without sigill, by docs/envelope.md: with unzip, openssl and the
# tools that every POSIX system has.
#
#     bash docs/check-envelope.sh ENVELOPE ROOT.pem
#
# ROOT.pem holds the roots that you trust the time-stamping authorities by. Each step is told; the
# first one that fails ends the script with status 1.
set -euo pipefail
export LC_ALL=C.UTF-8

envelope=$(realpath "$1")
roots=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir files
manifest=files/META-INF/ASiCEvidenceRecordManifest001.xml
record=files/META-INF/evidencerecord001.ers

fail() {
    echo "FAILED: $*"
    exit 1
}

unzip -q "$envelope" -d files 2>/dev/null || fail "the container is damaged"

# hexadecimal on the standard input to octets
octets() {
    while read -r -n 2 pair && [ -n "$pair" ]; do printf "\\x$pair"; done
}

# digest NAME: hexadecimal of the digest of the standard input
digest() {
    openssl dgst "-$1" -r | cut -d ' ' -f 1
}

# bytes OFFSET LENGTH: that part of the record
bytes() {
    head -c "$(($1 + $2))" "$record" | tail -c "$2"
}

# hash_list NAME HASH...: of one hash itself, of several the hash of all in ascending order
# (RFC 4998, 4.2)
hash_list() {
    local name=$1
    shift
    if [ $# -eq 1 ]; then
        echo "$1"
    else
        printf '%s\n' "$@" | LC_ALL=C sort | tr -d '\n' | octets | digest "$name"
    fi
}

# der_sequence FILE: its content with the header of a DER SEQUENCE before it
der_sequence() {
    local length header
    length=$(wc -c <"$1")
    if [ "$length" -lt 128 ]; then
        header=$(printf '30%02x' "$length")
    elif [ "$length" -lt 65536 ]; then
        header=$(printf '3082%04x' "$length")
    else
        header=$(printf '3083%06x' "$length")
    fi
    echo -n "$header" | octets
    cat "$1"
}

# verify SECONDS: the token before was good then, by the roots
verify() {
    openssl pkcs7 -inform DER -in previous -print_certs >certificates.pem 2>/dev/null
    openssl ts -verify -digest "$(cat previous_root)" -token_in -in previous -CAfile "$roots" \
        -untrusted certificates.pem -attime "$1" >/dev/null 2>&1 ||
        fail "a time-stamp does not verify as of $(date -u -d "@$1")"
}

# 1. Every file is the one that the manifest names, and none is left over.
files=()
while IFS=$'\t' read -r name method value; do
    name=$(printf '%b' "${name//%/\\x}")
    algorithm=${method##*[#]}
    found=$(openssl dgst "-$algorithm" -binary "files/$name" | openssl base64 -A)
    [ "$found" = "$value" ] || fail "$name is not as it was sealed"
    files+=("$name")
done < <(sed -n 's|.*<asic:DataObjectReference.* URI="\([^"]*\)">.*Algorithm="\([^"]*\)".*<ds:DigestValue>\(.*\)</ds:DigestValue>.*|\1\t\2\t\3|p' "$manifest")
there=$(find files -type f | wc -l)
[ "$there" -eq $((${#files[@]} + 3)) ] || fail "there are files that nothing covers"
echo "files as sealed: ${#files[@]}"

# 2. The record, as lines of: offset, depth, length of the header, length of the content, type
openssl asn1parse -inform DER -in "$record" |
    sed -n 's/^ *\([0-9]*\):d= *\([0-9]*\) *hl= *\([0-9]*\) *l= *\([0-9]*\) *\(prim\|cons\): *\(.*\)/\1 \2 \3 \4 \6/p' >lines
# 3. Each archive time-stamp: its algorithm, its lists and its token.
stamps=0
sequence=$(awk '$2 == 1 && $5 == "SEQUENCE" { at = $1 } END { print at }' lines)
chain_number=0
: >older
for chain in $(awk -v from="$sequence" '$2 == 2 && $1 > from { print $1 ":" $3 + $4 }' lines); do
    chain_offset=${chain%:*}
    chain_end=$((chain_offset + ${chain#*:}))
    chain_number=$((chain_number + 1))
    stamp_number=0
    for stamp in $(awk -v from="$chain_offset" -v to="$chain_end" '$2 == 3 && $1 > from && $1 < to { print $1 ":" $3 + $4 }' lines); do
        stamp_offset=${stamp%:*}
        stamp_end=$((stamp_offset + ${stamp#*:}))
        stamp_number=$((stamp_number + 1))
        stamps=$((stamps + 1))
        inside() { awk -v from="$stamp_offset" -v to="$stamp_end" "\$1 > from && \$1 < to && ($1)" lines; }
        algorithm=$(inside '$2 == 5 && $5 == "OBJECT"' | sed -n '1s/.*://p')
        token_line=$(inside '$2 == 4 && $5 == "SEQUENCE"' | tail -1)
        token_offset=$(echo "$token_line" | cut -d ' ' -f 1)
        token_length=$(echo "$token_line" | awk '{ print $3 + $4 }')
        bytes "$token_offset" "$token_length" >token

        # What must be covered: the files or, for a renewed time-stamp, the one before.
        wanted=()
        if [ "$stamp_number" -gt 1 ]; then
            wanted+=("$(digest "$algorithm" <previous)")
        else
            for name in "${files[@]}"; do
                hash=$(digest "$algorithm" <"files/$name")
                if [ "$chain_number" -gt 1 ]; then
                    sequence_hash=$(der_sequence older | digest "$algorithm")
                    hash=$(echo -n "$hash$sequence_hash" | octets | digest "$algorithm")
                fi
                wanted+=("$hash")
            done
        fi

        # The lists of the reduced hash tree, from the first to the root.
        root=
        number=0
        for list in $(inside '$2 == 5 && $5 == "SEQUENCE"' | awk -v token="$token_offset" '$1 < token { print $1 ":" $3 + $4 }'); do
            list_offset=${list%:*}
            list_end=$((list_offset + ${list#*:}))
            hashes=()
            while read -r offset depth header length type; do
                hashes+=("$(bytes "$((offset + header))" "$length" | od -An -v -tx1 | tr -d ' \n')")
            done < <(awk -v from="$list_offset" -v to="$list_end" '$2 == 6 && $1 > from && $1 < to' lines)
            if [ "$number" -eq 0 ]; then
                for hash in "${wanted[@]}"; do
                    [[ " ${hashes[*]} " == *" $hash "* ]] || fail "a file or time-stamp is not covered"
                done
            fi
            root=$(hash_list "$algorithm" "${hashes[@]}" $root)
            number=$((number + 1))
        done
        [ -n "$root" ] || root=$(hash_list "$algorithm" "${wanted[@]}")

        # The token is over that root. The one before is believed as of this one's time: what
        # ended or was broken later does not matter to it.
        openssl ts -reply -token_in -in token -text >text 2>/dev/null || fail "a time-stamp cannot be read"
        imprint=$(sed -n '/^Message data:/,/^Serial number:/ s/^ *[0-9a-f]* - \([0-9a-f -]*\)   .*/\1/p' text | tr -d ' \n-')
        [ "$imprint" = "$root" ] || fail "a time-stamp is over something else"
        time=$(sed -n 's/^Time stamp: //p' text)
        [ "$stamps" -eq 1 ] || verify "$(date -u -d "$time" +%s)"
        echo "$root" >previous_root
        echo "chain $chain_number, time-stamp $stamp_number: $time"
        cp token previous
    done
    bytes "$chain_offset" "$((chain_end - chain_offset))" >>older
done
[ "$stamps" -gt 0 ] || fail "no time-stamp"
verify "$(date +%s)"
echo "PASSED: everything inside existed, as it is, at the first of these times"
