#!/usr/bin/env bash
# What comes out of every kind of picture is what an independent decoder makes of it: vips
# decodes, turns, lays over white and reduces the whole picture with Lanczos, and the mean
# distance of all samples from our preview is small. (One level of 255 is what quality 82
# costs; a colour or a corner in the wrong place costs tens.)
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}
helper=${LYGTE_PICTURE_PLAIN:-$BIN/../libexec/lygte-picture}
cd "$tmp" || exit 1

"$draw" --scene lamp_out --at 57.0409,9.9722 --direction 10 --size 1700x1060 \
    --time 2026-11-19T19:52:00+01:00 -o big.jpg >/dev/null
vips copy big.jpg 'base.jpg[strip,Q=95]'
for orientation in 1 2 3 4 5 6 7 8; do
    cp base.jpg "turned-$orientation.jpg"
    exiftool -q -overwrite_original -n "-Orientation=$orientation" "turned-$orientation.jpg"
done
vips colourspace base.jpg 'grey.jpg[Q=95]' b-w
vips copy base.jpg 'progressive.jpg[interlace,Q=95]'
vips copy base.jpg 'full-chroma.jpg[Q=95,subsample-mode=off]'
vips copy base.jpg plain.png
vips colourspace base.jpg deep.png rgb16
vips colourspace base.jpg deep-grey.png grey16
vips copy base.jpg 'palette.png[palette,Q=100]'
vips copy base.jpg 'interlaced.png[interlace]'
vips linear base.jpg alpha.v "0.4 0 0" "60 0 0"
vips extract_band alpha.v one.v 0
vips bandjoin "base.jpg one.v" see-through.v
vips cast see-through.v see-through.png uchar
vips crop base.jpg pixel.png 1000 700 1 1
vips crop base.jpg pixel.jpg 1000 700 1 1
vips crop base.jpg line.png 0 700 1700 1
vips replicate base.jpg wide.v 10 1
vips crop wide.v panorama.png 0 100 16384 500

# The reference in $1.ppm, of the size of our preview.
reference() { # FILE
    local width height wide high
    local from=$1
    case $1 in turned-*) vips autorot "$1" turned.v && from=turned.v ;; esac
    case $1 in see-*) vips flatten "$1" flat.v --background '255 255 255' && from=flat.v ;; esac
    vips colourspace "$from" colours.v srgb
    IFS=' x' read -r width height _ < <(vipsheader colours.v | cut -d' ' -f2-)
    IFS=' x' read -r wide high _ < <(vipsheader preview.jpg | cut -d' ' -f2-)
    vips resize colours.v small.v "$(awk "BEGIN { printf \"%.12f\", $wide / $width }")" \
        --vscale "$(awk "BEGIN { printf \"%.12f\", $high / $height }")" --kernel lanczos3
}

agrees() { # FILE MOST
    local far
    rm -f preview.jpg
    "$helper" read preview thumb <"$1" >report 3>preview.jpg 4>thumb.jpg 5</dev/null
    reference "$1" 2>vips.err
    vips colourspace preview.jpg ours.v srgb
    far=$(vips subtract ours.v small.v d.v 2>>vips.err && vips abs d.v e.v && vips avg e.v)
    if [ -n "$far" ] && awk "BEGIN { exit !($far <= $2) }"; then
        passed "$1 comes out right (mean distance ${far:0:4})"
    else
        failed "$1 comes out right" "mean distance ${far:-none}, at most $2" "$(<report)" "$(<vips.err)"
    fi
}

for orientation in 1 2 3 4 5 6 7 8; do agrees "turned-$orientation.jpg" 2; done
for one in grey.jpg progressive.jpg full-chroma.jpg plain.png deep.png deep-grey.png \
    interlaced.png see-through.png line.png panorama.png; do
    agrees "$one" 2
done
agrees palette.png 3
agrees pixel.png 3
agrees pixel.jpg 3
is "$(vipsheader -f width preview.jpg) $(vipsheader -f height preview.jpg)" '1 1' \
    'one pixel stays one pixel'

finish
