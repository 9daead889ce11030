# shellcheck shell=bash
# photo.sh: a 12 megapixel JPEG to 1600 and 320 pixels, lygte-picture against
# vipsthumbnail (which may make its 320 of its own 1600, the cheapest way it has).
# Read by run.sh, which gives WORK, OUT, HERE, ROUNDS and says().

# figures FILE: "user-ms peak-MiB" of a line that cost wrote.
figures() { awk '{ printf "%s %.1f\n", $1, $4 / 1024 }' "$1"; }

sample() { # JOB WHO ROUND
    read -r user peak <<<"$(figures "$WORK/cost")"
    echo "$1 user-ms $2 $3 $user"
    echo "$1 peak-MiB $2 $3 $peak"
}

one_photo() { # JOB PHOTO
    local round
    for round in $(seq "$ROUNDS"); do
        rm -f "$WORK/preview.jpg" "$WORK/thumb.jpg" "$WORK/p2.jpg" "$WORK/t2.jpg"
        "$HERE/cost" "$OUT/libexec/lygte-picture" read preview thumb <"$2" \
            >"$WORK/report" 3>"$WORK/preview.jpg" 4>"$WORK/thumb.jpg" 9>"$WORK/cost"
        [ -s "$WORK/preview.jpg" ] && [ -s "$WORK/thumb.jpg" ]
        sample "$1" ours "$round"
        # shellcheck disable=SC2016  # the inner shell expands them
        "$HERE/cost" sh -c 'vipsthumbnail "$1" -s 1600x1600 -o "$2" &&
            vipsthumbnail "$2" -s 320x320 -o "$3"' - "$2" "$WORK/p2.jpg" "$WORK/t2.jpg" \
            9>"$WORK/cost"
        sample "$1" vips "$round"
    done
}

real=$(find "${LYGTE_SHARED:-../shared}/data/photos" -name 'samsung*.jpg' 2>/dev/null |
    head -n 1 || true)
if [ -n "$real" ]; then
    one_photo photo "$real"
else
    says 'skipped: photo: no samsung*.jpg in LYGTE_SHARED/data/photos'
fi
"$OUT/tools/draw_photo" --scene lamp_out --at 57.0325,9.9912 --direction 45 \
    --time 2026-11-19T18:42:10Z --size 4000x3000 -o "$WORK/drawn.jpg" >/dev/null
one_photo photo-drawn "$WORK/drawn.jpg"
