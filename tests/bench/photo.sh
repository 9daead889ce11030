# shellcheck shell=bash
# photo.sh: a JPEG to 1600 and 320 pixels, lygte-picture against vipsthumbnail (which may
# make its 320 of its own 1600, the cheapest way it has), ImageMagick and ffmpeg: 12 and 48
# megapixels, and a progressive one (4:2:0; 4:4:4 of that size is refused). How close the 1600 comes to a Lanczos reduction of the
# whole picture is in dB, ours beside vips'. Then one cold photo to kept, against a copy
# with fsync, on this disk and on one as slow as a memory card. Read by run.sh, which gives WORK, OUT, HERE, ROUNDS and says().

# figures FILE: "user-ms peak-MiB" of a line that cost wrote.
figures() { awk '{ printf "%s %.1f\n", $1, $4 / 1024 }' "$1"; }

sample() { # JOB WHO ROUND
    read -r user peak <<<"$(figures "$WORK/cost")"
    echo "$1 user-ms $2 $3 $user"
    echo "$1 peak-MiB $2 $3 $peak"
}

# shellcheck disable=SC2016  # the inner shell expands them
by_vips='vipsthumbnail "$1" -s 1600x1600 -o "$2" && vipsthumbnail "$2" -s 320x320 -o "$3"'
# shellcheck disable=SC2016
by_magick='convert-im6.q16 "$1" -auto-orient -resize 1600x1600 -quality 82 -write "$2" \
    -resize 320x320 "$3"'
# shellcheck disable=SC2016
by_ffmpeg='ffmpeg -v error -y -threads 1 -i "$1" -filter_complex \
    "[0]scale=1600:1600:force_original_aspect_ratio=decrease:flags=lanczos,split[a][b];\
[b]scale=320:320:force_original_aspect_ratio=decrease:flags=lanczos[c]" \
    -map "[a]" -q:v 4 "$2" -map "[c]" -q:v 4 "$3"'

peer() { # JOB PHOTO ROUND WHO COMMAND
    rm -f "$WORK/p2.jpg" "$WORK/t2.jpg"
    "$HERE/cost" sh -c "$5" - "$2" "$WORK/p2.jpg" "$WORK/t2.jpg" 9>"$WORK/cost"
    sample "$1" "$4" "$3"
}

# dB of both 1600s against one made with Lanczos 3 of all pixels.
closeness() { # JOB PHOTO ROUND
    local wide
    wide=$(vipsheader -f width "$2")
    [ "$(vipsheader -f height "$2")" -le "$wide" ] || wide=$(vipsheader -f height "$2")
    vips resize "$2" "$WORK/reference.ppm" "$(awk -v w="$wide" 'BEGIN { printf "%.12f", 1600 / w }')" \
        --kernel lanczos3
    peer "$1" "$2" "$3" vips "$by_vips" >/dev/null
    echo "$1 dB ours $3 $("$HERE/psnr" "$WORK/reference.ppm" "$WORK/preview.jpg")"
    echo "$1 dB vips $3 $("$HERE/psnr" "$WORK/reference.ppm" "$WORK/p2.jpg")"
}

# Started with the variable core/picture/call_start starts it with.
one_photo() { # JOB PHOTO
    local round
    for round in $(seq "$ROUNDS"); do
        rm -f "$WORK/preview.jpg" "$WORK/thumb.jpg"
        GLIBC_TUNABLES=glibc.malloc.hugetlb=1 "$HERE/cost" "$OUT/libexec/lygte-picture" read preview thumb <"$2" \
            >"$WORK/report" 3>"$WORK/preview.jpg" 4>"$WORK/thumb.jpg" 9>"$WORK/cost"
        [ -s "$WORK/preview.jpg" ] && [ -s "$WORK/thumb.jpg" ]
        sample "$1" ours "$round"
        peer "$1" "$2" "$round" vips "$by_vips"
        ! command -v convert-im6.q16 >/dev/null || peer "$1" "$2" "$round" imagemagick "$by_magick"
        ! command -v ffmpeg >/dev/null || peer "$1" "$2" "$round" ffmpeg "$by_ffmpeg"
    done
    [ "$(exiftool -s3 -n -Orientation "$2" 2>/dev/null || echo 1)" -gt 1 ] 2>/dev/null ||
        closeness "$1" "$2" 1
}

real=$(find "${LYGTE_SHARED:-../shared}/data/photos" -name 'samsung*.jpg' 2>/dev/null |
    head -n 1 || true)
if [ -n "$real" ]; then
    one_photo photo "$real"
else
    says 'skipped: photo: no samsung*.jpg in LYGTE_SHARED/data/photos'
fi
drawn() { # SIZE FILE
    "$OUT/tools/draw_photo" --scene lamp_out --at 57.0325,9.9912 --direction 45 \
        --time 2026-11-19T18:42:10Z --size "$1" -o "$2" >/dev/null
}
drawn 4000x3000 "$WORK/drawn.jpg"
one_photo photo-drawn "$WORK/drawn.jpg"
drawn 8000x6000 "$WORK/drawn48.jpg"
one_photo photo-48 "$WORK/drawn48.jpg"
vips copy "$WORK/drawn48.jpg" "$WORK/progressive.jpg[interlace,Q=85]"
one_photo photo-48-progressive "$WORK/progressive.jpg"
for card in '' "$CARD_US"; do
    LYGTE_PICTURE=$OUT/libexec/lygte-picture "$HERE/keep" "$WORK/keep$card" "${real:-$WORK/drawn.jpg}" \
        "$((4 * ROUNDS))" ${card:+"$card"}
done
